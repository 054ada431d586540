"""What happens to a generated study from release to release: arithmetic, no text.

Everything follows from (seed, index): a study's features are read off a hash, and so
are the releases that touch it. Any study at any release is found without its neighbours
and without its past being stored.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from struct import unpack

#: Every study is touched by its sponsor twice in so many releases: 1 % of them a day.
PERIOD = 200
#: Sites that studies draw from, and the most a study starts with.
SITE_POOL, MOST_SITES = 96, 12
_FEATURES = 32
_FINAL = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})
_STATUSES = (
    *("RECRUITING",) * 8,
    *("COMPLETED",) * 5,
    *("NOT_YET_RECRUITING",) * 3,
    *("ACTIVE_NOT_RECRUITING",) * 3,
    *("ENROLLING_BY_INVITATION", "TERMINATED", "SUSPENDED", "WITHDRAWN"),
)
_NEXT = {
    "NOT_YET_RECRUITING": ("RECRUITING",),
    "RECRUITING": ("ACTIVE_NOT_RECRUITING", "SUSPENDED", "TERMINATED"),
    "ENROLLING_BY_INVITATION": ("ACTIVE_NOT_RECRUITING",),
    "SUSPENDED": ("RECRUITING", "TERMINATED"),
    "ACTIVE_NOT_RECRUITING": ("COMPLETED",),
}


class EditKind(StrEnum):
    """What an edit changes; the last two are bookkeeping and mean nothing."""

    STATUS = "status"
    SITE_ADDED = "site.added"
    SITE_REMOVED = "site.removed"
    ELIGIBILITY = "eligibility"
    COMPLETION = "date.completion"
    ENROLLMENT = "enrollment"
    CONTACT = "contact"
    REVERIFIED = "reverified"
    GEO_POINT = "geo_point"


#: Edits that a person would want to hear of.
REAL = tuple(kind for kind in EditKind if kind not in {EditKind.REVERIFIED, EditKind.GEO_POINT})
_ALWAYS_SEEN = (EditKind.ENROLLMENT, EditKind.ELIGIBILITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What can change about a generated study."""

    features: tuple[int, ...]
    #: Status in release 0: dates follow from it, so that a status edit moves no date.
    first_status: str
    status: str
    #: First site in the pool's ring, and how many from there on.
    first_site: int
    sites: int
    #: Steps by which the number in the criteria moved.
    threshold: int = 0
    #: Months by which completion slipped.
    slipped: int = 0
    enrollment: int
    contact: int
    #: How often the registry placed the sites anew.
    placed: int = 0
    #: Release of the last submitted update, 0 when none since the start.
    updated_in: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edit: the study before and after it."""

    release: int
    kind: EditKind
    before: State
    after: State


def first_state(seed: int, index: int) -> State:
    """Return a study as of release 0."""
    digest = blake2b(b"%d:%d" % (seed, index), digest_size=2 * _FEATURES).digest()
    features = unpack(f"<{_FEATURES}H", digest)
    status = _STATUSES[features[3] % len(_STATUSES)]
    return State(
        features=features,
        first_status=status,
        status=status,
        first_site=features[4] % SITE_POOL,
        sites=1 + features[5] % MOST_SITES * (features[6] % 3) // 2,
        enrollment=20 + features[7] % 480,
        contact=features[8],
    )


def state_at(seed: int, index: int, release: int) -> State:
    """Return a study as of any release."""
    state = first_state(seed, index)
    if min(_phases(state)) > release:
        return state
    for step in _steps(state, release):
        state = step.after
    return state


def step_in(seed: int, index: int, release: int) -> Step | None:
    """Return the edit that ``release`` brings to a study, ``None`` when it brings none."""
    first = first_state(seed, index)
    if not any(release % PERIOD == phase % PERIOD for phase in _phases(first)):
        return None
    return next((step for step in _steps(first, release) if step.release == release), None)


def _phases(state: State) -> tuple[int, int, int]:
    """Return the first releases that touch a study: two by its sponsor, one bookkeeping."""
    first, second, third = state.features[:3]
    return 1 + first % PERIOD, 1 + second % PERIOD, 1 + third % PERIOD


def _steps(state: State, release: int) -> Iterator[Step]:
    *real, kept = _phases(state)
    days = dict.fromkeys(range(kept, release + 1, PERIOD), False)
    days.update((day, True) for phase in real for day in range(phase, release + 1, PERIOD))
    for day in sorted(days):
        kind = _real_kind(state, day) if days[day] else _kept_kind(state, day)
        after = _after(state, kind, day)
        yield Step(release=day, kind=kind, before=state, after=after)
        state = after


def _kept_kind(state: State, day: int) -> EditKind:
    return (EditKind.REVERIFIED, EditKind.GEO_POINT)[(state.features[9] + day) % 2]


def _real_kind(state: State, day: int) -> EditKind:
    kind = REAL[(state.features[10] + day // PERIOD + day) % len(REAL)]
    if state.status in _FINAL:
        return EditKind.ENROLLMENT
    if kind is EditKind.SITE_REMOVED and state.sites == 1:
        return EditKind.SITE_ADDED
    if kind is EditKind.CONTACT and state.status != "RECRUITING":
        return _ALWAYS_SEEN[day % len(_ALWAYS_SEEN)]
    return kind


def _after(state: State, kind: EditKind, day: int) -> State:
    if kind is EditKind.GEO_POINT:
        return replace(state, placed=state.placed + 1)
    return _edited(replace(state, updated_in=day), kind, day)


def _edited(state: State, kind: EditKind, day: int) -> State:
    edit = _EDITS.get(kind)
    return edit(state, day) if edit else state


def _status_moved(state: State, day: int) -> State:
    choices = _NEXT[state.status]
    return replace(state, status=choices[(state.features[11] + day) % len(choices)])


def _first_site_left(state: State, _day: int) -> State:
    return replace(state, first_site=(state.first_site + 1) % SITE_POOL, sites=state.sites - 1)


_EDITS: dict[EditKind, Callable[[State, int], State]] = {
    EditKind.STATUS: _status_moved,
    EditKind.SITE_ADDED: lambda state, _: replace(state, sites=state.sites + 1),
    EditKind.SITE_REMOVED: _first_site_left,
    EditKind.ELIGIBILITY: lambda state, _: replace(state, threshold=state.threshold + 1),
    EditKind.COMPLETION: lambda state, _: replace(state, slipped=state.slipped + 3),
    EditKind.ENROLLMENT: lambda state, _: replace(state, enrollment=state.enrollment + 12),
    EditKind.CONTACT: lambda state, _: replace(state, contact=state.contact + 1),
}

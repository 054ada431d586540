"""Saved searches at each release: the registry is asked again, and what moved is told.

    release known -> searches not evaluated for it -> whole sets -> release still the same -> judge

What the answers mean is decided in ``monitor.alerting.matching``. Searches that ask for the same
are asked once. Nothing is fetched inside a transaction.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.alerting.at import At
from monitor.alerting.matching import Answer, judge, moves
from monitor.alerting.searching import write_down
from monitor.domain.alerts import Alert
from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryError,
    RegistryRefusedError,
)
from monitor.domain.ports import Clock, Finder, OpenWork, Release
from monitor.domain.searches import (
    MOST_FOLLOWED,
    Found,
    Hit,
    Parameters,
    Search,
)
from monitor.domain.trial import NctId

#: Trials that are no longer found and looked at for how they stand now, in one search.
_MOST_LOOKED_AT = 200
#: Searches in a row that could not be asked for; then the registry is left alone until later.
_MOST_FAILURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReport:
    """What one round of searches came to."""

    #: Searches that are now known for the release.
    evaluated: int = 0
    alerts: tuple[Alert, ...] = ()
    deliveries: int = 0
    #: Searches that could not be evaluated, by number; the next round asks again.
    unsettled: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Round:
    """Everything one round needs, and what it has come to so far."""

    open_work: OpenWork
    finder: Finder
    release: Release
    clock: Clock
    evaluated: int = 0
    alerts: list[Alert] = field(default_factory=list)
    deliveries: int = 0
    unsettled: dict[int, str] = field(default_factory=dict)
    #: Failures in a row.
    failures: int = 0


async def evaluate_searches(
    open_work: OpenWork,
    finder: Finder,
    *,
    clock: Clock,
    go_on: Callable[[], bool] = lambda: True,
) -> SearchReport:
    """Ask the registry for every search not evaluated for the release known; tell what moved.

    Made after a sweep, which knows the release. A release that moves in the meantime ends the
    round: what was fetched is dropped, and the next round asks again. So does ``go_on``, asked
    before each search.

    Raises:
        RegistryError: The registry refuses us, or could not say which release it serves.
    """
    release, due = await asyncio.to_thread(_due, open_work)
    if release is None or not due:
        return SearchReport()
    this = _Round(open_work=open_work, finder=finder, release=release, clock=clock)
    for parameters, searches in _alike(due).items():
        if not go_on() or not await _evaluate(this, parameters, searches):
            break
    return SearchReport(
        evaluated=this.evaluated,
        alerts=tuple(this.alerts),
        deliveries=this.deliveries,
        unsettled=this.unsettled,
    )


def _due(open_work: OpenWork) -> tuple[Release | None, tuple[Search, ...]]:
    with open_work() as work:
        release = work.releases.known()
        return release, work.searches.due(release.data_timestamp) if release else ()


def _alike(due: Iterable[Search]) -> Mapping[Parameters, list[Search]]:
    """Return searches by what they ask for, those tried longest ago first."""
    found: dict[Parameters, list[Search]] = {}
    for search in due:
        found.setdefault(search.query.parameters, []).append(search)
    return found


async def _evaluate(this: _Round, parameters: Parameters, searches: Sequence[Search]) -> bool:
    """Evaluate searches that ask for the same; return whether to go on with others."""
    try:
        answer, seen = await _answer(this, parameters, searches)
    except RegistryBlockedError:
        raise
    except RegistryError as error:
        this.failures += 1
        await asyncio.to_thread(_note_trouble, this, searches, error)
        return this.failures < _MOST_FAILURES
    this.failures = 0
    if await this.finder.release(this.release) is not None:
        return False
    await asyncio.to_thread(_settle, this, searches, answer, seen)
    return True


async def _answer(
    this: _Round, parameters: Parameters, searches: Sequence[Search]
) -> tuple[Answer, Mapping[NctId, Hit]]:
    """Return the whole set, and how trials that left it stand now."""
    try:
        found = await this.finder.find_all(parameters, most=MOST_FOLLOWED)
    except RegistryRefusedError as error:
        return error, {}
    if found.total > MOST_FOLLOWED:
        return found, {}
    gone = await asyncio.to_thread(_left, this, searches, found)
    seen = await this.finder.sight(gone[:_MOST_LOOKED_AT]) if gone else {}
    return found, seen


def _left(this: _Round, searches: Sequence[Search], found: Found) -> list[NctId]:
    with this.open_work() as work:
        members = [work.searches.members(search.id) for search in searches]
    left = [hit.nct_id for known in members for hit in moves(known, found.hits).left]
    return sorted(set(left))


def _settle(
    this: _Round, searches: Sequence[Search], answer: Answer, seen: Mapping[NctId, Hit]
) -> None:
    at = At(release=this.release.data_timestamp, now=this.clock())
    for listed in searches:
        with this.open_work() as work:
            search = work.searches.hold(listed.id)
            if search is None or search.evaluated_release == at.release:
                # Removed, or evaluated by another process in the meantime.
                continue
            judged = judge(search, work.searches.members(search.id), answer, seen, at)
            made = write_down(work, judged, at)
            work.commit()
        this.evaluated += 1
        this.deliveries += made
        if judged.alert is not None:
            this.alerts.append(judged.alert)


def _note_trouble(this: _Round, searches: Sequence[Search], error: RegistryError) -> None:
    at = this.clock()
    with this.open_work() as work:
        for listed in searches:
            search = work.searches.hold(listed.id)
            if search is not None:
                since = search.trouble_since or at
                work.searches.save(
                    search.evolve(trouble=str(error), trouble_since=since, tried_at=at)
                )
            this.unsettled[listed.id] = str(error)
        work.commit()

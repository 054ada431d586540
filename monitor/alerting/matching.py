"""What an answer of the registry means for a saved search. Values in, values out.

The set known before is what the events told so far add up to: whoever replays them has the set
of the last answer that was believed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from monitor.alerting.at import At
from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Json, Severity
from monitor.domain.errors import RegistryRefusedError
from monitor.domain.ids import new_id
from monitor.domain.searches import (
    BACK,
    ENTERED,
    HALTED,
    LEFT,
    MOST_FOLLOWED,
    RESUMED,
    SEARCH_KINDS,
    Found,
    Hit,
    Member,
    Search,
    SearchNews,
    search_key,
)
from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId
from monitor.summaries import searches as words

#: What the registry answered to a search.
Answer: TypeAlias = Found | RegistryRefusedError

_SEVERITIES: Final[Mapping[str, Severity]] = {
    ENTERED: Severity.MAJOR,
    BACK: Severity.MAJOR,
    LEFT: Severity.MINOR,
    HALTED: Severity.MAJOR,
    RESUMED: Severity.MINOR,
}
_FOLLOWED: Final = "Studies that this search finds from now on are put on the list."


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """How one set of trials becomes the next."""

    entered: tuple[Hit, ...]
    back: tuple[Hit, ...]
    #: As they were when they were found last.
    left: tuple[Hit, ...]

    def __bool__(self) -> bool:
        """Tell whether anything moved."""
        return bool(self.entered or self.back or self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is to be written down of a search after an answer."""

    search: Search
    #: Rows that are new or other than before.
    members: tuple[Member, ...] = ()
    #: Trials to be put on the list.
    to_follow: tuple[NctId, ...] = ()
    alert: Alert | None = None


def moves(members: Mapping[NctId, Member], hits: Iterable[Hit]) -> Moves:
    """Return what entered, came back and left between the trials known and those found."""
    found = {hit.nct_id: hit for hit in hits}
    return Moves(
        entered=tuple(hit for nct_id, hit in found.items() if nct_id not in members),
        back=tuple(
            hit
            for nct_id, hit in found.items()
            if nct_id in members and members[nct_id].left is not None
        ),
        left=tuple(
            member.hit
            for nct_id, member in members.items()
            if member.left is None and nct_id not in found
        ),
    )


def judge(
    search: Search,
    members: Mapping[NctId, Member],
    answer: Answer,
    seen: Mapping[NctId, Hit],
    at: At,
) -> Judged:
    """Return what an answer means.

    Args:
        search: The search as it is known.
        members: Every trial it finds or found once.
        answer: What the registry said: the whole set, a count alone when there are too many, or
            that it does not understand the search.
        seen: How trials that are no longer found stand now, as far as they were looked at.
        at: Release and time.
    """
    if isinstance(answer, RegistryRefusedError):
        reason = words.not_understood(search.name, search.query, answer.words)
        return _halted(search, reason, at)
    if answer.total > MOST_FOLLOWED:
        return _halted(search, words.too_many(search.name, answer.total), at)
    found, missing = _without_missing(members, moves(members, answer.hits), seen, at)
    if search.doubted_release is None and _is_doubtful(members, found, seen):
        return Judged(search=_doubted(search, answer, at))
    known = _believed(search, answer, found, at)
    told = [] if search.step == 0 else _told(search, known, found, seen)
    return Judged(
        search=known,
        members=(*_after(members, answer.hits, found, known.step), *missing),
        to_follow=tuple(hit.nct_id for hit in found.entered) if told and search.follow else (),
        alert=_alert(known, told, at) if told else None,
    )


def _without_missing(
    members: Mapping[NctId, Member], found: Moves, seen: Mapping[NctId, Hit], at: At
) -> tuple[Moves, tuple[Member, ...]]:
    """Take out of the moves what the registry does not show at all, for this release.

    Returns:
        The moves without it, and its rows where they change.
    """
    waiting = {
        hit.nct_id
        for hit in found.left
        if hit.nct_id not in seen and members[hit.nct_id].missing_since in {None, at.release}
    }
    left = tuple(hit for hit in found.left if hit.nct_id not in waiting)
    rows = tuple(
        replace(members[nct_id], missing_since=at.release)
        for nct_id in sorted(waiting)
        if members[nct_id].missing_since is None
    )
    return replace(found, left=left), rows


def _halted(search: Search, reason: str, at: At) -> Judged:
    noted = _evaluated(search, at).evolve(
        trouble=reason, trouble_since=search.trouble_since or at.now, halted=True
    )
    if search.halted:
        return Judged(search=noted)
    told = noted.evolve(step=search.step + 1)
    return Judged(search=told, alert=_alert(told, [_change(told, HALTED, reason)], at))


def _is_doubtful(members: Mapping[NctId, Member], found: Moves, seen: Mapping[NctId, Hit]) -> bool:
    """Tell whether most of the trials are gone for no reason that their records show.

    A search over a broken index comes short with no sign of an error. A trial whose status
    changed has a reason to leave, and one that is not shown at all has waited a release already.
    """
    before = sum(member.left is None for member in members.values())
    unexplained = [
        hit for hit in found.left if hit.nct_id in seen and seen[hit.nct_id].status == hit.status
    ]
    return 2 * len(unexplained) > before


def _doubted(search: Search, answer: Found, at: At) -> Search:
    return _evaluated(search, at).evolve(
        doubted_release=at.release,
        trouble=(
            f"The registry finds {answer.total:,} trials where it found {search.trials:,}, and"
            " their records do not say why. Nobody was told; the next release has to say the same."
        ),
        trouble_since=at.now,
    )


def _believed(search: Search, answer: Found, found: Moves, at: At) -> Search:
    is_news = search.step == 0 or search.halted or bool(found)
    return _evaluated(search, at).evolve(
        step=search.step + 1 if is_news else search.step,
        trials=answer.total,
        trouble="",
        trouble_since=None,
        halted=False,
        doubted_release=None,
    )


def _evaluated(search: Search, at: At) -> Search:
    return search.evolve(evaluated_release=at.release, evaluated_at=at.now, tried_at=at.now)


def _after(
    members: Mapping[NctId, Member], hits: Iterable[Hit], found: Moves, step: int
) -> tuple[Member, ...]:
    """Return the rows that are new or other than before."""
    came = {hit.nct_id for hit in (*found.entered, *found.back)}
    kept = [
        Member(hit=hit, entered=step if hit.nct_id in came else members[hit.nct_id].entered)
        for hit in hits
    ]
    gone = [replace(members[hit.nct_id], left=step) for hit in found.left]
    return tuple(one for one in (*kept, *gone) if members.get(one.hit.nct_id) != one)


def _told(before: Search, search: Search, found: Moves, seen: Mapping[NctId, Hit]) -> list[Change]:
    """Return what there is to tell, the most important first."""
    name, changes = search.name, []
    if before.halted:
        changes.append(_change(search, RESUMED, words.resumed(name, search.trials)))
    meaning = _FOLLOWED if search.follow else ""
    changes += [
        _change(search, ENTERED, words.entered(name, hit), after=hit, meaning=meaning)
        for hit in found.entered
    ]
    changes += [_change(search, BACK, words.back(name, hit), after=hit) for hit in found.back]
    for hit in found.left:
        now = seen.get(hit.nct_id)
        changes.append(_change(search, LEFT, words.left(name, hit, now), before=hit, after=now))
    return sorted(changes, key=_rank)


def _rank(change: Change) -> tuple[int, int, bool, str]:
    """Order by weight, then kind, then trials that are open first."""
    shown = change.after if isinstance(change.after, Mapping) else {}
    closed = shown.get("status") != "RECRUITING"
    return -change.severity, SEARCH_KINDS.index(change.kind), closed, change.subject


def _change(
    search: Search,
    kind: str,
    sentence: str,
    *,
    before: Hit | None = None,
    after: Hit | None = None,
    meaning: str = "",
) -> Change:
    about = before or after
    return Change(
        nct_id=search_key(search.id),
        from_version=search.step - 1,
        to_version=search.step,
        kind=kind,
        subject=about.nct_id if about else search_key(search.id),
        before=_shown(before),
        after=_shown(after),
        severity=_SEVERITIES[kind],
        sentence=sentence,
        meaning=meaning,
    )


def _shown(hit: Hit | None) -> Json:
    return None if hit is None else {"title": hit.title, "status": hit.status}


def _alert(search: Search, changes: Iterable[Change], at: At) -> Alert:
    key = search_key(search.id)
    return Alert(
        id=new_id(at.now),
        nct_id=key,
        from_version=search.step - 1,
        to_version=search.step,
        release=at.day,
        created_at=at.now,
        title=search.name,
        changes=tuple(changes),
        # Stands where an alert about a trial has the trial in plain English.
        summary=Summary.without_words(key, version=search.step, title=search.name),
        search=SearchNews(id=search.id, name=search.name, query=search.query, trials=search.trials),
        trace=at.trace,
    )

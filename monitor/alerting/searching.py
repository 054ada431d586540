"""Saved searches: trying one, keeping one, and asking the registry again at each release.

    release known -> searches not evaluated for it -> whole sets -> release still the same -> judge

What the answers mean is decided in ``monitor.alerting.matching``. Searches that ask for the same
are asked once. Nothing is fetched inside a transaction.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerting.at import At
from monitor.alerting.matching import Answer, Judged, judge, moves
from monitor.alerting.watching import go_on
from monitor.domain.alerts import Alert
from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SearchRefusedError,
)
from monitor.domain.ports import Clock, Finder, OpenWork, Release, Work
from monitor.domain.searches import (
    MOST_AT_FIRST,
    MOST_FOLLOWED,
    Found,
    Hit,
    Parameters,
    Query,
    Search,
)
from monitor.domain.trial import NctId

#: Trials that are no longer found and looked at for how they stand now, in one search.
_MOST_LOOKED_AT = 200
#: Searches in a row that could not be asked for; then the registry is left alone until later.
_MOST_FAILURES = 3
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReport:
    """What one round of searches came to."""

    #: Searches that are now known for the release.
    evaluated: int = 0
    alerts: tuple[Alert, ...] = ()
    deliveries: int = 0
    #: Searches that could not be evaluated, by number; the next round asks again.
    unsettled: Mapping[int, str] = field(default_factory=dict)


async def try_search(finder: Finder, query: Query) -> Found:
    """Return how many trials a search finds, and ten of them; nothing is kept.

    Raises:
        SearchRefusedError: The registry does not understand it.
        RegistryError: No usable answer.
    """
    try:
        return await finder.find(query.parameters, most=_SHOWN)
    except RegistryRefusedError as error:
        raise _not_understood(error) from error


async def add_search(
    open_work: OpenWork,
    finder: Finder,
    query: Query,
    *,
    name: str,
    list_name: str,
    follow: bool = False,
    found_too: bool = False,
    clock: Clock,
) -> Search:
    """Put a search on a list, once the registry has answered it; what it finds is the baseline.

    Raises:
        SearchRefusedError: The registry does not understand it, it finds too many trials, or the
            list has a search of this name.
        RegistryError: No usable answer; nothing was kept.
    """
    looked = await first_look(finder, query)

    def keep() -> Search:
        with open_work() as work:
            kept = keep_search(
                work,
                looked,
                name=name,
                list_name=list_name,
                follow=follow,
                found_too=found_too,
                now=clock(),
            )
            work.commit()
        return kept

    return await asyncio.to_thread(keep)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What a search finds before it is kept."""

    query: Query
    found: Found
    release: Release


async def first_look(finder: Finder, query: Query) -> FirstLook:
    """Ask the registry what a search finds, all of it; nothing is kept.

    Raises:
        SearchRefusedError: The registry does not understand it, or it finds too many trials.
        RegistryError: No usable answer.
    """
    release = await finder.release(None)
    try:
        found = await finder.find_all(query.parameters, most=MOST_AT_FIRST)
    except RegistryRefusedError as error:
        raise _not_understood(error) from error
    if release is None or await finder.release(release) is not None:
        raise RegistryUnavailableError(
            "The registry brought out a new release while it was asked. Nothing was kept; try again"
        )
    if found.total > MOST_AT_FIRST:
        raise SearchRefusedError(
            f"This search finds {found.total:,} trials, more than {MOST_AT_FIRST:,}: every release"
            " would bring news of trials that hardly concern you. Make it narrower: a country, a"
            " status such as recruiting, a phase, a second word"
        )
    return FirstLook(query=query, found=found, release=release)


def keep_search(
    work: Work,
    looked: FirstLook,
    *,
    name: str,
    list_name: str,
    follow: bool,
    found_too: bool = False,
    now: datetime,
) -> Search:
    """Put a search on a list, in the open transaction; what was found is its baseline.

    Args:
        work: The transaction.
        looked: What it finds.
        name: What it is called.
        list_name: The list.
        follow: Whether trials that it finds later are put on the list.
        found_too: Whether those that it finds now are.
        now: The time.

    Raises:
        SearchRefusedError: The list has a search of this name.
    """
    new = work.searches.add(looked.query, name=name, list_name=list_name, follow=follow, now=now)
    at = At(release=looked.release.data_timestamp, now=now)
    judged = judge(new, {}, looked.found, {}, at)
    _write(work, judged, at)
    if found_too:
        work.searches.follow(new.id, [hit.nct_id for hit in looked.found.hits], now=now)
    return judged.search


def _not_understood(error: RegistryRefusedError) -> SearchRefusedError:
    said = f' and says: "{error.words}"' if error.words else ""
    return SearchRefusedError(
        f"The registry does not understand this search{said}. Nothing was kept. Look at quotes and"
        " brackets, use fewer words (it takes about twelve), or make the search at"
        " https://clinicaltrials.gov and give its address with --from"
    )


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
    now = _Round(open_work=open_work, finder=finder, release=release, clock=clock)
    for parameters, searches in _alike(due).items():
        if not go_on() or not await _evaluate(now, parameters, searches):
            break
    return SearchReport(
        evaluated=now.evaluated,
        alerts=tuple(now.alerts),
        deliveries=now.deliveries,
        unsettled=now.unsettled,
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


async def _evaluate(now: _Round, parameters: Parameters, searches: Sequence[Search]) -> bool:
    """Evaluate searches that ask for the same; return whether to go on with others."""
    try:
        answer, seen = await _answer(now, parameters, searches)
    except RegistryBlockedError:
        raise
    except RegistryError as error:
        now.failures += 1
        await asyncio.to_thread(_note_trouble, now, searches, error)
        return now.failures < _MOST_FAILURES
    now.failures = 0
    if await now.finder.release(now.release) is not None:
        return False
    await asyncio.to_thread(_settle, now, searches, answer, seen)
    return True


async def _answer(
    now: _Round, parameters: Parameters, searches: Sequence[Search]
) -> tuple[Answer, Mapping[NctId, Hit]]:
    """Return the whole set, and how trials that left it stand now."""
    try:
        found = await now.finder.find_all(parameters, most=MOST_FOLLOWED)
    except RegistryRefusedError as error:
        return error, {}
    if found.total > MOST_FOLLOWED:
        return found, {}
    gone = await asyncio.to_thread(_left, now, searches, found)
    seen = await now.finder.sight(gone[:_MOST_LOOKED_AT]) if gone else {}
    return found, seen


def _left(now: _Round, searches: Sequence[Search], found: Found) -> list[NctId]:
    with now.open_work() as work:
        members = [work.searches.members(search.id) for search in searches]
    left = [hit.nct_id for known in members for hit in moves(known, found.hits).left]
    return sorted(set(left))


def _settle(
    now: _Round, searches: Sequence[Search], answer: Answer, seen: Mapping[NctId, Hit]
) -> None:
    at = At(release=now.release.data_timestamp, now=now.clock())
    for listed in searches:
        with now.open_work() as work:
            search = work.searches.hold(listed.id)
            if search is None or search.evaluated_release == at.release:
                # Removed, or evaluated by another process in the meantime.
                continue
            judged = judge(search, work.searches.members(search.id), answer, seen, at)
            made = _write(work, judged, at)
            work.commit()
        now.evaluated += 1
        now.deliveries += made
        if judged.alert is not None:
            now.alerts.append(judged.alert)


def _write(work: Work, judged: Judged, at: At) -> int:
    """Write a verdict down, in the open transaction; return the deliveries made."""
    search = judged.search
    work.searches.save(search)
    work.searches.keep(search.id, judged.members)
    made = 0
    if judged.alert is not None and work.alerts.add(judged.alert):
        made = work.alerts.fan_out(judged.alert, now=at.now)
    work.searches.follow(search.id, judged.to_follow, now=at.now)
    for nct_id in judged.to_follow:
        go_on(work, nct_id, now=at.now)
    return made


def _note_trouble(now: _Round, searches: Sequence[Search], error: RegistryError) -> None:
    at = now.clock()
    with now.open_work() as work:
        for listed in searches:
            search = work.searches.hold(listed.id)
            if search is not None:
                since = search.trouble_since or at
                work.searches.save(
                    search.evolve(trouble=str(error), trouble_since=since, tried_at=at)
                )
            now.unsettled[listed.id] = str(error)
        work.commit()

"""Saved searches: trying one, and keeping one with what it finds as its baseline.

Asking again at each release is ``monitor.alerting.searchrounds``. Nothing is fetched inside a
transaction.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from monitor.alerting.at import At
from monitor.alerting.matching import Judged, judge
from monitor.alerting.watching import go_on
from monitor.domain.errors import (
    RegistryRefusedError,
    RegistryUnavailableError,
    SearchRefusedError,
)
from monitor.domain.ports import Clock, Finder, OpenWork, Release, Work
from monitor.domain.searches import (
    MOST_AT_FIRST,
    Found,
    Query,
    Search,
)

_SHOWN = 10


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
    write_down(work, judged, at)
    if found_too:
        work.searches.follow(new.id, [hit.nct_id for hit in looked.found.hits], now=now)
    return judged.search


def write_down(work: Work, judged: Judged, at: At) -> int:
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


def _not_understood(error: RegistryRefusedError) -> SearchRefusedError:
    said = f' and says: "{error.words}"' if error.words else ""
    return SearchRefusedError(
        f"The registry does not understand this search{said}. Nothing was kept. Look at quotes and"
        " brackets, use fewer words (it takes about twelve), or make the search at"
        " https://clinicaltrials.gov and give its address with --from"
    )

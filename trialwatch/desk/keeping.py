"""Keeping a search: asked of the registry, put on its list, its list joined to who is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.alerting.searching import add_search
from monitor.alerting.watching import Joining, join_list
from monitor.domain.ids import link_key
from monitor.domain.searches import Query, Search
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target
from notifiers.sign import new_secret
from trialwatch.bootstrap import Service
from trialwatch.outside import registry_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is to be kept."""

    query: Query
    name: str
    follow: bool
    #: Whether the trials that it finds now are put on the list.
    found_too: bool = False


async def keep_search(opened: Service, kept: Kept, *, list_name: str) -> Search:
    """Put a search on a list once the registry has answered it."""
    async with registry_of(opened) as registry:
        return await add_search(
            opened.open_work,
            registry,
            kept.query,
            name=kept.name,
            list_name=list_name,
            follow=kept.follow,
            found_too=kept.found_too,
            clock=opened.clock,
        )


def join_to(
    opened: Service,
    search: Search,
    addresses: Sequence[tuple[Channel, str]],
    timing: Timing | None,
    asked: str | None,
) -> tuple[Target, ...]:
    """Let a search's list be told to these addresses; return the targets as they stand now."""
    with opened.open_work() as work:
        targets = join_list(
            work,
            Joining(
                addresses=addresses,
                timing=timing,
                asked_by=asked,
                new_secret=new_secret,
                new_token=link_key,
            ),
            list_name=search.list_name,
            now=opened.clock(),
        )
        work.commit()
    return targets

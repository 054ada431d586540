"""A saved search for robots, and how it is kept."""

from monitor.alerting.searching import add_search
from monitor.domain.searches import Query, Search
from tests.builders import NOON
from tests.fakes.finder import FakeFinder
from tests.fakes.work import FakeDatabase

ROBOTS = Query(parameters=(("query.cond", "robots"),), words='condition "robots"')


async def keep(
    database: FakeDatabase,
    finder: FakeFinder,
    query: Query = ROBOTS,
    *,
    name: str = "Robots",
    follow: bool = False,
    found_too: bool = False,
) -> Search:
    """Keep a search as somebody would who adds it at noon."""
    return await add_search(
        database.open_work,
        finder,
        query,
        name=name,
        list_name="machines",
        follow=follow,
        found_too=found_too,
        clock=lambda: NOON,
    )

"""A well-formed number that the registry does not know."""

import re

from monitor.alerting.poll import sweep
from storage import queries
from storage.engine import Database
from tests.fakes.registry import FakeRegistry
from tests.unit.web.members import a_list, a_person, an_operator, signed_in
from tests.unit.web.site import CHANGES, QUIET, SECOND_STAMP, a_service, titled


async def test_number_the_registry_does_not_know_is_said_everywhere(
    database: Database,
) -> None:
    service = a_service(database)
    an_operator(service)
    ada = a_person(service, "ada")
    chosen = a_list(service, ada, CHANGES, QUIET)
    registry = FakeRegistry({CHANGES: titled(CHANGES, "Robots")})
    async with signed_in(service, ada) as client:
        before = (await client.get(f"/lists/{chosen.id}")).text
        await sweep(service.open_work, registry, clock=service.clock)
        await client.post(f"/lists/{chosen.id}/public")
        [key] = set(re.findall(r"/l/[\w-]+", (await client.get(f"/lists/{chosen.id}/public")).text))
        pages = [
            (await client.get(path)).text
            for path in (f"/lists/{chosen.id}", f"/trials/{QUIET}", "/")
        ]
        public = (await client.get(key)).text

        assert "Not looked at yet" in before
        assert f"The registry knows no trial of this number: {QUIET}." in pages[0]
        assert "Not known to the registry" in pages[0]
        assert "Was it typed right?" in pages[1]
        assert "Not known to the registry" in pages[2]
        assert QUIET not in public
        registry.publish(SECOND_STAMP, **{QUIET: titled(QUIET, "Sleepy robots")})
        await sweep(service.open_work, registry, clock=service.clock)
        after = (await client.get(f"/lists/{chosen.id}")).text
        assert "knows no trial" not in after
        assert queries.deliveries(service.database) == ()

"""A preview of a list with more alerts in a year than are looked through says so."""

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import insert

from monitor.domain.ids import new_id
from monitor.domain.people import Person
from storage.engine import Database
from storage.tables import alerts
from tests.builders import NOON, a_step
from tests.unit.web.members import a_list
from tests.unit.web.site import CHANGES, a_service
from trialwatch.bootstrap import Service

MOST = 5_000
CUT = "There was more: only the newest 5,000 alerts of the list were looked through."


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


def _copies(service: Service, count: int) -> None:
    """Put an alert of the trial into the database, and so many that are like it."""
    with service.open_work() as work:
        work.alerts.add(replace(a_step(2, nct_id=CHANGES), release="2026-03-02T09:00:05"))
        work.commit()
    with service.database.writing() as connection:
        (row,) = connection.execute(alerts.select()).mappings().all()
        rows = [dict(row) | {"id": new_id(NOON), "feed_place": None} for _ in range(count)]
        connection.execute(insert(alerts), rows)
        connection.commit()


@pytest.mark.parametrize(("count", "said"), [(MOST - 1, True), (3, False)])
async def test_preview_that_stops_says_so(
    service: Service, client: httpx.AsyncClient, ada: Person, count: int, *, said: bool
) -> None:
    chosen = a_list(service, ada, CHANGES)
    _copies(service, count)

    page = await client.post(f"/lists/{chosen.id}/tell/preview", data={"target": "new"})

    assert page.status_code == 200
    assert (CUT in page.text) is said

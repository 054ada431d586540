"""The order of a list's trials, and pages of it, on both databases."""

from itertools import pairwise

import pytest
from sqlalchemy import update

from monitor.domain.changes import Severity
from monitor.domain.people import OPERATOR
from monitor.domain.trial import NctId
from storage import listpages
from storage.engine import Database
from storage.listorder import Order
from storage.lists import ListRow
from storage.tables import trials
from tests.builders import a_step
from tests.integration.storage.scenes import watch

ONE, TWO, THREE, FOUR, FIVE = (NctId(f"NCT9900000{number}") for number in range(1, 6))
ROWS = {
    ONE: ("zebra robots", "COMPLETED"),
    TWO: ("Apple robots", "RECRUITING"),
    THREE: ("", ""),
    FOUR: ("apple robots", "SUSPENDED"),
    FIVE: ("Middle robots", "NEW_WORD"),
}
ORDERS = {
    Order.NUMBER: [ONE, TWO, THREE, FOUR, FIVE],
    Order.TITLE: [TWO, FOUR, FIVE, ONE, THREE],
    Order.STATUS: [TWO, FOUR, ONE, FIVE, THREE],
    Order.CHANGED: [ONE, FOUR, TWO, THREE, FIVE],
}


@pytest.fixture
def common(stored: Database) -> ListRow:
    """A list of five; three changed, one of them unseen."""
    watch(stored.open_work, *ROWS)
    with stored.writing() as connection:
        for nct_id, (title, status) in ROWS.items():
            values = {"brief_title": title, "overall_status": status}
            connection.execute(update(trials).where(trials.c.nct_id == nct_id).values(values))
        connection.commit()
    with stored.open_work() as work:
        told = ((TWO, Severity.MINOR), (FOUR, Severity.MAJOR), (ONE, Severity.MINOR))
        silent = ((FIVE, Severity.SILENT), (TWO, Severity.SILENT))
        for day, (nct_id, severity) in enumerate((*told, *silent), start=2):
            release = f"2026-03-0{day}T09:00:05"
            work.alerts.add(a_step(day, nct_id=nct_id, severity=severity, release=release))
        (row,) = work.lists.seen_by(OPERATOR)
        work.commit()
    return row


@pytest.mark.parametrize("order", Order)
def test_trials_stand_in_order(stored: Database, common: ListRow, order: Order) -> None:
    found = listpages.trials_on(stored, common.id, order=order)

    assert [one.nct_id for one in found] == ORDERS[order]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_go_on_where_the_last_ended(
    stored: Database, common: ListRow, order: Order, limit: int
) -> None:
    found: list[NctId] = []
    while page := listpages.trials_on(
        stored, common.id, order=order, limit=limit, after=found[-1] if found else None
    ):
        found += [one.nct_id for one in page]

    assert found == ORDERS[order]


@pytest.mark.parametrize("order", Order)
def test_page_goes_on_after_a_trial_that_was_taken_off(
    stored: Database, common: ListRow, order: Order
) -> None:
    for gone, following in pairwise(ORDERS[order]):
        with stored.open_work() as work:
            work.watches.remove(gone, list_name=common.name)
            found = listpages.trials_on(stored, common.id, order=order, after=gone, limit=1)
            assert [one.nct_id for one in found] == [following]


def test_when_it_changed_last_is_when_somebody_could_be_told(
    stored: Database, common: ListRow
) -> None:
    changed = {one.nct_id: one.changed_in for one in listpages.trials_on(stored, common.id)}

    assert changed == {
        ONE: "2026-03-04T09:00:05",
        TWO: "2026-03-02T09:00:05",
        FOUR: "2026-03-03T09:00:05",
        THREE: None,
        FIVE: None,
    }

"""The feed of changes: whoever reads it page by page misses none and sees none twice."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, update

from monitor.domain.changes import Severity
from monitor.domain.trial import NctId
from storage.backup import backup, restore
from storage.changefeed import Cursor, Page, Selection, end, every, page
from storage.engine import Database, open_database
from storage.tables import alerts, changes
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_change, a_step, an_alert
from tests.integration.storage.scenes import send_out

ALL = Selection(past=True)
#: Place of the first alert that was made at noon.
FIRST = int(NOON.timestamp() * 1000)


def read(stored: Database, after: Cursor | None = None, *, limit: int = 3) -> list[dict[str, Any]]:
    """Read to the end, a few at a time."""
    found: list[dict[str, Any]] = []
    after = after or Cursor()
    while True:
        some = page(stored, after, wanted=ALL, limit=limit)
        found += [json.loads(text) for _, text in some.changes]
        if not some.more:
            return found
        after = some.next


def many(number: int, nct_id: NctId = TRIAL) -> Any:
    """An alert of five changes."""
    pair = {"nct_id": nct_id, "from_version": number - 1, "to_version": number}
    return an_alert(
        **pair, changes=tuple(a_change(subject=f"part {part}", **pair) for part in range(5))
    )


def test_pages_hold_every_change_once_in_order(stored: Database) -> None:
    send_out(stored.open_work, *(many(number) for number in range(2, 9)))

    found = read(stored)

    assert [(one["to_version"], one["subject"]) for one in found] == [
        (number, f"part {part}") for number in range(2, 9) for part in range(5)
    ]
    assert [Cursor.read(one["cursor"]) for one in found] == sorted(
        {Cursor.read(one["cursor"]) or Cursor() for one in found}
    )


def test_change_is_told_with_its_contract_and_where_it_came_from(stored: Database) -> None:
    alert = an_alert(changes=(a_change(before={"a": ["é", None]}, after=[1, 2.5, True]),))
    send_out(stored.open_work, alert)

    [told] = read(stored)

    assert {name: told[name] for name in alert.changes[0].contract()} == alert.changes[0].contract()
    assert told["alert_id"] == alert.id
    assert told["title"] == alert.title
    assert told["created_at"] == NOON.isoformat()
    assert told["meaning"] == "Nobody new can join for now."
    assert told["before_watch"] is False
    assert told["cursor"] == f"{FIRST}.0"


def test_nothing_new_leaves_the_cursor_where_it_was(stored: Database) -> None:
    send_out(stored.open_work, many(2))
    after = end(stored)

    empty = page(stored, after, wanted=ALL, limit=10)

    assert after == Cursor(FIRST, 4)
    assert empty == Page(changes=(), next=after, more=False)
    send_out(stored.open_work, many(3))
    assert len(read(stored, after)) == 5


def test_feed_of_nothing_begins_at_the_beginning(stored: Database) -> None:
    assert end(stored) == Cursor()
    assert read(stored) == []
    assert list(every(stored, wanted=ALL)) == []


def test_only_what_is_wanted_is_told(stored: Database) -> None:
    quiet = a_step(3, severity=Severity.SILENT)
    send_out(stored.open_work, a_step(2), quiet, a_step(2, nct_id=OTHER_TRIAL), a_step(0))

    def told(wanted: Selection) -> list[tuple[str, int]]:
        return [
            (one["nct_id"], one["to_version"])
            for one in map(json.loads, every(stored, wanted=wanted, at_a_time=1))
        ]

    assert told(ALL) == [(TRIAL, 2), (TRIAL, 3), (OTHER_TRIAL, 2), (TRIAL, 0)]
    assert told(Selection()) == [(TRIAL, 2), (TRIAL, 3), (OTHER_TRIAL, 2)]
    assert told(Selection(nct_id=OTHER_TRIAL)) == [(OTHER_TRIAL, 2)]
    assert told(Selection(min_severity=Severity.MINOR)) == [(TRIAL, 2), (OTHER_TRIAL, 2)]


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "-1.0", "1.0.0", "a.b", "1.0 ", "9" * 20])
def test_cursor_of_another_form_is_none(text: str) -> None:
    assert Cursor.read(text) is None


def _meanwhile(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_reader_between_two_commits_misses_neither(stored: Database) -> None:
    """The alert stored first commits last: by its id it would lie behind the reader."""
    early, late = a_step(2), a_step(2, nct_id=OTHER_TRIAL, created_at=NOON + timedelta(hours=1))
    begun, done = threading.Event(), threading.Event()

    def slow() -> None:
        with stored.open_work() as work:
            work.alerts.add(early)
            begun.set()
            done.wait(10)
            work.commit()

    def quick() -> None:
        begun.wait(10)
        with stored.open_work() as work:
            work.alerts.add(late)
            work.commit()

    threads = [_meanwhile(slow), _meanwhile(quick)]
    begun.wait(10)
    seen = read(stored)
    after = Cursor.read(seen[-1]["cursor"]) if seen else Cursor()
    done.set()
    for thread in threads:
        thread.join(20)
    seen += read(stored, after)

    assert sorted(one["alert_id"] for one in seen) == sorted([early.id, late.id])


def test_reader_beside_many_writers_misses_none_and_sees_none_twice(stored: Database) -> None:
    numbers = [NctId(f"NCT990002{number:02}") for number in range(4)]

    def write(nct_id: NctId) -> None:
        for number in range(2, 12):
            send_out(stored.open_work, a_step(number, nct_id=nct_id))

    threads = [_meanwhile(lambda nct_id=nct_id: write(nct_id)) for nct_id in numbers]  # type: ignore[misc]  # bound now
    seen: list[dict[str, Any]] = []
    while True:
        over = not any(thread.is_alive() for thread in threads)
        after = Cursor.read(seen[-1]["cursor"]) if seen else None
        seen += read(stored, after)
        if over:
            break

    told = [(one["nct_id"], one["to_version"]) for one in seen]
    assert len(told) == len(set(told)) == 40
    for nct_id in numbers:
        assert [number for of, number in told if of == nct_id] == list(range(2, 12))


def test_what_was_undone_leaves_no_gap_that_matters(stored: Database) -> None:
    with stored.open_work() as work:
        work.alerts.add(a_step(2))
    send_out(stored.open_work, a_step(2))

    assert [one["cursor"] for one in read(stored)] == [f"{FIRST}.0"]


def test_restored_feed_goes_on_where_it_was(stored: Database, tmp_path: Path) -> None:
    send_out(stored.open_work, many(2), many(3))
    backup(stored, tmp_path / "backup")
    restored = open_database(f"sqlite:///{tmp_path}/restored.db")
    restore(restored, tmp_path / "backup")

    assert read(restored) == read(stored)
    send_out(restored.open_work, many(4))
    assert len(read(restored, Cursor(FIRST + 1, 4))) == 5
    restored.close()


def test_reader_ahead_of_a_restored_backup_misses_nothing_that_comes_later(
    stored: Database, tmp_path: Path
) -> None:
    send_out(stored.open_work, a_step(2))
    backup(stored, tmp_path / "backup")
    lost = [a_step(number, created_at=NOON + timedelta(hours=1)) for number in (3, 4, 5)]
    send_out(stored.open_work, *lost)
    ahead = end(stored)
    restored = open_database(f"sqlite:///{tmp_path}/restored.db")
    restore(restored, tmp_path / "backup")
    again = a_step(3, created_at=NOON + timedelta(hours=2))
    send_out(restored.open_work, again)

    assert [one["alert_id"] for one in read(restored, ahead)] == [again.id]
    restored.close()


def test_places_go_on_when_the_clock_goes_back(stored: Database) -> None:
    send_out(stored.open_work, a_step(2), a_step(3, created_at=NOON - timedelta(hours=1)))

    assert [one["to_version"] for one in read(stored)] == [2, 3]


def test_alerts_of_an_old_backup_get_places_in_the_order_of_their_ids(
    stored: Database, tmp_path: Path
) -> None:
    send_out(stored.open_work, a_step(3), a_step(2), a_step(4))
    with stored.writing() as connection:
        connection.execute(update(alerts).values(feed_place=None))
        connection.commit()
    backup(stored, tmp_path / "backup")
    restored = open_database(f"sqlite:///{tmp_path}/restored.db")
    restore(restored, tmp_path / "backup")

    assert [one["to_version"] for one in read(restored)] == [2, 3, 4]
    restored.close()


def test_place_given_again_after_a_search_went_is_not_missed(stored: Database) -> None:
    found = a_step(2, nct_id=OTHER_TRIAL)
    send_out(stored.open_work, a_step(2), found)
    with stored.writing() as connection:
        of_search = alerts.c.id == found.id
        connection.execute(update(alerts).where(of_search).values(search_id=7))
        connection.commit()
    now = end(stored)
    with stored.writing() as connection:
        connection.execute(delete(changes).where(changes.c.alert_id == found.id))
        connection.execute(delete(alerts).where(of_search))
        connection.commit()
    send_out(stored.open_work, a_step(3))

    assert [one["to_version"] for one in read(stored, now)] == [3]


def test_page_goes_by_the_index_of_places(database: Database) -> None:
    send_out(database.open_work, a_step(2))
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *call: asked.append((call[2], call[3])),
    )

    page(database, Cursor(), wanted=ALL, limit=10)

    [(statement, values)] = [one for one in asked if one[0].startswith("SELECT")]
    with database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [row[3] for row in rows]
    assert any("ux_alerts_feed_place" in step for step in plan), plan
    assert not any("SCAN" in step for step in plan), plan

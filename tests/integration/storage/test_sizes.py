"""What everything takes, in tables and by version."""

import pytest

from storage.engine import Database, open_database
from storage.sizes import sizes
from tests.builders import TRIAL, a_state, a_version
from tests.integration.storage.filled import all_rows, fill


def test_every_table_is_counted_and_measured(stored: Database) -> None:
    fill(stored)

    found = sizes(stored)

    assert {one.table: one.rows for one in found.tables} == {
        name: len(rows) for name, rows in all_rows(stored).items()
    }
    assert all(one.size_bytes for one in found.tables)
    assert found.total_bytes >= sum(one.size_bytes or 0 for one in found.tables)


def test_versions_tell_what_each_of_them_costs(stored: Database) -> None:
    words = [f"word {number} of a record that was made up" for number in range(500)]
    with stored.open_work() as work:
        work.trials.save([a_state(latest_version=5)])
        for number in range(1, 6):
            words[number * 50] = f"another word {number}"
            work.versions.add(a_version(number, raw=" ".join(words).encode()))
        work.commit()

    found = sizes(stored).versions

    with stored.open_work() as work:
        kept = sum(info.stored_bytes for info in work.versions.of_trial(TRIAL))
    assert (found.versions, found.packed_bytes) == (5, kept)
    assert found.bytes_per_version == kept / 5
    assert found.median_difference_bytes is not None
    assert 0 < found.median_difference_bytes <= 300
    assert found.raw_bytes > 50_000


def test_no_version_costs_nothing(stored: Database) -> None:
    found = sizes(stored).versions

    assert (found.versions, found.bytes_per_version, found.median_difference_bytes) == (0, 0, None)


@pytest.mark.postgresql
def test_log_in_months_counts_with_all_of_them(postgresql: Database) -> None:
    [log] = [one for one in sizes(postgresql).tables if one.table == "attempts"]

    assert log.parts >= 4
    assert log.size_bytes


def test_empty_database_is_refused_in_words(tmp_path: object) -> None:
    with pytest.raises(Exception, match="is empty"):
        sizes(open_database(f"sqlite:///{tmp_path}/empty.db"))

"""Numbers of trials, versions before and after a watch began, and ids that sort by time."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.errors import DeliveryError, InvalidNctIdError
from monitor.domain.ids import first_id, link_key, new_id
from monitor.domain.trial import VersionInfo, before_watch, parse_nct_id
from tests.builders import NOON, TRIAL, a_change, a_state, a_version, an_alert


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("NCT07011550", "NCT07011550"),
        ("nct7011550", "NCT07011550"),
        (" NcT00007011550 ", "NCT07011550"),
        ("NCT1", "NCT00000001"),
        ("NCT99999999", "NCT99999999"),
    ],
)
def test_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert parse_nct_id(text) == number


@pytest.mark.parametrize("text", ["", "NCT", "NCT0", "NCT100000000", "07011550", "NCT1a", "x" * 41])
def test_what_is_no_number_is_refused_with_what_one_is(text: str) -> None:
    with pytest.raises(InvalidNctIdError) as refused:
        parse_nct_id(f" {text} ")

    assert str(refused.value) == (
        f"'{text[:40]}' is not an NCT number: it is NCT and 8 digits, as in NCT01234567"
    )


@pytest.mark.parametrize(("number", "before"), [(-1, True), (0, True), (1, False), (2, False)])
def test_versions_below_the_first_are_from_before_the_watch(number: int, *, before: bool) -> None:
    info = VersionInfo(
        nct_id=TRIAL,
        number=number,
        release="2026-03-09",
        fetched_at=NOON,
        raw_bytes=300,
        stored_bytes=200,
    )

    assert before_watch(number) is before
    assert a_version(number).before_watch is info.before_watch is before
    assert an_alert(from_version=number, to_version=number + 1).before_watch is before
    assert info.contract() == {
        "version": number,
        "before_watch": before,
        "release": "2026-03-09",
        "fetched_at": NOON,
        "raw_bytes": 300,
        "stored_bytes": 200,
    }


@pytest.mark.parametrize(
    ("version", "missing_since", "unknown"),
    [(0, "2026-03-09", True), (0, None, False), (1, "2026-03-09", False), (1, None, False)],
)
def test_number_is_unknown_that_was_asked_for_and_never_came(
    version: int, missing_since: str | None, *, unknown: bool
) -> None:
    state = a_state(latest_version=version, missing_since=missing_since)

    assert state.unknown is unknown


def test_ids_sort_by_time_and_never_come_twice() -> None:
    soon, later = NOON + timedelta(milliseconds=1), NOON + timedelta(days=400)
    ids = [new_id(NOON), new_id(soon), new_id(later)]

    assert ids == sorted(ids)
    assert new_id(NOON) != ids[0]
    assert all(len(each) == 26 and not set(each) & set("ILOU") for each in ids)
    assert first_id(NOON) <= ids[0] < first_id(soon)


def test_id_of_a_moment_is_written_as_the_layout_says() -> None:
    # The time that https://github.com/ulid/spec has in its example.
    at = datetime.fromtimestamp(1469918176.385, tz=UTC)

    assert first_id(at) == "01ARYZ6S41" + "0" * 16


def test_key_of_an_open_address_is_32_characters_of_chance() -> None:
    assert len(link_key()) == 32
    assert link_key() != link_key()


def test_change_is_one_object() -> None:
    assert a_change().contract() == {
        "nct_id": "NCT99000001",
        "from_version": 1,
        "to_version": 2,
        "kind": "status",
        "subject": "overall status",
        "before": "RECRUITING",
        "after": "SUSPENDED",
        "severity": "critical",
        "sentence": "The trial is on hold.",
    }


def test_failure_in_full_is_what_went_wrong_and_what_was_said_of_it() -> None:
    assert DeliveryError("500", detail="It broke").in_full == "500\nIt broke"
    assert DeliveryError("500").in_full == "500"

"""Answers become what they were, whatever a newer server adds; what an older one lacks is said."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.domain.changes import Change, Severity
from monitor.domain.trial import NctId, VersionInfo
from trialwatch.desk.plain import ServerTooOldError, read

VERSION: dict[str, Any] = {
    "nct_id": "NCT99000001",
    "number": 2,
    "release": "2026-03-09",
    "fetched_at": "2026-03-09T12:00:00+00:00",
    "raw_bytes": 10,
    "stored_bytes": 5,
}


def test_fields_come_back_as_what_they_were() -> None:
    assert read(VersionInfo, VERSION) == VersionInfo(
        nct_id=NctId("NCT99000001"),
        number=2,
        release="2026-03-09",
        fetched_at=datetime(2026, 3, 9, 12, tzinfo=UTC),
        raw_bytes=10,
        stored_bytes=5,
    )


def test_what_a_newer_server_adds_is_left_aside() -> None:
    assert read(VersionInfo, VERSION | {"colour": "green"}) == read(VersionInfo, VERSION)


@pytest.mark.parametrize("value", [None, 2026, "no time"])
def test_what_is_of_another_shape_is_no_answer_of_this_version(value: object) -> None:
    with pytest.raises(ServerTooOldError, match="fetched_at"):
        read(VersionInfo, VERSION | {"fetched_at": value})


def test_what_an_older_server_does_not_tell_is_named() -> None:
    lacking = {name: value for name, value in VERSION.items() if name != "stored_bytes"}

    with pytest.raises(ServerTooOldError, match="stored_bytes: it is older than this command"):
        read(VersionInfo, lacking)


def test_any_json_stays_as_it_is_and_a_weight_comes_by_its_word() -> None:
    told: dict[str, Any] = {
        "nct_id": "NCT99000001",
        "from_version": 1,
        "to_version": 2,
        "kind": "country.added",
        "subject": "countries",
        "before": None,
        "after": [{"city": "Leeds"}, 3, True],
        "severity": "major",
        "sentence": "There is a new country.",
    }

    change = read(Change, told)

    assert change.after == [{"city": "Leeds"}, 3, True]
    assert change.severity is Severity.MAJOR
    assert change.contract() == told

"""What happens to a record as a whole."""

from typing import Any

import pytest

from monitor.detection import events
from monitor.registry.record import Study
from tests.unit.detection.made import RECORD, edited, study_of


def _trial(status: str, verified: str | None, completion: str | None) -> Study:
    module: dict[str, Any] = {"overallStatus": status}
    if verified:
        module["statusVerifiedDate"] = verified
    if completion:
        module["completionDateStruct"] = {"date": completion}
    return study_of(edited(RECORD, {"protocolSection.statusModule": module}))


def test_open_record_not_verified_for_two_years_is_stale() -> None:
    trial = _trial("RECRUITING", "2024-02", "2030-01")

    assert events.stale(trial, today="2026-02-28") is None
    stale = events.stale(trial, today="2026-03-01")

    assert stale is not None
    assert (stale.kind, stale.subject, stale.severity.word) == ("record.stale", "2024-02", "major")
    assert stale.after == {
        "verified": "2024-02",
        "completion": "2030-01",
        "months": 24,
        "why": "unverified",
    }


def test_recruiting_past_its_own_end_is_stale() -> None:
    trial = _trial("RECRUITING", "2026-01", "2025-09-10")

    stale = events.stale(trial, today="2026-03-11")

    assert events.stale(trial, today="2026-03-10") is None
    assert stale is not None
    assert stale.after == {
        "verified": "2026-01",
        "completion": "2025-09-10",
        "months": 6,
        "why": "past_completion",
    }


@pytest.mark.parametrize("status", ["COMPLETED", "TERMINATED", "WITHDRAWN", "UNKNOWN"])
def test_trial_that_is_over_is_never_stale(status: str) -> None:
    trial = _trial(status, "2001-01", "2002-01")

    assert events.stale(trial, today="2026-03-01") is None
    assert events.stale_from(trial) is None


def test_trial_that_takes_nobody_is_not_stale_by_its_completion_date() -> None:
    assert (
        events.stale(_trial("ACTIVE_NOT_RECRUITING", "2026-01", "2020-01"), today="2026-03-01")
        is None
    )


@pytest.mark.parametrize(
    ("status", "verified", "completion"),
    [
        ("RECRUITING", "2024-02", "2030-01"),
        ("RECRUITING", "2025-12-31", "2025-08-31"),
        ("NOT_YET_RECRUITING", "2025", "2024"),
        ("ENROLLING_BY_INVITATION", None, "2025-10"),
    ],
)
def test_stale_speaks_from_the_day_that_is_foretold(
    status: str, verified: str | None, completion: str | None
) -> None:
    trial = _trial(status, verified, completion)
    day = events.stale_from(trial)

    assert day is not None
    eve = f"{day[:8]}{int(day[8:]) - 1:02d}"
    assert events.stale(trial, today=day) is not None
    assert events.stale(trial, today=eve) is None


def test_record_without_dates_is_never_stale() -> None:
    assert events.stale_from(Study()) is None


def test_limits_can_be_set() -> None:
    trial = _trial("RECRUITING", "2026-01", None)

    assert events.stale(trial, today="2026-03-01", unverified_months=1) is not None


def test_events_say_what_a_reader_needs() -> None:
    gone, back = events.gone("2026-03-09"), events.back("2026-03-10")
    merged = events.merged("NCT99000001", "NCT99000002")
    damaged = events.damaged("no sites left")

    assert (gone.subject, gone.severity.word) == ("2026-03-09", "critical")
    assert (back.subject, back.severity.word) == ("2026-03-10", "major")
    assert (merged.subject, merged.before, merged.after) == (
        "NCT99000002",
        "NCT99000001",
        "NCT99000002",
    )
    assert (damaged.after, damaged.severity.word) == ({"reason": "no sites left"}, "silent")

"""A record that is not kept up to date: from when it is stale, and that it is told once."""

import pytest

from monitor.alerting.staleness import stale_now, staleness
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from tests.builders import TRIAL, a_state
from tests.fakes.registry import a_study

#: The first day on which a record verified in March 2024 is stale.
DAY, DAY_BEFORE = "2026-04-01", "2026-03-31"


def verified(month: str | None = "2024-03", status: str = "RECRUITING") -> Study:
    said = {"overallStatus": status, "statusVerifiedDate": month}
    return decode_study(a_study(TRIAL, statusModule={k: v for k, v in said.items() if v}))


def told(
    before: Study, after: Study, *, today: str, stale_on: str | None = None
) -> tuple[str | None, list[str]]:
    """Return from when the record is stale, and the kinds of change that are told."""
    until, found = staleness(a_state(stale_on=stale_on), before, after, today=today, weights=None)
    return until, [each.kind for each in found]


@pytest.mark.parametrize(
    ("today", "until", "kinds"), [(DAY_BEFORE, DAY, []), (DAY, None, ["record.stale"])]
)
def test_record_is_stale_on_its_day_and_not_before(
    today: str, until: str | None, kinds: list[str]
) -> None:
    assert told(verified(), verified(), today=today, stale_on=DAY) == (until, kinds)


def test_record_that_was_stale_and_told_is_not_told_again() -> None:
    assert told(verified(), verified(), today=DAY) == (None, [])


def test_record_that_becomes_stale_by_its_change_is_told() -> None:
    over = verified(status="COMPLETED")

    assert told(over, verified(), today=DAY) == (None, ["record.stale"])


@pytest.mark.parametrize("after", [verified(status="COMPLETED"), verified(None)])
def test_record_that_can_never_be_stale_has_no_day(after: Study) -> None:
    assert told(verified(), after, today=DAY, stale_on=DAY) == (None, [])


def test_record_verified_anew_has_a_later_day() -> None:
    until, kinds = told(verified(), verified("2026-04"), today=DAY)

    assert until is not None
    assert until > DAY
    assert kinds == []


@pytest.mark.parametrize(
    ("stale_on", "now"), [(None, False), (DAY_BEFORE, True), (DAY, True), ("2026-04-02", False)]
)
def test_record_that_has_not_changed_is_stale_from_its_day_on(
    stale_on: str | None, *, now: bool
) -> None:
    assert stale_now(a_state(stale_on=stale_on), DAY) is now

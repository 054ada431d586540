from datetime import date

import pytest

from monitor.detection.dates import (
    PartialDate,
    date_event,
    days_between,
    months_between,
    months_passed,
)


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text)


def _sure(text: str) -> PartialDate:
    parsed = PartialDate.parse(text)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    "text", ["", None, "soon", "2026-13", "2026-02-30", "26-01", "0000", "9999-12"]
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert PartialDate.parse(text) is None


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (("2026-03", "ESTIMATED"), ("2026-03-15", "ESTIMATED"), "precision"),
        (("2026-03-15", "ESTIMATED"), ("2026-03", "ESTIMATED"), "precision"),
        (("2026", "ESTIMATED"), ("2026-12-01", "ESTIMATED"), "precision"),
        (("2026-03", "ESTIMATED"), ("2026-04-01", "ESTIMATED"), "slip"),
        (("2026-03", "ESTIMATED"), ("2026-03", "ACTUAL"), "actual"),
        (("2026-03", "ESTIMATED"), ("2026-03-09", "ACTUAL"), "actual"),
        (("2026-03", "ESTIMATED"), ("2026-05-09", "ACTUAL"), "slip+actual"),
        (("2026-03", "ACTUAL"), ("2026-03", "ESTIMATED"), "estimated"),
        (("2026-03", "ACTUAL"), ("2026-03", None), "type"),
        ((None, None), ("2026-03", "ESTIMATED"), "added"),
        (("2026-03", "ESTIMATED"), (None, None), "removed"),
        (("spring", "ESTIMATED"), ("summer", "ESTIMATED"), "rewritten"),
    ],
)
def test_event_of_a_date(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None], event: str
) -> None:
    types = (before[1], after[1])

    assert date_event(_date(before[0]), _date(after[0]), types=types) == event


@pytest.mark.parametrize(
    ("before", "after", "days", "months"),
    [
        ("2026-01-31", "2026-02-28", 28, 0),
        ("2026-01-15", "2026-03-15", 59, 2),
        ("2026-03-15", "2026-01-16", -58, -1),
        ("2025-12", "2026-07", None, 7),
        ("2026-03-15", "2026-05", None, 2),
        ("2026", "2028", None, None),
    ],
)
def test_distance_is_as_exact_as_the_dates(
    before: str, after: str, days: int | None, months: int | None
) -> None:
    assert days_between(_sure(before), _sure(after)) == days
    assert months_between(_sure(before), _sure(after)) == months


def test_months_passed_count_from_the_last_day_a_date_may_mean() -> None:
    assert months_passed(_sure("2024-02"), date(2026, 2, 28)) == 23
    assert months_passed(_sure("2024-02"), date(2026, 2, 28).replace(month=3, day=1)) == 24
    assert months_passed(_sure("2027-01"), date(2026, 1, 1)) == 0


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2026", "2026-03", True),
        ("2026-03-15", "2026-03", True),
        ("2026", "2027-03", False),
        ("2026-03-15", "2026-03-16", False),
        ("2026-03-15", "2026-03-15", True),
    ],
)
def test_a_more_exact_date_agrees_with_a_vaguer_one(one: str, other: str, *, agree: bool) -> None:
    assert _sure(one).agrees_with(_sure(other)) is agree
    assert _sure(other).agrees_with(_sure(one)) is agree

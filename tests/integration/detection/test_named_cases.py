"""The ready-made cases of the real set, each by its name, with what the notes on the set say of it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from monitor.detection import detect
from monitor.domain.changes import Difference
from monitor.registry.parse import decode_study

pytestmark = pytest.mark.real_records


def _changes(folder: Path, nct_id: str, first: str) -> list[Difference]:
    """Return what changed from the release ``first`` of a history to the one after it."""
    paths = sorted((folder / "history" / nct_id).glob("*.json"))
    number = [path.name[:10] for path in paths].index(first)
    before, after = (decode_study(path.read_bytes()) for path in paths[number : number + 2])
    return list(detect(before, after))


def _one(changes: list[Difference], kind: str) -> Difference:
    (found,) = (change for change in changes if change.kind == kind)
    return found


@pytest.mark.parametrize(
    ("nct_id", "first", "old", "new"),
    [
        ("NCT07011550", "2026-02-10", "RECRUITING", "SUSPENDED"),
        ("NCT05935098", "2026-02-03", "ACTIVE_NOT_RECRUITING", "TERMINATED"),
        ("NCT06911827", "2026-02-10", "NOT_YET_RECRUITING", "RECRUITING"),
        ("NCT07227597", "2026-02-04", "NOT_YET_RECRUITING", "RECRUITING"),
        ("NCT06302556", "2026-02-02", "NOT_YET_RECRUITING", "UNKNOWN"),
    ],
)
def test_status_moves(real_records: Path, nct_id: str, first: str, old: str, new: str) -> None:
    changes = _changes(real_records, nct_id, first)

    assert changes[0].kind == "status"
    assert (changes[0].before, changes[0].after) == (old, new)


@pytest.mark.parametrize(
    ("nct_id", "first"), [("NCT07011550", "2026-02-10"), ("NCT05935098", "2026-02-03")]
)
def test_stop_comes_with_its_reason(real_records: Path, nct_id: str, first: str) -> None:
    reason = _one(_changes(real_records, nct_id, first), "why_stopped")

    assert reason.before is None
    assert reason.after


@pytest.mark.parametrize(
    ("nct_id", "first", "added", "removed"),
    [
        ("NCT06911827", "2026-02-10", 1, 0),
        ("NCT07227597", "2026-02-04", 2, 0),
        ("NCT07099898", "2026-02-04", 43, 0),
        ("NCT05568095", "2026-02-02", 5, 0),
        ("NCT06868277", "2026-02-02", 11, 1),
        ("NCT04736173", "2026-02-02", 4, 40),
        ("NCT05123482", "2026-02-02", 1, 2),
    ],
)
def test_places_come_and_go(
    real_records: Path, nct_id: str, first: str, added: int, removed: int
) -> None:
    kinds = Counter(change.kind for change in _changes(real_records, nct_id, first))

    assert (kinds["site.added"], kinds["site.removed"]) == (added, removed)


def test_many_places_may_move_in_status(real_records: Path) -> None:
    kinds = Counter(one.kind for one in _changes(real_records, "NCT06868277", "2026-02-02"))

    assert kinds["site.status"] == 21


def test_countries_leave_with_their_last_place(real_records: Path) -> None:
    changes = _changes(real_records, "NCT04736173", "2026-02-02")

    gone = [change.subject for change in changes if change.kind == "country.removed"]
    assert sorted(gone) == ["Greece", "Mexico"]


def test_repaired_names_are_renamed_and_nothing_else(real_records: Path) -> None:
    changes = _changes(real_records, "NCT05581004", "2026-02-10")

    assert [change.kind for change in changes] == ["site.renamed", "site.renamed"]


@pytest.mark.parametrize(
    ("nct_id", "first", "rules"),
    [("NCT06780137", "2026-02-10", 1), ("NCT07227597", "2026-02-04", 2)],
)
def test_rules_are_told_one_by_one(real_records: Path, nct_id: str, first: str, rules: int) -> None:
    changes = _changes(real_records, nct_id, first)

    told = [change for change in changes if change.kind.startswith("eligibility.")]
    assert [change.kind for change in told] == ["eligibility.changed"] * rules
    assert all(change.subject.startswith("exclusion ") for change in told)


def test_outcomes_and_an_arm_change_together(real_records: Path) -> None:
    kinds = Counter(one.kind for one in _changes(real_records, "NCT06780137", "2026-02-10"))

    assert (kinds["arm.added"], kinds["outcome.secondary.changed"]) == (1, 3)


def test_update_of_dates_alone_is_one_silent_line(real_records: Path) -> None:
    changes = _changes(real_records, "NCT05574335", "2026-02-02")

    assert [change.kind for change in changes] == ["record.reverified"]


@pytest.mark.parametrize(
    ("nct_id", "first", "days", "months"),
    [("NCT06612645", "2026-02-04", 366, 12), ("NCT06646627", "2026-02-04", None, 7)],
)
def test_end_slips_by_as_much_as_the_dates_say(
    real_records: Path, nct_id: str, first: str, days: int | None, months: int
) -> None:
    notes = _one(_changes(real_records, nct_id, first), "date.completion").notes or {}

    assert (notes["event"], notes["days"], notes["months"]) == ("slip", days, months)


def test_planned_number_became_actual(real_records: Path) -> None:
    enrollment = _one(_changes(real_records, "NCT04514484", "2026-02-04"), "enrollment")

    assert enrollment.after == {"count": 8, "type": "ACTUAL"}


def test_one_of_437_places_in_another_order_is_found_alone(real_records: Path) -> None:
    study: Any = json.loads((real_records / "records" / "NCT02513394.json").read_bytes())
    before = decode_study(json.dumps(study).encode())
    places = study["protocolSection"]["contactsLocationsModule"]["locations"]
    assert len(places) == 437
    gone = places.pop(100)
    places.reverse()

    changes = detect(before, decode_study(json.dumps(study).encode()))

    assert [change.kind for change in changes] == ["site.removed"]
    assert gone["city"] in changes[0].subject

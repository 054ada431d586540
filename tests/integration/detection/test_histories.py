"""Every pair of the real histories, against what was found by eye in the two records.

``expected.json`` holds for each pair the kinds with their subjects (or how many, where there are
many) and in a line what happened.
"""

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from monitor.detection import detect
from monitor.domain.changes import Difference
from monitor.registry.parse import decode_study
from monitor.registry.record import Study

pytestmark = pytest.mark.real_records

_EXPECTED: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("expected.json").read_text(encoding="utf-8")
)


def _study(folder: Path, nct_id: str, release: str) -> Study:
    (path,) = (folder / "history" / nct_id).glob(f"{release}*.json")
    return decode_study(path.read_bytes())


def _pair(folder: Path, pair: str) -> tuple[Study, Study]:
    nct_id, before, after = pair.split()
    return _study(folder, nct_id, before), _study(folder, nct_id, after)


def _summed(differences: tuple[Difference, ...], expected: dict[str, Any]) -> dict[str, Any]:
    subjects: dict[str, list[str]] = defaultdict(list)
    for difference in differences:
        subjects[difference.kind].append(difference.subject)
    return {
        kind: len(found) if isinstance(expected.get(kind), int) else sorted(found)
        for kind, found in subjects.items()
    }


def test_every_pair_of_the_histories_is_expected(real_records: Path) -> None:
    pairs: set[str] = set()
    for folder in sorted((real_records / "history").iterdir()):
        releases = [path.name[:10] for path in sorted(folder.glob("*.json"))]
        pairs.update(f"{folder.name} {one} {other}" for one, other in pairwise(releases))

    assert pairs == set(_EXPECTED)


@pytest.mark.parametrize("pair", sorted(_EXPECTED))
def test_pair_gives_what_was_seen_by_eye(pair: str, real_records: Path) -> None:
    before, after = _pair(real_records, pair)

    differences = detect(before, after)

    expected = _EXPECTED[pair]["changes"]
    assert _summed(differences, expected) == expected
    identities = {(one.kind, one.subject) for one in differences}
    assert len(identities) == len(differences)


@pytest.mark.parametrize("pair", sorted(_EXPECTED))
def test_pair_read_backwards_gives_as_many_changes(pair: str, real_records: Path) -> None:
    before, after = _pair(real_records, pair)
    there, back = detect(before, after), detect(after, before)

    assert len(back) == len(there)


def _first(folder: Path, nct_id: str, number: int = 0) -> dict[str, Difference]:
    pair = sorted(pair for pair in _EXPECTED if pair.startswith(nct_id))[number]
    return {one.kind: one for one in detect(*_pair(folder, pair))}


def test_suspension_counts_the_status_of_its_place(real_records: Path) -> None:
    found = _first(real_records, "NCT07011550")

    assert (found["status"].before, found["status"].after) == ("RECRUITING", "SUSPENDED")
    assert found["status"].notes is not None
    assert found["status"].notes["sites_status_swept"] == 1
    assert found["why_stopped"].after == "FDA"


def test_silent_unknown_names_the_last_known_status(real_records: Path) -> None:
    status = _first(real_records, "NCT06302556")["status"]

    assert status.after == "UNKNOWN"
    assert status.notes is not None
    assert status.notes["last_known"] == "NOT_YET_RECRUITING"
    assert status.notes["verified"] == "2024-02"


def test_slip_of_months_has_no_days(real_records: Path) -> None:
    found = _first(real_records, "NCT06646627")

    assert found["date.completion"].notes == {"event": "slip", "days": None, "months": 7}


def test_planned_number_that_became_actual_says_both(real_records: Path) -> None:
    enrollment = _first(real_records, "NCT04514484")["enrollment"]

    assert enrollment.after == {"count": 8, "type": "ACTUAL"}
    assert enrollment.notes == {"event": "count+actual"}


def test_grown_trial_says_how_many_places_it_has(real_records: Path) -> None:
    added = _first(real_records, "NCT07099898")["site.added"]

    assert added.notes is not None
    assert (added.notes["total"], added.notes["countries"]) == (102, 23)

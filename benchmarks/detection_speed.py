"""How fast changes are found: places against DeepDiff, and whole records.

Each figure is the best of several runs, because other work on the machine only ever adds.
"""

import json
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from deepdiff import DeepDiff

from monitor.detection import detect
from monitor.detection.sites import match_sites
from monitor.domain.changes import Difference
from monitor.registry.parse import decode_study
from monitor.registry.record.people import Location

Json = Any
#: What DeepDiff needs to pair changed items of a list instead of calling all of them new.
_PAIRS_RIGHTLY: dict[str, Any] = {
    "ignore_order": True,
    "report_repetition": True,
    "cutoff_distance_for_pairs": 1,
    "cutoff_intersection_for_pairs": 1,
    "max_passes": 10_000_000,
    "max_diffs": None,
    "cache_size": 5_000,
}


def best_of(work: Callable[[], object], *, runs: int) -> float:
    """Return the shortest of ``runs`` runs, in milliseconds of this process alone."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1_000


def made_places(count: int, *, changed: int, seed: int = 1) -> tuple[list[Json], list[Json]]:
    """Return made-up places and the same ones, re-ordered, ``changed`` of them renamed."""
    rng = random.Random(seed)
    old = [
        {
            "facility": f"{rng.choice(_NAMES)} {rng.choice(_NAMES)} Clinic",
            "city": f"{rng.choice(_NAMES)}ton {number // 3}",
            "state": rng.choice(_NAMES),
            "zip": f"{rng.randint(10_000, 99_999)}",
            "country": rng.choice(("United States", "France", "Japan")),
            "status": "RECRUITING",
        }
        for number in range(count)
    ]
    new = [dict(place) for place in old]
    for place in rng.sample(new, changed):
        place["facility"] += " | Oncology"
    rng.shuffle(new)
    return old, new


_NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper", "Maple", "Oak")


def locations(places: list[Json]) -> list[Location]:
    """Return the places as the record holds them."""
    return [Location(**place) for place in places]


def _against_deepdiff(count: int, changed: int, *, goal: float, runs: int) -> list[str]:
    old, new = made_places(count, changed=changed)
    ours_old, ours_new = locations(old), locations(new)
    match = match_sites(ours_old, ours_new)
    right = sum(
        pair[1].facility == pair[0].facility + " | Oncology" and pair[0].zip == pair[1].zip
        for pair in match.pairs
    )
    ours = best_of(lambda: match_sites(ours_old, ours_new), runs=100)
    reports: list[DeepDiff] = []
    theirs = best_of(lambda: reports.append(DeepDiff(old, new, **_PAIRS_RIGHTLY)), runs=runs)
    paired = len(reports[-1].get("values_changed", {}))
    ratio = theirs / ours
    print(
        f"places {count:5} changed {changed:5}: ours {ours:9.2f} ms ({right} paired rightly), "
        f"DeepDiff {theirs:10.1f} ms ({paired} paired), {ratio:,.0f} x"
    )
    missed = (
        [f"{count} places, {changed} changed: {ratio:.0f} x, not {goal:.0f} x"]
        if ratio < goal
        else []
    )
    return missed + (
        [f"{changed - right} of {changed} places paired wrongly"] if right < changed else []
    )


def _changed_record(raw: bytes, *, places: int) -> bytes:
    """Return a record with a rule, dates, a text and some places changed."""
    study = json.loads(raw)
    protocol = study["protocolSection"]
    protocol["statusModule"]["completionDateStruct"] = {"date": "2031-05", "type": "ESTIMATED"}
    protocol["statusModule"]["lastUpdateSubmitDate"] = "2026-11-20"
    protocol["descriptionModule"]["briefSummary"] += " One more sentence of it."
    protocol["eligibilityModule"]["eligibilityCriteria"] += " as seen at screening"
    for place in protocol.get("contactsLocationsModule", {}).get("locations", [])[:places]:
        place["facility"] = place.get("facility", "") + " | Oncology"
    for part in study.get("resultsSection", {}).values():
        part["description"] = "Made up."
    return json.dumps(study).encode()


def _pair(raw: bytes, run: int, *, places: int) -> tuple[bytes, bytes]:
    """Return a record and its changed form, with rules that no earlier run has seen.

    What detection keeps of texts it has read may help from one version to the next, as it does
    in a sweep, but not from one run to another.
    """
    study = json.loads(raw)
    module = study["protocolSection"]["eligibilityModule"]
    lines = module["eligibilityCriteria"].splitlines()
    module["eligibilityCriteria"] = "\n".join(
        f"{line} at {run}" if line.strip() and not line.endswith(":") else line for line in lines
    )
    fresh = json.dumps(study).encode()
    return fresh, _changed_record(fresh, places=places)


def _detect_bytes(before: bytes, after: bytes) -> tuple[Difference, ...]:
    return detect(decode_study(before), decode_study(after))


def _whole_record(name: str, raw: bytes, *, places: int, goal_ms: float) -> list[str]:
    pairs = [_pair(raw, run, places=places) for run in range(40)]
    found = _detect_bytes(*pairs.pop())
    taken = min(best_of(partial(_detect_bytes, *pair), runs=1) for pair in pairs)
    print(
        f"{name:34} {len(raw):9,} bytes, {len(found):3} changes: {taken:7.2f} ms (goal {goal_ms:.0f})"
    )
    return [f"{name}: {taken:.1f} ms, not {goal_ms:.0f} ms"] if taken > goal_ms else []


def _grown(raw: bytes, size: int) -> bytes:
    """Return a record with results, made as large as ``size`` by more of the same results."""
    study = json.loads(raw)
    events = study["resultsSection"]["adverseEventsModule"]["otherEvents"]
    each = len(json.dumps(events[0]))
    events.extend(events[:1] * max(0, (size - len(raw)) // each))
    return json.dumps(study).encode()


def _typical(folder: Path) -> bytes:
    """Return the record nearest to 16 kB with about 20 rules."""

    def distance(path: Path) -> float:
        raw = path.read_bytes()
        rules = raw.count(b"\\n* ") + raw.count(b"\\n1. ")
        return abs(len(raw) - 16_000) / 16_000 + abs(rules - 20) / 20

    return min(sorted((folder / "records").glob("*.json")), key=distance).read_bytes()


def measure_speed(folder: Path) -> list[str]:
    """Print every figure and return the goals that were missed, in words."""
    many = (folder / "records" / "NCT02513394.json").read_bytes()
    large = (folder / "records" / "NCT02443155.json").read_bytes()
    missed = _against_deepdiff(100, 10, goal=100, runs=3)
    missed += _against_deepdiff(1_000, 100, goal=100, runs=1)
    missed += _against_deepdiff(300, 300, goal=1_000, runs=1)
    missed += _whole_record("16 kB, 20 rules", _typical(folder), places=2, goal_ms=3)
    missed += _whole_record("437 places", _without_results(many), places=44, goal_ms=25)
    missed += _whole_record("1.2 MB", _grown(large, 1_200_000), places=10, goal_ms=60)
    return missed


def _without_results(raw: bytes) -> bytes:
    study = json.loads(raw)
    study.pop("resultsSection", None)
    return json.dumps(study).encode()

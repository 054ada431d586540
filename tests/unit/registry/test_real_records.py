"""Real records: none is refused, and what was made a shadow of one is."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.registry.judge import implausible, unreadable
from monitor.registry.pages import number_of, split_page
from monitor.registry.parse import decode_study

pytestmark = pytest.mark.real_records


def records(folder: Path) -> Iterator[bytes]:
    for file in sorted((folder / "records").glob("*.json")):
        yield file.read_bytes()


def verdict(old: bytes, new: bytes) -> str | None:
    return implausible(decode_study(old), decode_study(new), old_bytes=len(old), new_bytes=len(new))


def shadow_of(raw: bytes) -> bytes:
    """Return the record with number, titles and status alone."""
    study = json.loads(raw)
    protocol = study["protocolSection"]
    kept = {name: protocol[name] for name in ("identificationModule", "statusModule")}
    return json.dumps({**study, "protocolSection": kept}).encode()


def shrunken(raw: bytes) -> bytes:
    """Return the record with the first quarter of its places and of its criteria's lines."""
    study = json.loads(raw)
    protocol = study["protocolSection"]
    places = protocol.get("contactsLocationsModule", {})
    places["locations"] = places.get("locations", [])[: len(places.get("locations", [])) // 4]
    lines = protocol["eligibilityModule"].get("eligibilityCriteria", "").split("\n")
    kept = "\n".join(lines[: max(1, len(lines) // 4)])
    protocol["eligibilityModule"]["eligibilityCriteria"] = kept
    return json.dumps(study).encode()


def test_every_real_record_is_readable(real_records: Path) -> None:
    reasons = [reason for raw in records(real_records) if (reason := unreadable(raw))]

    assert reasons == []


def test_no_real_step_is_refused(real_records: Path) -> None:
    histories = [sorted(trial.glob("*.json")) for trial in (real_records / "history").iterdir()]
    pairs = [pair for files in histories for pair in pairwise(files)]

    refused = {
        f"{old.parent.name} {old.name} -> {new.name}": reason
        for old, new in pairs
        if (reason := verdict(old.read_bytes(), new.read_bytes()))
    }

    assert refused == {}
    assert len(pairs) >= 41


def test_every_real_step_back_is_refused(real_records: Path) -> None:
    histories = [sorted(trial.glob("*.json")) for trial in (real_records / "history").iterdir()]

    for files in histories:
        for old, new in pairwise(files):
            assert "older" in (verdict(new.read_bytes(), old.read_bytes()) or "")


def test_every_shadow_of_a_real_record_is_refused(real_records: Path) -> None:
    for raw in records(real_records):
        shadow = shadow_of(raw)
        assert verdict(raw, shadow)
        assert unreadable(shadow)


def test_nearly_every_shrunken_record_is_refused(real_records: Path) -> None:
    verdicts = [verdict(raw, shrunken(raw)) for raw in records(real_records)]

    # What slips through has few places and few or very uneven lines: nothing to measure by.
    assert verdicts.count(None) <= len(verdicts) * 0.01


def test_page_of_all_real_records_is_split_byte_for_byte(real_records: Path) -> None:
    studies = tuple(raw.strip() for raw in records(real_records))

    page = split_page(b'{"studies":[' + b",".join(studies) + b"]}")

    assert page.studies == studies
    assert [number_of(raw) for raw in studies] == [decode_study(raw).nct_id for raw in studies]

"""Whole summaries, frozen after they were read line by line.

``golden_made.txt`` is that of a made-up record. ``golden_reference.txt`` is that of the reference
trial: our own lines alone. What is quoted from its record, and what its record names, stands there
as ``[...]``. After a change that is meant: run with ``TRIALWATCH_WRITE_GOLDEN=1``, read the
difference against the record, and keep the table of docs/plain-english-reading.md true.
"""

import os
import re
from pathlib import Path

import pytest

from monitor.domain.summaries import Summary
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.explaining import is_gloss
from monitor.summaries.trial import write_summary
from trialwatch.cli.summarytext import print_summary

_HERE = Path(__file__).parent
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _lines(summary: Summary, capsys: pytest.CaptureFixture[str]) -> str:
    print_summary(summary)
    return capsys.readouterr().out


def _own_lines(study: Study, told: str) -> str:
    """Return a told summary with everything that is the record's own blotted out."""
    contacts, sponsor = study.contacts, study.sponsors.lead_sponsor
    names = [
        study.identification.brief_title,
        sponsor.name if sponsor else None,
        *study.conditions.conditions,
        *(treatment.name for treatment in study.arms.interventions),
        *(place.facility for place in contacts.locations),
    ]
    for name in sorted(filter(None, names), key=len, reverse=True):
        told = told.replace(name, "[...]")
    for rule in write_summary(study, version=1).eligibility:
        said = " ".join(line for line in rule.plain if not is_gloss(line))
        if _bare(said) == _bare(rule.source):
            told = told.replace(said, "[... no word had to change]")
    quoted = (line for line in told.splitlines() if "(in the study's own words)" in line)
    for line in quoted:
        told = told.replace(line, "  - [...] (in the study's own words)")
    return _QUOTED.sub('"[...]"', told)


def _bare(text: str) -> str:
    return text.strip(" .;").lower()


def _is_golden(told: str, name: str) -> None:
    golden = _HERE / name
    if os.environ.get("TRIALWATCH_WRITE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told.splitlines() == golden.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def reference(real_records: Path) -> Study:
    """The reference trial, as the registry gives it."""
    path = real_records.parent / "reference" / "NCT07581821.json"
    if not path.is_file():
        pytest.skip(f"the reference record is not in {path}")
    return decode_study(path.read_bytes())


def test_made_record_is_told_as_reviewed(capsys: pytest.CaptureFixture[str]) -> None:
    study = decode_study((_HERE / "made_record.json").read_bytes())

    _is_golden(_lines(write_summary(study, version=1), capsys), "golden_made.txt")


@pytest.mark.real_records
def test_reference_trial_is_told_as_reviewed(
    reference: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _lines(write_summary(reference, version=1), capsys)

    _is_golden(_own_lines(reference, told), "golden_reference.txt")


@pytest.mark.real_records
def test_reference_trial_has_every_rule_and_every_figure(reference: Study) -> None:
    rules = write_summary(reference, version=1).eligibility

    assert len(rules) == 42
    assert {rule.section for rule in rules} == {"inclusion", "exclusion"}
    for rule in rules:
        said = " ".join(rule.plain)
        assert set(_DIGITS.findall(rule.source)) <= set(_DIGITS.findall(said)), rule
        assert "\\" not in said

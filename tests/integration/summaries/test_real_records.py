"""The summaries of all real records: clean, honest, easy to read, always the same."""

import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from monitor.domain.summaries import Summary
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.readability import grade
from monitor.summaries.treatments import TOLD as TREATMENTS_TOLD
from monitor.summaries.trial import write_summary
from monitor.summaries.trial_places import TOLD as PLACES_TOLD
from tests.integration.summaries.reading import (
    QUOTED,
    faults_in,
    numbers_in,
    numbers_of,
    studies,
)

pytestmark = pytest.mark.real_records

#: Sections that are names of people and places, not prose.
NAMES = {"places", "contacts", "sponsor", "treatments", "source"}
SENTENCE = re.compile(r"(?<=[.!?])\s+")


@pytest.fixture(scope="module")
def summaries(real_records: Path) -> list[tuple[bytes, Study, Summary]]:
    """The summary of every newest record."""
    found = studies(real_records / "records")
    return [(raw, study, write_summary(study, version=1)) for _, raw, study in found]


def lines_of(summary: Summary) -> list[tuple[str, str]]:
    return [(part.id, line) for part in summary.sections for line in part.sentences]


def test_no_line_has_a_fault_of_form(summaries: list[tuple[bytes, Study, Summary]]) -> None:
    faulty = [
        (summary.nct_id, section, faults, line)
        for _, study, summary in summaries
        for section, line in lines_of(summary)
        if (faults := set(faults_in(line))) and faults - _faults_of_names(study)
    ]

    assert len(summaries) >= 600
    assert faulty == []


def _faults_of_names(study: Study) -> set[str]:
    """Names are shown as they stand: what looks like a fault may be the record's own."""
    places = study.contacts.locations
    names = (
        *(text for place in places for text in (place.facility, place.city, place.state)),
        *(drug.name for drug in study.arms.interventions),
        *study.conditions.conditions,
    )
    return {fault for name in names for fault in faults_in(name or "")} & {
        *("stray mark", "missing value", "enumeration")
    }


def test_every_number_is_in_the_record_or_a_count_of_it(
    summaries: list[tuple[bytes, Study, Summary]],
) -> None:
    strange = []
    for raw, study, summary in summaries:
        known = numbers_of(raw) | _rests(study) | {1}
        for section, line in lines_of(summary):
            over = numbers_in(QUOTED.sub("", line)) - known
            if over - ({2} if "over 2 years" in line else set()):
                strange.append((summary.nct_id, section, sorted(over), line))

    assert strange == []


def _rests(study: Study) -> set[int]:
    """Counts of what a bound leaves out, and numbers of the groups."""
    arms, outcomes = study.arms, study.outcomes
    others = len(outcomes.secondary_outcomes) + len(outcomes.other_outcomes)
    calls = sum(len(place.contacts) for place in study.contacts.locations)
    countries = {place.country for place in study.contacts.locations}
    return {
        len(study.contacts.locations) - PLACES_TOLD,
        len(arms.interventions) - TREATMENTS_TOLD,
        len(arms.arm_groups) - TREATMENTS_TOLD,
        len(outcomes.primary_outcomes) - 8,
        others,
        calls - 5,
        len(countries) - 12,
        len(study.conditions.conditions) - 8,
        len(study.sponsors.collaborators) - 8,
        *(len(drug.other_names) - 4 for drug in arms.interventions),
        *(len(group.intervention_names) - TREATMENTS_TOLD for group in arms.arm_groups),
        *range(1, len(arms.arm_groups) + 1),
    }


def test_structured_parts_are_easy_to_read(
    summaries: list[tuple[bytes, Study, Summary]],
) -> None:
    grades = [
        grade(
            sentence
            for section, line in lines_of(summary)
            if section not in NAMES
            for sentence in SENTENCE.split(QUOTED.sub("this", line))
        )
        for _, _, summary in summaries
    ]

    assert statistics.median(grades) <= 4.0
    assert statistics.quantiles(grades, n=100)[97] <= 6.0


def test_every_rule_of_every_record_stands_in_the_list_once(
    summaries: list[tuple[bytes, Study, Summary]],
) -> None:
    for _, study, summary in summaries:
        paths = [rule.path for rule in summary.eligibility]

        assert len(paths) == len(set(paths))
        assert bool(paths) == bool(study.eligibility.eligibility_criteria)
        assert all(rule.plain for rule in summary.eligibility)


def test_nothing_is_promised_to_a_reader_of_a_closed_study(
    summaries: list[tuple[bytes, Study, Summary]],
) -> None:
    for _, study, summary in summaries:
        if study.status.overall_status in ("COMPLETED", "TERMINATED", "WITHDRAWN"):
            own = " ".join(QUOTED.sub("", line) for _, line in lines_of(summary))
            assert "you can join" not in own
            assert "looking for people" not in own


def test_summary_is_the_same_in_every_process(real_records: Path) -> None:
    paths = sorted((real_records / "records").glob("*.json"))[::40]
    program = (
        "import sys, hashlib, json\n"
        "from dataclasses import asdict\n"
        "from monitor.registry.parse import decode_study\n"
        "from monitor.summaries.trial import write_summary\n"
        "made = [asdict(write_summary(decode_study(open(p, 'rb').read()), version=1))\n"
        "        for p in sys.argv[1:]]\n"
        "print(hashlib.sha256(json.dumps(made).encode()).hexdigest())\n"
    )
    here = [asdict(write_summary(decode_study(path.read_bytes()), version=1)) for path in paths]
    expected = hashlib.sha256(json.dumps(here).encode()).hexdigest()

    for seed in ("1", "4242"):
        run = subprocess.run(
            [sys.executable, "-c", program, *map(str, paths)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert run.stdout.strip() == expected

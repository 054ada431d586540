"""The record that the product was inspired by, against the faults of the page made from it."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from monitor.domain.summaries import Summary
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.trial import write_summary
from tests.conftest import unavailable
from tests.integration.summaries.reading import faults_in, numbers_in

pytestmark = pytest.mark.real_records

_REFERENCE = Path(__file__).parents[4] / "shared" / "registry" / "reference" / "NCT07581821.json"


@pytest.fixture(scope="module")
def raw() -> bytes:
    path = Path(os.environ.get("TRIALWATCH_REFERENCE_RECORD") or _REFERENCE)
    if not path.is_file():
        unavailable(f"no reference record at {path}; set TRIALWATCH_REFERENCE_RECORD")
    return path.read_bytes()


@pytest.fixture(scope="module")
def study(raw: bytes) -> Study:
    return decode_study(raw)


@pytest.fixture(scope="module")
def summary(study: Study) -> Summary:
    return write_summary(study, version=1)


def section(summary: Summary, name: str) -> str:
    return " ".join(line for part in summary.sections if part.id == name for line in part.sentences)


def everything(summary: Summary) -> str:
    lines = [line for part in summary.sections for line in part.sentences]
    return " ".join([*lines, *(line for rule in summary.eligibility for line in rule.plain)])


def test_every_exclusion_is_there(summary: Summary) -> None:
    sides = Counter(rule.section for rule in summary.eligibility)

    assert sides == {"inclusion": 13, "exclusion": 29}


def test_nested_rules_keep_their_place(summary: Summary) -> None:
    paths = {rule.path for rule in summary.eligibility}

    assert {"I.6.1", "I.6.2", "I.6.3", "E.17.1", "E.17.11"} <= paths


def test_rule_that_breaks_off_is_marked(summary: Summary) -> None:
    (broken,) = (rule for rule in summary.eligibility if "truncated" in rule.flags)

    assert broken.path.startswith("E.13")


def test_no_markup_is_left(summary: Summary) -> None:
    for part in summary.sections:
        for line in part.sentences:
            assert not faults_in(line)
    assert "\\" not in everything(summary)


def test_no_raw_enumeration_is_shown(summary: Summary) -> None:
    for word in ("RECRUITING", "INTERVENTIONAL", "PHASE2", "ESTIMATED", "DRUG"):
        assert not re.search(rf"\b{word}\b", everything(summary))


def test_size_is_that_of_the_record_alone(summary: Summary) -> None:
    assert section(summary, "size") == "The study plans for 33 people."
    assert not {100, 300} & numbers_in(section(summary, "stage"))


def test_no_regulator_or_guess_is_brought_in(summary: Summary) -> None:
    for word in ("FDA", "approv", "pilot", "rare"):
        assert word not in everything(summary)


def test_doses_are_in_words_beside_the_own_ones(summary: Summary, study: Study) -> None:
    told = section(summary, "treatments")

    assert "days 1 to 14, every 3 weeks, by mouth" in told
    assert told.count("mg for each square meter of body size") == 3
    assert (study.arms.interventions[0].description or "") in told


def test_own_words_keep_the_odd_spelling_of_the_title_and_say_whose_it_is(
    summary: Summary, study: Study
) -> None:
    assert section(summary, "title").startswith("The study team calls it: ")
    assert (study.identification.official_title or "") in section(summary, "title")


def test_place_is_told_once_with_how_it_stands(summary: Summary) -> None:
    assert section(summary, "places").count("Zhuhai") == 1
    assert section(summary, "places").startswith("The study has 1 place in China.")
    assert ": open." in section(summary, "places")


def test_what_the_record_lacks_is_said_or_left_out(summary: Summary) -> None:
    names = {part.id for part in summary.sections}

    assert "The record names no one to call." in section(summary, "contacts")
    assert "does not say when it was last checked" in section(summary, "status")
    assert not {"dates", "groups", "who-knows", "main-outcome", "who-it-is-for"} & names


def test_release_and_version_are_named(summary: Summary) -> None:
    assert "version 1" in section(summary, "source")
    assert "June 7, 2026" in section(summary, "source")
    assert section(summary, "source").endswith("This is not medical advice.")


def test_summary_is_about_this_trial_not_about_trials(summary: Summary, raw: bytes) -> None:
    told = " ".join(
        line
        for part in summary.sections
        if part.id not in ("questions", "source")
        for line in part.sentences
    )
    known = numbers_in(json.dumps(json.loads(raw))) | {1}

    assert len(told.split()) < 500
    assert numbers_in(told) <= known


def test_nothing_claims_that_a_person_reviewed_it(summary: Summary) -> None:
    for word in ("review", "verified by", "qualif"):
        assert word not in section(summary, "status") + section(summary, "source")

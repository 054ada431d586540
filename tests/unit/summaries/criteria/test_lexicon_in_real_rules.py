"""The lexicon over real rules, held to a reading of our own and not to the fidelity check."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.grammar import lint
from monitor.summaries.lexicon import settled
from monitor.summaries.tokens import normal
from tests.unit.summaries.criteria.own_reading import (
    READ,
    TWO_IN_ONE,
    compared,
    denials,
    joints,
    modals,
    names,
    numbers,
    times,
)

#: Every such record is read; the benchmark and a run by hand read them all.
STEP = 4
Line: TypeAlias = tuple[str, str, frozenset[str]]
Reading: TypeAlias = Callable[[str], object]
#: Rules with a phrase that was read one by one, and why: see ``own_reading``.
READ_ONE = re.compile(
    "|".join(
        re.escape(phrase).replace(r"\ /\ ", r"\s*/\s*")
        for phrase in sorted({*READ, *TWO_IN_ONE, "etc."})
    ),
    re.IGNORECASE,
)
#: Names in full that are said by their short form.
SAID_SHORT = re.compile(
    r"response evaluation criteria in solid tumou?rs|human immunodeficiency virus|"
    r"chronic obstructive pulmonary disease"
)
#: What the writer mends after the lexicon.
MENDED = {"small letter at the start"}


@pytest.fixture(scope="module")
def lines(real_records: Path) -> list[Line]:
    """Rules of real records before and after the lexicon, with the record's own names."""
    found = []
    for path in sorted((real_records / "records").glob("*.json"))[::STEP]:
        study = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
        own = _names(study)
        text = study.get("eligibilityModule", {}).get("eligibilityCriteria")
        rules = (normal(node.text) for node in parse(text).walk())
        found += [(rule, settled(rule, own), own) for rule in rules]
    return found


def _names(study: dict[str, dict[str, list[dict[str, str]]]]) -> frozenset[str]:
    conditions = study.get("conditionsModule", {}).get("conditions", [])
    drugs = study.get("armsInterventionsModule", {}).get("interventions", [])
    found = (*map(str, conditions), *(drug["name"] for drug in drugs))
    return frozenset(name.lower() for name in found if re.fullmatch(r"[\w -]+", name))


@pytest.mark.real_records
@pytest.mark.parametrize(
    "read", [numbers, denials, times, joints, compared, modals], ids=lambda read: read.__name__
)
def test_lexicon_changes_nothing_of_what_decides(lines: list[Line], read: Reading) -> None:
    changed = [
        (old, new) for old, new, _ in lines if read(old) != read(new) and not READ_ONE.search(old)
    ]

    assert changed == []


@pytest.mark.real_records
def test_names_of_drugs_and_illnesses_stay(lines: list[Line]) -> None:
    lost = [(old, new) for old, new, _ in lines if names(old) - names(new)]
    own = [
        (name, old, new)
        for old, new, known in lines
        for name in known
        if len(re.findall(rf"\b{re.escape(name)}\b", SAID_SHORT.sub("", old.lower())))
        > len(re.findall(rf"\b{re.escape(name)}\b", new.lower()))
    ]

    assert lost == []
    assert own == []


@pytest.mark.real_records
def test_lexicon_brings_no_broken_english(lines: list[Line]) -> None:
    broken = [(old, new) for old, new, _ in lines if set(lint(new)) - set(lint(old)) - MENDED]

    assert broken == []

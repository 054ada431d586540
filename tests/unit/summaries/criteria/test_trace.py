"""Every plain sentence knows its part of the source, and every word of the source its fate."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.tree import parse
from monitor.summaries.criteria import OWN_WORDS, plain_criteria
from monitor.summaries.explaining import is_gloss
from monitor.summaries.origins import Trace, WordOrigin
from monitor.summaries.trace import trace

#: Every such record is read.
_STEP = 8


def _rule(text: str) -> PlainCriterion:
    (rule,) = plain_criteria(parse(f"Exclusion Criteria:\n\n* {text}"))
    return rule


def _fate(rule: PlainCriterion, word: str) -> WordOrigin:
    return next(one for one in trace(rule).words if rule.source[one.start : one.end] == word)


def _parts(rule: PlainCriterion) -> list[str]:
    return [rule.source[one.start : one.end] for one in trace(rule).sentences]


def test_kept_word_names_the_line_it_stands_in() -> None:
    rule = _rule("Patients with diabetes")

    assert _fate(rule, "diabetes") == WordOrigin(start=14, end=22, by="kept", sentence=0)


def test_plainer_words_name_their_phrase() -> None:
    rule = _rule("Myocardial damage prior to enrollment")

    assert _fate(rule, "prior").by == "lexicon"
    assert "prior to" in _fate(rule, "prior").entry


def test_person_turned_to_the_reader_is_told_by_the_frame() -> None:
    rule = _rule("Patients with diabetes")

    assert _fate(rule, "Patients") == WordOrigin(start=0, end=8, by="frame", entry="you")


def test_template_names_its_family() -> None:
    rule = _rule("Life expectancy of less than 3 months")

    assert _fate(rule, "expectancy").entry == "life expectancy"


def test_closing_verdict_is_dropped_for_the_lead_line() -> None:
    rule = _rule("Patients with diabetes are excluded from the study")

    fate = _fate(rule, "excluded")

    assert (fate.by, fate.entry) == ("dropped", "the list's lead line says it")


def test_sentence_cut_off_names_its_own_part_of_the_rule() -> None:
    rule = _rule(
        "Any chronic disease of the muscles of the heart that was seen by the nurse of the green ward "
        "in the past year (e.g., asthma, cystic fibrosis)"
    )

    first, examples, *_ = _parts(rule)

    assert first.endswith("year")
    assert examples.endswith("cystic fibrosis")


def test_explanation_names_the_place_of_its_term() -> None:
    rule = _rule("Patients with asthma or diabetes")

    explained = [one for one in trace(rule).sentences if one.of == "glossary"]

    assert [rule.source[one.start : one.end] for one in explained] == ["diabetes"]


def test_quoted_rule_is_kept_word_for_word() -> None:
    rule = replace(_rule("Patients with diabetes"), plain=("Patients with diabetes",))
    rule = replace(rule, method=OWN_WORDS)

    assert _parts(rule) == [rule.source]
    assert {word.by for word in trace(rule).words} == {"kept"}


def test_word_that_a_writer_lost_is_untraced() -> None:
    rule = replace(_rule("Patients with diabetes or asthma"), plain=("You have diabetes.",))

    assert _fate(rule, "asthma").by == "untraced"


@given(source=st.text(max_size=200), plain=st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_traced_inside_its_bounds(source: str, plain: list[str]) -> None:
    rule = replace(_rule("Patients with diabetes"), source=source, plain=tuple(plain))

    _holds(rule, trace(rule))


def _holds(rule: PlainCriterion, found: Trace) -> None:
    """Hold that spans lie inside the source, and that its words stand there once and in order."""
    assert len(found.sentences) == len(rule.plain)
    assert all(0 <= one.start <= one.end <= len(rule.source) for one in found.sentences)
    places = [(word.start, word.end) for word in found.words]
    assert all(start < end for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    covered = {place for start, end in places for place in range(start, end)}
    missed = {place for place, sign in enumerate(rule.source) if sign.isalnum()} - covered
    assert not missed
    assert all(word.sentence is None or word.sentence < len(rule.plain) for word in found.words)


def _real_rules(folder: Path) -> Iterator[PlainCriterion]:
    for path in sorted((folder / "records").glob("*.json"))[::_STEP]:
        study = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
        yield from plain_criteria(
            parse(study.get("eligibilityModule", {}).get("eligibilityCriteria"))
        )


@pytest.mark.real_records
def test_every_word_of_real_rules_is_accounted_for(real_records: Path) -> None:
    for rule in _real_rules(real_records):
        found = trace(rule)
        _holds(rule, found)
        assert all(one.start < one.end for one in found.sentences), rule
        assert [word for word in found.words if word.by == "untraced"] == [], rule
        assert all(word.entry for word in found.words if word.by not in {"kept", "untraced"}), rule
        for place, line in enumerate(rule.plain):
            assert found.sentences[place].of == ("glossary" if is_gloss(line) else "rule")

"""Whatever a registry text holds, the writer keeps its promises."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import OWN_WORDS, plain_criteria, plain_text
from monitor.summaries.explaining import is_gloss
from monitor.summaries.fidelity import check
from monitor.summaries.grammar import lint
from monitor.summaries.readability import grade

WORDS = st.sampled_from(
    [
        "patients",
        "subjects",
        "with",
        "who",
        "have",
        "has",
        "are",
        "must",
        "not",
        "no",
        "without",
        "history",
        "of",
        "prior",
        "renal",
        "hepatic",
        "disease",
        "therapy",
        "≥",
        "<",
        ">",
        "3",
        "18",
        "12.5",
        "weeks",
        "years",
        "mg/dL",
        "before",
        "within",
        "and",
        "or",
        "(",
        ")",
        ";",
        ":",
        ".",
        ",",
        "unless",
        "except",
        "other",
        "than",
        "including",
        "such",
        "as",
        "e.g.",
        "HIV",
        "ULN",
        "x",
        "ECOG",
        "pregnant",
        "allergic",
        "to",
        "the",
        "a",
        "an",
        "any",
        "study",
        "investigator",
        "hypersensitivity",
        "their",
        "you",
        "-",
        "\\>",
        "*",
        "1.",
        "(a)",
    ]
)
RULE = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
SECTION = st.sampled_from(["inclusion", "exclusion", "rules"])
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@given(text=st.text(max_size=400), section=SECTION)
@settings(deadline=None, max_examples=150)
def test_any_text_is_written_or_quoted(text: str, section: str) -> None:
    written = plain_text(text, section=section)

    assert written.method == "rules" or written.sentences == (text,)


@given(text=RULE, section=SECTION)
@settings(deadline=None, max_examples=200)
def test_what_is_ours_passes_its_own_checks(text: str, section: str) -> None:
    written = plain_text(text, section=section)

    if written.method != OWN_WORDS:
        assert check(text, written.sentences, section=section) == ()
        assert not any(map(lint, written.sentences))


@given(text=RULE, section=SECTION)
@settings(deadline=None, max_examples=200)
def test_figures_of_the_source_are_the_figures_of_the_sentences(text: str, section: str) -> None:
    written = plain_text(text, section=section)

    assert Counter(_FIGURE.findall(" ".join(written.sentences))) == Counter(_FIGURE.findall(text))


@given(rules=st.lists(RULE, max_size=6))
@settings(deadline=None, max_examples=80)
def test_every_node_of_a_tree_stands_once(rules: list[str]) -> None:
    doc = parse("Exclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules))

    plain = plain_criteria(doc)

    assert [(rule.path, rule.source) for rule in plain] == [
        (node.path, node.text) for node in doc.walk()
    ]
    explained = [line for rule in plain for line in rule.plain if is_gloss(line)]
    assert len(explained) == len(set(explained))


@given(sentences=st.lists(st.text(max_size=60), max_size=5))
def test_meter_takes_any_text(sentences: list[str]) -> None:
    assert isinstance(grade(sentences), float)

"""Whatever a registry text holds, the writer keeps its promises."""

import re
from collections import Counter

from hypothesis import example, given, settings
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
#: What families, frames, heads and joints look for at the start, in the middle and at the end.
OPENING = st.sampled_from(
    [
        *(
            "",
            "Patients with ",
            "Patients who have ",
            "Subjects must ",
            "Women who ",
            "Be ",
            "Has ",
        ),
        *("Histologically confirmed ", "Histologically or cytologically confirmed diagnosis of "),
        *(
            "History of ",
            "Use of ",
            "Treatment with ",
            "Any ",
            "No ",
            "Known allergy to ",
            "Current ",
        ),
        *("Age ≥ 18 years ", "Life expectancy of 3 months ", "Signed and dated ", "Pregnant or "),
        *(
            "Inability to ",
            "Any of the following: ",
            "In the investigator's opinion, ",
            "Total IgE ",
        ),
    ]
)
CORE = st.lists(
    st.sampled_from(
        [
            *("cancer", "asthma", "rash", "adults", "drug A", "stage III", "consent form", "tests"),
            *("who", "that", "which", "for which", "and is", "not", "no", "or", "and", ",", ";"),
            *("(e.g., X, Y)", "(i.e., Z)", "≥ 3 mg", "within 4 weeks", "including", "such as"),
            *(
                "in the opinion of the investigator",
                "as a result of",
                "due to",
                "OR",
                "AND",
                "their",
            ),
            *(
                "prior to inclusion",
                "other than",
                "except for",
                "unless",
                "if",
                "on",
                "taking part in",
            ),
        ]
    ),
    max_size=9,
).map(" ".join)
ENDING = st.sampled_from(
    [
        *("", " with histological evidence", " with cytological or histological confirmation"),
        *(" confirmed histologically", " for at least 6 months", " within 3 months of enrollment"),
        *(
            " unless it was treated",
            " as judged by the investigator",
            " will be excluded",
            "; or",
            ":",
        ),
        *(
            " who have had surgery",
            " that may interfere with the study",
            ", A, B, and C",
            " is allowed",
        ),
    ]
)
FRAMED = st.tuples(OPENING, CORE, ENDING).map("".join)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@given(text=st.text(max_size=400), section=SECTION)
@settings(deadline=None, max_examples=150)
def test_any_text_is_written_or_quoted(text: str, section: str) -> None:
    written = plain_text(text, section=section)

    assert written.method == "rules" or written.sentences == (text,)


@example(text=" will be excluded", section="exclusion")
@example(
    text="Lung cancer for which no therapy exists, with histological evidence", section="rules"
)
@given(text=FRAMED, section=SECTION)
@settings(deadline=None, max_examples=400)
def test_rule_in_any_frame_is_written_or_quoted(text: str, section: str) -> None:
    for opens_list in (False, True):
        written = plain_text(text, section=section, opens_list=opens_list)

        assert written.sentences
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

"""What short forms stand for: the record first, then the table, and never a guess."""

import re
from collections import Counter

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.acronyms import Record, short_forms
from monitor.summaries.criteria import plain_criteria
from monitor.summaries.defined import definitions, long_form
from monitor.summaries.grammar import lint
from monitor.summaries.lexicon import rows
from monitor.summaries.readability import grade

ROWS = list(rows("acronyms.tsv"))
UNKNOWN = "does not say what it stands for"


def meaning(
    short: str, text: str, own: frozenset[str] = frozenset(), treatments: tuple[str, ...] = ()
) -> str:
    record = Record(texts=(text,), own=own, treatments=treatments)
    found = {word.term: word.meaning for word in short_forms([text], record)}
    return found[short]


@pytest.mark.parametrize(
    ("before", "short", "long"),
    [
        ("with a high absolute neutrophil count", "ANC", "absolute neutrophil count"),
        ("in an environmental exposure chamber", "EEC", "environmental exposure chamber"),
        ("by the Office of Management and Budget", "OMB", "Office of Management and Budget"),
        ("a normal prothrombin time", "PT", "prothrombin time"),
        ("people with hemoglobin", "Hb", "hemoglobin"),
        ("total immunoglobulin E", "IgE", "immunoglobulin E"),
        ("nasal provocation tests", "NPTs", "nasal provocation tests"),
        ("asthma, or cough", "AC", ""),
        ("a bad cold in winter", "XYZ", ""),
        ("on the day of the visit", "FID", ""),
    ],
)
def test_long_form_is_made_of_the_words_before_the_bracket(
    before: str, short: str, long: str
) -> None:
    assert long_form(short, before) == long


def test_record_defines_in_either_order_and_the_first_counts() -> None:
    found = definitions(
        ["EYA (extra yellow apples)", "early yeast agar (EYA) and BQ = blue quince, ripe"]
    )

    assert found == {"EYA": "extra yellow apples", "BQ": "blue quince"}


def test_record_comes_before_the_table() -> None:
    told = meaning("SAE", "a small amber egg (SAE) is used")

    assert told == "Short for small amber egg."


def test_meaning_of_the_table_is_told_with_the_words_of_the_record() -> None:
    told = meaning("PE", "no Pulmonary Embolism (PE)")

    assert told == "Short for Pulmonary Embolism. A clot that blocks a blood vessel of the lungs."


def test_short_form_of_two_meanings_wants_its_long_form_in_the_record() -> None:
    assert meaning("MS", "No MS drug. Known multiple sclerosis.").startswith("Short for multiple")
    assert UNKNOWN in meaning("MS", "No MS drug.")
    assert UNKNOWN in meaning("MS", "No MS. Multiple sclerosis or mass spectrometry.")


def test_names_of_the_record_are_called_names() -> None:
    own = meaning("ZEPHYRA-QX", "as in ZEPHYRA-QX", own=frozenset({"ZEPHYRA-QX"}))
    drug = meaning("QZX", "allergic to QZX", treatments=("QZX tablets",))
    gene = meaning("QZXA", "a QZXA mutation")

    assert own == "A short name or number of this study."
    assert drug == "A name, or a part of the name, of a treatment in this study."
    assert "as the name of a gene" in gene


def test_unknown_short_form_is_told_as_unknown() -> None:
    assert meaning("QZX", "a QZX of 3") == (
        "The record uses this short form and does not say what it stands for. Ask the study team."
    )


def test_stressed_word_is_no_short_form() -> None:
    record = Record(texts=("You must NEVER smoke. It is never allowed.",))

    assert short_forms(record.texts, record) == ()


def glosses_of(text: str) -> list[str]:
    return [line for rule in plain_criteria(parse(text)) for line in rule.plain]


def test_acronym_that_means_something_else_here_is_not_explained_as_the_usual_one() -> None:
    usual = glosses_of("Inclusion Criteria:\n\n* A stable dose of ICS")
    here = glosses_of("Inclusion Criteria:\n\n* A high indigo clay score (ICS)")

    assert any("steroid" in line for line in usual)
    assert not any("steroid" in line for line in here)


def test_rows_of_the_table_are_whole() -> None:
    assert [row for row in ROWS if len(row) != 4 or not (row[1] or row[2])] == []
    assert len(ROWS) >= 300


def test_two_meanings_of_one_short_form_are_never_told_without_the_record() -> None:
    counts = Counter(short for row in ROWS for short in row[0].split("|"))
    sure = [
        short
        for row in ROWS
        for short in row[0].split("|")
        if counts[short] > 1 and row[3] == "alone"
    ]

    assert sure == []


def test_meanings_of_the_table_are_plain() -> None:
    meanings = [row[2] for row in ROWS if row[2]]

    assert [text for text in meanings if re.search(r"\d", text) or lint(text)] == []
    assert grade(meanings) <= 6.0


def test_short_form_of_one_meaning_is_explained_beside_its_first_rule() -> None:
    text = "Inclusion Criteria:\n\n* Drugs that block BSEP\n* No BSEP again\n* CAR-T cells"

    plain = [rule.plain for rule in plain_criteria(parse(text))]

    assert plain[0][1:] == ("BSEP: proteins that move drugs in and out of cells.",)
    assert all(line.startswith("CAR-T") for line in plain[2][1:])
    assert len(plain[1]) == 1


def test_short_form_that_the_rules_define_otherwise_is_not_explained_by_the_table() -> None:
    text = "Inclusion Criteria:\n\n* Visits to the Blue Swan Eating Place (BSEP)"

    assert len(plain_criteria(parse(text))[0].plain) == 1

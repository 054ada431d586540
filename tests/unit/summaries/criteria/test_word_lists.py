"""The data files: what a person who adds an entry is told."""

import re

import pytest

from monitor.summaries.contexts import context
from monitor.summaries.explaining import gloss, is_gloss
from monitor.summaries.fidelity import check
from monitor.summaries.grammar import lint
from monitor.summaries.lexicon import LEXICON_VERSION, apply, entries, rows
from monitor.summaries.words import acronyms_in, terms_in, words_to_know
from tests.unit.summaries.criteria.company import in_company

WRITTEN = [entry for entry in entries() if entry.plain]


def test_lexicon_holds_six_hundred_word_types_beyond_the_glossary() -> None:
    explained = {word for row in rows("glossary.tsv") for word in row[0].lower().split()}
    types = {word for entry in WRITTEN for word in entry.phrase.split() if word.isalpha()}

    assert len(types - explained) >= 600


def test_outcome_of_an_entry_is_no_entry_again() -> None:
    unsteady = [entry for entry in WRITTEN if apply(entry.plain or "")[0] != entry.plain]

    assert unsteady == []


def test_no_entry_adds_a_figure() -> None:
    adding = [
        entry
        for entry in WRITTEN
        if set(re.findall(r"(?<![A-Za-z])\d+", entry.plain or ""))
        - set(re.findall(r"(?<![a-z])\d+", entry.phrase))
    ]

    assert adding == []


def test_no_phrase_is_listed_twice() -> None:
    phrases = [entry.phrase for entry in WRITTEN]

    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []


def test_longest_phrase_wins_and_is_not_gone_over_again() -> None:
    assert apply("prior to study enrollment")[0] == "before joining the study"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("a renal disease", "a kidney disease"),
        ("a hepatic or an abdominal disease", "a liver or a belly disease"),
        ("Hemoglobin≥9 g/dL", "Hemoglobin of at least 9 g/dL"),
        ("for ≥ 3 weeks", "for at least 3 weeks"),
        ("ages 18-65", "ages 18 to 65"),
        ("pulmonary hypertension", "pulmonary hypertension"),
        ("subject to", "subject to"),
    ],
)
def test_words_around_an_entry_stay_right(source: str, plain: str) -> None:
    assert apply(source)[0] == plain


def test_name_of_the_record_wins_over_an_entry() -> None:
    assert apply("renal diet", frozenset({"renal diet"}))[0] == "renal diet"


def test_meanings_hold_no_figures_and_read_well() -> None:
    forms = [
        in_company(form, context("".join(row[4:])))
        for row in rows("glossary.tsv")
        for form in row[1].split("|")
    ]
    lines = [gloss(term, form) for form in forms for term in terms_in(form)]

    assert [line for line in lines if re.search(r":.*\d", line) or lint(line)] == []
    assert [line for line in lines if not is_gloss(line)] == []
    assert len(lines) >= len(forms)


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("RAST of class 2", "RAST: a blood test"),
        ("known systemic sclerosis", "Systemic sclerosis: "),
        ("use of albuterol", "Albuterol: a drug"),
        ("PTT of at most 40 seconds", "PTT: "),
        ("ALT of at most 3", "ALT: "),
        ("ALT or AST of at most 3", "AST and ALT: "),
        ("a platelet count", "Platelets: "),
        ("monoclonal antibodies", "Monoclonal antibody: "),
        ("low Absolute Neutrophil Count (ANC)", "ANC: "),
        ("severe arterial disease", "Arterial: of a blood vessel"),
        ("beta blockers", "Beta-blocker: "),
    ],
)
def test_explanation_opens_with_the_word_that_the_rule_holds(text: str, heading: str) -> None:
    found = [gloss(term, text) for term in terms_in(text)]

    assert any(line.startswith(heading) for line in found), found


def test_meaning_is_not_its_own_word_again() -> None:
    again = [
        row[0]
        for row in rows("glossary.tsv")
        if re.search(rf"\b{re.escape(row[0].lower())}\b", row[2].lower())
    ]

    assert again == []


def test_sentence_of_a_rule_is_no_explanation() -> None:
    assert not is_gloss("You have HIV.")
    assert not is_gloss("Weight: a virus that makes it hard to fight germs.")


def test_form_belongs_to_one_term() -> None:
    forms = [form for row in rows("glossary.tsv") for form in row[1].split("|")]

    assert sorted({form for form in forms if forms.count(form) > 1}) == []


def test_capitals_tell_two_acronyms_apart() -> None:
    kidney, gene = terms_in("eGFR"), terms_in("EGFR")

    assert [term.term for term in kidney] == ["eGFR"]
    assert [term.term for term in gene] != ["eGFR"]
    assert terms_in("you act on it") == ()


def test_words_to_know_are_listed_once_in_order() -> None:
    found = words_to_know(["Platelets and HIV and platelets."], ["ULN"])

    assert [word.term for word in found] == ["HIV", "Platelets", "ULN"]


def test_acronyms_are_no_roman_figures_or_stressed_words() -> None:
    assert acronyms_in("NYHA class III OR ULN") == {"NYHA", "ULN"}


def test_version_is_that_of_the_files() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", LEXICON_VERSION)


def test_every_entry_alone_passes_the_fidelity_check() -> None:
    refused = [
        entry
        for entry in WRITTEN
        if check(
            in_company(entry.phrase, entry.when),
            [in_company(entry.plain or "", entry.when)],
            section="inclusion",
        )
    ]

    assert refused == []

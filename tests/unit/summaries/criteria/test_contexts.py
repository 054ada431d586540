"""Rows that hold among some words alone: what a condition says, and where ours bite."""

import pytest

from monitor.summaries.contexts import ANYWHERE, context
from monitor.summaries.lexicon import apply
from monitor.summaries.words import terms_in


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("", "big red box", True),
        ("only big _", "big red box", True),
        ("only _ box|_ bag", "big red box", True),
        ("only small _|_ bag", "big red box", False),
        ("only box", "big red box", True),
        ("only bag", "big red box", False),
        ("not _ box", "big red box", False),
        ("not _ bag", "big red box", True),
        ("not box", "big red box", False),
        ("not very big _", "big red box", True),
        ("only big _; not _ box", "big red box", False),
        ("only big _; not _ bag", "big red box", True),
        ("not _ ;|_ bag", "big red ; box", False),
        ("not _ #", "big red 65", False),
        ("not _ #", "big red box", True),
    ],
)
def test_condition_looks_at_the_words_around(written: str, text: str, *, fits: bool) -> None:
    assert context(written).fits(text.split(), 1, 2) is fits


def test_row_without_condition_holds_anywhere() -> None:
    assert context("") == ANYWHERE


@pytest.mark.parametrize(
    "written", ["with _ box", "only", "only _", "only a|", "not _ x _", "only a; only b"]
)
def test_condition_that_says_nothing_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"condition|place"):
        context(written)


@pytest.mark.parametrize(
    ("term", "holds", "fails"),
    [
        ("Predicted", "FEV1 of at most 80% predicted", "a predicted survival of 3 months"),
        ("Hypertension", "severe hypertension", "portal hypertension"),
        ("Sinus", "sinus surgery", "sinus bradycardia"),
        ("Oral", "oral steroids", "oral candidiasis"),
        ("Radiation", "radiation to the chest", "ultraviolet radiation"),
        ("Necrosis", "necrosis of the skin", "a tumour necrosis factor blocker"),
        ("Inhibitor", "a pump inhibitor", "C1 inhibitor deficiency"),
        ("Inhibitor", "a JAK inhibitor", "inhibitors to factor VIII"),
        ("Sinus", "sinus surgery", "sick sinus syndrome"),
        ("Hypertension", "arterial hypertension", "pulmonary artery hypertension"),
        ("Pathogen", "a pathogen", "a pathogenic variant"),
        ("Compliance", "poor compliance", "low lung compliance"),
        ("Definitive", "definitive surgery", "definitive asthma"),
        ("Potency", "high potency steroids", "sexual potency"),
        ("Steroid", "oral steroids", "anabolic steroids"),
        ("Monoclonal antibody", "monoclonal antibodies", "serum monoclonal protein"),
        ("Run-in", "the run-in visit", "the safety run-in"),
        ("Medulla", "pons or medulla", "the renal medulla"),
    ],
)
def test_word_is_explained_only_in_the_sense_that_is_told(
    term: str, holds: str, fails: str
) -> None:
    assert term in {found.term for found in terms_in(holds)}
    assert term not in {found.term for found in terms_in(fails)}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("appropriate treatment", "proper treatment"),
        ("consent and, if appropriate, assent", "consent and, if appropriate, assent"),
        ("women of childbearing potential", "women who can get pregnant"),
        ("has a woman of childbearing potential partner",) * 2,
        ("evaluation of ECOG is to be done",) * 2,
        ("4 weeks before study initiation", "4 weeks before the start of the study"),
        ("severe cardiovascular disease", "severe heart or blood vessel disease"),
        ("a renal, cardiovascular or lung disease", "a kidney, cardiovascular or lung disease"),
        ("is a lactating mother",) * 2,
        ("before enrollment into the study", "before joining the study"),
        ("an adverse medical history or current condition",) * 2,
    ],
)
def test_word_is_swapped_only_where_the_sentence_bears_it(text: str, plain: str) -> None:
    assert apply(text)[0] == plain


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("comply with all study visits", "keep to all study visits"),
        ("able to comply with study assessments", "able to keep to study checks"),
        ("able to comply with the rules", "able to follow the rules"),
        ("staff of the investigational centre", "staff of the study center"),
        ("an investigational drug", "an experimental drug"),
        ("a lab abnormality", "an abnormal lab result"),
        (
            "lupus assessed by the investigator to be mild",
            "lupus judged by the study doctor to be mild",
        ),
        ("an upper respiratory tract infection", "an upper respiratory tract infection"),
        ("participant weight outside the table", "your weight outside the table"),
    ],
)
def test_swap_fits_the_words_beside_it(source: str, plain: str) -> None:
    assert apply(source)[0] == plain


@pytest.mark.parametrize(
    ("text", "says", "never"),
    [
        ("a female condom", "during sex", "penis"),
        ("cervical radiculopathy", "or of the neck", "only"),
        ("a pathogenic variant", "can make you ill", "germ"),
        ("a respiratory infection", "nose, throat, or lungs", "tube"),
        ("treatment of CSU", "keep coming", "also called"),
    ],
)
def test_explanation_holds_for_every_sense(text: str, says: str, never: str) -> None:
    (term,) = terms_in(text)

    assert says in term.meaning
    assert never not in term.meaning

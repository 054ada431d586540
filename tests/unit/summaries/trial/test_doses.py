"""Doses and schedules in words, and the codes that are left alone."""

import re
from collections import Counter

import pytest

from monitor.summaries.doses import LIMIT, dose_sentences

TRANSLATED = [
    ("Drug A 12mg, D1-14, Q3W, PO", "Drug A 12 mg, days 1 to 14, every 3 weeks, by mouth."),
    ("200mg, D1, Q3W, iv drip", "200 mg, day 1, every 3 weeks, by a drip into a vein."),
    (
        "75 mg/m², d1, 8, q3w",
        "75 mg for each square meter of body size, days 1 and 8, every 3 weeks.",
    ),
    ("3 mg/kg IV over 4 hours", "3 mg for each kg of body weight into a vein over 4 hours."),
    ("3 mg/kg body weight, QW", "3 mg for each kg of body weight, once a week."),
    ("given by IV infusion on Day 1", "Given by a drip into a vein on Day 1."),
    ("administered as an intravenous (IV) infusion", "Administered as a drip into a vein."),
    ("single IV infusion of A", "Single drip into a vein of A."),
    ("SC injections of A", "Shots under the skin of A."),
    ("Subcutaneous injection.", "By a shot under the skin."),
    ("900 mg intravenously (IV) every 3 weeks (Q3W)", "900 mg into a vein every 3 weeks."),
    ("160mg once daily (QD) orally", "160 mg once daily by mouth."),
    ("25mg, BID", "25 mg, twice a day."),
    ("2 puffs b.i.d.", "2 puffs twice a day."),
    ("1 tablet TID", "1 tablet three times a day."),
    ("5 mg QOD", "5 mg every other day."),
    ("1 mg, q 2 weeks", "1 mg, every 2 weeks."),
    ("2 mg Q12H", "2 mg every 12 hours."),
    ("0.5 mL, IM", "0.5 mL, into a muscle."),
]


@pytest.mark.parametrize(("written", "plain"), TRANSLATED)
def test_codes_are_put_into_words(written: str, plain: str) -> None:
    assert " ".join(dose_sentences(written)) == plain


@pytest.mark.parametrize("written", [written for written, _ in TRANSLATED])
def test_every_number_of_the_source_is_kept_and_none_added(written: str) -> None:
    digits = re.compile(r"\d+(?:\.\d+)?")
    source = Counter(digits.findall(written.replace("m²", "")))
    plain = Counter(digits.findall(" ".join(dose_sentences(written))))

    assert plain <= source
    assert set(plain) == set(source)


@pytest.mark.parametrize(
    "written",
    [
        "Vitamin D3 1000 IU",
        "stage IV cancer, grade III",
        "CD3 and CD20 cells",
        "12-lead tracing of the heart",
        "0.016 mg/kg/IgE (IU/mL)",
        "mg/kg",
        "(D-5 to D-3)",
        "placebo that looks the same",
        "IT department",
        "",
        None,
    ],
)
def test_text_without_a_sure_code_is_left_alone(written: str | None) -> None:
    assert dose_sentences(written) == ()


def test_list_after_a_day_is_no_dose() -> None:
    assert dose_sentences("D1, 5 mg, PO") == ("Day 1, 5 mg, by mouth.",)


def test_each_named_drug_and_choice_gets_its_own_sentence() -> None:
    written = "Drug: A 2mg, D1, Q3W, iv drip, Drug: B 3mg, QD, PO; or C 4mg, QD, PO. Pick one."

    assert dose_sentences(written) == (
        "A 2 mg, day 1, every 3 weeks, by a drip into a vein.",
        "B 3 mg, once a day, by mouth.",
        "Or C 4 mg, once a day, by mouth. Pick one.",
    )


def test_long_text_is_only_quoted() -> None:
    assert dose_sentences("A 2mg, QD, PO. " + "More words on how it is made. " * 30) == ()
    assert LIMIT == 500


def test_name_that_begins_small_is_not_changed() -> None:
    assert dose_sentences("crA 2 mg, QD") == ("crA 2 mg, once a day.",)

import pytest

from monitor.detection.normalize import (
    by_name,
    canonical,
    canonical_markup,
    country_key,
    shown,
    unique,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("weight \\>= 40 kg", "weight ≥ 40 kg"),
        ("&lt; 5 \u00b5g", "< 5 \u03bcg"),
        ("Ho\u0302pital  Foch ", "H\u00f4pital\u00a0Foch"),
        ("a \u2013 b \u2018c\u2019", "a - b 'c'"),
        ("a &amp;lt; b", "a < b"),
        ("first\r\nsecond", "first\nsecond"),
    ],
)
def test_two_renderings_have_one_form(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 mg", "100 mg"),
        ("> 5", ">= 5"),
        ("with", "without"),
        ("I. Low", "II. Low"),
        ("a-b", "a b"),
    ],
)
def test_different_words_keep_different_forms(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_list_markers_do_not_count_in_markup() -> None:
    assert canonical_markup("* one\n* two") == canonical_markup("1. one\r\n2) two")
    assert canonical_markup("•\u00a0one") == "one"


def test_numbers_that_are_no_markers_count() -> None:
    assert canonical_markup("18.5 units") != canonical_markup("5 units")


def test_absent_text_has_the_empty_form() -> None:
    assert (canonical(None), canonical_markup(""), shown(None)) == ("", "", None)


def test_country_is_one_under_old_and_new_name() -> None:
    assert country_key("Korea, Republic of") == country_key("South Korea")
    assert country_key("Turkey") == country_key("Turkey (Türkiye)")
    assert country_key("Niger") != country_key("Nigeria")


def test_names_are_kept_once_in_their_first_spelling() -> None:
    assert by_name(["Hay Fever", "hay  fever", "", None]) == {"hay fever": "Hay Fever"}


def test_repeated_subjects_get_numbers_that_are_free() -> None:
    assert unique(["A", "A", "A (2)", "A"]) == ["A", "A (2)", "A (2) (2)", "A (3)"]


def test_shown_text_keeps_lines_and_loses_escapes() -> None:
    assert shown("weight \\> 40\r\n  \\* not a list") == "weight > 40\n  * not a list"

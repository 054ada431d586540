"""Lists numbered in Roman, and lists that only look like it."""

import pytest

from monitor.eligibility.markers import roman_value
from monitor.eligibility.tree import parse


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("i", 1), ("iii", 3), ("iv", 4), ("V", 5), ("ix", 9), ("xiv", 14), ("xxix", 29), ("iiii", 4)],
)
def test_value_of_a_numeral(numeral: str, value: int) -> None:
    assert roman_value(numeral) == value


def test_numerals_under_a_number_are_its_parts() -> None:
    doc = parse(
        "Inclusion Criteria:\n\n1. One of these:\n\ni. asthma\nii. rhinitis\niii. eczema\niv. hives\n"
        "v. cough\n2. Adults\n"
    )

    assert [(rule.path, len(rule.children)) for rule in doc.criteria] == [("I.1", 5), ("I.2", 0)]


def test_i_after_h_is_a_letter() -> None:
    letters = "abcdefghij"
    doc = parse(
        "Inclusion Criteria:\n\n" + "\n".join(f"{one}. Rule {one} of ten" for one in letters)
    )

    assert [rule.text for rule in doc.criteria] == [f"Rule {one} of ten" for one in letters]
    assert all(not rule.children for rule in doc.criteria)

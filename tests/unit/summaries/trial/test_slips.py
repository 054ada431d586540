"""A word of the title that has lost its end is told as doubtful; nothing else is."""

import pytest

from monitor.domain.summaries import PlainCriterion
from monitor.summaries.slips import slips_in


def test_word_that_lost_its_end_is_told_with_the_whole_one() -> None:
    assert slips_in(
        ["Wobbly Cyclotherap in Adults"], ["cyclotherapy here", "more Cyclotherapy"]
    ) == (("Cyclotherap", "cyclotherapy"),)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        # forms of number and tense
        ("Wobbly infection", "infections and infections"),
        # said just once elsewhere
        ("Wobbly cyclotherap", "cyclotherapy"),
        # the short word stands elsewhere too
        ("Wobbly cyclotherap", "cyclotherap, cyclotherapy, cyclotherapy"),
        ("Gra", "gray gray gray"),
        ("", "gray"),
    ],
)
def test_other_words_are_left_alone(title: str, text: str) -> None:
    assert slips_in([title], [text]) == ()


def test_rule_that_breaks_off_is_told_as_doubtful() -> None:
    rule = PlainCriterion(
        path="E.1", section="exclusion", group=None, source="A load of", plain=("A load of",),
        method="own-words", flags=("either_or", "truncated"),
    )  # fmt: skip

    assert rule.doubt == "The record breaks off here. Ask the study team for the whole rule."

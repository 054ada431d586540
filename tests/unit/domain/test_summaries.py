"""Plain lines as blocks, doubts about a rule's own text, and a summary that says nothing yet."""

from dataclasses import replace

import pytest

from monitor.domain.summaries import Block, Summary, in_blocks
from tests.builders import TRIAL, a_summary

(RULE,) = a_summary().eligibility


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        ([], ()),
        (["One.", "Two."], (Block(text="One. Two."),)),
        (["One of:", "• a", "• b"], (Block(text="One of:", listed=("a", "b")),)),
        (
            ["One of:", "• a", "Or:", "• b", "Ask."],
            (
                Block(text="One of:", listed=("a",)),
                Block(text="Or:", listed=("b",)),
                Block(text="Ask."),
            ),
        ),
        (["• a"], (Block(text="", listed=("a",)),)),
    ],
)
def test_items_stand_under_the_line_before_them(
    lines: list[str], blocks: tuple[Block, ...]
) -> None:
    assert in_blocks(lines) == blocks


@pytest.mark.parametrize(
    ("flags", "doubt"),
    [
        ((), ""),
        (("negated",), ""),
        (
            ("truncated",),
            "The record breaks off here. Ask the study team for the whole rule.",
        ),
        (
            ("page_artifact", "negated", "symbol_damaged"),
            (
                "A piece of a printed page got into this rule in the record. A sign was lost in this"
                " rule in the record. Ask the study team."
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_rules_own_text_is_said(flags: tuple[str, ...], doubt: str) -> None:
    assert replace(RULE, flags=flags).doubt == doubt


def test_summary_without_words_has_a_title_alone() -> None:
    assert Summary.without_words(TRIAL, version=3, title="Robots") == Summary(
        nct_id=TRIAL,
        version=3,
        lexicon_version="",
        title="Robots",
        sections=(),
        eligibility=(),
        words_to_know=(),
        facts={},
    )

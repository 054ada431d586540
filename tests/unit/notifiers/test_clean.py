"""Texts of strangers."""

from hypothesis import given
from hypothesis import strategies as st

from notifiers.clean import cut, cut_bytes, one_line, paragraphs


def test_line_breaks_become_blanks_in_one_line() -> None:
    assert one_line(" a\r\n b\tc\u2028d\x0be ") == "a b c d e"


def test_controls_and_hidden_direction_are_taken_out() -> None:
    assert one_line("a\x00b\x1b[31mc\u202ed\u200be\ufeff") == "ab[31mcde"


def test_paragraphs_keep_single_blank_lines() -> None:
    assert (
        paragraphs("one\r\ntwo\r\rthree  four\n \n\n\nfive\x07") == "one\ntwo\n\nthree four\n\nfive"
    )


def test_cut_ends_at_a_word_with_an_ellipsis() -> None:
    assert cut("alpha beta gamma", 12) == "alpha beta…"
    assert cut("x" * 20, 5) == "xxxx…"
    assert cut("short", 5) == "short"


@given(st.text(), st.integers(1, 50))
def test_one_line_is_printable_and_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line)
    assert not any(c in line for c in "\u2028\u2029\u202e\u2066")


@given(st.text(st.characters(codec="utf-8")), st.integers(0, 50))
def test_cut_bytes_never_breaks_a_character(text: str, limit: int) -> None:
    kept = cut_bytes(text, limit)

    assert len(kept.encode()) <= limit
    assert text.startswith(kept)

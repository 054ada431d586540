"""Text of a rule as words, numbers and signs, and back again.

A name with digits in it (CD20, HbA1c) is one word and never a number. What a word means belongs
to ``lexicon``.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<space>\s*)"
    r"(?P<text>[^\W\d_](?:[^\W_]|[-'’](?=[^\W_]))*"  # noqa: RUF001 - both apostrophes are in use
    r"|\d+(?:[.,]\d+)*"
    r"|\S)"
)
_RANGE = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[.,]\d{1,3})?%?)\s*[-–—~]\s*(\d{1,4}(?:[.,]\d{1,3})?)(?![\d/-]|[.,]\d)"  # noqa: RUF001
)
#: A stop twice, a space before a stop, a dash left over behind the last one.
_STRAY = re.compile(r"(?<=[,;])(?:\s*[,;])+(?=\s|$)|\s+(?=[,;.](?:\s|$))|(?<=[.;?!])\s+-+$")
#: What a text must hold for the pattern to be worth trying.
_SLIPS = (" ,", " ;", " .", ",,", ",;", ";,", ";;")
_DASHES = "-–—~"  # noqa: RUF001
_ODD_SIGNS = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",  # noqa: RUF001 - look-alikes are the point
        "’": "'",  # noqa: RUF001
        "，": ", ",  # noqa: RUF001
        "；": "; ",  # noqa: RUF001
        "：": ": ",  # noqa: RUF001
        "。": ". ",
        "（": " (",  # noqa: RUF001
        "）": ") ",  # noqa: RUF001
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "＞": ">",  # noqa: RUF001
        "＜": "<",  # noqa: RUF001
        "\u00a0": " ",
    }
)
_NO_SPACE_BEFORE = frozenset(",.;:)]%?!'")


class Token(NamedTuple):
    """One word, number or sign, and whether white space stood before it."""

    text: str
    spaced: bool


def tokenize(text: str) -> list[Token]:
    """Return the tokens of one line; joined again they are the line with single spaces."""
    return tokens_of(pieces(text.strip()))


def pieces(text: str) -> list[tuple[str, str]]:
    """Return the white space before every token of a line, and its text."""
    return _TOKEN.findall(text)


def tokens_of(found: Iterable[tuple[str, str]]) -> list[Token]:
    """Return what ``pieces`` found as tokens."""
    return [Token(word, bool(space)) for space, word in found]


def words_in(text: str) -> list[str]:
    """Return the texts of a line's tokens, in small letters."""
    return [word.lower() for _, word in _TOKEN.findall(text)]


def placed(text: str) -> list[tuple[int, int, str]]:
    """Return the tokens of a text with their places, ``[start, end)``; nothing is normalised."""
    return [(*found.span("text"), found["text"]) for found in _TOKEN.finditer(text.rstrip())]


def join(tokens: Iterable[Token]) -> str:
    """Return tokens as one line."""
    return "".join(f" {token.text}" if token.spaced else token.text for token in tokens).strip()


def is_number(token: str) -> bool:
    """Say whether a token is a number in digits."""
    return token[:1].isdigit()


def normal(text: str) -> str:
    """Return a line with one kind of quote, ``18 to 65`` for ``18-65``, and no stray stops.

    A comma too many and a space before a stop are slips; nothing else moves.
    """
    text = " ".join((text if text.isascii() else text.translate(_ODD_SIGNS)).split())
    text = _RANGE.sub(r"\1 to \2", text) if any(map(text.__contains__, _DASHES)) else text
    slips = text.endswith("-") or any(map(text.__contains__, _SLIPS))
    return _STRAY.sub("", text) if slips else text


def with_space(left: str, right: str) -> bool:
    """Say whether a space must part two tokens of which one was put there by us."""
    return right not in _NO_SPACE_BEFORE and left not in {"(", "[", "/"}

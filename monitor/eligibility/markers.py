"""What stands before a list item: bullets, numbers, letters, codes. Escaped or not."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_BULLET = r"\\?[*+•·▪◦●■□‣➢✓\uf0b7\u2043](?=\s|$)|[•·▪◦●■□‣➢✓\uf0b7\u2043]"
_DASH = r"(?:\\?[-–—‒]){1,3}(?=\s|$|[A-Za-z\"'“(\[])"  # noqa: RUF001 - look-alikes are the point
_LETTER_O = r"o(?=\s+[A-Z0-9<>≤≥\\(])"
_OUTLINE = r"(?P<outline>\d{1,3}(?:\\?\.\d{1,3}){1,3})(?:\\?[.)])(?=\s|$)"
_NUMBER = r"\(?(?P<number>\d{1,3})\\?(?P<after>[.)、．）:])(?=\s|$|[A-Z\-\"“\u4e00-\u9fff])"  # noqa: RUF001
_PAREN_NUMBER = r"\\?[(（](?P<inner>\d{1,3})\\?[)）]\.?(?=\s|$|[A-Z])"  # noqa: RUF001
_ROMAN = r"\(?(?P<roman>[ivx]{2,5}|[IVX]{2,5})\\?[.)](?=\s|$)"
_LETTER = r"\(?(?P<letter>[a-z]{1,3}|[A-Z])\\?(?P<closing>[.)])(?=\s|$)"
_CODE = r"(?P<code>[A-Z]{1,4}\d{1,3})(?=[:.)]\s)[:.)]"
_MARKER = re.compile(
    "|".join(
        f"(?:{part})"
        for part in (
            _BULLET,
            _DASH,
            _LETTER_O,
            _OUTLINE,
            _PAREN_NUMBER,
            _NUMBER,
            _ROMAN,
            _LETTER,
            _CODE,
        )
    )
)
_SPACE = re.compile(r"[^\S\r\n]*")
_CODE_LINES = 2
_CODE_LINE = re.compile(r"(?P<code>[A-Z]{1,4})\d{1,3}[:.)]\s")
_SMALL_WORD = re.compile(r"\s+[a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A list marker at the start of a line."""

    text: str
    #: ``bullet *``, ``number .``, ``letter )``, ``roman .``, ``code S``: siblings share it.
    family: str
    #: Place in its list (a = 1), 0 for bullets.
    ordinal: int
    #: Offset behind the marker and the spaces after it.
    end: int


def marker_at(raw: str, start: int, end: int) -> Marker | None:
    """Return the list marker that begins at ``start`` of a line that stops at ``end``.

    Two in a row (``* 2.``, ``3. -``) are read as one.
    """
    first = _one_marker(raw, start, end)
    if first is None or first.end >= end:
        return first
    second = _one_marker(raw, first.end, end)
    if second is None or not _make_one(first, second):
        return first
    return Marker(
        text=f"{first.text} {second.text}",
        family=first.family,
        ordinal=first.ordinal,
        end=second.end,
    )


def _make_one(first: Marker, second: Marker) -> bool:
    """Say whether two markers in a row mark one item: ``* 2.``, ``* (11)``, ``3. -``."""
    if first.ordinal:
        return second.family.startswith("bullet")
    return second.family.startswith(("number", "bullet", "letter a"))


def _one_marker(raw: str, start: int, end: int) -> Marker | None:
    found = _MARKER.match(raw, start, end)
    if found is None or _is_name(found, raw, end):
        return None
    family, ordinal = _family(found)
    after = _SPACE.match(raw, found.end(), end)
    return Marker(
        text=found.group().replace("\\", ""),
        family=family,
        ordinal=ordinal,
        end=after.end() if after else found.end(),
    )


def _is_name(found: re.Match[str], raw: str, end: int) -> bool:
    """Tell "E. coli" and "vs. placebo" from a lettered item."""
    letter = found["letter"]
    if letter is None:
        return False
    if len(letter) > 1:
        return len(set(letter)) > 1
    follows = _SMALL_WORD.match(raw, found.end(), end)
    return letter.isupper() and found["closing"] == "." and follows is not None


def _family(found: re.Match[str]) -> tuple[str, int]:
    number = found["number"] or found["inner"]
    if number:
        return f"number {found['after'] or '()'}", int(number)
    if found["outline"]:
        parts = re.split(r"\\?\.", found["outline"])
        return f"outline {len(parts)}", int(parts[-1])
    if found["letter"]:
        case = "A" if found["letter"].isupper() else "a"
        return f"letter {case}", ord(found["letter"][0].lower()) - 96
    if found["roman"]:
        return "letter roman", roman_value(found["roman"])
    if found["code"]:
        return f"code {found['code'].rstrip('0123456789')}", 0
    sign = found.group().lstrip("\\")[0]
    return f"bullet {'-' if sign in '-–—‒' else sign}", 0  # noqa: RUF001


def roman_value(numeral: str) -> int:
    """Return the value of a numeral of i, v and x, however clumsily written."""
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in numeral.lower()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def codes_used(raw: str, starts: Iterable[int]) -> frozenset[str]:
    """Return the letters that begin at least two lines as a code (``SI01:``, ``SI02:``).

    Args:
        raw: The whole text.
        starts: Where the text of each line begins.
    """
    found = (_CODE_LINE.match(raw, start) for start in starts)
    seen = Counter(line["code"] for line in found if line)
    return frozenset(code for code, lines in seen.items() if lines >= _CODE_LINES)

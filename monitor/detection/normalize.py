"""One form for every rendering of the same words, so that only what a reader would call a change is one.

Texts and unordered collections. What is compared in which way is said in ``fields``; criteria
have a form of their own in ``monitor.eligibility``.
"""

import re
from collections import Counter
from collections.abc import Iterable

from monitor.eligibility.text import plain_text

_SAME_SIGN: dict[int, str | int] = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-"),  # noqa: RUF001 - look-alikes are the point
    **dict.fromkeys(map(ord, "‘’‚‛′´`ʼ"), "'"),  # noqa: RUF001 - look-alikes are the point
    **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
    **dict.fromkeys(map(ord, "≥≧⩾"), ">="),
    **dict.fromkeys(map(ord, "≤≦⩽"), "<="),
    ord("µ"): "μ",
}
#: Found one by one, because translating a long text looks at every letter of it.
_LOOK_ALIKE = re.compile(f"[{''.join(map(re.escape, map(chr, _SAME_SIGN)))}]")
#: With what escaped it, or closing the space before it would make an escape anew.
_COMPARATOR = re.compile(r"(?:(?<![\s\\])[\s\\]+)?(>\s*/\s*=|<\s*/\s*=|>\s*=|<\s*=)[\s\\]*")
_BULLET = re.compile(r"^[^\S\n]*(?:[*+•·▪◦●■‣-]|\\[*+-]|\(?\d{1,2}\\?[.)])[^\S\n]+", re.MULTILINE)
#: Letters, digits and signs that are their own canonical form, when no two spaces meet.
_PLAIN = re.compile(r"[A-Za-z0-9 ,.()/:;+%#@_?!=|'\"$-]*")
_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\u2029]")

#: Names the registry used for a country before, in lower case, and the one it uses now.
_COUNTRY_NOW = {
    "czech republic": "czechia",
    "hong kong sar": "hong kong",
    "iran, islamic republic of": "iran",
    "korea, democratic people's republic of": "north korea",
    "korea, republic of": "south korea",
    "lao people's democratic republic": "laos",
    "libyan arab jamahiriya": "libya",
    "macedonia, the former yugoslav republic of": "north macedonia",
    "moldova, republic of": "moldova",
    "palestinian territories, occupied": "palestine",
    "russian federation": "russia",
    "swaziland": "eswatini",
    "syrian arab republic": "syria",
    "tanzania, united republic of": "tanzania",
    "turkey": "turkey (türkiye)",
    "türkiye": "turkey (türkiye)",
    "viet nam": "vietnam",
}


def canonical(text: str | None) -> str:
    """Return the form in which two renderings of a name or a title are equal; absent is empty.

    Escapes and entities undone, NFC, one kind of dash, quote, mu and ``>=``, single spaces.
    Case is kept. Idempotent.
    """
    if not text:
        return ""
    if _PLAIN.fullmatch(text) and "  " not in text:
        return text.strip()
    # Twice, because what an entity hid may be markup itself.
    form = plain_text(_same_signs(plain_text(_same_signs(text))))
    return _COMPARATOR.sub(lambda sign: sign[1][0] + "=", form)


def _same_signs(text: str) -> str:
    if text.isascii():
        return text.replace("`", "'")  # the only ASCII one in the table
    return _LOOK_ALIKE.sub(lambda sign: sign[0].translate(_SAME_SIGN), text)


def canonical_markup(text: str | None) -> str:
    """Return ``canonical`` of a text of several lines, without bullets and numbers of its lists."""
    if not text:
        return ""
    return canonical(_BULLET.sub("", _LINE_END.sub("\n", text)))


def folded(text: str | None) -> str:
    """Return ``canonical`` without case, for telling whether two names are the same name."""
    return canonical(text).casefold()


def country_key(country: str | None) -> str:
    """Return the same key for every name the registry has used for one country."""
    key = folded(country)
    return _COUNTRY_NOW.get(key, key)


def canonical_set(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return a collection whose order and repeats mean nothing, in one order."""
    return tuple(sorted({canonical(text) for text in texts} - {""}))


def by_name(names: Iterable[str | None]) -> dict[str, str]:
    """Return each distinct name under its folded form, the first spelling of it."""
    found: dict[str, str] = {}
    for name in names:
        if key := folded(name):
            found.setdefault(key, shown(name) or "")
    return found


def shown(text: str | None) -> str | None:
    """Return registry markup for showing: as written, with escapes undone and plain line ends."""
    if text is None:
        return None
    lines = _LINE_END.sub("\n", text).split("\n")
    return "\n".join(_shown_line(line) for line in lines).strip()


def _shown_line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return line[:indent] + plain_text(line)


def unique(subjects: Iterable[str]) -> list[str]:
    """Return ``subjects`` with `` (2)``, `` (3)`` after repeats, so that each stands once."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    names: list[str] = []
    for subject in subjects:
        name = subject
        while name in taken:
            seen[subject] += 1
            name = f"{subject} ({seen[subject] + 1})"
        taken.add(name)
        names.append(name)
    return names

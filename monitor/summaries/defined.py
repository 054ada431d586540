"""Short forms that a text defines itself: "absolute neutrophil count (ANC)", "PR = partial response".

Only what the words before or in a bracket spell out counts; a doubtful pair defines nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from monitor.summaries.facts import stem
from monitor.summaries.words import words_of_acronym

_BRACKET = re.compile(r"[(\[]\s*(?P<inner>[^()\[\]]{2,90}?)\s*[)\]]")
_SHORT = re.compile(r"[A-Za-z]{0,4}[A-Z][A-Za-z0-9/β-]{1,9}")
_EQUALS = re.compile(
    r"\b(?P<short>[A-Z][A-Za-z0-9]{1,8})\s*[=:]\s*(?P<long>[a-zA-Z][^()\[\];,.=:]{4,60})"
)
_BEFORE = 140
_LINKS = frozenset(["of", "the", "and", "for", "in", "with", "to", "a", "an", "on", "by", "or"])


def definitions(texts: Iterable[str]) -> dict[str, str]:
    """Return the short forms that texts define, with their long forms; the first one counts."""
    found: dict[str, str] = {}
    for text in texts:
        for short, long in (*_in_brackets(text), *_after_equals(text)):
            if long:
                found.setdefault(short, long)
    return found


def foreign(defined: Mapping[str, str]) -> frozenset[str]:
    """Return the short forms whose long form here shares no word with the glossary's meaning."""
    return frozenset(
        short
        for short, long in defined.items()
        if (known := words_of_acronym(short)) and not _shared(known, long)
    )


def _shared(known: frozenset[str], long: str) -> bool:
    words = set(re.findall(r"[a-z]+", long.lower())) - _LINKS
    return not words or bool(set(map(stem, words)) & set(map(stem, known)))


def _in_brackets(text: str) -> Iterable[tuple[str, str]]:
    for match in _BRACKET.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        inner = re.split(r"[;,]", match["inner"])[0].strip()
        if _SHORT.fullmatch(inner):
            yield inner, long_form(inner, before)
        else:
            short = before.rstrip().rsplit(" ", maxsplit=1)[-1]
            if _SHORT.fullmatch(short):
                yield short, match["inner"] if _is_long(short, match["inner"]) else ""


def _after_equals(text: str) -> Iterable[tuple[str, str]]:
    for match in _EQUALS.finditer(text):
        words = match["long"].split()[: len(match["short"]) + 1]
        fitting = (words[:size] for size in range(len(words), 1, -1))
        long = next((some for some in fitting if _initials(match["short"], some)), [])
        yield match["short"], " ".join(long)


def long_form(short: str, before: str) -> str:
    """Return the last words of ``before`` that a short form was made of, empty when none fit.

    Source:
        Schwartz and Hearst 2003, made stricter: initials first, no mark between the words, and
        every word of weight gives its first letter.
    """
    words = re.split(r"[,;:.()]\s", before)[-1].split()[-(len(short) + 4) :]
    for fits in (_initials, _is_long):
        for start in range(len(words) - 1, -1, -1):
            if words[start].lower() not in _LINKS and fits(short, words[start:]):
                return " ".join(words[start:])
    return ""


def _initials(short: str, words: Sequence[str]) -> bool:
    return _fits(_letters(short), _parts(words), inner=False)


def _is_long(short: str, words: str | Sequence[str]) -> bool:
    parts = _parts(words.split() if isinstance(words, str) else words)
    return "".join(parts) != "".join(_letters(short)) and _fits(_letters(short), parts, inner=True)


def _letters(short: str) -> str:
    plural = short[-1:] == "s" and any(map(str.isupper, short[:-1]))
    return "".join(mark.lower() for mark in (short[:-1] if plural else short) if mark.isalnum())


def _parts(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in re.split(r"[-/]", word.lower()) if part]


def _fits(letters: str, parts: Sequence[str], *, inner: bool) -> bool:
    """Say whether the letters are the words' first ones, in order; later ones too where ``inner``."""
    if not parts:
        return not letters
    first, rest = parts[0], parts[1:]
    if first in _LINKS and _fits(letters, rest, inner=inner):
        return True
    if not letters or first[0] != letters[0]:
        return False
    if _fits(letters[1:], rest, inner=inner):
        return True
    return inner and any(
        _is_within(letters[1:size], first[1:]) and _fits(letters[size:], rest, inner=inner)
        for size in range(2, len(letters) + 1)
    )


def _is_within(letters: str, word: str) -> bool:
    marks = iter(word)
    return all(letter in marks for letter in letters)

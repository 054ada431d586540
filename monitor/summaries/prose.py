"""The registry's text made fit to stand in a sentence: cleaned, bounded, quoted, listed.

Markup is undone and nothing else: no word is corrected, dropped or put in another order.
Putting words into plainer words belongs to the writers.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from monitor.eligibility.text import plain_text

#: Longest quotation inside one sentence, in characters; the whole text stays in the record.
QUOTE_LIMIT = 600
#: Longest name of a place, a person or an illness that is told without quotes.
NAME_LIMIT = 160

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[*•·▪-]\s+|\d{1,2}[.)]\s+)")
_AFTER_OPEN = re.compile(r"\(\s+")
_BEFORE_CLOSE = re.compile(r"\s+\)")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?](?=\s)")


def clean(markup: str | None) -> str:
    """Return one line of text without escapes, entities, control characters or web addresses.

    Web addresses become ``[web address]``: text of unknown hands must not put a link into a
    mail. A lone backslash becomes a slash.
    """
    text = plain_text(markup or "").replace("\\", "/")
    text = _ADDRESS.sub("[web address]", text)
    # Nearly every text; what Python calls printable is what ``_visible`` lets by as it is.
    if not text.isprintable():
        text = "".join(_visible(mark) for mark in text)
    return _SPACE.sub(" ", text).strip()


def _visible(mark: str) -> str:
    category = unicodedata.category(mark)
    if category in {"Zs", "Zl", "Zp"} or mark in "\t\n\r":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else mark


def paragraphs(markup: str | None) -> tuple[str, ...]:
    """Return the paragraphs and list items of ``markup``, each cleaned, without list marks."""
    lines: list[str] = []
    begins = True
    for line in (markup or "").splitlines():
        item = _BULLET.match(line)
        text = clean(line[item.end() :] if item else line)
        if text and (begins or item):
            lines.append(text)
        elif text:
            lines[-1] = f"{lines[-1]} {text}"
        begins = not text
    return tuple(lines)


def shortened(text: str, limit: int = QUOTE_LIMIT) -> str:
    """Return ``text``, cut with ``...`` at the last sentence or word that fits ``limit``."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    ends = [found.end() for found in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] > limit // 2:
        return f"{head[: ends[-1]]} ..."
    return f"{head.rpartition(' ')[0] or head} ..."


def tidy_name(text: str | None) -> str:
    """Return a name for use without quotes: cleaned, bounded, no spaces inside of brackets."""
    name = _AFTER_OPEN.sub("(", _BEFORE_CLOSE.sub(")", clean(text)))
    return shortened(name, NAME_LIMIT)


def quote(text: str | None, limit: int = QUOTE_LIMIT) -> str:
    """Return the cleaned text in quotation marks; curly ones when it holds straight ones.

    A text with nothing in it is said to be ``not given``.
    """
    words = shortened(clean(text), limit)
    if not words:
        return "not given"
    return f"“{words}”" if '"' in words else f'"{words}"'


def quote_end(text: str | None, limit: int = QUOTE_LIMIT) -> str:
    """Return the quoted text as the end of a sentence, with a full stop where none is yet."""
    quoted = quote(text, limit)
    return quoted if quoted[-1] in '"”' and quoted[-2] in ".!?" else f"{quoted}."


def quote_pair(old: str | None, new: str | None, limit: int = QUOTE_LIMIT) -> tuple[str, str]:
    """Return two versions of a text as ends of sentences, each showing where they part.

    When the bound would cut both off before they differ, both begin a little ahead of that.
    """
    was, now = clean(old), clean(new)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False)))
    if not was or not now or max(len(was), len(now)) <= limit or same < limit // 2:
        return quote_end(was, limit), quote_end(now, limit)
    begin = was.rfind(". ", 0, same) + 2
    if begin == 1 or same - begin > limit // 3:
        begin = was.rfind(" ", 0, same - limit // 4) + 1
    return quote_end(f"... {was[begin:]}", limit), quote_end(f"... {now[begin:]}", limit)


def quote_parts(old: str | None, new: str | None, limit: int = QUOTE_LIMIT) -> tuple[str, str]:
    """Return the parts in which two long texts differ, as ends of sentences, with words around.

    Short texts, and those that share little, come back like those of ``quote_pair``.
    """
    was, now = clean(old).split(), clean(new).split()
    ahead = _alike(was, now)
    behind = _alike(was[ahead:][::-1], now[ahead:][::-1])
    if ahead + behind < _WORTH_CUTTING:
        return quote_pair(old, new, limit)
    return _part(was, ahead, behind, limit), _part(now, ahead, behind, limit)


#: Words that stand on either side of the part that differs.
_AROUND = 6
#: Room for the dots that a cut part opens and ends with.
_DOTS = 16
#: Words that two texts must share before only their parts are quoted.
_WORTH_CUTTING = 24


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _part(words: Sequence[str], ahead: int, behind: int, limit: int) -> str:
    begin, end = max(0, ahead - _AROUND), min(len(words), len(words) - behind + _AROUND)
    text = " ".join(words[begin:end])
    before = "... " if begin else ""
    return quote_end(
        f"{before}{shortened(text, limit)}{' ...' if end < len(words) else ''}", limit + _DOTS
    )


def listed(items: Sequence[str], word: str = "and") -> str:
    """Return ``a``, ``a and b`` or ``a, b, and c``; semicolons when an item has commas."""
    if len(items) <= 1:
        return "".join(items)
    mark = ";" if len(items) > 2 and any("," in item for item in items) else ","  # noqa: PLR2004  # two items need no comma
    if len(items) == 2:  # noqa: PLR2004  # a pair
        return f"{items[0]}{',' if ',' in items[0] else ''} {word} {items[1]}"
    return f"{f'{mark} '.join(items[:-1])}{mark} {word} {items[-1]}"


def some(items: Sequence[str], limit: int) -> str:
    """Return the first ``limit`` items as a list, then how many more there are."""
    if len(items) <= limit:
        return listed(items)
    return listed([*items[:limit], f"{len(items) - limit:,} more"])


def speak(*sentences: str) -> str:
    """Return the sentences that say something, one after another."""
    return " ".join(sentence for sentence in sentences if sentence)


def capital(text: str) -> str:
    """Return ``text`` with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def full_stop(text: str) -> str:
    """Return ``text`` as a whole sentence: with a full stop unless it ends like one."""
    return text if text.endswith((".", "!", "?")) else f"{text}."

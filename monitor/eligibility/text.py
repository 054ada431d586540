"""Registry markup as text: one form for reading, one for comparing.

The registry writes CommonMark with backslash escapes, and carries entities, several kinds of
dashes and both mu signs. Nothing here knows of criteria or sections.
"""

import html
import re
import unicodedata
from functools import lru_cache

_COMMENT = re.compile(r"<!--[^>]{0,200}-->")
_ESCAPE = re.compile(r"(?<!\\)\\+(?=[!-/:-@\[\]^_`{-~])")
_AMPERSANDS = re.compile(r"&(?:(?:amp|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
#: Escapes can hide entities and entities escapes; more than this is no text but a game.
_DECODE_PASSES = 4

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SUPERSCRIPTS = {ord(sign): f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_SAME_SIGN: dict[int, str | int] = {
    **_FULL_WIDTH,
    **_SUPERSCRIPTS,
    **dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹣"), "-"),  # noqa: RUF001 - look-alikes are the point
    **dict.fromkeys(map(ord, "‘’‚‛′´`ʼ"), "'"),  # noqa: RUF001 - look-alikes are the point
    **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
    **dict.fromkeys(map(ord, "≧⩾"), "≥"),
    **dict.fromkeys(map(ord, "≦⩽"), "≤"),
    ord("µ"): "μ",
    ord("×"): "x",  # noqa: RUF001 - look-alikes are the point
    ord("…"): "...",
    ord("、"): ",",
    ord("。"): ".",
    ord("℃"): "°C",
    ord("⁄"): "/",  # noqa: RUF001 - look-alikes are the point
}
_LOOK_ALIKE = re.compile(f"[{''.join(map(re.escape, map(chr, _SAME_SIGN)))}]")
_AT_LEAST = re.compile(r">\s*/?\s*=|=\s*>")
_AT_MOST = re.compile(r"<\s*/?\s*=|=\s*<")
_SIGNS = "<>≤≥=/"
_TIGHT = re.compile(rf"\s*([{_SIGNS}]+)\s*")
#: A form has single spaces by now.
_BEFORE_CLOSING = re.compile(r" ([)\],.;:%])")
_AFTER_OPENING = re.compile(r"([(\[]) ")
_NUMBER_RANGE = re.compile(r"(\d) ?- ?(?=\d)")
_LIST_MARK = re.compile(
    # A capital before a small letter is no marker but a name ("E. coli").
    r"(?:[*\-+•·▪◦●■‣o]\s+|\(?(?:\d{1,3}|[ivx]{1,5}|[a-z]|[A-Z](?![.)]\s+[a-z]))[.)](?:\s+|$))+"
)
_TRAILING = " ,;.:"
#: Longer texts are not kept in memory: no rule of a real record is as long.
_KEPT_CHARS = 4_000


def plain_text(raw: str) -> str:
    """Return markup for reading: escapes and entities undone, NFC, one line, single spaces."""
    bare = raw.strip()
    return _plain(bare) if len(bare) > _KEPT_CHARS else _kept_plain(bare)


@lru_cache(maxsize=4_096)
def _kept_plain(raw: str) -> str:
    """A line is read more than once, and most lines of a new version are the old ones."""
    return _plain(raw)


def _plain(raw: str) -> str:
    shown = _COMMENT.sub(" ", raw) if "<!--" in raw else raw
    text = _decode_markup(shown).replace("**", "")
    line = " ".join(text.split())
    # All that is invisible is unprintable, so most lines need no second look.
    return line if line.isprintable() else " ".join(_INVISIBLE.sub(" ", line).split())


def comparison_text(text: str) -> str:
    """Return the form in which two renderings of one rule are equal.

    Beyond ``plain_text``: no list marker, one kind of dash, quote and mu, ``≥`` for every way to
    write it, no spaces that carry nothing, no full stop at the end. Case is kept, because a unit
    may hang on it. Idempotent.
    """
    return _form(text) if len(text) > _KEPT_CHARS else _kept_form(text)


@lru_cache(maxsize=4_096)
def _kept_form(text: str) -> str:
    """Most rules of a new version are those of the old one."""
    return _form(text)


def _form(text: str) -> str:
    form = _same_signs(plain_text(_same_signs(text))).replace("\\", "/")
    form = form.replace("''", '"')
    if "=" in form:
        form = _AT_MOST.sub("≤", _AT_LEAST.sub("≥", form))
    if any(sign in form for sign in _SIGNS):
        form = _TIGHT.sub(r"\1", form)
    if "<!--" in form:
        # Told apart from a comment by an escape or a space alone, which carry nothing here.
        form = " ".join(_COMMENT.sub(" ", form).split())
    form = _AFTER_OPENING.sub(r"\1", _BEFORE_CLOSING.sub(r"\1", form))
    return _bare(_NUMBER_RANGE.sub(r"\1-", form) if "-" in form else form)


def _same_signs(text: str) -> str:
    """Return ``text`` with one sign for all that look alike to a reader."""
    if text.isascii():
        return text.replace("`", "'")  # the only ASCII one in the table
    return _LOOK_ALIKE.sub(lambda sign: sign[0].translate(_SAME_SIGN), text)


def _bare(form: str) -> str:
    """Take list markers off the front and empty punctuation off the end."""
    form = form.strip().rstrip(_TRAILING)
    mark = _LIST_MARK.match(form)
    return form[mark.end() :] if mark and mark.end() < len(form) else form


def _decode_markup(text: str) -> str:
    if "\\" not in text and "&" not in text:
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    for _ in range(_DECODE_PASSES):
        decoded = _AMPERSANDS.sub("&", _ESCAPE.sub("", text))
        decoded = _ENTITY.sub(lambda entity: html.unescape(entity.group()), decoded)
        decoded = unicodedata.normalize("NFC", decoded)
        if decoded == text:
            break
        text = decoded
    return text

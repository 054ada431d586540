"""Texts of strangers made safe to show: no control characters, no hidden direction, bounded.

Markup is not escaped here; that is done where markup is written.
"""

import re

#: Everything that breaks lines, moves the cursor, reorders text or is not a character at all.
#: Line feed and tab are looked at separately.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
_LINE_SPACE = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def one_line(text: str, limit: int | None = None) -> str:
    """Return ``text`` as one line without control characters, cut at a word to ``limit``."""
    # A carriage return becomes a space first, or the words it parts would run together.
    flat = _SPACE.sub(" ", _UNSAFE.sub("", _SPACE.sub(" ", text))).strip()
    return flat if limit is None else cut(flat, limit)


def paragraphs(text: str, limit: int | None = None) -> str:
    """Return ``text`` with its line breaks and nothing else that controls a screen."""
    lines = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    tidy = _BLANK_LINES.sub("\n\n", _LINE_SPACE.sub(" ", lines)).strip()
    return tidy if limit is None else cut(tidy, limit)


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, ending in an ellipsis when something is left out."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = " ".join(kept.rsplit(None, 1)[:1])
    # A text without spaces is cut where it has to be.
    return (at_word if len(at_word) > limit * 2 // 3 else kept).rstrip(" ,;:.") + "…"


def cut_bytes(text: str, limit: int) -> str:
    """Return the longest beginning of ``text`` that is at most ``limit`` bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")

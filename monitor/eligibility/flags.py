"""What is doubtful or delicate about the text of one rule. Found and named, never mended."""

import re

from monitor.eligibility.model import Flag

_LONG_WORDS = 80
_SIGNS: tuple[tuple[Flag, re.Pattern[str]], ...] = tuple(
    (flag, re.compile(pattern, re.IGNORECASE))
    for flag, pattern in (
        (
            Flag.PAGE_ARTIFACT,
            (
                r"\bpage\s+\d{1,4}\s+of\s+\d{1,4}\b"
                r"|\bprotocol\s+(?:number|no\.?|version|id)\s*:?\s*\S{1,30}\s+(?:v(?:er(?:sion)?)?\.?\s*\d|page\b)"
                r"|\bconfidential\b[^.]{0,40}\bpage\s+\d"
            ),
        ),
        (
            Flag.SYMBOL_DAMAGED,
            r"[¿\ufffd\ue000-\uf0b6\uf0b8-\uf8ff\x00]|\s\?\s*\d|\b\d{1,3}\.000\s*/",
        ),
        (
            Flag.EXCEPTION,
            (
                r"\b(?:except(?:ion|ions|ing)?|unless|other than|exclud(?:ing|es)|exclusive of|apart from|"
                r"aside from|but not|not including|does not count|do not count|allowed|permitted|acceptable|"
                r"however|notwithstanding|with the exclusion of)\b"
            ),
        ),
        (Flag.EITHER_OR, r"\b(?:or|either)\b"),
        (
            Flag.LIST_NOT_COMPLETE,
            (
                r"\binclud(?:e|es|ed|ing)\b,? but (?:(?:is|are) )?not (?:be )?limited\b"
                r"|\bnot (?:limited to the following|intended to contain all|an exhaustive list|a complete list)\b"
                r"|\bother (?:protocol|study)\b.{0,60}\b(?:criteria|criterion)\b.{0,30}\bappl"
                r"|\b(?:inclusion|exclusion)\b.{0,40}\bcriteria\b.{0,20}\b(?:may|might|could|will)?\s*(?:have )?appl"
            ),
        ),
    )
)
_LIST_OPENED = re.compile(r":\s*(?:1[).]|\(1\)|a[).]|\(a\))\s*(?P<rest>[^:]*)$", re.IGNORECASE)
_STOPS_SHORT = re.compile(
    r"(?:\b(?:the|of|with|a|an|than|from|by|including|such as|e\.g|i\.e|between|within|who|which|"
    r"prior to)|[(\[<>≤≥=/]|\w[-–])\s*$",  # noqa: RUF001
    re.IGNORECASE,
)
_ENDS_WELL = tuple(".;:!?)]\"'”")


def flags_of(text: str, raw: str, *, has_children: bool, polar: bool) -> frozenset[Flag]:
    """Return the flags of a rule.

    Args:
        text: Its text for reading.
        raw: Its own characters; a broken sign may not survive into ``text``.
        has_children: A list follows, so that a text without an end is in order.
        polar: Its section says which side it is on.
    """
    flags = {flag for flag, sign in _SIGNS if sign.search(text)}
    if "\x00" in raw:
        flags.add(Flag.SYMBOL_DAMAGED)
    if not has_children and stops_short(text):
        flags.add(Flag.TRUNCATED)
    if text.count(" ") >= _LONG_WORDS:
        flags.add(Flag.LONG)
    if not polar:
        flags.add(Flag.NO_POLARITY)
    return frozenset(flags)


def stops_short(text: str) -> bool:
    """Say whether a text breaks off: on a word that needs another, or after opening a list."""
    opened = _LIST_OPENED.search(text[-300:])
    if opened and not opened["rest"].strip().endswith(_ENDS_WELL):
        return True
    return _STOPS_SHORT.search(text[-20:]) is not None

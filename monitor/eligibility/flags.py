"""What is doubtful or delicate about the text of one rule. Found and named, never mended."""

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.eligibility.model import Flag

_LONG_WORDS = 80


@dataclass(frozen=True, slots=True)
class _Sign:
    """What a flag is known by."""

    flag: Flag
    #: Small words of which each match holds one: far cheaper to look for than the pattern.
    needles: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, text: str, small: str) -> bool:
        """Say whether ``text`` has it; ``small`` is the same in small letters."""
        return any(needle in small for needle in self.needles) and bool(self.pattern.search(text))


_EXCEPTION_NEEDLES = (
    *("except", "unless", "other than", "exclud", "exclus", "apart from", "aside from", "but not"),
    *("not including", "not count", "allowed", "permitted", "acceptable", "however"),
    "notwithstanding",
)
_SIGNS = tuple(
    _Sign(flag, needles, re.compile(pattern, re.IGNORECASE))
    for flag, needles, pattern in (
        (
            Flag.PAGE_ARTIFACT,
            ("page", "protocol"),
            (
                r"\bpage\s+\d{1,4}\s+of\s+\d{1,4}\b"
                r"|\bprotocol\s+(?:number|no\.?|version|id)\s*:?\s*\S{1,30}\s+(?:v(?:er(?:sion)?)?\.?\s*\d|page\b)"
                r"|\bconfidential\b[^.]{0,40}\bpage\s+\d"
            ),
        ),
        (
            Flag.EXCEPTION,
            _EXCEPTION_NEEDLES,
            (
                r"\b(?:except(?:ion|ions|ing)?|unless|other than|exclud(?:ing|es)|exclusive of|apart from|"
                r"aside from|but not|not including|does not count|do not count|allowed|permitted|acceptable|"
                r"however|notwithstanding|with the exclusion of)\b"
            ),
        ),
        (Flag.EITHER_OR, ("or", "either"), r"\b(?:or|either)\b"),
        (
            Flag.LIST_NOT_COMPLETE,
            ("limited", "intended", "exhaustive", "complete list", "appl"),
            (
                r"\binclud(?:e|es|ed|ing)\b,? but (?:(?:is|are) )?not (?:be )?limited\b"
                r"|\bnot (?:limited to the following|intended to contain all|an exhaustive list|a complete list)\b"
                r"|\bother (?:protocol|study)\b.{0,60}\b(?:criteria|criterion)\b.{0,30}\bappl"
                r"|\b(?:inclusion|exclusion)\b.{0,40}\bcriteria\b.{0,20}\b(?:may|might|could|will)?\s*(?:have )?appl"
            ),
        ),
    )
)
_DAMAGE = re.compile(r"[¿\ufffd\ue000-\uf0b6\uf0b8-\uf8ff\x00]|\s\?\s*\d|\b\d{1,3}\.000\s*/")
_LIST_OPENED = re.compile(r":\s*(?:1[).]|\(1\)|a[).]|\(a\))\s*(?P<rest>[^:]*)$", re.IGNORECASE)
_STOPS_SHORT = re.compile(
    r"(?:\b(?:the|of|with|(?-i:a)|an|than|from|by|including|such as|e\.g|i\.e|between|within|who|which|"
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
    flags = set(_said(text))
    if "\x00" in raw:
        flags.add(Flag.SYMBOL_DAMAGED)
    if not has_children and stops_short(text):
        flags.add(Flag.TRUNCATED)
    if text.count(" ") >= _LONG_WORDS:
        flags.add(Flag.LONG)
    if not polar:
        flags.add(Flag.NO_POLARITY)
    return frozenset(flags)


@lru_cache(maxsize=4_096)
def _said(text: str) -> frozenset[Flag]:
    """Return the flags that the words alone give; most rules of a new version are the old ones."""
    small = text.lower()
    flags = {sign.flag for sign in _SIGNS if sign.is_in(text, small)}
    if _may_be_damaged(text) and _DAMAGE.search(text):
        flags.add(Flag.SYMBOL_DAMAGED)
    return frozenset(flags)


def _may_be_damaged(text: str) -> bool:
    return not text.isascii() or any(sign in text for sign in ("?", ".000", "\x00"))


@lru_cache(maxsize=4_096)
def stops_short(text: str) -> bool:
    """Say whether a text breaks off: on a word that needs another, or after opening a list."""
    opened = _LIST_OPENED.search(text[-300:])
    if opened and not opened["rest"].strip().endswith(_ENDS_WELL):
        return True
    if text.endswith(_ENDS_WELL):
        return False
    return _STOPS_SHORT.search(text[-20:]) is not None

"""The sentences that a rule has by itself, at its full stops and semicolons: nothing is moved."""

import re

_STOP = re.compile(
    # The first look is at what every match has, so that the others are rarely tried.
    r"(?=[.?!]\s)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bapprox)(?<!\betc)(?<!\bincl)(?<!\bDr)(?<!\bNo)(?<!\bno)"
    r"(?<!\bv)(?<!\bver)(?<!\bresp)(?<!\bspp)(?<!\bsp)(?<!\b[A-Za-z])(?<!\bmax)(?<!\bmin)(?<!\bincl)"
    r"[.?!]\s+(?=[A-Z(])|(?:(?<=[a-z]{4})|(?<=[a-z]\)))\.(?=[A-Z][a-z]{3})|\s+•\s+(?=[A-Z])"
)
_SEMICOLON = re.compile(r"\s*;\s*")
_NOT_LIMITED = re.compile(
    r"(?:(?<=[a-z]): )?\bincluding,? but (?:is |are )?not (?:necessarily )?limited to\b[:,]?",
    re.IGNORECASE,
)


def with_examples(text: str) -> str:
    """Return a text that says "such as" where it had "including, but not limited to"."""
    return _NOT_LIMITED.sub(lambda one: f"{' ' if one.group()[:1] == ':' else ''}such as", text)


def statements(text: str) -> list[str]:
    """Return the sentences a text itself has: at full stops and semicolons, nothing moved.

    A text with an open bracket across a stop comes back whole.
    """
    found: list[str] = []
    for sentence in _sentences(text.strip()):
        parts = [part for part in _SEMICOLON.split(sentence) if part.strip(" .,")]
        if OVER_ALL.search(parts[0] if parts else ""):
            parts = [sentence]
        if len(parts) > 1 and parts[-1].strip(" .,").lower() in _JOINTS:
            parts[-2:] = [f"{parts[-2]}; {parts[-1]}"]
        found.extend(parts if all(map(balanced, parts)) else [sentence])
    return found if all(map(balanced, found)) else [text.strip()]


#: A denial with examples, or the head of a list: it is over what stands behind the semicolons too.
OVER_ALL = re.compile(
    r"\b(?:no|not|without|absence|free)\b.*\b(?:including|such as|e\.g)\b|\b(?:following|these|any of|defined as|as follows)\b[^:]*:",
    re.IGNORECASE,
)
#: Words between this item and the next; they stay with this one.
_JOINTS = frozenset({"and", "or", "and/or"})


def _sentences(text: str) -> list[str]:
    """Cut at full stops; a list mark ("iii.") belongs to what follows it."""
    parts = _STOP.split(text)
    if len(parts) > 1 and _LIST_MARK.fullmatch(parts[0]):
        return [f"{parts[0]}. {parts[1]}", *parts[2:]]
    return parts


_LIST_MARK = re.compile(r"\(?(?:[ivxIVX]{1,5}|\d{1,2}(?:\.\d{1,2})*|[A-Za-z])")


def balanced(text: str) -> bool:
    """Say whether every bracket that is opened in a text is closed in it."""
    return all(text.count(left) == text.count(right) for left, right in ("()", "[]", "{}"))

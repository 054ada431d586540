"""Lists of lab tests, each with its own limit, as one short sentence a test."""

import re

from monitor.summaries.scope import DENIES, OTHER_SUBJECT, starts_large

_LIMIT = r"(?:of |is |are )?(?:at least|at most|more than|less than|between) \d"
_LIMIT_JOINT = re.compile(
    r"(?:,|(?<=\w)(?= (?:and|or) )) (?=(?:(?:and|or|and/or) )?"
    r"(?P<name>(?!(?:and|or|and/or|at|more|less|between|of|is|are)\b)[A-Za-z][^,;:.]{1,60}?) "
    rf"{_LIMIT})"
)
_LIMIT_RE = re.compile(rf"\b{_LIMIT}")
_TRAILS = re.compile(
    r"\b(?:within|before|after|during|without|unless|if|while|for at least|in the|respectively|whichever|both|either|at screening|as)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:(?:and|or|and/or) )?(?:for|if|in|with|when|who|that|which|to|at|by|of|on|but|is|are|than|the same)\b|"
    r"\b(?:who|that|which|if|must|should|within|years?|days?|weeks?|months?|hours?)\b",
    re.IGNORECASE,
)


def at_limits(text: str) -> list[str]:
    """Split a list of lab tests where every item has its own name and its own limit."""
    if DENIES.search(text) or OTHER_SUBJECT.search(text) or len(_LIMIT_RE.findall(text)) < 2:  # noqa: PLR2004 - a list
        return []
    pieces: list[str] = []
    start = 0
    for joint in _LIMIT_JOINT.finditer(text):
        if _NO_NAME.search(joint["name"]):
            continue
        piece = text[start : joint.start()]
        if not _LIMIT_RE.search(piece):
            return []
        pieces.append(piece.strip(" ,"))
        start = joint.end()
    rest = text[start:]
    if not pieces or not _LIMIT_RE.search(rest) or _TRAILS.search(rest):
        return []
    return [starts_large(piece) for piece in (*pieces, rest)]

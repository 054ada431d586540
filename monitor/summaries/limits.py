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
    pieces.append(rest)
    if _reach_over(text, pieces):
        return []
    if text.startswith("Your "):
        pieces[1:] = [_your(piece) for piece in pieces[1:]]
    return [starts_large(piece) for piece in pieces]


#: Behind these a list of limits is of one thing, or of what is named before it.
_UNDER = re.compile(
    r"^(?:For example|The study adds|Cohort|Group|Part)\b|:|\bof any of\b", re.IGNORECASE
)
_FOR_WHAT = re.compile(r"\b(?:to|for) (?!(?:wo)?men\b|(?:fe)?males?\b|age\b)", re.IGNORECASE)


def _reach_over(text: str, pieces: list[str]) -> bool:
    """Say whether something is meant for several limits, or an "or" between them would be lost."""
    if _UNDER.search(text) or _FOR_WHAT.search(pieces[-1]):
        return True
    if re.search(r",|\b(?:or|male|female)\b", pieces[0]):
        return True
    ored = [piece for piece in pieces if piece.startswith("or ")]
    return bool(ored and len(pieces) > 2) or bool(re.search(r",? or ", pieces[-1]))  # noqa: PLR2004 - A or B


_OF_A_TEST = re.compile(
    r"^(?P<joint>(?:and/or|and|or) )?(?P<name>[A-Za-z][^,;:]{1,60}?) (?:of |is |are )?(?P<limit>(?:at least|at most|more than|less than|between) \d)"
)
_MANY = re.compile(r" and |(?:levels|values|counts|platelets|phils|cytes)(?: \([^()]*\))?$")


def _your(piece: str) -> str:
    """Return "platelets of at least 75" as "your platelets are at least 75", as the first test is said."""
    found = _OF_A_TEST.match(piece)
    if not found or re.search(r"\b(?:is|are|your)\b", found["name"]):
        return piece
    name, verb = found["name"], "are" if _MANY.search(found["name"]) else "is"
    first = name.split(" ", maxsplit=1)[0]
    name = name[0].lower() + name[1:] if first[1:].islower() else name
    return f"{found['joint'] or ''}your {name} {verb} {found['limit']}{piece[found.end() :]}"

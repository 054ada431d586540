"""Long sentences set out in lines: what stands over a colon, times side by side, a late exception.

Nothing is moved and nothing is said of a part: the words keep their order, only their lines are
new. Called by ``joints`` for sentences that are too long whatever else was tried.
"""

import re

from monitor.summaries.brackets import BRACKETS
from monitor.summaries.items import CLAUSE, DESCRIBES, WAITS, listed
from monitor.summaries.scope import DENIES, EXAMPLES, GOES_ON, is_one_thing
from monitor.summaries.sentences import could_end
from monitor.summaries.statements import OVER_ALL

_FEW = 2
_SHORTEST = 3
_LONGEST_HEAD = 8
_OURS = re.compile(
    r"^(?:•|The study adds\b|On [^:,]+, the study adds\b|For example\b|Examples of\b|This includes\b|Exception\b|"
    r"This does not count\b|Any of these\b|That is\b|This is defined as\b)"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|must|should|will|may|can|cannot|include|includes|do|does|"
    r"these|following|or|and|of|with|by|if|for|to|such as|including|as)\b|,",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?P<head>[^:;]{2,60}): (?P<body>[^:;]+)$")


def at_heading(text: str) -> list[str]:
    """Put the heading of a rule on a line of its own: "Cohort A: people with ..."."""
    found = _HEADING.match(text)
    if (
        not found
        or _OURS.match(text)
        or text.startswith("You ")
        or _VERB.search(BRACKETS.sub("", found["head"]))
    ):
        return []
    if len(found["head"].split()) > _LONGEST_HEAD:
        return []
    return listed(found["head"], [found["body"]])


_COLON = re.compile(r"^(?P<lead>[^:;]{8,}): (?P<items>[^:;]+)$")
_SEMICOLON = re.compile(r";\s+(?=\S)")
_COMMA = re.compile(r",\s+(?=\S)")
_JOINED = re.compile(r"(?:and/or|and|or) ")
#: What may belong to several items, or to none of them alone.
_REACHES = re.compile(
    r"^(?:(?:or|and) )?(?:who|that|which|whose|if|unless|when|where|because|as|within|before|after|during|since|until|"
    r"while|without|except|excluding|based|due|but|so|then|also|not|whichever|provided|with|in the|at|for|including|such|"
    r"especially|etc)\b",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    r"\b(?:who|that|which|if|unless|when|within|before|after|during|in the (?:past|last)|except|excluding|needing|"
    r"whichever|as (?:judged|found|defined|the study doctor)|based on|caused by|due to)\b",
    re.IGNORECASE,
)


_SEMICOLONS = re.compile(r"^(?P<lead>[^:;]{8,}): (?P<items>.+)$")


def at_semicolons(text: str) -> list[str]:
    """Set what the study parted with semicolons behind the head of a list as that list."""
    found = _SEMICOLONS.match(text)
    if not found or not OVER_ALL.search(f"{found['lead']}:"):
        return []
    items = _outside_brackets(found["items"], _SEMICOLON)
    if len(items) == 1 or any(map(_REACHES.match, items)):
        return []
    return listed(found["lead"], items)


def at_colon(text: str) -> list[str]:
    """Set the things behind a colon as a list, where nothing in them is meant for several."""
    found = _COLON.match(text)
    if not found:
        return []
    items = _outside_brackets(found["items"], _COMMA)
    if len(items) <= _FEW or any(map(_REACHES.match, items)) or _FOR_ALL.search(items[-1]):
        return []
    if any(map(_JOINED.match, items[:-1])) or DENIES.search(found["items"]):
        return []
    if re.search(r"\bor (?:treated|had|having|those|patients)\b|(?<!or) \w+ and \w+", items[-1]):
        return []
    return [] if _unlike(items) else listed(found["lead"], items)


def _unlike(items: list[str]) -> bool:
    """Say whether an item is a clause, or an adjective waits for the noun of the last one."""
    bare = [BRACKETS.sub("", item).strip() for item in items]
    waits = WAITS.search(bare[-1]) and any(map(DESCRIBES.search, bare[:-1]))
    return any(map(CLAUSE.search, bare)) or bool(waits)


def _outside_brackets(text: str, joint: re.Pattern[str]) -> list[str]:
    """Cut a text at the joints that stand in no bracket."""
    masked = BRACKETS.sub(lambda one: "x" * len(one.group()), text)
    pieces: list[str] = []
    start = 0
    for cut in joint.finditer(masked):
        pieces.append(text[start : cut.start()])
        start = cut.end()
    return [*pieces, text[start:]]


_TIME = (
    r"(?:before|during|throughout|while|until|within|after|from (?:the|signing|screening)|"
    r"up to|through|for (?:the|at least|a|an|up to|\d+))"
)
_TIMES = re.compile(rf"^(?P<lead>[^:;]+?),? (?P<items>{_TIME} [^:;]+)$")
_TIME_JOINT = re.compile(rf",? (?=(?:and|or|and/or) {_TIME} )|, (?={_TIME} )")
_NOT_A_TIME = re.compile(
    r"\b(?:whichever|if|unless|who|that|which|must|should|agree|for (?:wo)?men|for (?:fe)?males|"
    r"(?:and|or|but) (?:avoid|refrain|use|not|do|have|has|will|are|is|to|any|a|an|at least|\d+))\b|,"
)


_HAS_TIME = re.compile(
    r"\b(?:within|before|after|during|past|last|ago|until|since|weeks?|months?|years?|days?|hours?)\b"
)


def at_times(text: str) -> list[str]:
    """List times that stand side by side: "during the study, and for 90 days after it"."""
    found = _TIMES.match(text)
    if not found or not is_one_thing(found["lead"]) or _HAS_TIME.search(found["lead"]):
        return []
    items = _outside_brackets(found["items"], _TIME_JOINT)
    if len(items) < _FEW or not _JOINED.match(items[-1]) or any(map(_JOINED.match, items[:-1])):
        return []
    for item in items:
        outside = BRACKETS.sub("", item).strip()
        if (
            _NOT_A_TIME.search(outside)
            or GOES_ON.search(outside)
            or len(outside.split()) < _SHORTEST
        ):
            return []
        if not could_end(outside) or re.search(rf"\b{_TIME}$", outside):
            return []
    return listed(found["lead"], items)


_LATE_EXCEPTION = re.compile(
    r"^(?P<head>(?:For [^;:,]{3,40}: )?[^;:]+?),? (?P<open>\()?(?:except for|except|excluding|with the exceptions? of) "
    r"(?P<tail>(?!for\b|in\b|if\b|when\b|that\b|where\b|as\b|those who\b|to\b|on\b|from\b|by\b|people\b|patients\b)[^;:]+)$"
)
_BINDS = re.compile(
    r"\b(?:exceptions?|except|excluding|other than|not|no|never|none|unless|only|if|can join|can be|allowed)\b",
    re.IGNORECASE,
)
_NOT_ITS_OWN = re.compile(
    r"\b(?:within|before|after|during|for at least|in the (?:past|last)|unless|if|provided|needing|at the time|"
    r"as (?:judged|found|the study doctor)|in the study doctor's view|or (?:a |any |known )?(?:history|presence|use|signs|needing)|"
    r"or (?:is|are|has|have|had|needed)|which|is allowed|are allowed)\b"
)


#: The sentence goes on behind the exception, or there is one from the exception.
_SAYS_MORE = re.compile(r", (?:must|should|may|can|will|are|is)\b|\bexcept\b", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:at least|at most|more than|less than) \d")


def at_late_exception(text: str) -> list[str]:
    """Take an exception that stands last off the end: what it names is named as not counted."""
    found = _LATE_EXCEPTION.match(text)
    if not found or not could_end(found["head"]) or _BINDS.search(found["head"]):
        return []
    tail = found["tail"]
    if found["open"]:
        if not tail.endswith(")") or ")" in tail[:-1]:
            return []
        tail = tail[:-1]
    if EXAMPLES.search(tail) or _NOT_ITS_OWN.search(tail) or _SAYS_MORE.search(tail):
        return []
    if len(_LIMIT.findall(found["head"])) > 1:
        return []
    if found["head"].count("(") != found["head"].count(")"):
        return []
    return [found["head"], f"This does not count: {tail}"]

"""What a disease or drug must be like, in a sentence of its own: "This means one that ..."."""

import re

from monitor.summaries.scope import DENIES, LISTED, OTHER_SUBJECT
from monitor.summaries.sentences import could_end

_SHORTEST = 6
_VERB = (
    r"(?:is|are|was|were|has|have|had|may|might|could|would|can|cannot|will|must|needs?|requires?|affects?|causes?|makes?|"
    r"interferes?|prevents?|precludes?|puts?|gets? in|do|does|did|contains?|involves?|increases?|limits?|places?|poses?|leads?|"
    r"relapsed|progressed|needed|required)\b"
)
_RELATIVE = re.compile(
    rf"^(?P<head>[^;:()]+?),? (?:that|which) (?!can be measured|ha(?:s|ve) spread|is,|(?:is|are) (?:in|defined)\b)(?P<rest>{_VERB}[^;:]*)$"
)
_NEEDING = re.compile(
    r"^(?P<head>(?:(?:Or|And) y|Y)ou (?:have|had|are|were) [^;:()]+?),? (?P<rest>needing [^;:]+)$"
)

_NO_NOUN = re.compile(
    r"(?:\b(?:such|so|provided|given|evidence|sure|believes?|likely|knows?|knowledge|shows?|shown|possible|certain|opinion|view|"
    r"found|agrees?|understands?|confirm\w*|fact|than|during|after|before|within|about|under|into|through|per|treatment|therapy|"
    r"surgery|care|use|evidence|pain|chemotherapy|radiation|information|extent|degree|way|time|study|at|those|one|ones|all|everything|anything|something|available)\b|ly|able|ible)$",
    re.IGNORECASE,
)
_SECOND_VERB = re.compile(
    r"\b(?:and|or),? (?:is|are|was|were|has|have|had|does|do|who|that|which|any|agree|need|not|must|should|will|may|can)\b"
)
_ALL = re.compile(r"\b(?:all|every|each|only|both|the|based on|per)\b", re.IGNORECASE)
_MAIN = re.compile(
    r"\b(?:is|are|was|were|must|should|will|may|might|could|would|can|cannot|has|have|had)\b"
)
_FIRST_VERB = re.compile(r"^\w+(?: not)? (?:have|be|also)\b")


#: "... that needed water, or surgery": the second thing is none of the first.
_ANOTHER = re.compile(
    r", (?:or|and|and/or) (?!(?:in|on|at|by|to|for|with|within|without|that|which|not|may|might|could|would|can|will|any other|other|"
    r"the|is|are|was|were|affect|interfere|put|threaten|get|make|limit|impair|pose|increase)\b)",
    re.IGNORECASE,
)


def at_relative(text: str) -> list[str]:
    """Tell what a disease or drug must be like in a sentence of its own: "This means one that ..."."""
    found = _RELATIVE.match(text) or _NEEDING.match(text)
    if not found or not _ends_in_noun(found["head"]):
        return []
    head, rest = found["head"], found["rest"]
    if (
        _SECOND_VERB.search(rest)
        or re.search(r"\bexcept\b", rest)
        or _ANOTHER.search(rest)
        or (rest.startswith("needing") and LISTED.search(f"{head} {rest}"))
    ):
        return []
    said_of_you = head.startswith(("You ", "Or you ", "And you "))
    if not said_of_you and len(_MAIN.findall(_FIRST_VERB.sub("", rest))) > 1:
        return []
    verb = rest.split(" ", maxsplit=1)[0].lower()
    many = _is_many(verb, head.rsplit(" ", maxsplit=1)[-1].lower())
    that = "" if verb == "needing" else "that "
    return [] if many is None else [head, f"This means {'those' if many else 'one'} {that}{rest}"]


def _ends_in_noun(head: str) -> bool:
    """Say whether the last word is the one thing that "one that" can mean."""
    if any(sign.search(head) for sign in (DENIES, _ALL, _NO_NOUN, OTHER_SUBJECT, _A_TIME)):
        return False
    return could_end(head) and len(head.split()) >= _SHORTEST and "," not in head


_A_TIME = re.compile(r"\b(?:weeks?|months?|years?|days?|\d)$")


def _is_many(verb: str, noun: str) -> bool | None:
    """Say whether a noun is of many, None where noun and verb do not agree."""
    plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is", "tes"))
    if verb in {"is", "was", "has", "does"} or (verb.endswith("s") and verb != "is"):
        return None if plural else False
    if verb in {"are", "were", "have", "do"}:
        return True if plural else None
    return plural

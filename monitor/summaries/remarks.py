"""What is said about a rule behind it: who judges, how it is shown, when it does not count.

Each remark becomes a sentence of its own where it can only be about the whole before it.
"""

import re

from monitor.summaries.scope import (
    BOUND,
    DENIES,
    GOES_ON,
    NEW_START,
    SHORTEST,
    is_one_thing,
    starts_large,
)
from monitor.summaries.sentences import could_end
from monitor.summaries.statements import OVER_ALL

_AS_SAID = re.compile(
    r"^(?P<head>[^;:]+?),? (?P<tail>(?:as (?:judged|found|determined|set|shown|measured|worked out|"
    r"defined|recorded|proven|assessed|seen|described|outlined|listed|stated|indicated|evidenced|"
    r"documented|the study doctor judges)"
    r"|based on|per|due to|because of|caused by"
    r"|(?:shown|proven|confirmed|measured|diagnosed|judged|recorded|set|worked out) (?:by|with|using)"
    r")\b[^;:()]*)$",
    re.IGNORECASE,
)
#: A verb that wants what follows: "is based on", "was diagnosed by".
_WANTS_MORE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|must|should|if|when|and|or|drugs?|used|given|needed|"
    r"[a-z]+ed)$",
    re.IGNORECASE,
)
_AS = re.compile(r"^as (?=[a-z]+ed |found |set |seen |shown |proven |worked )")
#: "Gotten over side effects due to past treatment to at most grade 1": the grade is of the head.
_OUTCOME = re.compile(r"\bto (?:at most|at least|grade|baseline|normal|less|a )", re.IGNORECASE)
#: "Risks because of taking part and/or get in the way of visits": the second deed is the head's.
_DEED_BEHIND = re.compile(
    r"\b(?:and|or|and/or) (?:(?:may|might|would|could|will) )?(?:get in|interfere|put|make|keep|affect|harm|change|prevent|limit|"
    r"lead|cause|need|require|impair|distort|influence|raise|lower|increase|decrease|threaten)\b",
    re.IGNORECASE,
)
#: A time, an exception or a condition behind it is of the head.
_TIED_BEHIND = re.compile(
    r"\b(?:within|before|after|longer than|except|excluding|unless|if|and)\b", re.IGNORECASE
)
_UNLESS = re.compile(r"^(?P<head>[^;:]+?),? unless (?P<tail>(?!there\b)[^;:]+)$", re.IGNORECASE)
_ON_CONDITION = re.compile(
    r"^(?P<head>[^;:]+?),? (?P<tail>(?:if|as long as|provided(?: that)?|so long as|only if) [^;:]+)$",
    re.IGNORECASE,
)
_LETS_IN = re.compile(
    r"\b(?:allowed|acceptable|permitted|may|allow|can join|eligible|okay|included|can be|accepted|considered)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(r",? ?\bin the study doctor's view\b,?", re.IGNORECASE)
_JOINS_ON = re.compile(r"\s*(?:or|and|and/or)\b")


def at_as_said(text: str) -> list[str]:
    """Tell how a thing is shown, measured or judged, or why it is so."""
    found = _AS_SAID.match(text)
    if not found or len(found["tail"].split()) < SHORTEST:
        return []
    head, tail = found["head"], found["tail"]
    if NEW_START.search(tail) or "," in tail or GOES_ON.search(tail) or DENIES.search(head):
        return []
    if _OUTCOME.search(tail) or _DEED_BEHIND.search(tail) or _TIED_BEHIND.search(tail):
        return []
    if re.match(r"(?:If|Based on|When)\b", head):
        return []
    if len(head.split()) <= SHORTEST or _WANTS_MORE.search(head) or not is_one_thing(head):
        return []
    return [head, f"This is {_AS.sub('', tail)}"]


def at_unless(text: str) -> list[str]:
    """Tell an exception: "This does not count if ..."."""
    found = _UNLESS.match(text)
    if not found or DENIES.search(found["tail"]) or not _is_plain(found["head"]):
        return []
    if _TIMES_HERE.search(found["head"]) or " and " in found["head"]:
        return []
    return [found["head"], f"This does not count if {found['tail']}"]


def at_condition(text: str) -> list[str]:
    """Take the condition off the end of what is allowed."""
    found = _ON_CONDITION.match(text)
    if not found or not _LETS_IN.search(found["head"]) or not _is_plain(_bare(found["head"])):
        return []
    # "The children are included. This is so only if": the first sentence would let all in.
    if _SAYS_NOTHING.search(found["head"]) or found["tail"].lower().startswith("only if"):
        return []
    if _NEW_SUBJECT.search(found["tail"]) or not _SAYS.search(found["tail"]):
        return []
    return [found["head"], f"This is so {found['tail']}"]


#: "A male can join the study": what is asked of him is all that the rule says.
_SAYS_NOTHING = re.compile(r"\bcan (?:join|take part in)(?: (?:the|this) study)?$")
_OPENS = re.compile(
    r"^(?P<head>[^;:()]{20,}?), (?P<tail>provided(?: that)? [^;:()]+:)$", re.IGNORECASE
)


def opening(line: str) -> list[str]:
    """Part the condition off a line that opens a list: "X may join. This is so provided ...:"."""
    found = _OPENS.match(line)
    if not found or not _LETS_IN.search(found["head"]) or DENIES.search(found["head"]):
        return [line]
    return [found["head"] + ".", f"This is so {found['tail']}"]


#: A condition that is a clause; "if female of an age to bear children" is none.
_SAYS = re.compile(
    r"^(?:(?!\b(?:who|that|which|of)\b).)*\b(?:is|are|has|have|had|was|were|can|will|do|does|did|needs?|gets?|"
    r"meets?|takes?|becomes?|agrees?|shows?|allows?|[a-z]{2,}ed)\b"
)


def _bare(head: str) -> str:
    """Return a head without what stands in brackets, and without "that can be measured"."""
    return re.sub(r"\s*\([^()]*\)|\bthat can be (?:measured|checked)", "", head)


def _is_plain(head: str) -> bool:
    """Say whether nothing in ``head`` could take the condition for itself."""
    if any(sign.search(head) for sign in (DENIES, NEW_START, BOUND)):
        return False
    return could_end(head) and len(head.split()) > SHORTEST


#: "If begun 90 days before, and the dose must ...": a rule of its own stands behind the condition.
_NEW_SUBJECT = re.compile(r", (?:and|but) (?:the|they|you|an?|this|it)\b")


#: "..., which may pose a risk, will be discussed": the view is of the clause alone.
_GOES_ON = re.compile(r", (?:will|must|should|may|can|cannot|are|is|have|has)\b")


def at_view(text: str) -> list[str]:
    """Tell whose view it is in a sentence of its own, where just one thing is viewed."""
    if len(_VIEW.findall(text)) != 1 or ";" in text or _VIEW.match(text):
        return []
    head, tail = _VIEW.split(text)
    if NEW_START.search(tail) or _JOINS_ON.match(tail) or DENIES.search(head):
        return []
    if _GOES_ON.search(tail) or _OF_SEVERAL.search(head):
        return []
    # "Any history could get in the way" would be said of every history.
    if re.match(r"(?:could|may|might|would|can)\b", tail.strip()) and not _SAID_OF.search(head):
        return []
    return [f"{head} {tail.strip()}".strip(), "The study doctor decides this"]


#: Alternatives of which the last alone is somebody's view.
_OF_SEVERAL = re.compile(
    r"(?:,|;) (?:or|and|and/or) |\b(?:or|and|and/or) (?:any|other|where|which|that|a|an|patients|people|those)\b",
    re.IGNORECASE,
)
_SAID_OF = re.compile(r"\b(?:that|which|who)\b,?$", re.IGNORECASE)


def at_semicolon(text: str) -> list[str]:
    """Split a note at its semicolons."""
    if OVER_ALL.search(text.split("; ", maxsplit=1)[0]):
        return []
    pieces = [piece for piece in text.split("; ") if piece.strip()]
    if len(pieces) == 1 or any(len(piece.split()) < SHORTEST for piece in pieces):
        return []
    return [starts_large(piece) for piece in pieces]


_STRESSED = re.compile(r",? (?P<joint>OR|AND|AND/OR) (?=[A-Za-z])")


def at_stressed(text: str) -> list[str]:
    """Split at an OR or AND that the study wrote in capitals between two long parts."""
    found = _STRESSED.search(text)
    joints = set(re.findall(r"\b(?:AND/OR|OR|AND)\b", text))
    # "A OR B AND C" is one of two things, and nobody can tell which.
    if not found or len(joints) != 1 or text.isupper():
        return []
    head, tail = text[: found.start()], text[found.end() :]
    if min(len(head.split()), len(tail.split())) <= SHORTEST or not could_end(head):
        return []
    if re.search(r"\b(?:either|both|between|not|no)\b|\bstage [IV]+$", head, re.IGNORECASE):
        return []
    if not _TIMES_HERE.search(head) and _TIMES_HERE.search(tail):
        return []
    return [head, f"{found['joint'].capitalize()} {tail}"]


#: A time that may be meant for both parts.
_TIMES_HERE = re.compile(
    r"\b(?:within|before|after|during|at (?:the time|screening|baseline|either|visit)|in the (?:past|last|previous))\b",
    re.IGNORECASE,
)


#: "(e.g., asthma)" and "(i.e., asthma)", with what stands behind the cue.
_SHORT_CUE = re.compile(r"(?P<open>[(,] ?)(?P<cue>e\.? ?g|i\.? ?e)\b\.?[,:]? +(?=(?P<next>\w+))")
_NO_THING = frozenset(
    {
        "due",
        "because",
        "with",
        "if",
        "when",
        "by",
        "in",
        "for",
        "after",
        "on",
        "from",
        "to",
        "at",
        "no",
        "not",
    }
)


def _said_out(found: re.Match[str]) -> str:
    if found["cue"].startswith("i"):
        return f"{found['open']}that is, "
    return f"{found['open']}{'for example, ' if found['next'] in _NO_THING else 'such as '}"


def with_cues_said(text: str) -> str:
    """Return "(e.g., asthma)" as "(such as asthma)" and "(i.e., asthma)" as "(that is, asthma)"."""
    return _SHORT_CUE.sub(_said_out, text)

"""Lists as lists: a line that ends in a colon, and under it one short line an item.

Items stand in the order of the text and keep its own "and" or "or" before the last one, so a list
says neither more nor less than the sentence it was. A sentence stays whole where a word behind the
last item, or before the first, could be meant for all of them.
"""

import re

from monitor.summaries.brackets import BRACKETS
from monitor.summaries.items import REACHES, listed
from monitor.summaries.scope import DENIES

_FEW = 2
_LONG_ITEM = 3
#: "If you are a woman ..., you must ..." reads better whole up to here.
_ONE_BREATH = 32

_DEEDS = (
    r"(?:affect|alter|bias|cause|complicate|compromise|confound|confuse|contraindicate|endanger|exacerbate|"
    r"expose|get in the way|harm|hinder|impact|impair|impede|increase|influence|interfere|jeopardi[sz]e|lead|"
    r"lower|limit|make|mask|place|pose|preclude|predispose|prevent|put|threaten|raise|reduce|render|require|restrict|"
    r"result|cloud|add|keep|hamper|invalidate|obscure|prohibit|worsen|weaken|change|need|stop)"
)
_MODAL = re.compile(
    rf"^(?P<lead>[^;:()]+? (?:may|might|could|would|can|will|is likely to|are likely to)) (?={_DEEDS}\b)(?P<items>[^;:]+)$"
)
_DEED_JOINT = re.compile(
    rf",? (?P<joint>or|and|and/or) (?={_DEEDS}\b)|, (?={_DEEDS}\b)", re.IGNORECASE
)
_WINDOW = re.compile(r"\b(?:within|before|after|during|in the (?:past|last)|ago|until)\b")
_NEW_CLAUSE = re.compile(
    r"\b(?:or|and|and/or),? (?:if|who|any|other|history|a history|the study doctor|are|is|has|have|known|whose|which|that)\b"
)


def at_deeds(text: str) -> list[str]:
    """List what a thing may do: "that may: affect the results; or put you at risk"."""
    found = _MODAL.match(text)
    if not found or _NEW_CLAUSE.search(found["items"]):
        return []
    items = _cut(found["items"], _DEED_JOINT)
    if len(items) < _FEW or not items[-1].startswith(("or ", "and ", "and/or ")):
        return []
    if any(len(item.split()) < _LONG_ITEM for item in items):
        return []
    if ", " in items[-1] or (len(items) == _FEW and ", " in items[0]):
        return []
    if _WINDOW.search(items[-1]) and not _WINDOW.search(items[0]):
        return []
    return listed(found["lead"], items)


def _cut(text: str, joint: re.Pattern[str]) -> list[str]:
    """Cut a text at every joint; a joint's own word stays with what follows."""
    pieces: list[str] = []
    start = 0
    for found in joint.finditer(text):
        word = found.groupdict().get("joint")
        pieces.append(text[start : found.start()])
        start = found.start("joint") if word else found.end()
    return [*pieces, text[start:]]


_SUBJECT = (
    r"(?:you|they|the|a|an|all|both|this|these|those|it|your|patients?|people|subjects?|participants?|women|men|"
    r"females?|males?|children|adults?|no|only|such|any|each|every)"
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|must|should|will|may|might|can|cannot|could|would|do|does|did|need|needs|"
    r"received|took|used)\b"
)
_FIRST = re.compile(
    r"^(?P<lead>(?:If|When|Where|In case of|In the case of|For|In|Within|During|Before|After|At|Unless|Although|While|As) "
    rf"[^,;:()]{{6,}}), (?:then )?(?P<body>{_SUBJECT} [^;:]+)$"
)
_CLAUSE_LEADS = frozenset({"If", "When", "Where", "Unless", "While", "Although", "As"})


def at_first_part(text: str) -> list[str]:
    """Put what a rule opens with over it: "If you can get pregnant: you must ..."."""
    found = _FIRST.match(text)
    if not found:
        return []
    lead, body = found["lead"], found["body"]
    if lead.startswith("If you ") and len(text.split()) <= _ONE_BREATH:
        return []
    verb = _FINITE.search(body)
    if verb is None or re.search(r",| or ", BRACKETS.sub("", body[: verb.start()])):
        return []
    if lead.split(" ", maxsplit=1)[0] in _CLAUSE_LEADS and not _FINITE.search(lead):
        return []
    return listed(lead, [body])


_THATS = re.compile(
    r"^(?P<lead>[^;:()]*?\b(?:provided|understands?|understood|agrees?|confirms?|confirmed|states?|indicating|shows?)) "
    r"that (?P<first>[^;:]+?),? and that (?P<second>[^;:]+)$"
)


def at_thats(text: str) -> list[str]:
    """List what stands behind "that ..., and that ...": each is a clause of its own."""
    found = _THATS.match(text)
    if not found or " that " in found["second"]:
        return []
    if " that " in found["first"] or DENIES.search(found["lead"]):
        return []
    return listed(f"{found['lead']} that", [found["first"], f"and that {found['second']}"])


# --- one of two ------------------------------------------------------------------------------------

_EITHER = re.compile(
    r"^(?P<lead>[^;:()]{8,}?) (?P<both>either|both) (?P<first>[^;:,]+?),? (?P<joint>or|and) (?P<second>[^;:,]+)$"
)


def at_either(text: str) -> list[str]:
    """List what stands behind "either" or "both": two things, each on a line."""
    found = _EITHER.match(text)
    if not found or (found["both"] == "either") != (found["joint"] == "or"):
        return []
    pair = f"{found['first']} {found['second']}"
    if re.search(r"\b(?:and|or)\b", pair) or DENIES.search(found["lead"]):
        return []
    if REACHES.search(found["second"]) and not REACHES.search(found["first"]):
        return []
    if min(len(found["first"].split()), len(found["second"].split())) < _LONG_ITEM:
        return []
    return listed(
        f"{found['lead']} {found['both']}", [found["first"], f"{found['joint']} {found['second']}"]
    )

"""What may bind a part of a sentence to something else in it: lists, denials, verbs still to come.

A part is cut off only where nothing of this kind leaves it open what the part belongs to.
"""

import re

from monitor.summaries.sentences import could_end

SHORTEST = 3
DENIES = re.compile(
    r"\b(?:no|not|none|never|nor|neither|without|cannot|except|unless|other than|free of|only|"
    r"lack|absence)\b",
    re.IGNORECASE,
)
#: "...; or" at the end of a text: the next line goes on.
OPEN_END = re.compile(r"[\s,;]*\s(?:and/or|and|or)[\s,;]*$", re.IGNORECASE)
LISTED = re.compile(r"[,/]|\b(?:and|or|nor|but|and/or)\b", re.IGNORECASE)
#: A list whose later parts are more than one noun: what follows may belong to the last alone.
NEW_START = re.compile(
    r"\b(?:and|or|but|and/or),? (?:you|have|has|had|are|is|were|was|history|a history|known|any|"
    r"received|took|who|that|which|to|not|must|should|will|can|cannot|with|without|a |an |the |"
    r"surgery|those|refrain|agree|use)\b",
    re.IGNORECASE,
)
BOUND = re.compile(
    r"\b(?:who|that|which|whose|if|unless|because|as long as|either|including|such as|with)\b",
    re.IGNORECASE,
)
#: Words after which a verb or a noun may have another subject than the sentence.
OTHER_SUBJECT = re.compile(
    r"\b(?:who|that|which|whose|if|when|where|unless|either|both|because|while|whether|as|since|"
    r"what|between|from)\b",
    re.IGNORECASE,
)
EXAMPLES = re.compile(r"\b(?:including|such as|for example|e\.g)\b", re.IGNORECASE)
CONDITION = re.compile(
    r"\b(?:if|unless|when|defined|as long as|provided|because|since)\b", re.IGNORECASE
)
#: A verb behind the part: what stood before it was no sentence yet.
GOES_ON = re.compile(
    r"\b(?:is|are|was|were|can|may|must|should|will|could|might|has|have|need|needs|cannot|"
    r"including|such)\b"
)
#: What takes a list as its object, so that what is said behind the list belongs to the deed.
_DEED = re.compile(
    r"^(?:you (?:have |are |were |now )?)?(?:any |prior |earlier |current |now |recent |ever )*"
    r"(?:take|took|taking|taken|use|used|using|get|got|getting|gotten|received|receive|receiving|"
    r"had treatment|treatment|treated|therapy|exposure|taking part|take part|took part|"
    r"participation|participated|donated|donation|given|been treated|been given)\b",
    re.IGNORECASE,
)


def is_one_thing(head: str) -> bool:
    """Say whether what follows ``head`` can only belong to all of it: no list, or one deed's list."""
    if not could_end(head) or len(head.split()) < SHORTEST or EXAMPLES.search(head):
        return False
    if not LISTED.search(head):
        return True
    return bool(_DEED.match(head)) and not NEW_START.search(head) and not BOUND.search(head)


_WITHIN = re.compile(r"\bwithin\b(?P<rest>[^,;]*)$")
_SIDE = re.compile(r"\b(?:before|after|prior|of|past|last|previous)\b")


def is_half_window(head: str, tail: str) -> bool:
    """Say whether ``head`` ends in "within 2 weeks" and ``tail`` tells before what."""
    own = _WITHIN.search(head)
    return own is not None and not _SIDE.search(own.group()) and bool(_SIDE.search(tail))


def starts_large(piece: str) -> str:
    """Return a piece with a capital; a name such as eGFR stays as it is."""
    return piece[0].upper() + piece[1:] if piece[1:2].islower() or piece[1:2] == " " else piece

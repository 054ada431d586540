"""Where one sentence of a rule may safely become two.

A joint is safe when both halves keep every word of the source and nothing that bound the halves
together (a time, a condition, a shared verb) is left on one side alone. Anything else stays whole.
"""

import re

from monitor.summaries.brackets import NOTE, at_mid_bracket, noun_before, such
from monitor.summaries.statements import balanced

#: Up to here a sentence, in words, reads better whole than with a part told behind it.
BEARABLE = 20

_LATE = re.compile(
    r"\b(?:within|before|prior|after|during|for at least|who|whom|whose|unless|if|except|excluding|"
    r"is|are|was|were|has|have|had|will|must|may|can|should|requir\w+|that|which|until|since|in the "
    r"(?:past|last|opinion)|(?:and|or|but) (?:stop\w*|with|without|poor|not|to|other than|on)|at (?:the time|screening|baseline|enrol\w+)|provided|however|but)\b",
    re.IGNORECASE,
)
_INCLUDING = re.compile(
    r"^(?P<head>[^()]{12,}?),?\s+(?P<cue>including|such as|for example|e\.g\.,?)[,:]?\s+(?P<tail>[^;:]+)$",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(
    r"^(?P<head>[^()\[\]]{8,}?)\s*\((?P<inner>[^()]+(?:\([^()]*\)[^()]*)*)\)\s*(?P<end>[.;,]?)$"
)
_LAST_PARENTHESIS = re.compile(
    r"^(?P<head>(?:[^()\[\]]|\([^()]*\)|\[[^\[\]]*\]){8,}?)\s*\((?P<inner>[^()]+)\)\s*(?P<end>[.;,]?)$"
)
_FOR_EXAMPLE = re.compile(
    r"^(?:e\.?g\.?|for example|for instance|such as|eg)[,:]?\s+", re.IGNORECASE
)
_THAT_IS = re.compile(r"^(?:i\.?e\.?|that is|ie)[,:]?\s+", re.IGNORECASE)
_INCLUDES = re.compile(r"^including[,:]?\s+", re.IGNORECASE)
_DEFINED = re.compile(r"^(?P<head>[^()]{12,}?),?\s+defined as:?\s+(?P<tail>[^()]+)$", re.IGNORECASE)
_EXCEPT = re.compile(
    r"^(?P<head>[^()]{10,}?),?\s+(?:with the exceptions? of|with exceptions? of|except for|except|"
    r"excluding|exclusive of|other than)\s+"
    r"(?P<tail>(?!for\b|in\b|if\b|when\b|that\b|where\b|as\b|those who\b|to\b|on\b)[^()]+)$",
    re.IGNORECASE,
)
_FRESH = (
    r"(?:history of|a history of|known|any|presence of|prior|previous|current|currently|evidence of|"
    r"who |has |have |had |is |are |was |were |received|patients |subjects |participants |use of|"
    r"treatment with|those |inability|unwilling|unable|cannot|planned|receipt of|positive|women|men)"
)
#: An item that begins anew and is no longer one of the examples or exceptions.
_NEW_ITEM = re.compile(rf",\s+(?:or\s+|and\s+)?(?:the\s+)?{_FRESH}", re.IGNORECASE)
_OR = re.compile(rf"^(?P<head>[^,;()]{{15,}}), or (?P<tail>{_FRESH}[^;()]+)$", re.IGNORECASE)
#: What may bind an exception to a part of the sentence alone.
_BINDS = re.compile(
    r"[,:]|\b(?:no|not|never|without|exceptions?|except|that|which|who|any|anything|nothing|other)\b(?! history| cancer"
    r"| malignan| active| autoimmune| prior| known| acute| chronic)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"^(?:excluding|except for|except|other than)[,:]?\s+(?!if\b|when\b|that\b|in\b|as\b)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^\W*(?:please\s+)?note\b[:\s-]*", re.IGNORECASE)
_CAP = 14
_SHORT_INNER = 4


def at_joints(sentence: str) -> list[str]:
    """Return one sentence as several where that is safe, in order; else as it is.

    A sentence of bearable length stays whole: its own order reads best. Every part is source text
    but for the cue that opens it ("For example:", "This does not count:").
    """
    if len(sentence.split()) <= BEARABLE:
        return [sentence]
    for split in (at_mid_bracket, _at_parenthesis, _at_including, _at_defined, _at_except, _at_or):
        parts = split(sentence)
        if parts and all(map(balanced, parts)):
            return [piece for part in parts[:1] for piece in at_joints(part)] + parts[1:]
    return [sentence]


def at_bracket(sentence: str) -> list[str]:
    """Tell a bracket of a sentence in plain words behind it."""
    return at_mid_bracket(sentence) or _at_parenthesis(sentence)


def at_last_bracket(sentence: str) -> list[str]:
    """Take a bracket off the end of a sentence that holds others before it."""
    found = _without_bracket(sentence, _LAST_PARENTHESIS)
    # Examples and limits in brackets behind several things are the last one's.
    if not found or _MANY.search(re.sub(r"\([^()]*\)", "", found[0])):
        return []
    return [] if found[1].startswith(NOTE) and not _SAYS.search(found[1]) else found


def _at_parenthesis(sentence: str) -> list[str]:
    """Take a bracket off the end; a short one or an acronym stays where it is."""
    return _without_bracket(sentence, _PARENTHESIS)


def _without_bracket(sentence: str, bracket: re.Pattern[str]) -> list[str]:
    found = bracket.match(sentence)
    if not found:
        return []
    inner = found["inner"].strip()
    opened = _opened_bracket(inner)
    if opened is None or (opened.startswith(NOTE) and _stays(sentence, inner)):
        return []
    if opened.startswith((NOTE, "That is: ")) and _MORE_THINGS.search(found["head"]):
        return []
    if opened.startswith("This includes: ") and _TURNS.search(found["head"]):
        return []
    if opened.startswith(_EXAMPLES_OF) and _may_be_of_the_last(found["head"], sentence):
        return _with_noun(found["head"], opened)
    return [found["head"].strip(" ,") + ".", opened]


#: "Allergy, or known allergy to X", "allergy to X, or drugs like it": all of it may be to X.
_ALLERGIC = re.compile(r"\b(?:allerg|hypersensitiv|intoleran|sensitiv)", re.IGNORECASE)
#: What stands behind several things, or behind a denial, is of the last or of what is denied.
_MORE_THINGS = re.compile(r",|\b(?:or|and/or|not|no)\b", re.IGNORECASE)
_EXAMPLES_OF = ("For example: ", "This includes: ", "That is: ")
_MANY = re.compile(r",|\b(?:or|and)\b", re.IGNORECASE)
_EXCEPTED = re.compile(r"\b(?:except|excluding|other than|not apply)\b", re.IGNORECASE)


def _may_be_of_the_last(head: str, sentence: str) -> bool:
    """Say whether examples belong to the last thing of a list, and can stay beside it."""
    short = len(sentence.split()) <= BEARABLE
    return bool(_EXCEPTED.search(head)) or (short and bool(_MANY.search(head)))


#: Nouns of which examples are given: a kind of thing, not a part of the body or an amount.
_OF_MANY = re.compile(
    r"(?:(?<!dose)(?<!level)(?<!value)(?<!week)(?<!month)(?<!year)(?<!day)(?<!patient)(?<!people)(?<![uis])s|"
    r"disease|disorder|infection|cancer|malignancy|treatment|therapy|condition|illness|surgery)$"
)


def _with_noun(head: str, opened: str) -> list[str]:
    """Say of what the examples are, behind a list: they may be of the last thing named alone."""
    noun = noun_before(head)
    if not _OF_MANY.search(noun) or len(head.split()) <= _CAP:
        return []
    if not opened.startswith("For example: "):
        return []
    return [head.strip(" ,") + ".", f"Examples of {such(noun)}: {opened.partition(': ')[2]}"]


def _stays(sentence: str, inner: str) -> bool:
    """Say whether a remark reads better in its brackets: half a sentence, or a short one."""
    half = _HALF.match(inner) is not None and not _WHOLE.match(inner)
    if len(sentence.split()) > _MOST and _SAYS.search(inner) and inner.lower().startswith("no "):
        return False
    if _EXCEPTED.search(inner):
        return True
    if _NOTE.match(inner) or (_SAYS.search(inner) and not half):
        return False
    return len(sentence.split()) <= BEARABLE or half


#: What narrows the words before it and cannot open a sentence.
_HALF = re.compile(
    r"(?:or|and|with|if|when|unless|as|at|within|not|no|without|but|other|whichever|for|to|from|"
    r"of|by|on|than|which|who|that|in|per|about|after|before|during|until|since|due|because|defined|see)\b",
    re.IGNORECASE,
)
#: "For cohort 5, within 12 months": whom it is for stands before it.
_WHOLE = re.compile(r"(?:for|in|if|when)\b[^,]+, ", re.IGNORECASE)
#: A remark that is a sentence by itself.
_SAYS = re.compile(
    r"^(?!defined)[^,;]*\b(?:is|are|may|can|will|must|should|allowed|permitted|acceptable)\b"
)
_MOST = 25


def _opened_bracket(inner: str) -> str | None:
    for cue, opening in _CUES:
        if found := cue.match(inner):
            rest = inner[found.end() :]
            return None if _HALF.match(rest) else f"{opening}{rest}"
    return None if len(inner.split()) <= _SHORT_INNER or ":" in inner else f"{NOTE}{inner}"


_CUES = (
    (_FOR_EXAMPLE, "For example: "),
    (_THAT_IS, "That is: "),
    (_INCLUDES, "This includes: "),
    (_LEFT_OUT, "This does not count: "),
    (_NOTE, NOTE),
)


#: Behind a denial or an exception "This includes" would name what is let in; "any ingredients,
#: including X of Y": all of them are of Y.
_TURNS = re.compile(
    r"\b(?:except|excluding|other than|not apply|no|not|never|without|absence|unable|unwilling|inability|cannot)\b"
    r"|\bany \w+$|\b(?:treatment|therapy)$|\bwithin\b.*\bor\b",
    re.IGNORECASE,
)
#: What is asked or named besides the examples.
_GOES_BEYOND = re.compile(
    r"\band (?:agrees?|must|should)\b|, or any\b|\bof actual\b|\bcaused by\b|, with\b|\bfor the (?:whole|entire|duration)\b",
    re.IGNORECASE,
)


def _at_including(sentence: str) -> list[str]:
    """Take a list of examples off the end when nothing after it binds back."""
    found = _INCLUDING.match(sentence)
    if not found or _LATE.search(found["tail"]) or not could_end(found["head"]):
        return []
    if _NEW_ITEM.search(found["tail"]) or _TURNS.search(found["head"]):
        return []
    if _GOES_BEYOND.search(found["tail"]):
        return []
    if "," in found["tail"] and not re.search(r"\b(?:and|or|etc)\b[^,]*$", found["tail"]):
        return []
    label = "This includes" if found["cue"].lower() == "including" else "For example"
    opened = f"{label}: {found['tail']}"
    return [found["head"] + ".", opened]


def could_end(head: str) -> bool:
    """Say whether a sentence may stop behind ``head``: no open list, no word that needs another."""
    return not re.search(
        r"(?:\b(?:and|or|of|with|to|for|by|the|a|an|any|other|not|no|is|are|either|both|in|on|"
        r"than|as|but|from|taking|receiving|using|getting|undergoing|awaiting|having|received|taken|used|was|were|be|been|who|which|that|reasons?|causes?|indications?|purposes?|those|"
        r"ones?|something|causes?|drugs?|means|ways?|methods?|factors?)|[,:(/])$",
        head.strip(),
        re.IGNORECASE,
    )


def _at_defined(sentence: str) -> list[str]:
    found = _DEFINED.match(sentence)
    if not found or not could_end(found["head"]) or len(sentence.split()) < _CAP:
        return []
    return [found["head"] + ".", f"This is defined as: {found['tail']}"]


def _at_except(sentence: str) -> list[str]:
    """Take an exception off the end, as a list of what does not count."""
    found = _EXCEPT.match(sentence)
    if not found or not could_end(found["head"]) or _BINDS.search(found["head"]):
        return []
    tail = found["tail"]
    if _LATE.search(tail) or _NEW_ITEM.search(tail):
        return []
    if "," in tail and not re.search(r",\s*(?:and|or)\s[^,]+$", tail):
        return []
    return [found["head"] + ".", f"This does not count: {found['tail']}"]


def _at_or(sentence: str) -> list[str]:
    """Part two whole alternatives that a comma parts already."""
    found = _OR.match(sentence)
    if not found or len(sentence.split()) < _CAP or "either" in sentence.lower():
        return []
    if _ALLERGIC.search(found["head"]) or re.search(r"\b(?:within|if)\b", found["tail"]):
        return []
    verb = _VERB_FIRST.match(found["tail"])
    if verb and not found["head"].startswith("You "):
        return []
    you = f"you {_WITH_YOU.get(verb.group().lower(), verb.group())}" if verb else ""
    return [found["head"] + ".", f"Or {you}{found['tail'][verb.end() if verb else 0 :]}"]


#: A verb at the start of the second part: without "you" it would be torn off whom it is said of.
_VERB_FIRST = re.compile(r"(?:who )?(?:has|have|had|is|are|was|were|received)\b", re.IGNORECASE)
_WITH_YOU = {
    verb: plain
    for one, plain in (("has", "have"), ("is", "are"), ("was", "were"))
    for verb in (one, f"who {one}")
} | {f"who {plain}": plain for plain in ("have", "had", "are", "were", "received")}

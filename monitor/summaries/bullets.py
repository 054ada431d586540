"""Lists as lists: a line that ends in a colon, and under it one short line an item.

Items stand in the order of the text and keep its own "and" or "or" before the last one, so a list
says neither more nor less than the sentence it was. A sentence stays whole where a word behind the
last item, or before the first, could be meant for all of them.
"""

import re

from monitor.domain.summaries import ITEM_MARK
from monitor.summaries.scope import DENIES

_FEW = 2
_LONG_ITEM = 3

_DEEDS = (
    r"(?:affect|alter|bias|cause|complicate|compromise|confound|confuse|contraindicate|endanger|exacerbate|"
    r"expose|get in the way|harm|hinder|impact|impair|impede|increase|influence|interfere|jeopardi[sz]e|lead|"
    r"lower|limit|make|mask|place|pose|preclude|predispose|prevent|put|raise|reduce|render|require|restrict|"
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


def listed(lead: str, items: list[str]) -> list[str]:
    """Return the lines of a list.

    Args:
        lead: What stands over it, without a colon; empty where the rule is nothing but the list.
        items: Its items in order, the last one with its joint.
    """
    lines = [ITEM_MARK + item.strip(" ,") for item in items]
    return [f"{lead.rstrip(' ,')}:", *lines] if lead else lines


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
    verb = _FINITE.search(body)
    if verb is None or "," in body[: verb.start()] or " or " in body[: verb.start()]:
        return []
    if lead.split(" ", maxsplit=1)[0] in _CLAUSE_LEADS and not _FINITE.search(lead):
        return []
    return listed(lead, [body])


# --- lists of things ------------------------------------------------------------------------------

_HEAD = re.compile(
    r"^(?P<head>(?:[^,;:()]*\b(?:history of|diagnosis of|diagnosed with|signs of|evidence of|presence of|use of|using|"
    r"taking|taken|took|received|getting|treated with|treatment with|therapy with|allergy to|allergic to|suffer from|"
    r"infection with|such as|including|had|have|need|following)|For example:|This includes:|Not counted:|"
    r"(?:Examples of|Note on) [^:]{3,40}:(?: this includes)?|Note:)) (?P<items>[^;:]+)$"
)
_ITEM_JOINT = re.compile(r",\s+(?:(?P<joint>or|and|and/or) )?(?=[^\s])")
_LAST_PAIR = re.compile(r" (?P<joint>or|and|and/or) (?=\w)")
_NO_LAST = re.compile(r"^(?:etc\b|and so on\b|among others)")
#: What may be meant for every item where it stands behind the last one.
_REACHES = re.compile(
    r"\b(?:who|that|which|whose|if|unless|when|because|you|they|within|before|after|during|since|until|while|"
    r"with|without|except|excluding|in the|in a|in your|based on|as|due to|caused by|linked with|needing|requiring|"
    r"affecting|found|seen|observed|other than|treated|given|used|for|at|on|by|defined|whatever|including|such|both|"
    r"either|between|throughout|through|up to|more than|less than|at least|at most)\b|:",
    re.IGNORECASE,
)
#: What begins a remark on the items before it, and no item.
_NO_ITEM = re.compile(
    r"^(?:(?:or|and|and/or) )?(?:who|that|which|whose|if|unless|when|where|because|as|within|before|after|during|since|until|while|"
    r"without|except|excluding|based|due|caused|linked|whatever|including|such|both|either|but|so|then|also|not|no|"
    r"in|for|at|on|by|to|from|with|especially|particularly|respectively|provided|whichever|regardless|defined|"
    r"can|may|must|will|should|is|are|was|were|has|have|had)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|must|should|will|may|can|cannot|could|would|might|do|does|did|you|they|"
    r"received|took|underwent|unless|if|either|both|between)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:that|who|which) .*")
_OWN_HEAD = re.compile(
    r"^(?:(?:or|and|and/or) )?(?:an? |any |the |known |past |other )*(?:history|use|diagnosis|presence|signs?|treatment with|taking|"
    r"need|surgery|having|being|getting|unable|unwilling|inability|lack|pregnan\w+|breastfeeding)\b"
)
#: What is said of the first item and may be meant for all.
_SHARED = re.compile(
    r"^(?:(?:or|and|and/or) )?(?:a |an |the |any |known |other )*(?:uncontrolled|severe|serious|active|significant|unstable|acute|chronic|symptomatic|"
    r"major|medically|clinically|untreated|poorly|not well|current|recent|prior|past|earlier|ongoing|recurrent|persistent|"
    r"suspected|documented|recorded|abnormal|raised|low|high|oral|topical|inhaled|whole-body|systemic|intravenous|congenital|"
    r"positive|negative|concurrent|regular|daily|long-term)\b",
    re.IGNORECASE,
)
#: Nouns that the words before them in a list may wait for: "food, milk, or peanut allergy".
_WAITED_FOR = (
    r"(?:diseases?|disorders?|syndromes?|infections?|failure|attacks?|therap(?:y|ies)|treatments?|cancers?|drugs?|medicines?|"
    r"conditions?|problems?|surgery|tests?|illness(?:es)?|pressure|ab?use|block|cells?|inhibitors?|antibod(?:y|ies)|vaccines?|"
    r"allerg(?:y|ies)|agents?|receptors?|levels?|function|dysfunction|involvement|metastas[ei]s|tumou?rs?|lesions?|products?|"
    r"impairment|history|exam|findings?|values?|results?|symptoms?|status|system|period|steroids?|injury|transplant(?:ation)?|"
    r"scans?|blockers?|agonists?|antagonists?|immunotherapy|radiation|factors?|reasons?|side effects?|reactions?)"
)
_WAITS = re.compile(rf"{_WAITED_FOR}(?: \([A-Za-z0-9-]{{2,12}}\))?$", re.IGNORECASE)
_NOUN = re.compile(
    rf"(?:(?:{_WAITED_FOR}|angina|hepatitis|stroke|asthma|diabetes|eczema|tuberculosis|HIV|AIDS|COPD|pregnancy|anemia|"
    r"[a-z]{2,}(?:sis|tis|emia|uria|pathy|plasia|ectomy|penia|rrhea|algia|trophy|tension|oma|mab|nib|platin|taxel|"
    r"cillin|azole|statin|mycin|olone|isone|ions?|ments?|ness|ency|ance|ence|ity|izumab|therapy|ism|lepsy|plegia|itus)"
    r"|[a-z-]{3,}(?<![uis])s)(?: \([A-Za-z0-9-]{2,12}\))?|[A-Z]{2,}[A-Za-z0-9-]*)$"
)
_DESCRIBES = re.compile(
    r"(?:(?:[a-z]{2,}(?:al|ic|ive|ous|ary|ar|able|ible|less|ful|ed|ing|oid|ine)|[a-z]+(?<!m)ent|[a-z]+ant|heart|lung|liver|kidney|blood|"
    r"brain|bone|skin|stomach|bowel|eye|muscle|nerve|immune|thyroid|hormone|breast|colon|prostate|drug|alcohol|food|urine|serum|plasma|"
    r"tissue|mental|large|small|late|early|other|new|same|own|high|low|male|female|pre|post|non|anti)|-)$"
)
_OUTSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def at_items(text: str) -> list[str]:
    """List three or more things that a sentence names one after the other."""
    found = _HEAD.match(text)
    head, rest = (found["head"], found["items"]) if found else ("", text)
    items = _items(rest)
    if len(items) <= _FEW or DENIES.search(head.removeprefix("Not counted")):
        return []
    if not _are_things(items) or _shares(items):
        return []
    if not head:
        return listed("Any of these", items) if _is_bare(items) else []
    if any(map(_OWN_HEAD.match, items)) and not _LABELS.search(head):
        return []
    return listed(head.removesuffix(":"), items)


_LABELS = re.compile(r"(?::|such as|including|^You have)$")


def _items(rest: str) -> list[str]:
    """Return the items of a list with a joint before the last, nothing where it has no such end."""
    masked = _OUTSIDE.sub(lambda one: "x" * len(one.group()), rest)
    if ";" in masked or ":" in masked:
        return []
    cuts = [
        (one.start(), one.start("joint") if one["joint"] else one.end())
        for one in _ITEM_JOINT.finditer(masked)
    ]
    pieces = _between(rest, cuts)
    if pieces and not _JOINED.match(pieces[-1]) and not _NO_LAST.match(pieces[-1]):
        place = len(masked) - len(pieces[-1])
        joints = list(_LAST_PAIR.finditer(masked[place:]))
        if len(joints) != 1:
            return []
        cuts.append((place + joints[0].start(), place + joints[0].start("joint")))
        pieces = _between(rest, cuts)
    words = {found["joint"] for piece in pieces if (found := _JOINED.match(piece))}
    return pieces if len(words) == 1 or (not words and _NO_LAST.match(pieces[-1])) else []


_JOINED = re.compile(r"(?P<joint>or|and|and/or) ")


def _between(text: str, cuts: list[tuple[int, int]]) -> list[str]:
    starts = [0, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _are_things(items: list[str]) -> bool:
    """Say whether every item is a noun by itself, with nothing that may be meant for its neighbours."""
    last = _OUTSIDE.sub("", items[-1]).strip()
    listed_last = bool(_NO_LAST.match(last))
    if not listed_last and (_REACHES.search(last) or _CLAUSE.search(last)):
        return False
    sure = bool(_WAITS.search(last)) or _JOINED.sub("", last, count=1).count(" and ") > 0
    return all(_is_thing(item, sure=sure) for item in items[:-1])


def _is_thing(item: str, *, sure: bool) -> bool:
    """Say whether an item before the last one is a noun by itself.

    Args:
        item: The item.
        sure: The last item ends in a noun that others may wait for, so that this one must end in
            a word that is a noun for certain.
    """
    outside = _OUTSIDE.sub("", item).strip()
    if not outside or _NO_ITEM.match(item) or _CLAUSE.search(_RELATIVE.sub("", outside)):
        return False
    return bool(_NOUN.search(outside)) if sure else not _DESCRIBES.search(outside)


def _shares(items: list[str]) -> bool:
    """Say whether an adjective of the first item may be meant for a bare word after it."""
    if not _SHARED.match(items[0]):
        return False
    rest = (_JOINED.sub("", item) for item in items[1:])
    return any(len(item.split()) == 1 and not _NO_LAST.match(item) for item in rest)


def _is_bare(items: list[str]) -> bool:
    """Say whether a sentence is nothing but a list of things, any of which counts."""
    if not items[-1].startswith("or ") or any(map(_VERBAL.search, items)):
        return False
    return not re.match(r"(?:You|They|This|That|Or|And|No|Not|It|Note)\b", items[0])


#: A thing in which people would be said to do something: then the sentence is no bare list.
_VERBAL = re.compile(
    r"\b(?:patients?|people|women|men|females?|males?|subjects?|children|willing|able)\b",
    re.IGNORECASE,
)


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
    if _REACHES.search(found["second"]) and not _REACHES.search(found["first"]):
        return []
    if min(len(found["first"].split()), len(found["second"].split())) < _LONG_ITEM:
        return []
    return listed(
        f"{found['lead']} {found['both']}", [found["first"], f"{found['joint']} {found['second']}"]
    )

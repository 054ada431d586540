"""Things that a sentence names one after the other, as a list.

Only where every item is a thing by itself, and nothing before the first or behind the last one may
be meant for its neighbours.
"""

import re

from monitor.domain.summaries import ITEM_MARK
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.scope import DENIES

_FEW = 2


def listed(lead: str, items: list[str]) -> list[str]:
    """Return the lines of a list.

    Args:
        lead: What stands over it, without a colon; empty where the rule is nothing but the list.
        items: Its items in order, the last one with its joint.
    """
    lines = [ITEM_MARK + item.strip(" ,") for item in items]
    return [f"{lead.rstrip(' ,')}:", *lines] if lead else lines


_HEAD = re.compile(
    r"^(?P<head>(?:[^,;:()]*\b(?:history of|diagnosis of|diagnosed with|signs of|evidence of|presence of|use of|using|"
    r"taking|taken|took|received|getting|treated with|treatment with|therapy with|allergy to|allergic to|suffer from|"
    r"infection with|such as|including|had|have|need|following)|For example:|This includes:|This does not count:|"
    r"(?:Examples of|On) [^:]{3,60}:(?: this includes)?|The study adds:)) (?P<items>[^;:]+)$",
    re.IGNORECASE,
)
_ITEM_JOINT = re.compile(r",\s+(?:(?P<joint>or|and|and/or) )?(?=[^\s])")
_LAST_PAIR = re.compile(r" (?P<joint>or|and|and/or) (?=\w)")
_NO_LAST = re.compile(r"^(?:etc\b|and so on\b|among others)")
#: What may be meant for every item where it stands behind the last one.
REACHES = re.compile(
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
    r"in|for|at|on|by|to|from|with|those|now|currently|under|later|i\.e|e\.g|ie|eg|especially|particularly|respectively|provided|whichever|regardless|defined|"
    r"can|may|must|will|should|is|are|was|were|has|have|had)\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(
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
WAITS = re.compile(rf"{_WAITED_FOR}(?: \([A-Za-z0-9-]{{2,12}}\))?$", re.IGNORECASE)
_NOUN = re.compile(
    rf"(?:(?:{_WAITED_FOR}|angina|hepatitis|stroke|asthma|diabetes|eczema|tuberculosis|HIV|AIDS|COPD|pregnancy|anemia|"
    r"[a-z]{2,}(?:sis|tis|emia|uria|pathy|plasia|ectomy|penia|rrhea|algia|trophy|tension|oma|mab|nib|platin|taxel|"
    r"cillin|azole|statin|mycin|olone|isone|ions?|ments?|ness|ency|ance|ence|ity|izumab|therapy|ism|lepsy|plegia|itus)"
    r"|[a-z-]{3,}(?<![uis])s)(?: \([A-Za-z0-9-]{2,12}\))?|[A-Z]{2,}[A-Za-z0-9-]*)$"
)
DESCRIBES = re.compile(
    r"(?:(?:[a-z]{2,}(?:al|ic|ive|ous|ary|ar|able|ible|less|ful|ed|ing|oid|ine)|[a-z]+(?<!m)ent|[a-z]+ant|heart|lung|liver|kidney|blood|"
    r"brain|bone|skin|stomach|bowel|eye|muscle|nerve|immune|thyroid|hormone|breast|colon|prostate|drug|alcohol|food|urine|serum|plasma|"
    r"tissue|mental|large|small|late|early|other|new|same|own|high|low|male|female|pre|post|non|anti)|-)$"
)


def at_items(text: str) -> list[str]:
    """List three or more things that a sentence names one after the other."""
    found = _HEAD.match(text)
    head, rest = (found["head"], found["items"]) if found else ("", text)
    items = _items(rest)
    if (
        len(items) <= _FEW
        or DENIES.search(head.removeprefix("This does not count"))
        or _MODAL_END.search(head)
    ):
        return []
    if not _are_things(items) or _shares(items) or _reach_on(head, items):
        return []
    if not head:
        return listed("Any of these", items) if _is_bare(items) else []
    if any(map(_OWN_HEAD.match, items)) and not _LABELS.search(head):
        return []
    if re.search(r"\b(?:or|and)\b", head):
        return []
    return listed(head.removesuffix(":"), items)


_MODAL_END = re.compile(r"\b(?:may|might|could|would|will|must|should|can) have$")
_LABELS = re.compile(r"(?::|such as|including|^You have)$")


def _items(rest: str) -> list[str]:
    """Return the items of a list with a joint before the last, nothing where it has no such end."""
    masked = BRACKETS.sub(lambda one: "x" * len(one.group()), rest)
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
        before = BRACKETS.sub("", pieces[-2]).strip()
        if not _NOUN.search(before) or (DESCRIBES.search(before) and WAITS.search(pieces[-1])):
            return []
    words = {found["joint"] for piece in pieces if (found := _JOINED.match(piece))}
    return pieces if len(words) == 1 or (not words and _NO_LAST.match(pieces[-1])) else []


_JOINED = re.compile(r"(?P<joint>or|and|and/or) ")


def _between(text: str, cuts: list[tuple[int, int]]) -> list[str]:
    starts = [0, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _are_things(items: list[str]) -> bool:
    """Say whether every item is a noun by itself, with nothing that may be meant for its neighbours."""
    last = BRACKETS.sub("", items[-1]).strip()
    listed_last = bool(_NO_LAST.match(last))
    if not listed_last and (REACHES.search(last) or CLAUSE.search(last)):
        return False
    sure = bool(WAITS.search(last)) or _JOINED.sub("", last, count=1).count(" and ") > 0
    return all(_is_thing(item, sure=sure) for item in items[:-1])


def _is_thing(item: str, *, sure: bool) -> bool:
    """Say whether an item before the last one is a noun by itself.

    Args:
        item: The item.
        sure: The last item ends in a noun that others may wait for, so that this one must end in
            a word that is a noun for certain.
    """
    outside = BRACKETS.sub("", item).strip()
    if (
        not outside
        or _NO_ITEM.match(item)
        or _OPEN_ITEM.search(outside)
        or _HOLDS.search(outside)
        or CLAUSE.search(_RELATIVE.sub("", outside))
    ):
        return False
    return bool(_NOUN.search(outside)) if sure else not DESCRIBES.search(outside)


#: An item that is two, or half of one: "hepatitis or a test for", "an anti-PD-1".
#: "Infection needing drugs", "illness other than X": the items behind it may belong to its last word.
_OPEN_ITEM = re.compile(
    r"\b(?:or|and|needing|requiring|other than|excluding|except|caused by|due to|treated with)\b|\banti-\S+$|\bto (?!the\b|an?\b|any\b|your\b)[a-z]+\b"
)


#: "Cancer that harbors X, Y or Z": what stands behind belongs to the clause.
_HOLDS = re.compile(
    r"\b(?:that|which|who) (?:[a-z]+ly )?(?:harbou?rs?|carr(?:y|ies)|has|have|shows?|contains?|includes?|involves?|affects?|express(?:es)?|"
    r"may|can|might|could|would)\b[^()]*$",
    re.IGNORECASE,
)


def _shares(items: list[str]) -> bool:
    """Say whether an adjective of the first item may be meant for a bare word after it."""
    if not _SHARED.match(items[0]):
        return False
    rest = (_JOINED.sub("", item) for item in items[1:])
    return any(len(item.split()) == 1 and not _NO_LAST.match(item) for item in rest)


#: What opens the first thing and may open all: "pollen from birch, hazel", "history of X, Y".
_REACHES_ON = re.compile(
    r"\b(?:of|from|like|to|with|in|within|after|resulting|suffering|consistent)\b"
    r"|^(?:recorded|documented|previously|further|child|adult)\b",
    re.IGNORECASE,
)
#: What closes the last thing and may close all, or is no thing.
_CLOSES_ALL = re.compile(
    r"^(?:(?:or|and|and/or) )?(?:others?$|(?:etc\b|and so on)\.?.+)|\b(?:of|from|to|under|in) (?!situ)",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"\bhistory of\b", re.IGNORECASE)
_OF_ALLERGY = re.compile(r"\b(?:allergy|allergic|intolerance) to:?$", re.IGNORECASE)
_IS_ILLNESS = re.compile(
    r"(?:rhinitis|asthma|diseases?|disorders?|reactions?)\b(?: \([^()]*\))?$", re.IGNORECASE
)


def _reach_on(head: str, items: list[str]) -> bool:
    """Say whether the first thing's opening or the last one's end may be meant for all."""
    bare = [BRACKETS.sub("", item).strip() for item in items]
    if head and _OF_ALLERGY.search(head) and any(map(_IS_ILLNESS.search, bare)):
        return True
    if head.endswith(":"):
        return any(map(_FAMILY.search, bare)) or bool(re.match(r"(?:etc|and so on).+", bare[-1]))
    return bool(_REACHES_ON.search(bare[0]) or _CLOSES_ALL.search(bare[-1]))


def _is_bare(items: list[str]) -> bool:
    """Say whether a sentence is nothing but a list of things, any of which counts."""
    if _OWN_HEAD.match(items[0].lower()):
        return False
    if not items[-1].startswith("or ") or any(map(_VERBAL.search, items)):
        return False
    return not re.match(r"(?:You|They|This|That|Or|And|No|Not|It|Note)\b", items[0])


#: A thing in which people would be said to do something: then the sentence is no bare list.
_VERBAL = re.compile(
    r"\b(?:patients?|people|women|men|females?|males?|subjects?|children|willing|able)\b",
    re.IGNORECASE,
)

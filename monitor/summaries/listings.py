"""Long lists of examples in sentences of bearable length.

Only lists under a label of their own ("This includes:", "For example:") are cut, between two items
that are whole by themselves; each part says again what it lists.
"""

import re

from monitor.summaries.brackets import noun_before, such

_LISTED = re.compile(
    r"^(?P<label>For example|This includes(?:, but is not limited to)?|Not counted|Examples of [^:]{3,40}): (?P<items>.+)$"
)
_MORE = {
    "For": "Other examples",
    "This": "It also includes",
    "Not": "Also not counted",
    "Examples": "Other examples",
}
_LONG = 16
_FEW = 4
_JOINT = re.compile(r", (?!(?:and|or|and/or) )(?=\w)")
_NOUN_AT_END = re.compile(
    r"\w [a-z-]*(?:diseases?|disorders?|syndromes?|infections?|failure|attack|angina|therapy|treatment|cancers?|drugs?|"
    r"medicines?|conditions?|problems?|hepatitis|stroke|surgery|tests?|illness(?:es)?|pressure|use|abuse|[a-z]{3,}ions|[a-z]{4,}(?:ers|ies|nts|mas|ors|ids))$"
)
_OPEN = re.compile(
    r"\b(?:who|that|which|with|if|unless|not|no|without|except|but|either|both|between|from|within)\b",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"^(?P<head>[^;:()]+?),? (?P<cue>such as|including|for example) (?P<items>[^;:()]+?),? "
    r"(?P<rest>(?:within|during|in the (?:past|last)|before|after|at least|less than|more than|for at least) [^;:()]*)$"
)


def at_list(text: str) -> list[str]:
    """Cut a long list under a label in two."""
    found = _LISTED.match(text)
    if not found or len(text.split()) < _LONG:
        return []
    items = found["items"]
    if _OPEN.search(items):
        return []
    middle = len(items) / 2
    for joint in sorted(_JOINT.finditer(items), key=lambda one: abs(one.start() - middle)):
        before, after = items[: joint.start()], items[joint.end() :]
        if (
            _is_whole(before)
            and len(after.split()) >= _FEW
            and len(before.split()) >= _FEW
            and before.count("(") == before.count(")")
        ):
            more = _MORE[text.split(" ", maxsplit=1)[0]]
            return [f"{found['label']}: {before}", f"{more}: {after}"]
    return []


def _is_whole(before: str) -> bool:
    """Say whether the last item can stand alone: no adjective that waits for a noun after it."""
    last = before.rsplit(", ", maxsplit=1)[-1]
    return bool(_NOUN_AT_END.search(last)) and not re.search(r"\b(?:and|or)\b|/", last)


def at_examples(text: str) -> list[str]:
    """Take examples out from between a deed and its time."""
    found = _EXAMPLES.match(text)
    if not found or re.search(r"\d|\b(?:within|before|after|during)\b", found["items"]):
        return []
    if re.search(r",|\b(?:and|or) [a-z]+ (?:to|of|for)\b", found["rest"]) or _OPEN.search(
        found["items"]
    ):
        return []
    noun = noun_before(found["head"])
    if not noun or re.search(r"\b(?:that|which|who)\b", found["head"]):
        return []
    opening = (
        f"Note on {noun}: this includes"
        if found["cue"] == "including"
        else f"Examples of {such(noun)}:"
    )
    return [f"{found['head']} {found['rest']}", f"{opening} {found['items']}"]


_TOO_LONG = 20
_ANY_JOINT = re.compile(
    r", (?!(?:and|or|and/or|but|which|who|that|with|without|as|including|such|if|unless|except|excluding|where|when|while|then|"
    r"whichever|within|before|after|during|in|on|at|for|from|to|by|of|not|no|e\.g|i\.e|eg|ie|defined|based|per|so|because|"
    r"is|are|was|were|has|have|had|must|should|will|may|can|cannot|regardless|provided|other than|both|either)\b)(?=[A-Za-z])"
)
_LAST_ITEM = re.compile(r"(?:,? (?:and|or|and/or) |, etc\b|, and so on\b)(?P<item>[^,]*)$")


def at_long_list(text: str) -> list[str]:
    """Cut a long list inside a sentence in two where an item ends; the second part says that it goes on."""
    if len(text.split()) <= _TOO_LONG or text.startswith("Note"):
        return []
    joints = [joint for joint in _ANY_JOINT.finditer(text) if _in_list(text, joint)]
    middle = len(text) / 2
    for joint in sorted(joints, key=lambda one: abs(one.start() - middle)):
        before, after = text[: joint.start()], text[joint.end() :]
        if (
            len(after.split()) >= _FEW
            and len(before.split()) >= _FEW
            and before.count("(") == before.count(")")
        ):
            return [before, f"The list goes on: {after}"]
    return []


def _in_list(text: str, joint: re.Match[str]) -> bool:
    """Say whether a comma parts two whole items of one list."""
    before, after = text[: joint.start()], text[joint.end() :]
    last = _LAST_ITEM.search(after)
    if not last or ":" in after or ";" in after or _CLAUSE.search(after[: last.start()]):
        return False
    if _LEAVES_OUT.search(before) or _GOES_ON.search(after):
        return False
    item = before.rsplit(", ", maxsplit=1)[-1]
    if (", " not in before and not _AFTER_HEAD.search(before)) or _NO_ITEM.search(item):
        return False
    single = len(last["item"].split()) == 1 and len(item.split()) == 1
    return not _CLAUSE.search(item) and (single or bool(_NOUN_AT_END.search(item)))


_NO_ITEM = re.compile(r"\b(?:and|or|not|no|between|both|either)\b|/$")
_CLAUSE = re.compile(
    r"\b(?:who|that|which|whose|if|unless|when|because|is|are|was|were|has|have|had|must|should|will|may|can|cannot|you|they|within|"
    r"before|after|during|since)\b"
)
#: "Except A, B, or C": a reader must not take B for something that counts.
_LEAVES_OUT = re.compile(
    r"\b(?:except|excluding|other than|unless|not|no|without|never|apart from|free of)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?<!that )(?<!which )(?<!who )\b(?:is|are|was|were|must|should|may|can|will|cannot)\b"
)
_AFTER_HEAD = re.compile(
    r"\b(?:of|to|with|received|have|had|for|as|taking|using|getting|including|are|by)\b"
)

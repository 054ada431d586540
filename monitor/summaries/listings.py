"""Long lists of examples in sentences of bearable length.

Only lists under a label of their own ("This includes:", "For example:") are cut, between two items
that are whole by themselves; each part says again what it lists.
"""

import re

from monitor.summaries.brackets import noun_before, such

_LISTED = re.compile(
    r"^(?P<label>For example|This includes(?:, but is not limited to)?|Not counted|Exception|Examples of [^:]{3,40}): (?P<items>.+)$"
)
_MORE = {
    "For": "Other examples",
    "This": "It also includes",
    "Not": "Also not counted",
    "Exception:": "Other exceptions",
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

"""Examples told behind the sentence they stood in, with the noun they belong to."""

import re

from monitor.summaries.brackets import noun_before, such

_OPEN = re.compile(
    r"\b(?:who|that|which|with|if|unless|not|no|without|except|but|either|both|between|from|within)\b",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"^(?P<head>[^;:()]+?),? (?P<cue>such as|including|for example) (?P<items>[^;:()]+?),? "
    r"(?P<rest>(?:within|during|in the (?:past|last)|before|after|for at least|(?:at least|less than|more than)(?= [^;:()]*\b(?:before|after))) "
    r"[^;:()]*)$"
)


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
        f"On {noun}, the study adds: this includes"
        if found["cue"] == "including"
        else f"Examples of {such(noun)}:"
    )
    return [f"{found['head']} {found['rest']}", f"{opening} {found['items']}"]

"""Times as sentences of their own, opened by "This counts" or "This is done".

Only where the time can belong to nothing less than all that stands before it.
"""

import re

from monitor.summaries.scope import (
    BOUND,
    CONDITION,
    DENIES,
    GOES_ON,
    LISTED,
    SHORTEST,
    is_half_window,
    is_one_thing,
)
from monitor.summaries.sentences import could_end

_SPAN = r"(?:minutes?|hours?|days?|weeks?|months?|years?|yrs?|half|cycles?)"
_NUMBER = (
    r"(?:(?:\d+|an?|one|two|three|four|five|six|eight|twelve)(?: \(\w+\))?(?: to \d+| or \w+)?"
    rf"[- ]?(?: \w+)?[- ]{_SPAN}\b)"
)
_UNIT = r"(?:days|weeks|months|years|hours)"
_WINDOW = re.compile(
    r"^(?P<head>[^;:]+?),? (?P<tail>(?:at any time )?(?:"
    rf"within (?:at least |at most |less than )?(?:the (?:past|last|previous|first) )?{_NUMBER}"
    rf"|(?:within|during|in|over) the \d+ {_UNIT} (?:before|after|prior)"
    r"|(?:in|during|over) the (?:past|last|previous) (?:\w+ )?\w+"
    r"|(?:at the time of|at (?:the )?(?:screening|baseline|first visit)|at Visit|on the day of|"
    r"before|after|during|when joining)\b"
    rf"|(?:at least|less than|more than|at most|up to) \d+ {_UNIT} (?:before|after))[^;:()]*(?:\([^()]+\))?)$",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"^(?P<head>[^;:]+?),? (?P<tail>(?:during|throughout|"
    r"for the (?:whole|entire|length|course|full|time)|for at least|"
    r"from (?:the (?:time|start|day|date|first)|signing|screening)|while (?:you|taking|on|in)|"
    r"until|up to|through)\b[^;:()]*(?:\([^()]+\))?)$",
    re.IGNORECASE,
)
_TIMED_PART = rf"[^;:()]*?\bwithin (?:(?:at least|at most|the past|the last) )?{_NUMBER}[^;:()]*"
_TIMED = re.compile(
    rf"^(?P<head>{_TIMED_PART}?),? (?P<joint>or|and/or) "
    rf"(?P<tail>(?!(?:within|during|at|before|after|for|five|\d)\b){_TIMED_PART})$",
    re.IGNORECASE,
)
#: "Within 1 month or ... within 3 months before the first dose": one day is meant for both.
_SIDE = re.compile(r"\b(?:before|after|prior to|of)\b")
_TIME_WORD = re.compile(
    r"\b(?:within|before|after|during|past|last|ago|until|since|throughout|prior|for at least|"
    r"for more than|weeks?|months?|years?|days?|hours?|while|when)\b",
    re.IGNORECASE,
)
#: "And" and "or" that join more than times; what they join may be a thing beside the first one.
_JOINS_MORE = re.compile(
    r",(?! (?:and |or )?(?:for|until|whichever|within|during|through|up to|after|before)\b)"
    rf"|\b(?:and|or|but)\b(?! (?:(?:at least |more than )?(?:\d+|five|one|two) \(?(?:(?:\w+[ -]){{0,2}}half|{_UNIT})"
    r"|for\b|until\b|up to\b|during\b|through\b|after\b|before\b|within\b|the (?:first|last|end)\b|"
    r"in the\b|longer\b|while\b|throughout\b))"
    r"|\b(?:except|unless|without|not|who|which|that|other than|with)\b",
    re.IGNORECASE,
)
#: In "drugs that change how blood clots before X" the time may belong to the clots.
_RELATIVE = re.compile(r"\b(?:that|which|who|whose)\b")
#: A time behind this may be of it alone.
_OF_THE_LAST = re.compile(
    r"\b(?:obtained|measured|done|recorded|seen|found)$|\bor (?:taking|having|use|history|treatment|participation)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(r"\b(?:must|should|agrees? to|agreed to|willing to|consent)\b", re.IGNORECASE)
_DEED = re.compile(r"\b(?:use|using|practice|practise|remain|stay|abstain|donate|agree to)\b")
_STUDY_TIME = re.compile(r"\b(?:after|before|until|through|end|whole|study|treatment)\b")


def at_window(text: str) -> list[str]:
    """Take the time in which something was or is so off the end."""
    found = _WINDOW.match(text)
    if not found or _JOINS_MORE.search(found["tail"]) or GOES_ON.search(found["tail"]):
        return []
    head = found["head"]
    if _TIME_WORD.search(head) or CONDITION.search(head) or DENIES.search(head):
        return []
    if not is_one_thing(head) or head.endswith("ing") or _RELATIVE.search(head):
        return []
    if _OF_THE_LAST.search(head) or re.match(r"within \w+ (?:minutes?|hours?)\b", found["tail"]):
        return []
    return [head, f"{_opening(head)} {found['tail']}"]


def at_lasting(text: str) -> list[str]:
    """Take how long something must go on off the end of what must be done."""
    found = _LASTING.match(text)
    if not found or not _STUDY_TIME.search(found["tail"]):
        return []
    head, tail = found["head"], found["tail"]
    if _JOINS_MORE.search(tail) or GOES_ON.search(tail) or not _DUTY.search(head):
        return []
    deed = _DEED.split(head)
    if len(deed) == 1 or LISTED.search(deed[-1]) or CONDITION.search(deed[-1]):
        return []
    if _TIME_WORD.search(head) or not could_end(head) or _BEGINS.search(head):
        return []
    # Of what must not be done, "This is done" would say the opposite.
    if DENIES.search(head):
        return []
    return [head, f"{_opening(head)} {tail}"]


def _opening(head: str) -> str:
    """Return what a time is told with: of a duty it says how long it is done."""
    return "This is done" if _DUTY.search(head) and _DEED.search(head) else "This counts"


#: "From joining through ...": when it begins belongs to how long it goes on.
_BEGINS = re.compile(r" period$|\b(?:from|starting|beginning)\b[^,]*$")


def at_two_times(text: str) -> list[str]:
    """Split two things that each have a time of their own."""
    found = _TIMED.match(text)
    if not found or DENIES.search(text) or BOUND.search(text) or not could_end(found["head"]):
        return []
    if is_half_window(found["head"], found["tail"]):
        return []
    thing = found["tail"].split(" within ", maxsplit=1)[0]
    if "," in thing or len(thing) < SHORTEST:
        return []
    own, last = (found[part].rsplit("within", maxsplit=1)[-1] for part in ("head", "tail"))
    if _SIDE.search(last) and not _SIDE.search(own):
        return []
    return [found["head"], f"{found['joint'].capitalize()} {found['tail']}"]

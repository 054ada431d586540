"""A rule that names something and has no verb, said to the reader by its head noun.

``things`` knows forms whose every word is known. Here the noun before the first preposition decides:
what a person has ("any condition that ..."), gets ("treatment with beta-blockers"), takes, uses, is
("HIV positive") or waits for ("8 weeks after ..."). A head that is people or unknown says nothing, and
the rule stays a line of its list.
"""

import re

from monitor.summaries import headforms as forms
from monitor.summaries.agreement import agree
from monitor.summaries.articles import starts_with_vowel_sound
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.figures import your
from monitor.summaries.things import small
from monitor.summaries.turns import has_main_verb


def told_by_its_head(text: str, section: str) -> str:
    """Return "Any condition that ..." as "You have any condition that ...", else nothing.

    Args:
        text: A first sentence of the source without its full stop, of one person alone and without
            a main verb.
        section: How long ago a thing must be is told in ``inclusion`` alone, breastfeeding in
            ``exclusion``; an illness is told as past in a list that keeps people out.
    """
    bare = forms.AS_VIEWED.sub("", BRACKETS.sub("", text))
    if has_main_verb(bare) or forms.NO_THING.search(bare):
        return ""
    return _timed(text, section) or _measured(text) or _of_one(text, bare, section)


def _timed(text: str, section: str) -> str:
    if found := forms.SINCE.match(text):
        return f"It is {small(found['time'])}" if section == "inclusion" else ""
    if found := forms.AGE.match(text):
        return f"Your age is {found['limit']}"
    if section == "exclusion" and (found := forms.BREASTFEEDING.match(text)):
        return f"You are {found['state'].lower().replace('lactating', 'breastfeeding')}"
    return ""


def _of_one(text: str, bare: str, section: str) -> str:
    """Return what is said of a rule all parts of which go with one verb."""
    if forms.OF_ANOTHER_KIND.search(bare):
        return ""
    return (
        _willed(text)
        or _is(text)
        or _had(text, bare, section)
        or _undergone(text, bare)
        or _used(text, bare)
        or _taken(text, bare)
        or _found(text, bare)
    )


def _willed(text: str) -> str:
    for form, said in forms.WILLED:
        if found := form.match(text):
            return f"{said} {found['rest']}"
    return ""


def _measured(text: str) -> str:
    found = forms.MEASURED.match(text)
    if not found or found["name"].count("(") != found["name"].count(")"):
        return ""
    return your(found["name"], re.sub(r"^= ?", "", found["limit"]))


#: Fewer spaces than this are a heading ("Concomitant medications").
_FEW = 2


def _taken(text: str, bare: str) -> str:
    found = forms.TAKEN.match(text)
    if not found or forms.CARE_BESIDE.search(bare) or forms.NOT_TAKEN.search(bare):
        return ""
    if (
        text.count(" ") < _FEW
        or forms.HAS_BEHIND.search(bare)
        or re.match(r"(?:any )?(?:prior|previous|past)\b", text, re.IGNORECASE)
    ):
        return ""
    tense = _tense(bare, event=True)
    if not tense:
        return ""
    return f"You {'take' if tense == 'have' else 'took'} {small(found['thing'])}"


_TESTED_FOR = re.compile(
    r"^(?P<answer>positive|negative) (?P<what>[^,;:]*\b(?:antibod(?:y|ies)|antigen|RNA|DNA)(?: \([^()]*\))?)$"
)


def _found(text: str, bare: str) -> str:
    found = forms.FINDING.match(text)
    if not found or forms.CARE_BESIDE.search(bare):
        return ""
    thing = small(found["thing"])
    if told := _TESTED_FOR.match(thing):
        return f"You are {told['answer']} for {told['what']}"
    one = re.match(r"(?:documented |confirmed )?(?:positive|negative)\b", thing) and not re.search(
        r"^[^(]*\b(?:tests|testing|determination|results|serology|reactions|reactivity|IgE)\b",
        thing,
    )
    return f"You have {'a ' if one else ''}{thing}"


def _is(text: str) -> str:
    found = forms.BEING.match(text)
    return f"You are {small(found['state'])}" if found else ""


def _had(text: str, bare: str, section: str) -> str:
    found = forms.HAVE.match(text) or forms.AT_LEAST.match(text)
    if not found or forms.CARE_BESIDE.search(bare):
        return ""
    head = found.groupdict().get("head") or ""
    event = not head or forms.EVENT.match(head) is not None
    tense = _tense(bare, event=event)
    # An illness may go on, and the time may be that of another part, or of the test that found it.
    if tense == "have had" and not event and (section == "inclusion" or forms.SEVERAL.search(bare)):
        tense = "have"
    return f"You {tense} {_counted(found)}" if tense else ""


def _undergone(text: str, bare: str) -> str:
    found = forms.UNDERGO.match(text)
    if not found or forms.HAS_BEFORE.search(text[: found.start("head")]):
        return ""
    thing = found["thing"]
    if re.match(r"(?:any )?(?:prior|previous|past)\b(?! (?:or|and))", thing, re.IGNORECASE):
        return f"You have had {_counted(found)}"
    tense = _tense(bare, event=True)
    if tense != "have":
        return f"You {tense} {_counted(found)}" if tense else ""
    if forms.TO_COME.search(thing):
        return f"You have {_counted(found)}"
    given = forms.GIVEN.search(found["head"]) is not None
    sure = forms.ONGOING.search(bare) or not forms.ONCE.search(found["head"])
    return f"You get {_counted(found)}" if given and sure else ""


def _used(text: str, bare: str) -> str:
    found = forms.USED.match(text)
    if not found:
        return ""
    tense = _tense(bare, event=True)
    lead, rest = found["lead"].strip().lower(), found["rest"]
    # "Use of and/or change in X" is cut off behind its "of".
    if not tense or forms.HAS_BEHIND.search(bare) or re.match(r"(?:and|or)\b", rest):
        return ""
    if lead in {"", "the", "any"}:
        any_of = "any " if lead == "any" else ""
        return f"You {'use' if tense == 'have' else 'used'} {any_of}{rest}"
    if lead == "current" and tense == "have":
        return f"You currently use {rest}"
    if tense != "have" and re.search(r"\b(?:current|ongoing|active)\b", lead):
        return ""
    return f"You {'make' if tense == 'have' else 'made'} {lead} use of {rest}"


def _tense(bare: str, *, event: bool) -> str:
    """Return "had" for one event in a time before, "have had" where more is named or it may go on.

    Nothing where it is not sure whether an event is over.
    """
    over, comes = forms.PAST.search(bare), forms.NOT_OVER.search(bare)
    if over and not comes:
        return "had" if event and not forms.SEVERAL.search(bare) else "have had"
    if not event or forms.TO_COME.match(bare) or forms.ONGOING.search(bare):
        return "have"
    return "" if over or forms.OTHER_TIME.search(bare) else "have"


def _counted(found: re.Match[str]) -> str:
    """Return the thing with the article that its head wants."""
    thing = small(found["thing"])
    head = found.groupdict().get("head") or ""
    if (
        forms.DETERMINED.match(thing)
        or not forms.COUNTED.search(head)
        or forms.TAKES_NONE.search(thing)
    ):
        return agree(thing)
    start = found.start("head") if head else 0
    if re.search(r"\b(?:and|and/or)\b|, ", found.string[:start]):
        return agree(thing)
    return f"{'an' if starts_with_vowel_sound(thing) else 'a'} {agree(thing)}"

"""Whole-rule patterns for the families of criteria that come in every record.

A template fires on the whole text alone, and its words are known to the fidelity check as those
of the source (``facts``); everything with one word too many goes the general way.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from monitor.summaries.agreement import with_article
from monitor.summaries.sentences import at_joints
from monitor.summaries.things import small
from monitor.summaries.turns import has_main_verb

_WHO = (
    r"(?:(?:the\s+|all\s+)?(?:patients?|subjects?|participants?|individuals?)\s+)?"
    r"(?:(?:must|should|who)\s+)?(?:(?:be|is|are|have|has|had|having|with)\s+)?(?:an?\s+)?"
)
_SIGN = r"(?:equal to or (?:older|greater|more) than|≥|>\s*/?\s*=|≤|<\s*/?\s*=|>|<|at least|older than|over|greater than or equal to|greater than|more than|less than|under)"
_AGE = re.compile(
    rf"^{_WHO}(?:ages?d?)\s*(?::|,|of|is|range|was)?\s*(?:the\s+ages\s+of\s+)?"
    rf"(?P<range>(?:between\s+|from\s+)?{_SIGN}?\s*\d{{1,3}}(?:\s*(?:years?\s*(?:old\s*)?)?(?:to|and|,)?\s*{_SIGN}?\s*\d{{1,3}})?)"
    r"\s*-?\s*(?P<unit>years?|yrs?|months?)?(?:\s*-?\s*old|\s+of\s+age|\s+age)?"
    r"(?P<tail>\s*(?:$|[,(]|or\s+(?:older|above|over)|and\s+(?:older|above|over)|at\b|on\b|inclusive|when\b|upon\b).*)$",
    re.IGNORECASE,
)
#: "18 to 65 years of age", "Patients ≥ 18 years old", "at least 9.5 years of age".
_YEARS = re.compile(
    r"^(?:(?:the\s+|all\s+)?(?:patients?|subjects?|participants?|individuals?|persons?)\s+(?:who\s+(?:are|is)\s+)?)?(?:(?:must\s+be|are|is|with)\s+)?"
    rf"(?P<range>(?:between\s+|from\s+)?(?:{_SIGN})?\s*\d{{1,3}}(?:\.\d)?(?:\s*(?:years?\s*(?:old\s*|of\s+age\s*)?)?(?:-|to|and|,|~)?\s*(?:{_SIGN})?\s*\d{{1,3}})?)"
    r"\s*(?P<unit>years?|yrs?|months?)(?:\s*-?\s*old|\s+of\s+age)"
    r"(?P<tail>\s*(?:$|[,(]|or\s+(?:older|above|over)|and\s+(?:older|above|over)|at\b|on\b|inclusive|when\b|upon\b).*)$",
    re.IGNORECASE,
)
_LIFE = re.compile(
    rf"^{_WHO}(?:(?:an?\s+)?(?:(?:estimated|anticipated|expected|predicted|minimum)\s+)?)(?:life[- ]expectancy|survival(?:\s+(?:time|period))?)"
    rf"\s*(?:of|is|:|must be)?\s*(?P<span>(?:{_SIGN}\s*)?(?:\d+|one|two|three|four|six|twelve)\s*(?:weeks?|months?|years?))(?P<tail>\s+(?:or more|or longer))?"
    r"(?P<rest>(?:,? (?:in the|in|as|at|from|after|per|based on|based upon|according to|when|upon|with|without|by)\b[^:;]*)?)$",
    re.IGNORECASE,
)
_PROOF = r"(?:histologically|cytologically|pathologically)"
_PROVEN = re.compile(
    rf"^{_WHO}(?P<first>{_PROOF})(?:\s*(?P<joint>and/or|or|and)\s+(?P<second>{_PROOF}))?[\s-]+"
    r"(?:confirmed|proven|proved|verified|documented|diagnosed),?\s+(?P<rest>(?!and\b|or\b|to\b|by\b|at\b|\()[^.;:]+)$",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"^(?P<rest>(?:[^.;:]|(?<=\bi)\.(?=e\.)|(?<=\bi\.e)\.|(?<=\be)\.(?=g\.)|(?<=\be\.g)\.)+?),? with (?P<first>histological|cytological|pathological)"
    r"(?: (?P<joint>or|and|and/or) (?P<second>histological|cytological|pathological))? (?:evidence|confirmation|proof)$",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    rf"^(?P<rest>(?![^.;:]*\b(?:who|not|no|none|without|never|absence|free|if|that|prior|history|with)\b)[^.;:]*?),? (?:confirmed|proven|diagnosed|documented|verified) (?P<first>{_PROOF})"
    rf"(?: (?P<joint>or|and|and/or) (?P<second>{_PROOF}))?$",
    re.IGNORECASE,
)
_TEST = {"h": "tissue", "c": "cell", "p": "lab tissue"}
_EXPECTING = re.compile(
    r"^(?:(?:women|females|patients|subjects|participants)\s+who\s+are\s+|(?:is|are|currently)\s+)*"
    r"(?P<state>pregnan(?:t|cy)(?:\s*(?:,|or|,\s*or)\s*(?:currently\s+)?(?:breast-?\s?feeding|lactating|nursing|lactation))*)"
    r"(?:\s+(?:women|females|woman|patients|participants|subjects|mothers|female patients|female subjects))?$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    rf"^{_WHO}(?:ages?d?\s*(?:is|of|:)?\s*)(?P<low>\d{{1,3}})\s*(?:years?\s*)?(?:or|and) older and "
    r"(?P<high>\d{1,3})\s*(?P<unit>years?)?\s*(?:or|and) younger$",
    re.IGNORECASE,
)
#: "Written informed consent": that it is given is what is asked.
_CONSENT = re.compile(
    r"^(?P<thing>(?:an? )?(?:(?:signed|dated|written|voluntary|and),? )+(?:informed )?consent(?: form| document)?(?: \(ICF\))?)$",
    re.IGNORECASE,
)
_LEAST_WEIGHT = re.compile(
    r"^minimum (?P<name>(?:body )?weight)\s*(?:of|is|:)?\s*(?P<limit>(?:≥|>\s*=|at least)\s*\d[^;:]*)$",
    re.IGNORECASE,
)
Template: TypeAlias = tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]], str]


def from_template(text: str, section: str) -> list[str]:
    """Return the sentences for a rule that is of a known family as a whole, else nothing.

    Args:
        text: One statement of the source without its full stop; sentences come back before the
            lexicon went over them.
        section: Only in ``inclusion`` is it sure that a consent is given.
    """
    for pattern, write, family in _TEMPLATES:
        if family == _GIVEN and section != "inclusion":
            continue
        found = pattern.match(text)
        if found and (sentences := write(found)):
            return sentences
    return []


def family_of(text: str) -> str:
    """Return the name of the family that ``from_template`` takes a statement for, or nothing."""
    for pattern, write, family in _TEMPLATES:
        found = pattern.match(text)
        if found and write(found):
            return family
    return ""


def _age(found: re.Match[str]) -> list[str]:
    tail = found["tail"]
    span = _in_range(found["range"])
    tail = _INCLUSIVE.sub("", tail) if _RANGE.search(span) else tail
    if not found["unit"] and _RANGE.search(span) and not tail.strip():
        return [f"Your age is {span}"]
    if not found["unit"]:
        bare = re.match(r"\s*(?:or|and)\s+(?:older|above|over)\b", tail, re.IGNORECASE)
        return [f"You are {span}{_spaced(tail)}"] if bare else []
    unit = "month" if found["unit"].lower().startswith("m") else "year"
    unit += "" if re.search(r"(?<!\d)1$", found["range"]) else "s"
    old = "" if re.match(r"\s*(?:or|and)\s+(?:older|above|over)", tail, re.IGNORECASE) else " old"
    return [f"You are {span} {unit}{old}{_spaced(tail)}"]


_RANGE = re.compile(r"\d to \d")
_INCLUSIVE = re.compile(r"^[,\s]*\(?(?:both )?inclusive\)?", re.IGNORECASE)
_BOTH_SIDES = re.compile(
    r"^(?:≥|>\s*/?\s*=|at least)\s*(?P<low>\d+)(?:\s*(?:years?\s*(?:old\s*)?)?)(?:,|to|and)?\s*(?:≤|<\s*/?\s*=|at most)\s*(?P<high>\d+)$",
    re.IGNORECASE,
)


def _in_range(text: str) -> str:
    """Return "between 18 and 65" and "≥18 and ≤65" as "18 to 65"; both mean the ends too."""
    text = re.sub(
        r"^between\s+(\d+)\s*(?:years?\s*)?(?:and|to)\s+(\d+)$", r"\1 to \2", text.strip().lower()
    )
    return _BOTH_SIDES.sub(r"\g<low> to \g<high>", text)


def _spaced(tail: str) -> str:
    return f" {tail}" if tail[:1].isalpha() else tail


def _life(found: re.Match[str]) -> list[str]:
    span = f"{found['span']}{found['tail'] or ''}{found['rest']}"
    # "A minimum of 12 weeks" without a sign says "at least" by that word alone.
    unsaid = found.string.lower().lstrip("an ").startswith("minimum") and found["span"][0].isalnum()
    if has_main_verb(found["rest"]) or (unsaid and not found["span"].startswith("at least")):
        return []
    return [f"You are expected to live {span}"]


#: "Tumors, not amenable to care, who have ...": what stands behind "who" is of the person, and
#: cannot be cut off there.
_OF_THE_PERSON = re.compile(r"\b(?:not|no|without)\b.* who\b")


_GOES_ON = re.compile(
    r"^(?:(?!\b(?:that|which|who)\b).)*\b(?:and|or|but),? (?:is|are|has|was|were|must|should)\b"
)


#: Cut further, the sentence before "This is proven" would be about something else.
_CUT_FURTHER = re.compile(r"\b(?:who|whose|whom)\b|\bfor which\b")


def _proof(found: re.Match[str]) -> str:
    """Return the sentence on the test, nothing where it could be said of something else."""
    rest = found["rest"]
    if any(sign.search(rest) for sign in (_OF_THE_PERSON, _GOES_ON, _CUT_FURTHER)):
        return ""
    tests = _TEST[found["first"][0].lower()]
    if found["second"]:
        tests += f" {found['joint'].lower()} {_TEST[found['second'][0].lower()]}"
    return f"This is proven by a {tests} test"


def _proven(found: re.Match[str]) -> list[str]:
    proof = _proof(found)
    return [f"You have {with_article(found['rest'])}.", proof] if proof else []


def _evidence(found: re.Match[str]) -> list[str]:
    proof = _proof(found)
    return [*at_joints(found["rest"]), proof] if proof else []


def _shown(found: re.Match[str]) -> list[str]:
    proof = _proof(found)
    return [f"You have {with_article(small(found['rest']))}.", proof] if proof else []


def _expecting(found: re.Match[str]) -> list[str]:
    if "pregnancy" in (state := found["state"].lower()) and state != found.string.strip().lower():
        return []
    state = state.replace("pregnancy", "pregnant").replace("nursing", "breastfeeding")
    if "breast" in state:
        # The lexicon has one word for both.
        state = re.sub(r"(?:, |,? or )(?:currently )?lactation\b", "", state).replace(
            "pregnant, or", "pregnant or"
        )
    return [f"You are {state}"]


def _from_to(found: re.Match[str]) -> list[str]:
    unit = " years" if found["unit"] else ""
    return [f"Your age is {found['low']} to {found['high']}{unit}"]


def _consent(found: re.Match[str]) -> list[str]:
    thing = f"{found['thing'][0].lower()}{found['thing'][1:]}"
    if form := re.search(r" (?:form|document)\b", thing, re.IGNORECASE):
        thing = f"{thing[: form.start()]}{form.group().lower()}{thing[form.end() :]}"
        thing = thing if thing.startswith(("a ", "an ", "and ")) else f"a {thing}"
    return [f"You give {thing}"]


def _least_weight(found: re.Match[str]) -> list[str]:
    return [f"Your {found['name'].lower()} is {found['limit']}"]


_GIVEN = "consent"
_TEMPLATES: tuple[Template, ...] = (
    (_FROM_TO, _from_to, "age"),
    (_AGE, _age, "age"),
    (_YEARS, _age, "age"),
    (_LIFE, _life, "life expectancy"),
    (_PROVEN, _proven, "proven by a test"),
    (_EVIDENCE, _evidence, "proven by a test"),
    (_SHOWN, _shown, "proven by a test"),
    (_EXPECTING, _expecting, "pregnancy"),
    (_CONSENT, _consent, _GIVEN),
    (_LEAST_WEIGHT, _least_weight, "weight"),
)

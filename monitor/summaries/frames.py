"""How a rule is said to the reader: "Patients with X" becomes "You have X".

A frame fires only on forms whose grammar is sure whatever stands in X. A bare noun phrase has no
frame: it reads rightly as an item under the lead line of its section. Word choice is in
``lexicon``, cutting long sentences in ``sentences``.
"""

import re
from typing import TYPE_CHECKING, TypeAlias

from monitor.summaries.agreement import (
    ADVERB,
    PRESENT,
    parallel,
    small_start,
    small_with_article,
    to_you,
    with_any_article,
    with_article,
)
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.fidelity import without_verdict
from monitor.summaries.figures import with_limit
from monitor.summaries.heads import told_by_its_head
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.persons import if_you_are, kind_of_person
from monitor.summaries.scope import OPEN_END
from monitor.summaries.states import ARE, ARE_OF_PEOPLE
from monitor.summaries.things import said_of_you
from monitor.summaries.turns import (
    asked,
    being,
    doing,
    having,
    must_do,
    present,
    requiring,
    viewed,
    were_done,
    who_does,
    whose,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_DET = (
    r"(?:(?:the|a|an|all|any|each|every|these|those)\s+)?(?:(?:study|eligible|potential|trial)\s+)?"
)
_ONE = r"(?:patient|subject|participant|individual|person|volunteer|candidate)"
_MANY = r"(?:patients|subjects|participants|individuals|persons|people|volunteers|candidates|those)"
_PEOPLE = rf"{_DET}(?P<who>{_MANY}|{_ONE})"
_PAST = (
    r"(?:received|underwent|participated|used|took|developed|experienced|completed|had|failed|donated|"
    r"discontinued|progressed|were|stopped|started|suffered|tested|smoked|lost|responded|signed|opted|presented|showed|required|"
    r"refused|gave|met|agreed|provided|relapsed|tolerated|joined|reported|demonstrated|recovered|achieved|consented|changed|reacted)"
)
_FINITE = (
    r"(?:have|are|were|do|did|cannot|can|will|may|might|could|would|"
    + "|".join([*PRESENT, *PRESENT.values()])
    + rf"|abuse|plan|intend|need|{_PAST[3:]}"
)
_FINITE_RE = rf"(?P<verb>{_FINITE})\b"
_THIRD = re.compile(
    r"\b(?:are|is|be|were|was)\s+(?:not\s+)?(?:also\s+)?(?:eligible|ineligible|excluded|allowed|permitted|"
    r"acceptable|included|exempt|required|accepted|enrolled|considered eligible|not)\b"
    r"|\b(?:excluded|eligible|ineligible|exclusion|inclusion|exclusionary|excluding from)\b",
    re.IGNORECASE,
)
#: "Who are not willing" is said of the people and no verdict on them, nor is "eligible for surgery";
#: "within 6 months before inclusion" is a time.
_NO_VERDICT = re.compile(
    r"\b(?:before|after|since|until|at|prior to|preceding|(?:time|date|day|moment) of) (?:the )?(?:study )?inclusion\b"
    r"(?! criteri| visit)|"
    r"\b(?:who|that) (?:are|is|were|was) not\b|\b(?:considered|is|are|not) (?:in)?eligible for (?:[\w-]+ ){0,4}"
    r"(?:therapy|therapies|treatments?|surgery|transplant\w*|chemotherapy|radiotherapy|resection)\b",
    re.IGNORECASE,
)
Frame: TypeAlias = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BASE = (
    r"(?:be|have|agree|use|sign|provide|understand|weigh|meet|give|complete|demonstrate|undergo|show|"
    r"receive|require|need|consent|live|reside|take|test|stop|discontinue|abstain|refrain|comply|fulfill?|indicate|be|"
    r"continue|maintain|speak|practice|practise|possess|present|wait|display|exhibit|stay|tolerate)"
)


def measured(found: re.Match[str]) -> str:
    """Return the outcome for "Patients with X ≥ 3": your X is ≥ 3."""
    return with_limit(found["rest"])


#: Frames for a first sentence, tried in order; an empty outcome means "does not fit after all".
_FIRST: tuple[Frame, ...] = (
    (
        _compile(rf"^{_PEOPLE},?\s+(?:who|that)\s+(?P<adverb>{ADVERB}){_FINITE_RE}(?P<rest>.*)$"),
        who_does,
    ),
    (_compile(rf"^{_PEOPLE}\s+with\s+(?:a\s+|an\s+)?(?P<rest>.+)$"), measured),
    (_compile(rf"^{_PEOPLE}\s+with\s+(?P<rest>.+)$"), having),
    (_compile(rf"^{_PEOPLE}\s+having\s+(?P<rest>.+)$"), having),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?:must|should|shall)\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<manner>(?:fully|voluntarily|freely|currently) )?(?P<verb>{_BASE})\s+(?P<rest>.+)$"
        ),
        must_do,
    ),
    (_compile(rf"^{_PEOPLE}\s+requiring\s+(?P<rest>.+)$"), requiring),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?P<verb>treated|diagnosed|exposed)\s+(?P<rest>(?:with|to|as)\b.+)$"
        ),
        were_done,
    ),
    (_compile(rf"^{_PEOPLE}\s+(?P<rest>(?:{ARE}|{ARE_OF_PEOPLE}).*)$"), being),
    (_compile(rf"^{_PEOPLE}\s+whose\s+(?P<rest>.+)$"), whose),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?:who|that),?\s+(?P<view>in the (?:(?:opinion|judge?ment|view) of the (?:\w+ )?investigator|investigator\W?s?\W? (?:opinion|judge?ment|view))),\s+{_FINITE_RE}(?P<rest>.*)$"
        ),
        viewed,
    ),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?P<adverb>(?:voluntarily )?)(?P<verb>has|is|are|have|was|were|had|does|agrees|agree|understands|weighs|requires|meets|cannot|received|will|participated|developed|experienced|underwent|signs|signed|(?:understood|volunteered|consented|accepted)(?= (?:to|and|the|an?|any)\b)|gives?|gave|joined|refuses)\b(?P<rest>.+)$"
        ),
        who_does,
    ),
)
#: Frames for texts that begin with the verb itself.
_BARE: tuple[Frame, ...] = (
    (
        _compile(
            r"^must\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<verb>" + _BASE + r")\s+(?P<rest>.+)$"
        ),
        must_do,
    ),
    (
        _compile(
            r"^(?:be)\s+(?P<rest>(?:able|willing|capable|at least|aged?|between|in|a|an|free|on|male|female|\d+|trained)"
            r"\b.+|(?:≥|>\s?=)\s?\d.+|adopted)$"
        ),
        r"You are \g<rest>",
    ),
    (_compile(r"^having\s+(?P<rest>.+)$"), lambda m: f"You have {with_article(m['rest'])}"),
    (
        _compile(
            r"^(?P<verb>has|have|is|are|was|were|had|does|do|did|cannot|agrees|agree|requires|understands|refuses|weighs|meets|meet|received|underwent|participated|developed|experienced|took|smokes|suffers|consumes|drinks|takes|receives|lacks|intends|wishes|fulfills|fulfils|(?:volunteered|understood|consented)(?= (?:to|and|the|an?|any)\b)|signed(?= (?:the|an?) ))\b(?!\s+(?:of|by|a history))(?P<rest>\s.+)$"
        ),
        doing,
    ),
    (_compile(r"^(?P<verb>has|have)(?P<rest>\s+a history\b.+)$"), doing),
    (_compile(rf"^(?:be(?:ing)?\s+)?(?P<rest>{ARE}.*)$"), being),
    (_compile(rf"^being\s+(?P<rest>(?:{ARE_OF_PEOPLE}).*)$"), being),
    (
        _compile(
            r"^(?P<rest>(?:affiliated|deprived|covered|under (?:guardianship|treatment|legal|judicial|psychiatric)|hospitali[sz]ed)\b.*)$"
        ),
        being,
    ),
    (_compile(r"^with\s+(?:a\s+|an\s+)?(?P<rest>.+)$"), measured),
    (_compile(r"^with\s+(?P<who>)(?P<rest>.+)$"), having),
    (_compile(r"^without\s+(?P<rest>.+)$"), without),
    (
        _compile(
            r"^(?:(?P<adverb>previously|currently) )?(?P<verb>treated|diagnosed|exposed|vaccinated)\s+(?P<rest>(?:with|to|as|by|for)\b.+)$"
        ),
        were_done,
    ),
    (_compile(r"^(?:the\s+)?(?:presence|existence)\s+of\s+(?P<rest>.+)$"), present),
    (
        _compile(
            r"^(?P<adverb>(?:voluntarily|freely) )?(?P<verb>sign|provide|give|accept|weigh|fulfil|fulfill|speak|understand|consent to|use(?! of| in| at| by))\s+(?P<rest>.+)$"
        ),
        asked,
    ),
    (_compile(r"^willingness\s+to\s+(?P<rest>.+)$"), r"You are willing to \g<rest>"),
    (_compile(r"^unwillingness\s+to\s+(?P<rest>.+)$"), r"You are unwilling to \g<rest>"),
    (_compile(r"^(?:the\s+)?ability\s+to\s+(?P<rest>.+)$"), r"You are able to \g<rest>"),
    (_compile(r"^inability\s+to\s+(?P<rest>.+)$"), r"You are unable to \g<rest>"),
    (
        _compile(
            r"^(?:inability or unwillingness|unwillingness or inability)\s+to\s+(?P<rest>.+)$"
        ),
        r"You are unable or unwilling to \g<rest>",
    ),
    (
        _compile(
            r"^(?P<rest>(?:a |an )(?:\w+ )?(?:history|diagnosis|allergy|need|positive|negative)\b.+)$"
        ),
        r"You have \g<rest>",
    ),
    (
        _compile(
            r"^(?P<rest>(?:known |documented |past |medical |personal |prior |previous |any |current |clinical )*(?:history|diagnosis) of .+)$"
        ),
        lambda m: f"You have {small_with_article(m['rest'])}",
    ),
    (
        _compile(
            r"^(?P<rest>(?:known |suspected |documented |severe )*(?:allergy|hypersensitivity|intolerance|sensitivity|contraindications?) to .+)$"
        ),
        lambda m: f"You have {with_any_article(m['rest'])}",
    ),
)


#: What a rule is filed under: "Part 2 (adults): Participants must ...".
_HEADING = re.compile(r"^(?P<head>[^:;.,]{2,60}): (?P<body>[^:;]+)$")
_OPEN_HEADING = re.compile(
    r"\b(?:is|are|has|have|had|must|should|will|may|can|cannot|includes?|including|following|or|and|of|with|by|if|for|to|"
    r"such as|as|note|none|no|not|except|exceptions?|defined|either|both|rationale|any)\b|: (?:all|each|every|any|both)\b",
    re.IGNORECASE,
)
#: "Within 2 weeks before the first dose, patients received ...".
_LATE_SUBJECT = re.compile(
    rf"^(?P<lead>(?:Within|During|In the|At|Before|After|For at least) [^,;:()]+), (?P<body>{_PEOPLE.replace('?P<who>', '?:')} [^;:]+)$",
    re.IGNORECASE,
)
#: "Must" among exclusions does not say what keeps a person out.
_OBLIGATIONS = frozenset(pattern for pattern, _ in (*_FIRST, *_BARE) if "not" in pattern.groupindex)


#: "Allergy to penicillin in the mother" is hers.
_OF_KIN = re.compile(
    r"\b(?:in|of) (?:the |an? |any |his |her |their )?(?:mothers?|fathers?|parents?|siblings?|partners?|donors?|infants?|f(?:o)?etus)$",
    re.IGNORECASE,
)


def to_reader(sentence: str, section: str, *, alone: bool = True) -> str:
    """Return a first sentence said to the reader, as it is when no frame is sure.

    Args:
        sentence: Source text without its full stop.
        section: ``exclusion`` lists what keeps people out, so "must" there is a rule about
            something else and is left alone.
        alone: The rule has no further sentence.
    """
    if (parted := _in_parts(sentence, section, alone=alone)) is not None:
        return parted
    text = sentence
    if section == "exclusion" and alone:
        text = without_verdict(sentence)
    if _OF_KIN.search(text) or _THIRD.search(_NO_VERDICT.sub("", BRACKETS.sub("", text))):
        return sentence
    if late := _LATE_SUBJECT.match(text):
        body = to_reader(late["body"], section, alone=alone)
        return f"{late['lead']}, y{body[1:]}" if body.startswith("You ") else sentence
    for pattern, outcome in (*_FIRST, *_BARE):
        found = pattern.match(text)
        if not found:
            continue
        if section == "exclusion" and pattern in _OBLIGATIONS:
            return sentence
        said = outcome(found) if callable(outcome) else found.expand(outcome)
        if said:
            return to_you(parallel(small_start(said, text, found))) or sentence
    return to_you(_without_frame(text, section)) or text


def _in_parts(sentence: str, section: str, *, alone: bool) -> str | None:
    """Return a text with a joint at its end or a heading before it, its body said to the reader."""
    if (joint := OPEN_END.search(sentence)) and joint.start():
        body = sentence[: joint.start()]
        said = to_reader(body, section, alone=alone)
        return f"{said}{joint.group()}" if said != body else sentence
    heading = _HEADING.match(sentence)
    if heading and not _OPEN_HEADING.search(
        f"{heading['head'].removeprefix('For ')}: {heading['body'][:8]}"
    ):
        said = to_reader(heading["body"], section, alone=alone)
        return f"{heading['head']}: {said}" if said != heading["body"] else sentence
    return None


def _without_frame(text: str, section: str) -> str:
    """Return what is said of a text that is no sentence, else nothing."""
    said = with_limit(text) or kind_of_person(text, section) or said_of_you(text, section)
    if not said and section != "exclusion":
        said = if_you_are(text)
    if not said and not OF_OTHERS.search(text) and not text.rstrip().endswith((":", ",")):
        said = told_by_its_head(text, section)
    return said

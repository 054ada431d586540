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
    SINGULAR,
    agree,
    parallel,
    small_start,
    small_with_article,
    to_you,
    with_any_article,
    with_article,
)
from monitor.summaries.fidelity import without_verdict
from monitor.summaries.states import ARE

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
    r"discontinued|progressed|were|stopped|started|suffered|tested|smoked|lost|responded)"
)
_FINITE = (
    r"(?:have|are|were|do|did|cannot|can|will|may|might|could|would|"
    + "|".join([*PRESENT, *PRESENT.values()])
    + rf"|{_PAST[3:]}"
)
_FINITE_RE = rf"(?P<verb>{_FINITE})\b"
_THIRD = re.compile(
    r"\b(?:are|is|be|were|was)\s+(?:not\s+)?(?:also\s+)?(?:eligible|ineligible|excluded|allowed|permitted|"
    r"acceptable|included|exempt|required|accepted|enrolled|considered eligible|not)\b"
    r"|\b(?:excluded|eligible|ineligible|exclusion|inclusion|exclusionary|excluding from)\b",
    re.IGNORECASE,
)
Frame: TypeAlias = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]


_MAIN_VERB = re.compile(
    r"\b(?:are|is|must|should|will|may|can|cannot|were|was|could|might|has|have|had)\b"
)
_OPENS_CLAUSE = re.compile(
    r"\b(?:who|that|which|if|unless|when|where|whose|as|because|whether|while|until)\b",
    re.IGNORECASE,
)


def _has_main_verb(rest: str) -> bool:
    """Say whether the phrase goes on with a verb of its own: "with X are excluded"."""
    verb = _MAIN_VERB.search(rest)
    return verb is not None and not _OPENS_CLAUSE.search(rest[: verb.start()])


#: What is said of the person and not of what the person has: "with diabetes taking tablets".
_OF_THE_PERSON = re.compile(
    r"\b(?:undergoing|receiving|taking|using|scheduled|referred|admitted|currently on|aged|weighing|"
    r"presenting|attending|willing|able|unable)\b",
    re.IGNORECASE,
)


def _with(found: re.Match[str]) -> str:
    rest = found["rest"]
    if _has_main_verb(rest) or _OF_THE_PERSON.search(rest):
        return ""
    if re.match(r"(?:or without|respect|regard)\b", rest, re.IGNORECASE):
        return ""
    if re.match(r"(?:any )?(?:prior|previous|past)\b(?!,? (?:or|and))", rest, re.IGNORECASE):
        return f"You have had {with_article(rest)}"
    return f"You have {with_article(rest)}"


def _who(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    rest = found["rest"]
    if found["who"].lower() in SINGULAR:
        rest = agree(rest)
    return f"You {found['adverb']}{PRESENT.get(verb, verb)}{rest}"


def _verb(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    rest = found["rest"]
    if verb in PRESENT:
        rest = agree(rest)
    if verb in {"has", "have"}:
        rest = f" {with_article(rest.strip())}"
    return f"You {PRESENT.get(verb, verb)}{rest}"


_PARTICIPLE = re.compile(
    r"(?:been|had|received|taken|undergone|participated|experienced|developed|progressed|started|"
    r"used|completed|failed|donated|relapsed|required|responded|recovered|given|signed)\b"
)


def _must(found: re.Match[str]) -> str:
    negated = bool(found["not"])
    verb = found["verb"].lower()
    rest = found["rest"]
    if verb == "be":
        return f"You are {'not ' if negated else ''}{rest}"
    if verb == "have" and _PARTICIPLE.match(rest):
        return f"You have {'not ' if negated else ''}{rest}"
    if verb == "have" and negated and re.match(r"\w+ed\b", rest):
        return ""
    if verb == "have":
        return f"You {'do not ' if negated else ''}have {with_article(rest)}"
    return f"You {'do not ' if negated else ''}{verb} {rest}"


def _requiring(found: re.Match[str]) -> str:
    return "" if _has_main_verb(found["rest"]) else f"You require {found['rest']}"


def _present(found: re.Match[str]) -> str:
    rest = found["rest"]
    if _has_main_verb(rest) or re.match(r"(?:or|and|absence)\b", rest, re.IGNORECASE):
        return ""
    return f"You have {with_article(rest)}"


def _were(found: re.Match[str]) -> str:
    if _has_main_verb(found["rest"]):
        return ""
    return f"You were {found['verb']} {found['rest']}"


def _are(found: re.Match[str]) -> str:
    rest = found["rest"]
    if re.match(r"pregnant|lactating|breast|nursing", rest, re.IGNORECASE) and _WOMEN.search(rest):
        return ""
    if _has_main_verb(rest) or (_ONGOING.match(rest) and _PAST_WINDOW.search(rest)):
        return ""
    return f"You are {rest}"


_WOMEN = re.compile(
    r"\b(?:wom[ae]n|females?|mothers?|patients?|subjects?|participants?)\b", re.IGNORECASE
)
_ONGOING = re.compile(
    r"(?:receiving|taking|using|undergoing|participating|enrolled)\b", re.IGNORECASE
)
_PAST_WINDOW = re.compile(
    r"\b(?:within|prior to|before|in the (?:past|last|previous)|during the (?:past|last)|less than)\b",
    re.IGNORECASE,
)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BASE = (
    r"(?:be|have|agree|use|sign|provide|understand|weigh|meet|give|complete|demonstrate|undergo|show|"
    r"receive|require|need|consent|live|reside|take|test|stop|discontinue|abstain|refrain|comply|fulfill?|indicate|be|"
    r"continue|maintain|speak|practice|practise|possess|present|wait|display|exhibit|stay|tolerate)"
)
#: Frames for a first sentence, tried in order; an empty outcome means "does not fit after all".
_FIRST: tuple[Frame, ...] = (
    (
        _compile(rf"^{_PEOPLE},?\s+(?:who|that)\s+(?P<adverb>{ADVERB}){_FINITE_RE}(?P<rest>.*)$"),
        _who,
    ),
    (_compile(rf"^{_PEOPLE}\s+with\s+(?P<rest>.+)$"), _with),
    (_compile(rf"^{_PEOPLE}\s+having\s+(?P<rest>.+)$"), _with),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?:must|should|shall)\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<verb>{_BASE})\s+(?P<rest>.+)$"
        ),
        _must,
    ),
    (_compile(rf"^{_PEOPLE}\s+requiring\s+(?P<rest>.+)$"), _requiring),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?P<verb>treated|diagnosed|exposed)\s+(?P<rest>(?:with|to|as)\b.+)$"
        ),
        _were,
    ),
    (_compile(rf"^{_PEOPLE}\s+(?P<rest>{ARE}.*)$"), _are),
    (
        _compile(
            rf"^{_PEOPLE}\s+(?P<adverb>)(?P<verb>has|is|are|have|was|were|had|does|agrees|agree|understands|weighs|requires|meets|cannot|received|will)\b(?P<rest>.+)$"
        ),
        _who,
    ),
)
#: Frames for texts that begin with the verb itself.
_BARE: tuple[Frame, ...] = (
    (
        _compile(
            r"^must\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<verb>" + _BASE + r")\s+(?P<rest>.+)$"
        ),
        _must,
    ),
    (
        _compile(
            r"^(?:be)\s+(?P<rest>(?:able|willing|capable|at least|aged?|between|in|a|an|free|on|male|female)\b.+)$"
        ),
        r"You are \g<rest>",
    ),
    (_compile(r"^having\s+(?P<rest>.+)$"), lambda m: f"You have {with_article(m['rest'])}"),
    (
        _compile(
            r"^(?P<verb>has|have|is|are|was|were|had|does|do|did|cannot|agrees|agree|requires|understands|refuses|weighs|meets|meet|received|underwent|participated|developed|experienced|took|smokes|suffers)\b(?!\s+(?:of|by|a history))(?P<rest>\s.+)$"
        ),
        _verb,
    ),
    (_compile(r"^(?P<verb>has|have)(?P<rest>\s+a history\b.+)$"), _verb),
    (_compile(rf"^(?P<rest>{ARE}.*)$"), _are),
    (_compile(r"^(?:the\s+)?(?:presence|existence)\s+of\s+(?P<rest>.+)$"), _present),
    (_compile(r"^willingness\s+to\s+(?P<rest>.+)$"), r"You are willing to \g<rest>"),
    (_compile(r"^unwillingness\s+to\s+(?P<rest>.+)$"), r"You are unwilling to \g<rest>"),
    (_compile(r"^ability\s+to\s+(?P<rest>.+)$"), r"You are able to \g<rest>"),
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


#: "Must" among exclusions does not say what keeps a person out.
_OBLIGATIONS = frozenset(pattern for pattern, _ in (*_FIRST, *_BARE) if "not" in pattern.groupindex)


def to_reader(sentence: str, section: str, *, alone: bool = True) -> str:
    """Return a first sentence said to the reader, as it is when no frame is sure.

    Args:
        sentence: Source text without its full stop.
        section: ``exclusion`` lists what keeps people out, so "must" there is a rule about
            something else and is left alone.
        alone: The rule has no further sentence.
    """
    text = sentence
    if section == "exclusion" and alone:
        text = without_verdict(sentence)
    if _THIRD.search(text):
        return sentence
    for pattern, outcome in (*_FIRST, *_BARE):
        found = pattern.match(text)
        if not found:
            continue
        if section == "exclusion" and pattern in _OBLIGATIONS:
            return sentence
        said = outcome(found) if callable(outcome) else found.expand(outcome)
        if said:
            return to_you(parallel(small_start(said, text, found))) or sentence
    return text

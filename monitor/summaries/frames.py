"""How a rule is said to the reader: "Patients with X" becomes "You have X".

A frame fires only on forms whose grammar is sure whatever stands in X. A bare noun phrase has no
frame: it reads rightly as an item under the lead line of its section. Word choice is in
``lexicon``, cutting long sentences in ``sentences``.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from monitor.summaries.fidelity import without_verdict

_DET = r"(?:(?:the|a|an|all|any|each|every|these|those)\s+)?(?:(?:study|eligible|potential|trial)\s+)?"
_ONE = r"(?:patient|subject|participant|individual|person|volunteer|candidate)"
_MANY = r"(?:patients|subjects|participants|individuals|persons|people|volunteers|candidates|those)"
_PEOPLE = rf"{_DET}(?P<who>{_MANY}|{_ONE})"
_ADVERB = (
    r"(?:(?:currently|previously|also|already|recently|ever|still|either|never|not|presently|only|"
    r"actively|simultaneously|concurrently)\s+)?"
)
_NOW = (
    r"(?:currently|presently|actively|concurrently|still|also|already|now)\s+(?:taking|receiving|using|enrolled|"
    r"participating|pregnant|breast\w*|lactating|smoking|undergoing|being|on|treated|suffering|hospitali\w+|"
    r"nursing|involved|living|planning|in)"
)
_ARE = (
    r"(?:(?:not )?(?:able|willing|capable) (?:to|of|and)|(?:unable|unwilling|incapable) (?:to|of|or|and)|"
    r"not pregnant|pregnant(?=\s*(?:$|or breast|or lact|or nurs|or plan|or intend|at|during|[,;.]))|"
    r"(?:lactating|breast-?feeding)(?=\s*(?:$|or pregnant|[.;]))|"
    r"(?:allergic|intolerant|hypersensitive|refractory|resistant|unresponsive|addicted) to|dependent on|"
    rf"{_NOW}|"
    r"scheduled (?:for|to)|expected to|planning (?:to|on|for)|known to|diagnosed (?:with|as|by)|"
    r"aged? (?:of )?(?=\d|≥|>|<|≤|between|from|at least|over)|"
    r"enrolled in|participating in|involved in|"
    r"(?:considered|judged|deemed) (?:to|by|un\w+)|(?:positive|negative|seropositive) for|"
    r"(?:receiving|taking|using|undergoing) (?!treatment of choice)|suffering from|"
    r"(?:un)?likely to|at (?:high |increased )?risk (?:of|for)|(?:at least |≥\s?)\d+ (?:years|months) (?:old|of age)|"
    r"legally (?:able|competent|incompetent|incapable|incapacitated)|"
    r"(?:physically|mentally|medically|clinically) (?:able|unable|capable|incapable|stable)\b(?!\s+\w+s\b)|"
    r"previously (?:enrolled|randomi[sz]ed) in|sexually active|"
    r"post-?menopausal(?=\s*(?:$|[,;.(]|or surgically|for|with))|"
    r"on (?:dialysis|a stable dose|stable dose|anti-?coagula\w+|chronic|warfarin|insulin|long-term))"
)
_PAST = (
    r"(?:received|underwent|participated|used|took|developed|experienced|completed|had|failed|donated|"
    r"discontinued|progressed|were|stopped|started|suffered|tested|smoked|lost|responded)"
)
_PRESENT = {
    "has": "have", "is": "are", "was": "were", "does": "do", "requires": "require",
    "receives": "receive", "takes": "take", "needs": "need", "meets": "meet", "refuses": "refuse",
    "lacks": "lack", "smokes": "smoke", "suffers": "suffer", "agrees": "agree", "uses": "use",
    "understands": "understand", "plans": "plan", "intends": "intend", "weighs": "weigh",
    "wishes": "wish", "consents": "consent", "lives": "live", "shows": "show", "signs": "sign",
    "provides": "provide", "exhibits": "exhibit", "demonstrates": "demonstrate", "fails": "fail",
    "presents": "present", "tests": "test", "resides": "reside", "accepts": "accept",
    "speaks": "speak", "works": "work", "consumes": "consume", "abuses": "abuse", "declines": "decline",
    "drinks": "drink", "fulfills": "fulfill", "fulfils": "fulfil", "gives": "give", "reports": "report",
}
_FINITE = (
    r"(?:have|are|were|do|did|cannot|can|will|may|might|could|would|" + "|".join([*_PRESENT, *_PRESENT.values()])
    + rf"|{_PAST[3:]}"
)
_FINITE_RE = rf"(?P<verb>{_FINITE})\b"
_COUNT_NOUN = (
    r"(?:history|diagnosis|test|disorder|allergy|infection|condition|score|level|positive|need|"
    r"contraindication|disability|illness)"
)
_NEEDS_ARTICLE = re.compile(
    r"^(?P<adjectives>(?:(?:known|documented|current|positive|negative|clinical|past|medical|active|severe|"
    r"serious|confirmed|prior|previous|recent|suspected|family|significant|personal|chronic|"
    r"clinically significant|established|definite|uncontrolled|life-threatening|self-reported|"
    r"physician-diagnosed|convincing|strong|long|well-documented|viral|bacterial|fungal|"
    r"psychiatric|mental|medical|bleeding|seizure|systemic)\s+){0,3})"
    r"(?P<noun>(?:history|diagnosis|disorder|allergy|contraindication|illness|condition|disability|"
    r"infection)\b(?!\s*/|s\b|\s+(?:to|with)?\s*(?:test|score|control)))",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"\b(?:are|is|be|were|was)\s+(?:not\s+)?(?:also\s+)?(?:eligible|ineligible|excluded|allowed|permitted|"
    r"acceptable|included|exempt|required|accepted|enrolled|considered eligible|not)\b"
    r"|\b(?:excluded|eligible|ineligible|exclusion|inclusion|exclusionary|excluding from)\b",
    re.IGNORECASE,
)
_OTHER_THEIRS = re.compile(r"\b(?:they|them|themselves)\b", re.IGNORECASE)

Frame: TypeAlias = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]


_MAIN_VERB = re.compile(r"\b(?:are|is|must|should|will|may|can|cannot|were|was|could|might|has|have|had)\b")
_OPENS_CLAUSE = re.compile(r"\b(?:who|that|which|if|unless|when|where|whose|as|because|whether|while|until)\b", re.IGNORECASE)


def _has_main_verb(rest: str) -> bool:
    """Say whether the phrase goes on with a verb of its own: "with X are excluded"."""
    verb = _MAIN_VERB.search(rest)
    return verb is not None and not _OPENS_CLAUSE.search(rest[: verb.start()])


def _with(found: re.Match[str]) -> str:
    rest = found["rest"]
    if _has_main_verb(rest):
        return ""
    if re.match(r"(?:or without|respect|regard)\b", rest, re.IGNORECASE):
        return ""
    if re.match(r"(?:prior|previous|past)\b", rest, re.IGNORECASE):
        return f"You have had {_article(rest)}"
    return f"You have {_article(rest)}"


def _article(rest: str) -> str:
    """Put the article before a noun phrase that wants one and has none."""
    found = _NEEDS_ARTICLE.match(rest)
    if not found:
        return rest
    return f"{'an' if rest[0].lower() in 'aeiou' else 'a'} {rest}"


def _who(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    rest = found["rest"]
    if found["who"].lower() in _SINGULAR:
        rest = _agree(rest)
    return f"You {found['adverb']}{_PRESENT.get(verb, verb)}{rest}"


_SINGULAR = frozenset({"patient", "subject", "participant", "individual", "person", "volunteer", "candidate"})
_LATER_VERB = re.compile(
    rf"\b(?P<joint>and|or|and/or|but|nor|who)\s+(?P<adverb>{_ADVERB})(?P<verb>{'|'.join(_PRESENT)})\b(?!\s+of\b)",
)


def _agree(rest: str) -> str:
    """Bring later verbs of the same subject from "or has" to "or have"."""
    return _LATER_VERB.sub(
        lambda found: f"{found['joint']} {found['adverb']}{_PRESENT[found['verb']]}", rest
    )


def _verb(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    rest = found["rest"]
    return f"You {_PRESENT.get(verb, verb)}{_agree(rest) if verb in _PRESENT else rest}"


def _must(found: re.Match[str]) -> str:
    negated = bool(found["not"])
    verb = found["verb"].lower()
    rest = found["rest"]
    if verb == "be":
        return f"You are {'not ' if negated else ''}{rest}"
    if verb == "have" and re.match(r"(?:been|had)\b", rest):
        return f"You have {'not ' if negated else ''}{rest}"
    if verb == "have":
        return f"You {'do not ' if negated else ''}have {_article(rest)}"
    return f"You {'do not ' if negated else ''}{verb} {rest}"


def _requiring(found: re.Match[str]) -> str:
    return "" if _has_main_verb(found["rest"]) else f"You require {found['rest']}"


def _were(found: re.Match[str]) -> str:
    if _has_main_verb(found["rest"]):
        return ""
    return f"You were {found['verb']} {found['rest']}"


def _are(found: re.Match[str]) -> str:
    rest = found["rest"]
    if _has_main_verb(rest) or (_ONGOING.match(rest) and _PAST_WINDOW.search(rest)):
        return ""
    return f"You are {rest}"


_ONGOING = re.compile(r"(?:receiving|taking|using|undergoing|participating|enrolled)\b", re.IGNORECASE)
_PAST_WINDOW = re.compile(r"\b(?:within|prior to|before|in the (?:past|last|previous)|during the (?:past|last)|less than)\b", re.IGNORECASE)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BASE = (
    r"(?:be|have|agree|use|sign|provide|understand|weigh|meet|give|complete|demonstrate|undergo|show|"
    r"receive|require|need|consent|live|reside|take|test|stop|discontinue|abstain|refrain|comply|fulfill?|indicate|be|"
    r"continue|maintain|speak|practice|practise|possess|present|wait|display|exhibit|stay|tolerate)"
)
#: Frames for a first sentence, tried in order; an empty outcome means "does not fit after all".
_FIRST: tuple[Frame, ...] = (
    (_compile(rf"^{_PEOPLE},?\s+(?:who|that)\s+(?P<adverb>{_ADVERB}){_FINITE_RE}(?P<rest>.*)$"), _who),
    (_compile(rf"^{_PEOPLE}\s+with\s+(?P<rest>.+)$"), _with),
    (_compile(rf"^{_PEOPLE}\s+having\s+(?P<rest>.+)$"), _with),
    (_compile(rf"^{_PEOPLE}\s+(?:must|should|shall)\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<verb>{_BASE})\s+(?P<rest>.+)$"), _must),
    (_compile(rf"^{_PEOPLE}\s+requiring\s+(?P<rest>.+)$"), _requiring),
    (_compile(rf"^{_PEOPLE}\s+(?P<verb>treated|diagnosed|exposed)\s+(?P<rest>(?:with|to|as)\b.+)$"), _were),
    (_compile(rf"^{_PEOPLE}\s+(?P<rest>{_ARE}.*)$"), _are),
    (_compile(rf"^{_PEOPLE}\s+(?P<adverb>)(?P<verb>has|is|are|have|was|were|had|does|agrees|agree|understands|weighs|requires|meets|cannot|received|will)\b(?P<rest>.+)$"), _who),
)
#: Frames for texts that begin with the verb itself.
_BARE: tuple[Frame, ...] = (
    (_compile(r"^must\s+(?P<adverb>also\s+)?(?P<not>not\s+)?(?P<verb>" + _BASE + r")\s+(?P<rest>.+)$"), _must),
    (_compile(r"^(?:be)\s+(?P<rest>(?:able|willing|capable|at least|aged?|between|in|a|an|free|on|male|female)\b.+)$"), r"You are \g<rest>"),
    (_compile(r"^having\s+(?P<rest>.+)$"), lambda m: f"You have {_article(m['rest'])}"),
    (_compile(r"^(?P<verb>has|have|is|are|was|were|had|does|do|did|cannot|agrees|agree|requires|understands|refuses|weighs|meets|meet|received|underwent|participated|developed|experienced|took|smokes|suffers)\b(?!\s+(?:of|by|a history))(?P<rest>\s.+)$"), _verb),
    (_compile(r"^(?P<verb>has|have)(?P<rest>\s+a history\b.+)$"), _verb),
    (_compile(rf"^(?P<rest>{_ARE}.*)$"), _are),
    (_compile(r"^willingness\s+to\s+(?P<rest>.+)$"), r"You are willing to \g<rest>"),
    (_compile(r"^unwillingness\s+to\s+(?P<rest>.+)$"), r"You are unwilling to \g<rest>"),
    (_compile(r"^ability\s+to\s+(?P<rest>.+)$"), r"You are able to \g<rest>"),
    (_compile(r"^inability\s+to\s+(?P<rest>.+)$"), r"You are unable to \g<rest>"),
    (_compile(r"^(?:inability or unwillingness|unwillingness or inability)\s+to\s+(?P<rest>.+)$"), r"You are unable or unwilling to \g<rest>"),
    (_compile(r"^(?P<rest>(?:a |an )(?:\w+ )?(?:history|diagnosis|allergy|need|positive|negative)\b.+)$"), r"You have \g<rest>"),
    (_compile(r"^(?P<rest>(?:known |documented |past |medical |personal |prior |previous |any |current |clinical )*(?:history|diagnosis) of .+)$"), lambda m: f"You have {_history(m['rest'])}"),
    (_compile(r"^(?P<rest>(?:known |suspected |documented |severe )*(?:allergy|hypersensitivity|intolerance|sensitivity|contraindications?) to .+)$"), lambda m: f"You have {_any_article(m['rest'])}"),
)


def _history(rest: str) -> str:
    lowered = rest[0].lower() + rest[1:]
    return lowered if lowered.startswith("any ") else _article(lowered)


def _any_article(rest: str) -> str:
    lowered = rest[0].lower() + rest[1:]
    if re.search(r"^(?:\w+ )*contraindications\b", lowered):
        return lowered
    return f"{'an' if lowered[0] in 'aeiou' else 'a'} {lowered}"


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
        if section == "exclusion" and re.search(r"\bmust\b|\bshould\b|\bno\b|\bnot\b", found.re.pattern[:0] + text[: found.start("rest")], re.IGNORECASE) and "not" in found.re.groupindex:
            return sentence
        said = outcome(found) if callable(outcome) else found.expand(outcome)
        if said:
            return _to_you(_parallel(_small_start(said, text, found))) or sentence
    return sentence if text == sentence or not _starts_noun(text) else text


_STATE = re.compile(
    r"\b(?P<joint>and/or|and|or|but)(?P<comma>,?)\s+(?P<adverb>(?:currently|still|also)\s+)?"
    r"(?P<word>planning to|unable to|unwilling to|scheduled for|expected to|willing to|able to|scheduled to)\b"
)
_DOING = re.compile(
    r"\b(?:and/or|and|or|but),?\s+(?:currently\s+|still\s+|also\s+)?(?:receiving|taking|using|requiring|undergoing|"
    r"having|with|participating|being|pregnant|breastfeeding|lactating|known to|subjects|patients|participants|"
    r"individuals|those|the (?:patient|subject))\b"
)
_WHO = re.compile(r"\b(?P<joint>and/or|and|or|but),? who\b(?!,)")
_ABLE = re.compile(r"\b(?P<joint>and/or|and|or)\s+(?:the\s+)?(?P<un>un)?(?P<word>willingness|ability|inability)\s+to\b")


def _parallel(said: str) -> str:
    """Make later parts of a list fit "you"; empty when that is not sure."""
    head = said.split(" ", maxsplit=2)[1].lower()
    said = _ABLE.sub(_as_adjective, said) if head == "are" else said
    said = _WHO.sub(r"\g<joint> you", said)
    if head != "are":
        if _DOING.search(said):
            return ""
        said = _STATE.sub(r"\g<joint>\g<comma> are \g<adverb>\g<word>", said).replace("are None", "are ")
    return "" if _NOT_PARALLEL.search(said) else said


_NOT_PARALLEL = re.compile(r"\b(?:or|and) who,|\b(?:and|or|but),?\s+(?:has|is|was|does|reacts|ever|had to|a patient|must not)\b")


def _as_adjective(found: re.Match[str]) -> str:
    plain = {"willingness": "willing", "ability": "able", "inability": "unable"}[found["word"].lower()]
    return f"{found['joint']} {found['un'] or ''}{plain} to"


def _small_start(said: str, text: str, found: re.Match[str]) -> str:
    """Give the source's first word, now inside a sentence, its small letter; names keep theirs."""
    said = said.replace(" History of", " history of").replace(" Diagnosis of", " diagnosis of")
    word = text.split(" ", maxsplit=1)[0].rstrip(",")
    if found.start("rest") != 0 or not word[1:].islower() or word in _KEEP_CAPITAL:
        return said.replace(" A ", " a ", 1) if found.start("rest") == 0 else said
    return said.replace(f" {word}", f" {word.lower()}", 1)


_KEEP_CAPITAL = frozenset({"Chinese", "Japanese", "Asian", "Caucasian", "Hispanic", "European", "African"})


def _starts_noun(text: str) -> bool:
    """Say whether what is left after "are excluded" went is still a phrase of its own."""
    return bool(re.match(rf"^{_PEOPLE}\b|\w", text, re.IGNORECASE))


_YOURS = re.compile(r"\b(?:their|his/her|his or her|her/his|the (?:patient|subject|participant)'s)\b", re.IGNORECASE)
_OTHER_PEOPLE = re.compile(r"\b(?:parents?|guardians?|caregivers?|partners?|family|relatives?|investigators?|physicians?|representatives?|mothers?|children|drugs?|agents?|medications?|components?)\b", re.IGNORECASE)


def _to_you(said: str) -> str:
    """Turn "their consent" into "your consent" when nobody else can be meant."""
    if _OTHER_PEOPLE.search(said[: _first_pronoun(said)]):
        return said
    said = re.sub(r"\b(?:they|he/she|he or she) (?:are|is)\b", "you are", said)
    said = re.sub(r"\b(?:they|he/she|he or she) (?:have|has)\b", "you have", said)
    said = re.sub(r"\b(?:they|he/she|he or she) (?=will|can|may|must|could|would)", "you ", said)
    said = _AS_OBJECT.sub("you", said)
    return _YOURS.sub("your", said)


_AS_OBJECT = re.compile(
    r"(?:(?<= for )|(?<= to )|(?<= put )|(?<= with )|(?<= make )|(?<= place )|(?<= making ))the (?:patient|subject|participant|individual)"
    r"(?=$|[.,;)]| (?:at|in|from|unsuitable|unable|during|or|and|inappropriate|ineligible)\b)",
    re.IGNORECASE,
)


def _first_pronoun(said: str) -> int:
    found = re.search(r"\b(?:their|they|them|his|her|he|she)\b", said)
    return found.start() if found else len(said)

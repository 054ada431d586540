"""Grammar of a phrase that was moved behind "You": articles, verbs, pronouns, parallel parts.

Which phrase goes behind "You" is decided in ``frames``.
"""

import re

from monitor.summaries.articles import starts_with_vowel_sound
from monitor.summaries.lexicon import rows

#: "has" to "have": verbs with he, she or it, and with you.
PRESENT = {row[0]: row[1] for row in rows("verbs.tsv")}
ADVERB = (
    r"(?:(?:currently|previously|also|already|recently|ever|still|either|never|not|presently|only|"
    r"actively|simultaneously|concurrently)\s+)?"
)
_NEEDS_ARTICLE = re.compile(
    r"^(?P<adjectives>(?:(?:doctor recorded|physician documented|physician-documented|known|documented|current|positive|negative|clinical|past|medical|active|severe|"
    r"serious|confirmed|prior|previous|recent|suspected|family|significant|personal|chronic|"
    r"clinically significant|established|definite|uncontrolled|life-threatening|self-reported|"
    r"physician-diagnosed|convincing|strong|long|well-documented|viral|bacterial|fungal|"
    r"psychiatric|mental|medical|bleeding|seizure|systemic)\s+){0,3})"
    r"(?P<noun>(?:history|diagnosis|disorder|allergy|contraindication|illness|condition|disability|"
    r"infection)\b(?!\s*/|s\b|\s+(?:to|with)?\s*(?:test|score|control)|\s+(?!towards\b|always\b|sometimes\b)[a-z-]{2,}[^siu\W]s\b))",
    re.IGNORECASE,
)
#: A thing that can be counted, whatever stands before it: "an upper airway infection".
_ONE_THING = re.compile(
    r"(?!(?:and|or|an?|the|any|some|other|more|no|not|all|each|every|this|that|these|those|your|two|three|four|one|multiple|several|many|at|"
    r"both|either|\d+)\b)(?:(?!(?:and|of|in|on|to|for|with|by|from|due|who|that|which|is|are|has|have|had|than|been|exhibited|experienced|"
    r"shown|developed|received|suffered|undergone|reported|tested|ever|never|also|recently|currently|previously)\b|[\w-]*[^siu'’]s\b)"  # noqa: RUF001
    r"[\w'’/-]+ (?:or )?){0,5}?"  # noqa: RUF001
    r"(?:history|diagnosis|disorder|allergy|contraindication|(?:mental|psychiatric|physical|medical|severe|serious|acute|chronic|other) illness|"
    r"condition|disability|infection|(?:ECOG|oncology group(?: \(ECOG\))?) performance (?:status|score)|abnormality|reaction|exacerbation|flare-up|tumou?r|lesion|fracture|wound|ulcer|seizure|abscess|"
    r"abnormal finding|addiction|deficiency|(?:allergic|asthma|heart) attack|polyp|neoplasm|arrhythmia)"
    r"(?!\s*/|[\w'’-]|\s+(?:to|with)?\s*(?:tests?|scores?|control|syndromes?|diseases?|status|rates?|treatment|therapy|symptoms?|cells?|surgery|markers?)\b|\s+(?!towards\b|always\b|sometimes\b)[a-z-]{2,}[^siu\W]s\b)",  # noqa: RUF001
    re.IGNORECASE,
)
SINGULAR = frozenset(
    {"patient", "subject", "participant", "individual", "person", "volunteer", "candidate"}
)
LATER_VERB = re.compile(
    rf"\b(?P<joint>and|or|and/or|but|nor|who)\s+(?P<adverb>{ADVERB})(?P<verb>{'|'.join(PRESENT)})\b(?!\s+of\b)",
)


def agree(rest: str) -> str:
    """Bring later verbs of the same subject from "or has" to "or have"."""

    def with_you(found: re.Match[str]) -> str:
        before = rest[: found.start()]
        if _OF_A_THING.search(before) or (found["joint"] == "who" and _OTHER_PEOPLE.search(before)):
            return found.group()
        return f"{found['joint']} {found['adverb']}{PRESENT[found['verb']]}"

    return LATER_VERB.sub(with_you, rest)


#: "A cancer that is growing or has needed treatment": the later verb is the cancer's.
_OF_A_THING = re.compile(r"\b(?:that|which)\b[^,;]*$")


#: "Severe health problem(s)".
_ONE_OR_MORE = re.compile(r"(?:[\w-]+ ){0,4}[\w-]+\(s\)")


def with_article(rest: str) -> str:
    """Put the article before a noun phrase that wants one and has none."""
    wants_one = _NEEDS_ARTICLE.match(rest) or _ONE_THING.match(rest)
    if not wants_one or _ONE_OR_MORE.match(rest):
        return rest
    return f"{'an' if starts_with_vowel_sound(rest) else 'a'} {rest}"


def small_with_article(rest: str) -> str:
    """Return "history of asthma" as "a history of asthma"; "any history" wants no article."""
    lowered = rest[0].lower() + rest[1:]
    return lowered if lowered.startswith("any ") else with_article(lowered)


def with_any_article(rest: str) -> str:
    """Return "allergy to nuts" as "an allergy to nuts", a plural without article."""
    lowered = rest[0].lower() + rest[1:]
    if re.search(r"^(?:\w+ )*contraindications\b", lowered):
        return lowered
    return f"{'an' if lowered[0] in 'aeiou' else 'a'} {lowered}"


_STATE = re.compile(
    r"\b(?P<joint>and/or|and|or|but)(?P<comma>,?)\s+(?P<adverb>(?:currently|still|also)\s+)?"
    r"(?P<word>planning to|unable to|unwilling to|scheduled for|expected to|willing to|able to|scheduled to)\b"
)
_DOING = re.compile(
    r"\b(?:and/or|and|or|but),?\s+(?:currently\s+|still\s+|also\s+)?(?:receiving|taking|using|requiring|undergoing|"
    r"having|with|participating|being|awaiting|pregnant|breastfeeding|lactating|known to|subjects|patients|participants|"
    r"individuals|those|the (?:patient|subject))\b"
)
_WHO = re.compile(r"\b(?P<joint>and/or|and|or|but),? who\b(?!,)")
_ABLE = re.compile(
    r"\b(?P<joint>and/or|and|or)\s+(?:the\s+)?(?P<un>un)?(?P<word>willingness|ability|inability)\s+to\b"
)


#: People of whom the rule tells and who are not the reader.
_THOSE_WHO = re.compile(r"\b(?:those|patients|subjects|participants|people) who\b", re.IGNORECASE)


#: "Are receiving or having received".
_HAVING = re.compile(
    r"\b(?P<joint>or|and) having (?=(?:received|taken|had|used|participated|undergone)\b)"
)


def parallel(said: str) -> str:
    """Make later parts of a list fit "you"; empty when that is not sure."""
    head = said.split(" ", maxsplit=2)[1].lower()
    said = _ABLE.sub(_as_adjective, said) if head == "are" else said
    said = _HAVING.sub(r"\g<joint> have ", said)
    if not _THOSE_WHO.search(said):
        said = _WHO.sub(r"\g<joint> you", said)
    if head != "are":
        if _DOING.search(said) or (head == "have" and ends_in_a_state(said)):
            return ""
        said = _STATE.sub(r"\g<joint>\g<comma> are \g<adverb>\g<word>", said).replace(
            "are None", "are "
        )
    verb = _NOT_PARALLEL.search(said)
    return said if verb is None or _OF_A_THING.search(said[: verb.start()]) else ""


#: "Active hepatitis or HIV positive": one has the first and is the second.
_STATE_BEHIND = re.compile(
    r"(?:[,;]|\b(?:or|and|and/or))\s+(?:(?!(?:an?|the|has|have|had|is|are|be|been|was|were|with|in|of|to|for|test|tests|tested|testing)\b)"
    r"[\w-]+ ){0,3}(?:positive|negative|seropositive)(?=$|[.,;]| for\b)",
    re.IGNORECASE,
)


def ends_in_a_state(text: str) -> bool:
    """Say whether a later part of a list is how a person is, and nothing that a person has."""
    return _STATE_BEHIND.search(text) is not None


_NOT_PARALLEL = re.compile(
    r"\b(?:or|and),? whose\b|\b(?:or|and) who,|\b(?:and|or|but),?\s+(?:has|is|was|does|reacts|ever|had to|a patient|must not)\b"
)


def _as_adjective(found: re.Match[str]) -> str:
    plain = {"willingness": "willing", "ability": "able", "inability": "unable"}[
        found["word"].lower()
    ]
    return f"{found['joint']} {found['un'] or ''}{plain} to"


def small_start(said: str, text: str, found: re.Match[str]) -> str:
    """Give the source's first word, now inside a sentence, its small letter; names keep theirs."""
    said = said.replace(" History of", " history of").replace(" Diagnosis of", " diagnosis of")
    word = text.split(" ", maxsplit=1)[0].rstrip(",")
    if found.start("rest") != 0 or not word[1:].islower() or word in _KEEP_CAPITAL:
        return said.replace(" A ", " a ", 1) if found.start("rest") == 0 else said
    return said.replace(f" {word}", f" {word.lower()}", 1)


_KEEP_CAPITAL = frozenset(
    {"Chinese", "Japanese", "Asian", "Caucasian", "Hispanic", "European", "African"}
)


YOURS = re.compile(
    r"\b(?:their(?! (?:interpretations?|excipients?|inactive|components?|ingredients?|parts?|formulations?)\b)|his/her|his or her|her/his|the (?:patient|subject|participant)'s)\b",
    re.IGNORECASE,
)
_OTHER_PEOPLE = re.compile(
    r"\b(?:parents?|guardians?|caregivers?|partners?|family|relatives?|members?|spouses?|staff|donors?|siblings?|investigators?|physicians?|representatives?|mothers?|children|drugs?|agents?|medications?|components?)\b",
    re.IGNORECASE,
)


def to_you(said: str) -> str:
    """Turn "their consent" into "your consent" when nobody else can be meant."""
    if _OTHER_PEOPLE.search(said[: _first_pronoun(said)]):
        return said
    said = re.sub(r"\b(?:they|he/she|he or she) (?:are|is)\b", "you are", said)
    said = re.sub(r"\b(?:they|he/she|he or she) (?:have|has)\b", "you have", said)
    said = re.sub(r"\b(?:they|he/she|he or she) (?=will|can|may|must|could|would)", "you ", said)
    said = re.sub(r"\b(when|time|while) they\b", r"\1 you", said)
    said = _AS_OBJECT.sub("you", said)
    return YOURS.sub("your", said)


_AS_OBJECT = re.compile(
    r"(?:(?<= for )|(?<= to )|(?<= put )|(?<= with )|(?<= make )|(?<= place )|(?<= making ))the (?:patient|subject|participant|individual)"
    r"(?=$|[.,;)]| (?:at|in|from|unsuitable|unable|during|or|and|inappropriate|ineligible)\b)",
    re.IGNORECASE,
)


def _first_pronoun(said: str) -> int:
    found = re.search(r"\b(?:their|they|them|his|her|he|she)\b", said)
    return found.start() if found else len(said)

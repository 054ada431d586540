"""A rule that speaks of "the patient", said to the reader: "the patient is" is "you are".

Only where nobody else can be meant.
"""

import re

from monitor.summaries.agreement import ADVERB, LATER_VERB, PRESENT, YOURS, to_you

_THE_PERSON = re.compile(
    r"\b(?<!of )(?P<the>[Tt]he) (?:patient|subject|participant|individual)(?P<own>['’]s)?"  # noqa: RUF001
    r"(?P<next>(?= (?P<adverb>(?:currently|also|previously|still|already|not|either|now|only|ever) )?(?P<verb>[a-z]+)\b)|(?=$|[.,;:)]))"
)
#: What may follow "you" as it followed "the patient"; another word may be a verb that would not fit.
_FITS = frozenset(
    [
        "must",
        "should",
        "may",
        "might",
        "can",
        "cannot",
        "could",
        "will",
        "would",
        "shall",
        "had",
        "received",
        "took",
        "underwent",
        "experienced",
        "at",
        "in",
        "from",
        "for",
        "to",
        "during",
        "or",
        "and",
        "unsuitable",
        "unable",
        "inappropriate",
        "ineligible",
        "on",
        "with",
        "by",
        "as",
        "if",
        "because",
        "when",
        "while",
        "unless",
        "before",
        "after",
        "within",
        "under",
        "into",
        "due",
        "developed",
        "participated",
        "started",
        "refused",
        "agreed",
        "signed",
        "completed",
        "used",
        "without",
        "until",
        "a",
        "an",
        "not",
    ]
)


def every_you(text: str) -> str:
    """Turn "the patient is" into "you are" wherever nobody else can be meant, else leave the text.

    Args:
        text: One statement of a rule.
    """
    text = _FIT.sub("you are ", text)
    if not re.search(r"\b[Tt]he (?:pati|subj|parti|indiv)", text) or _OTHERS.search(text):
        return text
    said = _THE_PERSON.sub(_you, _OF_THE_PERSON.sub(r"your \g<what>", text))
    if said == text or _OF_SOMEBODY.search(said):
        return text
    said = YOURS.sub("your", to_you(said))
    said = _AFTER_YOU.sub(lambda found: f"{found['you']}{PRESENT[found['verb']]}", said)
    mixed = _PRONOUN.search(said) or _THE_PERSON.search(said) or LATER_VERB.search(said)
    return text if mixed else said


#: Whether somebody is fit for the study is judged of one at a time.
_FIT = re.compile(
    r"(?<=\bthat )the (?:subjects|participants|patients) (?:are|were) (?=(?:not )?(?:suitable|unsuitable|appropriate|inappropriate|fit|unfit)\b)"
)
#: "The safety of the patient" is "your safety".
_OF_THE_PERSON = re.compile(
    r"\bthe (?P<what>(?!study\b|trial\b)[a-z-]+(?:,? (?:and|or)? ?(?!of\b)[a-z-]+){0,4}?) of the (?:patient|subject|participant|individual)\b(?!['’])"  # noqa: RUF001
)
_OF_SOMEBODY = re.compile(r"\bof the (?:patient|subject|participant|individual)\b", re.IGNORECASE)
_AFTER_YOU = re.compile(rf"(?P<you>\b[Yy]ou {ADVERB})(?P<verb>{'|'.join(PRESENT)})\b")


def _you(found: re.Match[str]) -> str:
    you = "You" if found["the"] == "The" else "you"
    if found["own"]:
        return f"{you}r"
    verb = found["verb"]
    return you if verb is None or verb in _FITS or verb in PRESENT else found.group()


_OTHERS = re.compile(
    r"\b(?:parents?|guardians?|caregivers?|partners?|family|relatives?|spouses?|donors?|siblings?|representatives?|"
    r"mothers?|infants?|fathers?|household|each|every|who|whose|witness\w*|fetus|child)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:he|she|him|his|her|himself|herself|they|them|themselves)\b", re.IGNORECASE
)

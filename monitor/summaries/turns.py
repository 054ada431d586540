"""What a frame makes of a match: the phrase behind "You", or nothing where it does not fit after all.

The patterns are in ``frames``; grammar of the phrase is in ``agreement``.
"""

import re

from monitor.summaries.agreement import PRESENT, SINGULAR, agree, with_article
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.tenses import done_in_its_time

_MAIN_VERB = re.compile(
    r"\b(?:are|is|must|should|will|may|can|cannot|were|was|could|might|has|have|had)\b"
)
_OPENS_CLAUSE = re.compile(
    r"\b(?:who|that|which|if|unless|when|where|whose|as|because|whether|while|until)\b",
    re.IGNORECASE,
)


def has_main_verb(rest: str) -> bool:
    """Say whether the phrase goes on with a verb of its own: "with X are excluded"."""
    rest = BRACKETS.sub("", rest)
    verb = _MAIN_VERB.search(rest)
    return verb is not None and not _OPENS_CLAUSE.search(rest[: verb.start()])


#: What is said of the person and not of what the person has: "with diabetes taking tablets".
_OF_THE_PERSON = re.compile(
    r"\b(?:undergoing|receiving|taking|using|scheduled|referred|admitted|currently on|aged|weighing|"
    r"presenting|attending|willing|able|unable)\b",
    re.IGNORECASE,
)


_PRESENCE = re.compile(r"^(?:the )?presence of ", re.IGNORECASE)


#: "With a partner who can get pregnant, men must ...": the sentence begins behind the comma.
_ANOTHER_SUBJECT = re.compile(
    r", (?:all |any |the )?(?:men|wom[ae]n|(?:fe)?males?|patients?|subjects?|participants?|people|individuals?)\b",
    re.IGNORECASE,
)


def having(found: re.Match[str]) -> str:
    """Return the outcome for "Patients with X": you have X."""
    rest = _PRESENCE.sub("", found["rest"])
    if _ANOTHER_SUBJECT.search(rest):
        return ""
    if has_main_verb(rest) or _OF_THE_PERSON.search(rest):
        return ""
    if re.match(r"(?:or without|respect|regard)\b|\(", rest, re.IGNORECASE):
        return ""
    if re.match(r"(?:any )?(?:prior|previous|past)\b(?!,? (?:or|and))", rest, re.IGNORECASE):
        return f"You have had {with_article(rest)}"
    return f"You have {with_article(rest)}"


#: "Who can get pregnant must be willing": the sentence goes on behind "who ...".
_OWN_VERB = re.compile(
    r"^(?:(?!\b(?:who|that|which|if|and|or|but)\b)[^,;])*\b(?:must|should|shall|may|can|cannot|will)\b"
)


def who_does(found: re.Match[str]) -> str:
    """Return the outcome for "Patients who take X": you take X."""
    verb = found["verb"].lower()
    rest = found["rest"]
    if _OWN_VERB.match(BRACKETS.sub("", rest)):
        return ""
    if found["who"].lower() in SINGULAR:
        rest = agree(rest)
    if verb in {"has", "have"} and not found["adverb"]:
        rest = f" {with_article(rest.strip())}"
    return f"You {found['adverb']}{PRESENT.get(verb, verb)}{rest}"


def doing(found: re.Match[str]) -> str:
    """Return the outcome for "Takes X": you take X."""
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


_AGE = re.compile(
    r"^aged? (?P<years>(?:at least |from |between )?[\w ]{1,20}? years)(?: of age| old)?(?=$|[ ,;(])",
    re.IGNORECASE,
)


def _years_old(found: re.Match[str]) -> str:
    return f"{found['years']} old"


def must_do(found: re.Match[str]) -> str:
    """Return the outcome for "Patients must X": you X."""
    negated = bool(found["not"])
    manner = found.groupdict().get("manner") or ""
    verb = found["verb"].lower()
    rest = found["rest"]
    if verb == "be":
        return f"You are {'not ' if negated else ''}{_AGE.sub(_years_old, rest)}"
    if verb == "have" and _PARTICIPLE.match(rest):
        return f"You have {'not ' if negated else ''}{rest}"
    if verb == "have" and negated and re.match(r"\w+ed\b", rest):
        return ""
    if verb == "have":
        return f"You {'do not ' if negated else ''}have {with_article(rest)}"
    return f"You {'do not ' if negated else ''}{manner}{verb} {rest}"


def asked(found: re.Match[str]) -> str:
    """Return the outcome for "Sign the form": you sign the form."""
    if has_main_verb(found["rest"]) or re.search(r"\b(?:his|her|\w+self)\b", found["rest"]):
        return ""
    adverb = (found.groupdict().get("adverb") or "").lower()
    return f"You {adverb}{found['verb'].lower()} {found['rest']}"


def requiring(found: re.Match[str]) -> str:
    """Return the outcome for "Patients requiring X": you require X."""
    return "" if has_main_verb(found["rest"]) else f"You require {found['rest']}"


def present(found: re.Match[str]) -> str:
    """Return the outcome for "Presence of X": you have X."""
    rest = found["rest"]
    if has_main_verb(rest) or re.match(r"(?:or|and|absence)\b", rest, re.IGNORECASE):
        return ""
    return f"You have {with_article(rest)}"


def were_done(found: re.Match[str]) -> str:
    """Return the outcome for "Patients treated with X": you were treated with X."""
    if has_main_verb(found["rest"]):
        return ""
    adverb = found.groupdict().get("adverb") or ""
    return (
        f"You were {adverb.lower()}{' ' if adverb else ''}{found['verb'].lower()} {found['rest']}"
    )


def whose(found: re.Match[str]) -> str:
    """Return the outcome for "Patients whose X is Y": your X is Y."""
    rest = found["rest"]
    return (
        ""
        if re.search(r"\b(?:who|whose|partners?|parents?)\b", rest)
        else f"Your {_SIGNED.sub(_is, rest)}"
    )


_SIGNED = re.compile(r"^(?P<name>[\w ()-]+?) ?(?=[≥≤<>])")


def _is(found: re.Match[str]) -> str:
    return f"{found['name']} is "


def viewed(found: re.Match[str]) -> str:
    """Return the outcome for "Patients who, in the opinion of X, do Y"."""
    verb = found["verb"].lower()
    rest = agree(found["rest"]) if found["who"].lower() in SINGULAR else found["rest"]
    view = found["view"]
    return f"{view[0].upper()}{view[1:]}, you {PRESENT.get(verb, verb)}{rest}"


def without(found: re.Match[str]) -> str:
    """Return the outcome for "Without X": you are without X."""
    return "" if has_main_verb(found["rest"]) else f"You are without {found['rest']}"


#: "Aged at least 2 years for brothers": whose age it is stands behind it.
_AGE_OF_SOME = re.compile(r"aged\b.* for\b", re.IGNORECASE)


def being(found: re.Match[str]) -> str:
    """Return the outcome for "Patients willing to X": you are willing to X."""
    rest = found["rest"]
    if re.match(r"pregnant|lactating|breast|nursing", rest, re.IGNORECASE) and _WOMEN.search(rest):
        return ""
    if has_main_verb(rest) or _AGE_OF_SOME.match(rest):
        return ""
    if _ONGOING.match(rest) and _PAST_WINDOW.search(rest):
        return done_in_its_time(f"You are {rest[0].lower()}{rest[1:]}")
    return f"You are {_AGE.sub(_years_old, rest)}"


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

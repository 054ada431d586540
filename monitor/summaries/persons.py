"""A rule about a kind of person, said to the reader: "You are a current smoker", "If you are a woman who ...".

Only where the kind is one person's; "men and women" names two kinds and stays as it is. In a list
for joining a rule about women alone says what is asked of them and keeps no man out, so there it
is told with "if". ``frames`` calls these when no other form fits.
"""

import re
from collections.abc import Iterable

from monitor.summaries.agreement import PRESENT, SINGULAR, agree, parallel, to_you
from monitor.summaries.articles import starts_with_vowel_sound
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.turns import has_main_verb

_WITH_ONE = {many: one for one, many in PRESENT.items()} | {
    "want": "wants",
    "engage": "engages",
    "desire": "desires",
    "wish": "wishes",
    "plan": "plans",
    "intend": "intends",
}
_ONE = {
    "women": "woman",
    "men": "man",
    "patients": "patient",
    "subject": "person",
    "subjects": "person",
    "participant": "person",
    "participants": "person",
    "individual": "person",
    "individuals": "person",
    "volunteers": "volunteer",
    "persons": "person",
    "people": "person",
}
_STATE = (
    r"(?:(?:sexually active|fertile|adult|pre-?menopausal|post-?menopausal|heterosexually active|non-?sterile|"
    r"pregnant|nursing|lactating|breast-?feeding)\s+)*"
)
_SEX = (
    r"(?:wom[ae]n|m[ae]n|(?:female|male|female or male|male or female)(?: (?:patient|subject|participant|volunteer|individual))?s?"
    r"|(?:fe)?males?)"
)
_WHOM = re.compile(
    rf"^(?:all |any |each |every )?(?P<kind>{_STATE}(?:{_SEX}|(?:patient|subject|participant|individual)s?(?= (?:of child|of reprod|who (?:can|could|are able)|capable))))(?P<which>(?: (?:of|who|with|capable|whose|that|aged|not)\b[^;:]*?)?),? "
    r"(?P<verb>must|should|need to|have to|agree to|agrees to|are required to)\b(?P<rest> [^;:]+)$",
    re.IGNORECASE,
)
#: Both sexes, or somebody beside the person: "you" would be one of them alone.
_OTHERS = re.compile(
    r"\b(?:partners? (?:must|should|agree)|both|each|parents?|guardians?|he|she|herself|himself|themselves|them|respectively)\b"
    r"|\b(?:and|or|and/or|/) ?(?:all )?(?:fe)?(?:males?|wom[ae]n|m[ae]n)\b(?! (?:condom|partner))",
    re.IGNORECASE,
)
#: "Women who can get pregnant and nonsterile males": the other sex is asked as well.
_ANOTHER = re.compile(
    r"\b(?:and|or|and/or|as well as) (?:[\w-]+ ){1,2}(?:(?:fe)?males?|wom[ae]n|m[ae]n|partners?)\b"
    r"(?! (?:condom|partner))|\bas well as (?:wom[ae]n|m[ae]n)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"(?P<before>\b(?:who|that)(?: (?:currently|also|still|either|now|have been|not))? |\b(?:and|or|and/or|but) |, (?=(?:are|have) ))(?P<verb>{'|'.join(map(re.escape, _WITH_ONE))})\b"
)


def if_you_are(text: str) -> str:
    """Return "Women who can X must Y" as "If you are a woman who can X, you must Y", else nothing.

    Args:
        text: One statement of a rule that is not among those that keep people out.
    """
    found = _WHOM.match(text)
    if not found or _OTHERS.search(text):
        return ""
    which = found["which"]
    if re.search(r"\b(?:who|that|not|and|or|also)$|,.*,", which) or _ANOTHER.search(which):
        return ""
    rest = agree(found["rest"]).replace(" her ", " your ").replace(" his ", " your ")
    verb = found["verb"].lower().replace("agrees", "agree")
    said = f"you {verb}{rest}"
    return f"If you are {_one(found['kind'])}{_singular(which)}, {to_you(said)}"


#: "A female participant" is a female.
_SEX_NOUN = re.compile(
    r"(?<=male) (?:patient|subject|participant|volunteer|individual)s?$", re.IGNORECASE
)


def _one(kind: str) -> str:
    """Return "sexually active women" as "a sexually active woman"."""
    kind = _SEX_NOUN.sub("", kind)
    *before, last = kind.split(" ")
    one = _ONE.get(last.lower(), last.removesuffix("s"))
    first = " ".join([*before, one])
    if before and before[0][1:].islower():
        first = first[0].lower() + first[1:]
    elif not before:
        first = first.lower()
    return f"{'an' if starts_with_vowel_sound(first) else 'a'} {first}"


def _singular(which: str) -> str:
    """Return what is said of the kind with verbs of one person, up to where somebody else's begins."""
    own = _WHO.search(which)
    if not own or OF_OTHERS.search(which[: own.start()]):
        return which
    second = _WHO.search(which, own.end())
    end = second.start() if second else len(which)
    turned = _LATER.sub(lambda one: f"{one['before']}{_WITH_ONE[one['verb']]}", which[:end])
    return turned + which[end:]


_WHO = re.compile(r"\b(?:who|that)\b")


_NOT_A_KIND = (
    r"(?!(?:all|any|each|every|other|others|eligible|these|those|the|no|some|both|most|in|for|of|with|if|when|and|or|"
    r"part|group|cohort|arm|phase|stage|study|only|an?|enrolled|excluding|including|use|at|on|by|to|from|history|has|have|is|"
    r"number|not|non|many|prior|previous|treatment|therapy|family|household|having|being)\b)"
)
_KIND = re.compile(
    rf"^(?P<kind>(?:{_NOT_A_KIND}[A-Za-z][\w'-]*,? (?:or )?){{0,4}}?"
    r"(?:(?:(?:current|former) or )?(?:ex-?|non-?)?smokers?|adults?|alcoholics?|(?:drug|alcohol|substance|tobacco|marijuana|cannabis|nicotine) (?:ab)?users?|volunteers?|"
    r"(?<= )(?:patients?|subjects?|participants?|individuals?|persons?|people)|(?:male or female|female or male)(?: (?:patient|subject|participant|volunteer)s?)?))"
    r"(?P<which>$|,? (?:(?:aged|with|who|between|from|over|under|older|younger|suffering|diagnosed|at least|of any)\b|[\d≥>≤<]).*|,? \([^()]*\)$)$",
    re.IGNORECASE,
)
_WOMEN = re.compile(
    rf"^(?:the )?(?P<kind>{_STATE}{_SEX})(?P<which> (?:of|who|with|not)\b[^;:]*)$", re.IGNORECASE
)
#: "Women who are nursing home residents": the noun would have to become one as well.
_ARE_MANY = re.compile(
    r"\bwho (?:is|are) (?:[\w-]+ ){0,3}(?:residents|prisoners|inmates|staff|members|employees|students|workers|carriers|"
    r"nurses|smokers|users|volunteers|participants|patients|donors)\b",
    re.IGNORECASE,
)
_EXPECTING = re.compile(
    r"^(?:all |any )?(?:wom[ae]n|(?:fe)?males|female (?:patients|subjects|participants)|patients|subjects|participants)"
    r"(?: of child-?bearing (?:potential|age))? who (?:is|are) (?P<state>(?:(?:currently|known to be) )?(?:pregnan|breast|lactat|nursing(?! homes?\b| staff\b))(?![^;:]*\bpartner)[^;:]*)$",
    re.IGNORECASE,
)
#: "Who were pregnant" said of one reader would mean at any time.
_EXPECTED = re.compile(r" who (?:were|was) (?:pregnan|breast|lactat|nursing)", re.IGNORECASE)
#: "Excluding smokers" is what is done with them, "physicians treating patients" are others.
_DOING = re.compile(r"\b(?!(?:living|underlying|smoking)\b)\w+ing\b", re.IGNORECASE)
_EITHER_SEX = re.compile(r"\b(?:fe)?male or (?:fe)?male\b", re.IGNORECASE)
#: More than one kind, or what is many before the last word.
_TWO_KINDS = re.compile(
    r",|\b(?:or|and)\b|\b(?!(?:diabetes|AIDS|herpes)\b)\w*(?:[^\Wsui])s (?=\w)", re.IGNORECASE
)
_KIN = re.compile(
    rf"{OF_OTHERS.pattern}|\b(?:kin|parental|sisters?|brothers?|twins?|friends?|visitors?)\b",
    re.IGNORECASE,
)


def _is_one_kind(kind: str) -> bool:
    """Say whether the reader can be one of these as the words stand."""
    bare = _EITHER_SEX.sub("", kind)
    return not any(sign.search(bare) for sign in (_DOING, _TWO_KINDS, _KIN))


def kind_of_person(text: str, section: str) -> str:
    """Return "Current smokers" as "You are a current smoker", else nothing.

    Args:
        text: A first sentence of the source without its full stop.
        section: ``inclusion`` leaves a rule about women or men alone as it is: it keeps the other
            sex in.
    """
    bare = BRACKETS.sub("", text)
    if has_main_verb(bare) or re.search(r"\bmust\b|\bshould\b|:$", text) or _EXPECTED.search(text):
        return ""
    if section == "exclusion":
        if (found := _EXPECTING.match(text)) and not _OTHERS.search(found["state"]):
            return parallel(to_you(f"You are {found['state']}"))
        if (found := _WOMEN.match(text)) and not any(
            sign.search(text) for sign in (_OTHERS, _ANOTHER, _ARE_MANY)
        ):
            return f"You are {_one(found['kind'])}{_singular(found['which'])}"
    found = _KIND.match(text)
    if not found or found["kind"].lower() in SINGULAR or found["kind"].lower() in _ONE:
        return ""
    if not _is_one_kind(found["kind"]):
        return ""
    return f"You are {_one(found['kind'])}{_singular(found['which'])}"


_ONE_SEX = re.compile(
    r"(?:(?:and|or|for) )?(?:all )?(?:healthy |adult )*(?:(?P<women>females?|wom[ae]n)|males?|men)\b",
    re.IGNORECASE,
)


def of_both_sexes(statements: Iterable[str]) -> bool:
    """Say whether one statement of a rule opens with men and another with women."""
    opened = filter(None, map(_ONE_SEX.match, statements))
    return len({found["women"] is None for found in opened}) > 1

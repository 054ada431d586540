"""A sentence about people said to the reader: "Patients with X may join" is "If you have X, you may join".

For any sentence of a rule. What a rule says of some of its people stays a condition; the fidelity
check lets "if" stand there alone (``condition_of_people``). First sentences have forms of their own
in ``frames``; these come behind them.
"""

import re

from monitor.summaries.agreement import PRESENT, agree, to_you, with_article
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.others import OF_OTHERS

_PEOPLE = (
    r"(?:(?:all|any|the)\s+)?(?:(?:eligible|study|trial)\s+)?"
    r"(?:patients?|subjects?|participants?|individuals?|persons?|people|those)"
)
_MODAL = r"(?:must|should|may|can|cannot|could|will|shall)"
_VERDICT = (
    r"(?:are|is|were|was) (?=(?:also |still |only |not |then )*(?:eligible|ineligible|allowed|permitted|excluded|included|"
    r"acceptable|required|considered|able to|exempt)\b)"
)
#: What sets some people apart from others.
_HOW = r"(?:with|without|who|that|requiring|receiving|taking|using|undergoing|on|treated|having)"
_MAIN = rf"(?P<verb>{_MODAL}\b|{_VERDICT})"
#: The verb before may be another's: "a tumor the surgeon cannot remove must have had ...".
_ANOTHER_VERB = re.compile(rf"^(?:(?!\b(?:and|or)\b)[^,])*\b{_MODAL}\b", re.IGNORECASE)
_BARE = re.compile(rf"^(?:(?:all|any|the) )?{_PEOPLE} {_MAIN} ?(?P<rest>[^:]+)$", re.IGNORECASE)
_SOME = re.compile(
    rf"^{_PEOPLE}(?:'s)? (?P<how>{_HOW})\b (?P<what>[^:;]+?),? {_MAIN} ?"
    r"(?P<rest>[^:;]+)$",
    re.IGNORECASE,
)
_AS_YOU = {
    "with": "have",
    "having": "have",
    "without": "are without",
    "requiring": "require",
    "receiving": "are receiving",
    "taking": "are taking",
    "using": "are using",
    "undergoing": "are undergoing",
    "on": "are on",
    "treated": "were treated",
}
#: A verb behind "who" that can stand behind "you" as it is.
_WHO_DOES = re.compile(
    rf"^(?P<adverb>(?:currently|also|previously|still|already|have not|do not) )?(?P<verb>have|are|were|had|do|can|cannot|will|need|take|use|receive|require|received|took|used|underwent|"
    rf"meet|react|experience|experienced|developed|test|tested|fall|wish|want|plan|{'|'.join(PRESENT)})\b",
    re.IGNORECASE,
)
#: Somebody else, or several people told apart.
_MANY = re.compile(
    r"\b(?:who|whose|whom|each|both|respectively|other (?:patients|subjects|participants|people)|number of|women|men|males?|females?|he|she|his|her|him|themselves|"
    r"himself|herself|cohorts?|arms?|groups?|assigned|be discussed|be reviewed|screened|randomi[sz]ed to|stratified|enrolled (?:in|into|on) (?:cohort|part|arm))\b",
    re.IGNORECASE,
)
#: A rule about the newly born is read by somebody else.
_SMALL = re.compile(r"\b(?:of life|gestation\w*|birth ?weight|breast-?fed|born)\b", re.IGNORECASE)
_GUARDED = re.compile(
    r"^(?:the )?(?:patients?|subjects?|participants?) (?P<joint>and/or|and|or) (?:(?:their|his/her|his or her|the|a) )?"
    r"(?P<who>(?:(?:legally|legal|authori[sz]ed|acceptable|surrogate|parents?|or|and/or) )*(?:guardians?|representatives?|parents?|caregivers?|partners?)(?: \([A-Z]{2,6}\))?) "
    r"(?P<rest>(?:(?P<state>unable|unwilling|able|willing|capable)|must|should|can|cannot|may|will|are|have|do|agree|is|has|does|agrees)\b[^:]*)$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:they|them|their|the (?:patient|subject|participant)s?)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"\b(?:that|which|if|unless|when|where|because)\b", re.IGNORECASE)
_PAST = {"were": "are", "was": "are", "is": "are"}


#: "If of childbearing potential must use ...".
_IF_ABLE = re.compile(
    r"^if (?:(?:a )?(?:females?|wom[ae]n),? )?(?:(?:is|are) )?of child[ -]?bearing (?:potential|age),? "
    rf"(?:(?:the )?{_PEOPLE} )?(?P<verb>must|should)\b(?P<rest> [^:;]+)$",
    re.IGNORECASE,
)


def said_to_reader(sentence: str) -> str:
    """Return a sentence about people as one about the reader, else nothing.

    Args:
        sentence: One statement of a rule, without its full stop, before the lexicon went over it.
    """
    if guarded := _with_guardian(sentence):
        return guarded
    if found := _IF_ABLE.match(sentence):
        return to_you(
            f"If you are able to get pregnant, you {found['verb'].lower()}{agree(found['rest'])}"
        )
    if (
        OF_OTHERS.search(sentence)
        or _SMALL.search(sentence)
        or re.search(r"\byou\b", sentence, re.IGNORECASE)
    ):
        return ""
    if found := _BARE.match(sentence):
        said = _whole(found)
    elif (found := _SOME.match(sentence)) and not _MANY.search(found["rest"]):
        said = "" if _CLAUSE.search(found["what"]) else _some(found)
    else:
        return ""
    return "" if _OF_THEM.search(said) else said


def _with_guardian(sentence: str) -> str:
    """Return "Subject or guardian unable to X" as "You or your guardian are unable to X", else nothing."""
    found = _GUARDED.match(sentence)
    if not found or re.search(r"\b(?:he|she|they|his|her)\b", found["rest"]):
        return ""
    are = "are " if found["state"] else ""
    return f"You {found['joint'].lower()} your {found['who']} {are}{_agree_first(found['rest'])}"


_ONE_VERB = re.compile(r"^(?:is|has|does|agrees)\b")


def _agree_first(rest: str) -> str:
    """Return what is said of two with the verb of many: "is willing" as "are willing"."""
    return _ONE_VERB.sub(lambda one: PRESENT.get(one.group(), one.group()), rest)


def is_about_some(sentence: str) -> bool:
    """Say whether people are told from others by what they must or may do, or are too small to read."""
    told_apart = re.search(_MAIN, sentence, re.IGNORECASE)
    goes_on = _GOES_ON.search(BRACKETS.sub("", sentence))
    return any(sign is not None for sign in (told_apart, goes_on, _SMALL.search(sentence)))


#: "Patients who have had X have a time of ...": the sentence goes on behind "who ...".
_GOES_ON = re.compile(
    r"\bwho (?:have|are|had|were)\b[^,;]*?(?<!\band)(?<!\bor)(?<!\bwho)(?<!\bthat)(?<!\bwhich)(?<!\bbut)(?<!,) (?:have|has|are|is)\b",
    re.IGNORECASE,
)


def _whole(found: re.Match[str]) -> str:
    if _MANY.search(found["rest"]):
        return ""
    return to_you(f"You {_verb(found)} {agree(found['rest'])}")


def _verb(found: re.Match[str]) -> str:
    verb = found["verb"].strip().lower()
    return _PAST.get(verb, verb)


def _some(found: re.Match[str]) -> str:
    how, what = found["how"].lower(), found["what"].strip(" ,")
    if _MANY.search(what) or re.match(r"or\b|/", what) or _ANOTHER_VERB.search(found["rest"]):
        return ""
    if how in {"who", "that"}:
        does = _WHO_DOES.match(what)
        if not does:
            return ""
        verb = does["verb"].lower()
        condition = f"{does['adverb'] or ''}{PRESENT.get(verb, verb)}{agree(what[does.end() :])}"
    else:
        thing = with_article(what) if _AS_YOU[how] == "have" else what
        condition = f"{_AS_YOU[how]} {thing}"
    return to_you(f"If you {condition}, you {_verb(found)} {agree(found['rest'])}")


#: In a source: people of whom something is asked or allowed.
_OF_PEOPLE = re.compile(
    rf"(?:^|[.;:)•]\s*){_PEOPLE}(?:'s)? {_HOW}\b[^.;:]*?"
    rf"\b(?:{_MODAL}\b|{_VERDICT})",
    re.IGNORECASE,
)
_IF_YOU = re.compile(rf"\bIf you (?=[^.:;•]+?, you (?:{_MODAL}|are)\b)")


def condition_of_people(source: str, text: str) -> str:
    """Return plain text with "If you have X, you may" as "You have X, you may" where the source says "people with X may".

    As often as the source speaks of people in that way and no more; any other "if" is a fact.
    """
    allowed = len(_OF_PEOPLE.findall(source))
    return _IF_YOU.sub("You ", text, count=allowed) if allowed else text

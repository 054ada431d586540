"""Whole clauses of one sentence told apart: a second thing said of "you", whom a rule is about.

Called by ``joints``; each function returns the pieces, or nothing where the joint is not sure.
"""

import re

from monitor.summaries.agreement import with_article
from monitor.summaries.scope import DENIES, OTHER_SUBJECT, is_half_window
from monitor.summaries.sentences import could_end

_SHORTEST = 4
_FINITE = r"(?:have|are|had|were|received|took|underwent|do|did|cannot|can|will|need(?! (?:for|of))|plan|use(?! of)|get|take|got|started|stopped|developed)"
_RESTART = re.compile(
    rf"^(?P<head>(?:(?:Or|And|But) y|Y)ou (?:now |also )?(?P<first>[a-z]+)\b[^;:()]*?)(?P<comma>,?) (?P<joint>or|and|and/or|but) (?:you )?(?P<adverb>(?:currently|now|also|still|previously|ever|never|recently) )?"
    rf"(?P<verb>{_FINITE})\b(?P<tail> [^;:]+)$"
)
#: Forms that can also stand behind "to" or "may"; then they are no start of a clause.
_BARE_FORM = frozenset({"have", "do", "need", "plan", "use", "get", "take"})
_WANTS_BARE = re.compile(
    r"\b(?:to|must|can|cannot|could|will|may|might|should|would|do|does|did|not|who|that|which|those|people|patients|"
    r"women|men|partners?|parents?)\b",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"\b(?:within|before|after|during|in the (?:past|last|previous)|ago|since|for at least|until|throughout|in the study doctor's)\b",
    re.IGNORECASE,
)
_STATES = frozenset({"have", "are", "need", "plan", "cannot", "can", "do", "use", "take"})
_PERSON = re.compile(
    r"^(?P<head>(?:(?:Or|And|But) y|Y)ou (?:have|had|are|were|need)\b[^;:()]*?),? (?P<joint>(?:and|or|but) )?who (?P<verb>(?:(?:also|still|now|currently|previously|never|either) )?"
    rf"{_FINITE})\b(?P<rest>[^;:]*)$"
)
_SOMEBODY = re.compile(
    r"\b(?:person|people|patients?|subjects?|participants?|wom[ae]n|m[ae]n|males?|females?|partners?|child(?:ren)?|donors?|relatives?|members?|doctors?|"
    r"family|parents?|mothers?|fathers?|anyone|someone|those|sibling|guardian|caregivers?|staff)\b",
    re.IGNORECASE,
)


def at_person(text: str) -> list[str]:
    """Split "You have lung cancer who have had surgery", left over from "patients with"."""
    found = _PERSON.match(text)
    if not found or _SOMEBODY.search(found["head"]) or not could_end(found["head"]):
        return []
    if DENIES.search(found["head"]):
        return []
    # Both are asked of one person: two sentences side by side would be two bars.
    if f"{found['head']}, who" in text and "," in found["rest"]:
        return []
    joint = (found["joint"] or "with it, ").capitalize()
    if re.search(r"\b(?:test|tests|girls?|boys?)\b", found["head"]):
        return []
    return [found["head"], f"{joint}you {found['verb']}{found['rest']}"]


def at_clause(text: str) -> list[str]:
    """Split before a second verb that can only be said of "you"."""
    found = _RESTART.match(text)
    if not found or not _is_clause(found["head"], comma=bool(found["comma"])):
        return []
    head, tail, verb = found["head"], found["tail"], found["verb"]
    if (verb in _BARE_FORM and _WANTS_BARE.search(head)) or _reaches_back(found):
        return []
    if len(tail.split()) < _SHORTEST - 1 or is_half_window(head, tail):
        return []
    if _UNFINISHED.search(head) or _NO_OBJECT.match(tail) or _OF_SUCH.search(tail):
        return []
    if head.startswith("Or ") and found["joint"] == "and":
        return []
    return [head, f"{found['joint'].capitalize()} you {found['adverb'] or ''}{verb}{tail}"]


def _is_clause(head: str, *, comma: bool) -> bool:
    """Say whether ``head`` is one clause, with no list open at its end."""
    if OTHER_SUBJECT.search(head) or DENIES.search(head) or not could_end(head):
        return False
    if ("," in head and not comma) or _LISTED_VERB.search(head):
        return False
    return len(head.split()) >= _SHORTEST


#: Taking part in what? The object stands behind the second verb.
_UNFINISHED = re.compile(
    r"\b(?:participating|taking part|taken part)(?! in)\b|^You (?:are|have) an? [^,]*,",
    re.IGNORECASE,
)
_NO_OBJECT = re.compile(r" to (?:continue|receive|get|take|use) (?:during|within|for|throughout)\b")
#: "Another study or ... a study involving a device": what is said of the second may be of both.
_OF_SUCH = re.compile(
    r"^ (?:taken part|participated) in (?:a|an) (?:\w+ )?study (?:involving|of)\b"
)
_LISTED_VERB = re.compile(rf", (?:and |or )?{_FINITE}\b")


#: A deed that is over and no state: "you have taken part in another study".
_HAS_DONE = re.compile(
    r"\b[Yy]ou (?:now |also )?have (?:ever |also )?(?:\w+ed|taken|got|gotten|given|undergone|begun|been) "
)


def _reaches_back(found: re.Match[str]) -> bool:
    """Say whether a time behind the second clause may be meant for the first one too."""
    if not _WINDOW.search(found["tail"]) or _WINDOW.search(found["head"]):
        return False
    if re.search(r"\bnow\b", found["head"]):
        return False
    if _HAS_DONE.search(found["head"]):
        return True
    return found["first"] not in _STATES or found["verb"] in _STATES or " had " in found["head"]


_MUST = re.compile(
    r"^(?P<head>(?:Women|Men|Females|Males|Patients|People|Participants|Subjects|All|Both|Those)\b[^;:]*? (?P<verb>must|should) [^;:]+?),? "
    r"(?P<joint>and|or|but) (?P=verb) (?P<tail>[^;:]+)$"
)


def at_must(text: str) -> list[str]:
    """Split "women must use X and must not donate Y"."""
    found = _MUST.match(text)
    if not found or not could_end(found["head"]) or len(found["tail"].split()) < _SHORTEST:
        return []
    deed = found["head"].split(f" {found['verb']} ", maxsplit=1)[1]
    if re.search(r"\b(?:who|that|which|if|whose)\b", deed):
        return []
    if _WINDOW.search(found["tail"]) and not _WINDOW.search(deed):
        return []
    return [found["head"], f"{found['joint'].capitalize()} they {found['verb']} {found['tail']}"]


_NEW_NOUN = re.compile(
    r",? (?P<joint>and/or|or) (?=(?:(?:a|an|any|known|prior|past|earlier|current|recent|other|suspected|active|ongoing|expected|planned) ){0,3}"
    r"(?:history of|signs of|evidence of|use of|treatment with|presence of|need for|diagnosis of|allergy to|exposure to|"
    r"taking part in|lack of|inability to|planned|surgery for|unable to|unwilling to|intake of|receipt of|anticipation of|anticipation that|need of|intention)\b)"
)


def at_new_noun(text: str) -> list[str]:
    """Split before an alternative that opens with a head of its own: "or use of X"."""
    if ":" in text or ";" in text:
        return []
    for found in _NEW_NOUN.finditer(text):
        head, tail = text[: found.start()], text[found.end() :]
        if OTHER_SUBJECT.search(head) or DENIES.search(head) or _WANTS_OF.search(head):
            continue
        if _FOR_BOTH.search(tail) or _OPEN_HEAD.search(head) or _is_open_list(head):
            continue
        if (
            is_half_window(head, tail)
            or not could_end(head)
            or min(len(_PUT_BEFORE.sub("", head).split()), len(tail.split())) < _SHORTEST
        ):
            continue
        own_time = _WINDOW.search(head) or _LASTING_STATE.match(head) or _TO_COME.match(tail)
        if own_time or not _WINDOW.search(tail):
            return [head, _again(head, found["joint"], tail)]
    return []


#: What stands before the alternative goes on in it, or is a list that wants its "or".
_OPEN_HEAD = re.compile(
    r"\b(?:particularly|especially|needing|requiring|suggesting)\b|^You are on\b|\b(?:allergy|allergies|reaction|intolerance)$",
    re.IGNORECASE,
)
#: What stands behind the alternative and may be meant for what is before it too.
_FOR_BOTH = re.compile(
    r"\bplanned (?:during|for|within)\b|, (?:even if|except|which|should)\b|\bexcept\b|\b(?:in|for) (?:people|patients|participants|subjects|those)\b|"
    r"\b(?:based on|as defined|confirmed|proven) ",
    re.IGNORECASE,
)


def _is_open_list(head: str) -> bool:
    """Say whether ``head`` is a list that still wants its "or": "X, Y" before "or use of Z"."""
    _, comma, last = head.rpartition(", ")
    return bool(comma) and "(" not in head and not re.search(r"\b(?:or|and)\b", last)


def _again(head: str, joint: str, tail: str) -> str:
    """Return the second thing as a sentence: what "you have" is said of the first one is said of it."""
    if _HAVE.match(head) and _THING.match(tail):
        return f"{joint.capitalize()} you have {with_article(tail)}"
    return f"{joint.capitalize()} {tail}"


_HAVE = re.compile(r"(?:Or y|Y)ou have (?!had\b|been\b|received\b|taken\b|not\b|no\b|[a-z]+ed\b)")
_THING = re.compile(
    r"(?:(?:an?|any|known|past|other|current|active|recent|suspected) )*(?:history|signs|evidence|diagnosis|allergy|other|any)\b"
)
#: Ours, and no part of what may be too short to stand alone.
_PUT_BEFORE = re.compile(r"^You (?:have had|have an?|have|had|used?|took part in) ")
_OTHER = re.compile(
    r", (?P<joint>or|and|and/or) (?=(?:any |some )?other (?:[a-z]+ ){0,3}?(?:conditions?|risks?|factors?|diseases?|reasons?|"
    r"illness(?:es)?|problems?|situations?|circumstances?|disorders?|drugs?|treatments?|findings?) (?:that|which|who)\b)"
)


def at_other(text: str) -> list[str]:
    """Split before "or other conditions that ...", where what stands before has a "that" of its own."""
    cuts = [
        cut
        for cut in _OTHER.finditer(text)
        if re.search(r"\b(?:that|which)\b", text[: cut.start()])
    ]
    if (
        not cuts
        or ":" in text
        or ";" in text
        or DENIES.search(text[: cuts[0].start()].replace("not right", ""))
    ):
        return []
    cut = cuts[0]
    head, tail = text[: cut.start()], text[cut.end() :]
    if not could_end(head) or (_WINDOW.search(tail) and not _WINDOW.search(head)):
        return []
    return [head, _again(head, cut["joint"], tail)]


#: "History or presence of X": the first noun waits for what follows the second.
_WANTS_OF = re.compile(
    r"\b(?:history|presence|signs?|evidence|diagnosis|use|treatment|current|past|prior|known|suspected|need|intake|exposure|allergy|plan|desire|"
    r"allergic|active|recent|sensitivity|intolerance|reaction|tests?|results?|able|inability|ability|willing|unwilling|surgery|intention|abuse|dependence)$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"(?:a |any )?(?:anticipation|expected|planned|plan|intention)\b", re.IGNORECASE
)
_LASTING_STATE = re.compile(
    r"^(?:You have )?(?:(?:a|any|known|past|medical) )*(?:history of|allergy|diagnosis|active|current|ongoing|known)\b",
    re.IGNORECASE,
)


_SUBJECT = re.compile(
    r"^(?P<who>(?:All |Both )?(?:women|men|females?|males|people|patients|participants|subjects|children|adults|those)\b[^;:.]*?),? "
    r"(?P<verb>must|should|can join|cannot join|may join|may take part|are allowed|are excluded|are not allowed|will be|may be|"
    r"have to|need to|agree to) (?P<tail>[^;:]+)$",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:must|should|can join|cannot join|may join|may take part|are allowed|are excluded|are not allowed|will be|may be|have to|need to|agree to)\b"
)


def at_subject(text: str) -> list[str]:
    """Tell whom a rule is about, then what they must do: "This is for women who ... They must ..."."""
    found = _SUBJECT.match(text)
    if not found or len(_MODAL.findall(text)) != 1:
        return []
    who, tail = found["who"], found["tail"]
    if len(who.split()) <= _SHORTEST or len(tail.split()) < _SHORTEST or not could_end(who):
        return []
    if DENIES.search(who.split(" who ", maxsplit=1)[0]) or _OPEN_SUBJECT.search(who):
        return []
    return [f"This is for {who[0].lower()}{who[1:]}", f"They {found['verb']} {tail}"]


_OPEN_SUBJECT = re.compile(
    r",$|,.*,|\b(?:if|unless|when|whose)\b|, (?:the )?(?:subjects?|participants?|patients?|they|he|she|people)$"
)

"""The sentences of one rule in plainer words, said to the reader where a form fits.

Which of them may stand is decided in ``criteria``.
"""

import re
from enum import Enum

from monitor.summaries.addressing import is_about_some, said_to_reader
from monitor.summaries.brackets import BRACKETS
from monitor.summaries.fidelity import without_verdict
from monitor.summaries.figures import later_limit, with_verb_behind_if
from monitor.summaries.frames import to_reader
from monitor.summaries.joints import kept_together
from monitor.summaries.lexicon import settled
from monitor.summaries.others import OF_OTHERS
from monitor.summaries.person import every_you
from monitor.summaries.persons import of_both_sexes
from monitor.summaries.remarks import with_cues_said
from monitor.summaries.sentences import BEARABLE, at_joints, could_end
from monitor.summaries.statements import statements, with_examples
from monitor.summaries.templates import from_template
from monitor.summaries.tenses import in_its_time
from monitor.summaries.tokens import normal

#: With what a finished sentence ends.
ENDINGS = (".", ":", "?", "!", '."', ".)")
_TRAILING_JOINT = re.compile(r"[\s,;]*\b(?P<word>and/or|and|or)\s*[,.;:]*$", re.IGNORECASE)
_LIST_MARK = re.compile(r"\(?(?:[ivx]{1,5}|[a-z])[.)]")


class Turned(Enum):
    """Which of a rule's sentences are turned to the reader, the best way first."""

    EVERY = "every"
    FIRST = "first"
    NONE = "none"


def turned_sentences(
    text: str, section: str, names: frozenset[str], *, opens_list: bool, turned: Turned
) -> list[str]:
    """Return the sentences of a rule in plainer words, turned to the reader.

    Args:
        text: The rule's own text.
        section: ``inclusion``, ``exclusion`` or ``rules``.
        names: Phrases in lower case that stay as they are.
        opens_list: Rules nested under it follow.
        turned: Which of its sentences are turned.
    """
    made: list[str] = []
    found = kept_together(statements(with_verb_behind_if(with_examples(normal(text)))))
    told = turned is not Turned.NONE
    for place, statement in enumerate(map(every_you, found) if told else found):
        bare = statement.strip(" .")
        if section == "exclusion" and len(found) == 1:
            bare = without_verdict(bare)
        first = told and place == 0
        parts = from_template(bare, section) if first else []
        if not parts:
            said = to_reader(bare, section, alone=len(found) == 1) if first else statement
            if turned is Turned.EVERY and said in {bare, statement}:
                said = _later_said(bare, section, found[:place], made) or said
            said = _of_several(said, bare, found, place, text if told else "")
            parts = [said] if opens_list else (first and _in_two(bare, section)) or at_joints(said)
        made.extend(_finished(in_its_time(part), names) for part in parts)
    return _opening(made, text) if opens_list else made


def _opening(made: list[str], text: str) -> list[str]:
    """Return the sentences with a colon at the end of the last, where the text has one."""
    if made and text.rstrip()[-1:] in {":", ";"}:
        made[-1] = made[-1].rstrip(".:;") + ":"
    return made


def _of_several(said: str, bare: str, found: list[str], place: int, turned: str) -> str:
    """Return what is said of one statement of several, where the others bear on it.

    Args:
        said: What would be said of it.
        bare: The statement without its stop.
        found: All statements.
        place: Its place among them.
        turned: The rule's text; nothing where it is not turned to the reader.
    """
    if said.startswith("You are a") and of_both_sexes(found):
        said = found[place]
    if turned and place and not OF_OTHERS.search(turned):
        return later_limit(bare) or said
    return said


def _later_said(bare: str, section: str, before: list[str], made: list[str]) -> str:
    """Return a statement about people said to the reader, where no form for first sentences fits.

    Args:
        bare: The statement without its stop.
        section: ``inclusion``, ``exclusion`` or ``rules``.
        before: The statements before it; none where it is the first.
        made: The sentences made of those.
    """
    if said := said_to_reader(bare):
        return said
    joint = _JOINED.match(bare)
    if joint and before:
        bound = any(sign.search(text) for sign in (_GOES_ON, _DENIES, OF_OTHERS) for text in before)
        said = to_reader(bare[joint.end() :], section, alone=False)
        told = _TOLD.match(made[-1]) and said.startswith(("You ", "Your "))
        return f"{joint.group()}y{said[1:]}" if told and not bound else ""
    if not before or not _OF_PEOPLE.match(bare) or is_about_some(bare):
        return ""
    said = to_reader(bare, section, alone=False)
    return said if said.startswith(("You ", "Your ")) else ""


def _in_two(bare: str, section: str) -> list[str]:
    """Return "X, or Y" as two sentences where each is said to the reader by itself, else nothing."""
    if len(bare.split()) <= BEARABLE:
        return []
    # A joint inside brackets is not one of the sentence.
    found = _TWO.match(BRACKETS.sub(lambda held: "#" * len(held.group()), bare))
    if not found or any(sign.search(bare) for sign in (_TORN, OF_OTHERS)):
        return []
    if any(sign.search(found["one"]) for sign in (_GOES_ON, _DENIES)):
        return []
    one, two = bare[: found.end("one")], bare[found.start("two") :]
    if _binds_both(found["one"], found["two"]):
        return []
    first, second = (to_reader(part, section, alone=False) for part in (one, two))
    told = (
        could_end(one)
        and first.startswith("You ")
        and second.startswith(("You ", "Your "))
        and second != two
    )
    return [f"{first}.", f"Or y{second[1:]}"] if told else []


_TWO = re.compile(r"(?P<one>[^,;:]{20,}), (?:or|and/or) (?P<two>[^;:]{20,})$", re.IGNORECASE)
#: "... interfere with, or alter, the tea": one noun for both, or no noun at all.
_TORN = re.compile(
    r"\b(?:of|to|with|in|for|by), |, (?:or|and/or) (?:positive|negative|the [\w ]+ for which)\b",
    re.IGNORECASE,
)
#: What stands behind the last of several and may be meant for all.
_FOR_ALL = re.compile(
    r"\b(?:within|before|prior|during|after|for at least|in the (?:past|last|opinion)|unless|if|except|other than|"
    r"excluding|as (?:judged|determined|assessed)|at (?:the time|screening|baseline)|despite)\b",
    re.IGNORECASE,
)


def _binds_both(one: str, two: str) -> bool:
    """Say whether the second part ends in a time or condition that may be meant for the first as well."""
    return _FOR_ALL.search(two) is not None and not _FOR_ALL.search(one)


#: A further part of the rule: "; or history of asthma".
_JOINED = re.compile(r"(?:and/or|and|or),? (?!(?:if|when|unless|until)\b)", re.IGNORECASE)
#: What may go on in the part behind it.
_GOES_ON = re.compile(
    r"\b(?:except\w*|excluding|other than|unless|includ\w+|such as|e\.g|for example|following|if|when)\b|:|[([][^)\]]*$",
    re.IGNORECASE,
)
#: A sentence that denies or allows: "or X" behind it may be denied or allowed as well.
_DENIES = re.compile(
    r"\b(?:no|not|none|never|without|neither|nor|absence|lack|free|denies|negative|allowed|permitted|may|can|must|should|avoid\w*|"
    r"refrain\w*|controls?)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(r"(?:(?:Or|And|And/or) y|Y)ou")
_OF_PEOPLE = re.compile(
    r"(?:(?:all|any|the) )?(?:patients?|subjects?|participants?|individuals?|persons?|people|those)\b",
    re.IGNORECASE,
)


def _finished(part: str, names: frozenset[str]) -> str:
    """Return one part in plainer words, with a capital at the start and a stop at the end."""
    plain = settled(part.strip(), names)
    plain = with_cues_said(plain.strip(" ").replace(" and / or ", " and/or "))
    joint = _TRAILING_JOINT.search(plain)
    if not joint and not plain.endswith(ENDINGS):
        plain = plain.rstrip(" ,;-–") + "."  # noqa: RUF001 - a dash left over from a list
    first = plain.split(" ", maxsplit=1)[0]
    if (
        plain[:1].islower()
        and not any(map(str.isupper, first))
        and not any(map(str.isdigit, first))
        and not _LIST_MARK.fullmatch(first)
    ):
        plain = plain[0].upper() + plain[1:]
    return plain

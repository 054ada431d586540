"""Where one plain sentence of a rule may safely become several short ones.

These joints are looked for after the lexicon went over a sentence, so that one pattern stands for
many wordings. A part that is cut off keeps its place in the text or opens with words of ours ("This counts within ..."),
and says nothing that was not there. A joint is left alone wherever the part could belong to a piece
of the sentence alone: behind a list, a denial, another time (``scope``). The joints themselves are
in ``clauses``, ``windows``, ``remarks`` and ``layout``; those of the study's own words
(brackets, exceptions) in ``sentences``.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from monitor.domain.summaries import ITEM_MARK
from monitor.summaries.bullets import at_deeds, at_either, at_first_part, at_thats
from monitor.summaries.clauses import (
    at_clause,
    at_must,
    at_new_noun,
    at_other,
    at_person,
    at_subject,
)
from monitor.summaries.items import at_items
from monitor.summaries.layout import (
    at_colon,
    at_heading,
    at_late_exception,
    at_semicolons,
    at_times,
)
from monitor.summaries.limits import at_limits
from monitor.summaries.relatives import at_relative
from monitor.summaries.remarks import (
    at_as_said,
    at_condition,
    at_semicolon,
    at_stressed,
    at_unless,
    at_view,
)
from monitor.summaries.scope import starts_large
from monitor.summaries.sentences import BEARABLE, at_bracket, at_last_bracket
from monitor.summaries.statements import balanced
from monitor.summaries.windows import at_lasting, at_two_times, at_window

_Joint: TypeAlias = Callable[[str], list[str]]
_Joints: TypeAlias = tuple[_Joint, ...]
#: Sentences with fewer words stay as they are.
_LONG = 12
#: From here on a list reads better on lines.
_LONG_LIST = 17
#: More words than this are too many for one sentence.
_MOST_WORDS = 25
_MOST_PIECES = 8
#: Joints that take something off the end which belongs to all that stands before it.
_TAILS: _Joints = (
    at_bracket,
    at_items,
    at_unless,
    at_condition,
    at_lasting,
    at_window,
    at_as_said,
    at_view,
    at_deeds,
    at_relative,
    at_either,
    at_thats,
)
#: Joints for what is too long still.
_SET_OUT: _Joints = (
    at_first_part,
    at_heading,
    at_last_bracket,
    at_colon,
    at_times,
    at_late_exception,
)
_SETS_OUT = frozenset(_SET_OUT)
_JOINTS: _Joints = (
    at_semicolons,
    at_semicolon,
    at_stressed,
    at_person,
    at_subject,
    at_limits,
    at_clause,
    at_must,
    at_new_noun,
    at_other,
    at_two_times,
    *_TAILS,
    *_SET_OUT,
)
_JOINTS_OF_WHOLE = frozenset(_JOINTS) - frozenset(_TAILS) - _SETS_OUT
_LABEL = re.compile(r"(?:This counts|This is done|The study adds:|The study doctor decides this)\b")


#: Joints whose parts are whole sentences; what another takes off is told with words of ours or on
#: lines, so it stays where it stood in a sentence of bearable length.
_CLEAN = frozenset({at_person, at_clause, at_must})
#: Joints that say of a part of the sentence that it was such a part: for long sentences alone.
_TEARING = frozenset({at_relative, at_subject, at_first_part, at_condition, at_as_said})
#: Joints that make a list, for places that can show none.
_LISTS = frozenset(
    {
        *(at_items, at_deeds, at_either, at_thats, at_first_part),
        *(at_heading, at_colon, at_semicolons, at_times),
    }
)


def short_sentences(sentence: str, *, lists: bool = True, subjects: bool = True) -> list[str]:
    """Return a plain sentence as short ones, in order; as it is where no joint is safe.

    Args:
        sentence: One sentence after the lexicon, with or without its full stop.
        lists: Whether lines may be items of a list (``ITEM_MARK``) under a line with a colon.
        subjects: Whether "This is for women who ..." may open a sentence; among what keeps people
            out it would say the contrary.
    """
    done: list[str] = []
    joints = _JOINTS if lists else _without_lists(_JOINTS)
    joints = joints if subjects else tuple(one for one in joints if one is not at_subject)
    waiting: list[tuple[str, _Joints]] = [(sentence, joints)]
    while waiting and len(done) + len(waiting) < _MOST_PIECES:
        part, joints = waiting.pop(0)
        split = _first_joint(part, joints)
        if split is None:
            done.append(part)
            continue
        pieces = _all_ended(split(part.rstrip(" .")))
        if split in {at_first_part, at_heading}:
            pieces[1:] = _beneath(pieces[1])
        # What stood before a time or a condition stays one sentence, else a part would lose it.
        last = split in _TAILS or split in _SETS_OUT
        rest = tuple(one for one in joints if one not in _JOINTS_OF_WHOLE) if last else joints
        waiting = [(pieces[0], rest), *((piece, joints) for piece in pieces[1:]), *waiting]
    return done + [part for part, _ in waiting]


def _beneath(item: str) -> list[str]:
    """Return what stands under the opening of a rule; a time is not torn off a short sentence.

    One thing is no list: it gets no mark.
    """
    body = starts_large(item.removeprefix(ITEM_MARK))
    return [body] if len(body.split()) <= BEARABLE else short_sentences(body, lists=False)


def _without_lists(joints: _Joints) -> _Joints:
    return tuple(joint for joint in joints if joint not in _LISTS)


def _all_ended(pieces: list[str]) -> list[str]:
    """Return the pieces with their stops: a semicolon behind an item that others follow."""
    return [
        f"{piece.rstrip(' ,.')};"
        if piece.startswith(ITEM_MARK) and place + 1 < len(pieces)
        else _ended(piece)
        for place, piece in enumerate(pieces)
    ]


def _ended(piece: str) -> str:
    if piece.endswith((":", "; and", "; or")):
        return piece
    return f"{piece.rstrip(' ,.')}."


def _first_joint(sentence: str, joints: _Joints) -> _Joint | None:
    text = sentence.rstrip(" .")
    if ("; " not in text and _LABEL.match(text)) or sentence.endswith((":", "?")):
        return None
    if text.startswith(ITEM_MARK) or len(text.split()) < _LONG:
        return None
    words = len(text.split())
    bearable, too_long = words <= BEARABLE, words > _MOST_WORDS
    # What tears comes last, where a time or a remark can be told apart instead.
    for split in joints if too_long else sorted(joints, key=_TEARING.__contains__):
        if split is at_semicolon and not too_long:
            continue
        if (bearable and not _is_clean(split, text)) or (not too_long and split in _SETS_OUT):
            continue
        pieces = split(text)
        if pieces and all(map(balanced, pieces)):
            return split
    return None


def _is_clean(split: _Joint, text: str) -> bool:
    if split is at_limits:
        return text.startswith("Your ")
    return split in _CLEAN or (split is at_items and len(text.split()) >= _LONG_LIST)


#: A second part that speaks of people or does something has a sentence of its own.
_OF_ITS_OWN = re.compile(
    r"(?:and|or) (?:if|is|are|has|have|who|the|all|any|those|patients?|subjects?|participants?|individuals?|wom[ae]n|m[ae]n|(?:fe)?males?|"
    r"must|should|will|can|cannot|either|not?)\b|.*(?:[≥≤<>]|\d)"
)
_MOST_TOGETHER = 25


def kept_together(found: list[str]) -> list[str]:
    """Return the statements, a short one behind "; or" together with the one before."""
    kept: list[str] = []
    for part in found:
        joins = part.startswith(("or ", "and ")) and not _OF_ITS_OWN.match(part)
        if kept and joins and len(f"{kept[-1]} {part}".split()) <= _MOST_TOGETHER:
            kept[-1] = f"{kept[-1].rstrip(' .,;')}; {part}"
        else:
            kept.append(part)
    return kept

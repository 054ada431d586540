"""The one other order in which words say the same: "failure of the heart" and "heart failure"."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

_MOST_IN_FRONT = 3
_MOST_BEHIND = 6
#: Words that hold others together or turn what they say; none may move.
_HOLDING = re.compile(
    r"no|not|non|nor|never|none|neither|without|cannot|\w+n't|unable|absence|absent|lack(?:ing)?|free|"
    r"negative|ineligible|eligible|prohibited|allowed|permitted|acceptable|fail(?:ed)?|refus\w+|"
    r"except\w*|exclud\w+|unless|other|however|provided|only|if|but|and|or|either|both|any|all|each|"
    r"at|least|most|more|less|than|over|under|above|below|up|to|of|from|between|within|before|after|"
    r"prior|during|since|until|with|in|on|by|for|as|who|whom|which|that|ha(?:ve|d)|is|are|was|were|be|"
    r"been|must|may|can|will|should|do|doe|did"
)
#: What a choice may stand between: ``III or IV``, ``1 or 2``, ``A or B``.
_GRADE = re.compile(r"[ivx]+|\d{1,2}|[a-z]")


def is_turned(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether one of two texts, as stems, is the other with one "of" turned about."""
    return any(list(other) == turned for turned in _orders(one)) or any(
        list(one) == turned for turned in _orders(other)
    )


def _orders(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield ``words`` with what stands before one of its "of" put behind what follows it.

    Not where a list or a choice begins or ends there: in "cancer of the lung or liver" the cancer
    would be taken from the liver.
    """
    places = [place for place, word in enumerate(words) if word == "of"]
    reaches = product(range(1, _MOST_IN_FRONT + 1), range(1, _MOST_BEHIND + 1))
    for place, (front, behind) in product(places, reaches):
        start, stop = place - front, place + 1 + behind
        if start < 0 or stop > len(words) or not _stands_alone(words, start, stop):
            continue
        named, naming = words[start:place], words[place + 1 : stop]
        if all(map(_is_free, named)) and _is_name(naming):
            yield [*words[:start], *naming, *named, *words[stop:]]


def _stands_alone(words: Sequence[str], start: int, stop: int) -> bool:
    """Say whether neither a list nor another "of" goes on behind, nor a list in front."""
    before, after = words[start - 1 : start] if start else [], words[stop : stop + 1]
    return not {*before, *after} & {",", "/", "and", "or"} and list(after) != ["of"]


def _is_name(words: Sequence[str]) -> bool:
    """Say whether words can stand before a noun: plain ones, and grades to choose from."""
    return all(
        _is_free(word)
        or (
            word == "or"
            and 0 < place < len(words) - 1
            and _GRADE.fullmatch(words[place - 1])
            and _GRADE.fullmatch(words[place + 1])
        )
        for place, word in enumerate(words)
    )


def _is_free(word: str) -> bool:
    return word[0].isalnum() and _HOLDING.fullmatch(word) is None

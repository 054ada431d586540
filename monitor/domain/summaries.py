"""A trial in plain English, as data: every sentence knows where it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Self

from monitor.domain.changes import Json
from monitor.domain.trial import NctId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySection:
    """One part of a summary: ``status``, ``who-can-join``, ``places``, ..."""

    id: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCriterion:
    """One eligibility rule: the study's own text and what we say of it."""

    #: Place in the criterion tree, such as ``E.13.1``.
    path: str
    #: ``inclusion``, ``exclusion`` or ``rules`` (the text does not say which).
    section: str
    group: str | None
    #: The criterion's own text, unescaped.
    source: str
    plain: tuple[str, ...]
    #: ``rules``, ``model-checked`` or ``own-words``.
    method: str
    flags: tuple[str, ...] = ()

    @property
    def doubt(self) -> str:
        """What is wrong with the rule's own text, for readers; empty when nothing is."""
        return " ".join(_DOUBTS[flag] for flag in self.flags if flag in _DOUBTS)


_DOUBTS: Final[Mapping[str, str]] = {
    "truncated": "The record breaks off here. Ask the study team for the whole rule.",
    "page_artifact": "A piece of a printed page got into this rule in the record.",
    "symbol_damaged": "A sign was lost in this rule in the record. Ask the study team.",
}


#: Opens a plain line that is an item of the list above it.
ITEM_MARK: Final = "• "


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Plain lines as they are set: running text, and the list that stands under it."""

    text: str
    listed: tuple[str, ...] = ()


def in_blocks(lines: Iterable[str]) -> tuple[Block, ...]:
    """Return the plain lines of a rule as blocks: sentences that run on, items apart."""
    blocks: list[Block] = []
    for is_item, group in groupby(lines, key=lambda line: line.startswith(ITEM_MARK)):
        if not is_item:
            blocks.append(Block(text=" ".join(group)))
            continue
        last = blocks.pop() if blocks else Block(text="")
        items = tuple(line.removeprefix(ITEM_MARK) for line in group)
        blocks.append(replace(last, listed=items))
    return tuple(blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordToKnow:
    """A term used in the summary and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The whole trial, written from one version of its record."""

    nct_id: NctId
    #: 0 when it was written from a file that is no stored version.
    version: int
    lexicon_version: str
    title: str
    sections: tuple[SummarySection, ...]
    eligibility: tuple[PlainCriterion, ...]
    words_to_know: tuple[WordToKnow, ...]
    #: Facts the sentences were written from, in the registry's words.
    facts: Mapping[str, Json]

    @classmethod
    def without_words(cls, nct_id: NctId, *, version: int, title: str = "") -> Self:
        """Return what stands where nothing is said of a trial but its title."""
        return cls(
            nct_id=nct_id,
            version=version,
            lexicon_version="",
            title=title,
            sections=(),
            eligibility=(),
            words_to_know=(),
            facts={},
        )

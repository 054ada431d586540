"""The words of a trace: where a plain sentence came from, and what can become of a word."""

from dataclasses import dataclass
from typing import Final

KEPT: Final = "kept"
LEXICON: Final = "lexicon"
TEMPLATE: Final = "template"
FRAME: Final = "frame"
DROPPED: Final = "dropped"
#: Nothing tells what became of the word; no rule that the writer makes has such a word.
UNTRACED: Final = "untraced"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceOrigin:
    """The part of a rule's source that one plain sentence stands for, ``[start, end)``."""

    start: int
    end: int
    #: ``rule``, or ``glossary`` where the sentence explains a term; the span is then the term's.
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOrigin:
    """One word of a rule's source, ``[start, end)``, and what became of it."""

    start: int
    end: int
    #: ``kept``, ``lexicon``, ``template``, ``frame`` or ``dropped``.
    by: str
    #: The lexicon's phrase, the template's family, or why the word was dropped.
    entry: str = ""
    #: Place of the plain sentence that says it, counted from 0; None where it was dropped.
    sentence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The origins of a rule's plain sentences, and the fate of its words, both in order."""

    sentences: tuple[SentenceOrigin, ...]
    words: tuple[WordOrigin, ...]

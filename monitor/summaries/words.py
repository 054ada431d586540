"""Words to know: terms and acronyms a reader meets, each with its plain meaning.

Meanings are data (``data/glossary.tsv``): term, the forms it takes in texts, meaning. A meaning
holds no fact about the trial.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from monitor.domain.summaries import WordToKnow
from monitor.summaries.contexts import ANYWHERE, Context, context
from monitor.summaries.lexicon import Entry, Node, find, phrase_tree, rows
from monitor.summaries.tokens import join, normal, tokenize


class Term(NamedTuple):
    """One row of the glossary."""

    term: str
    meaning: str
    #: Shown beside the rule where the term first stands, not only in the list.
    inline: bool
    #: A word that most people know; explained where harder ones leave room.
    easy: bool = False
    #: The words by which a text was found to hold it; empty where no text was read.
    form: str = ""
    #: Among which words the meaning holds.
    when: Context = ANYWHERE


@cache
def _terms() -> dict[str, Term]:
    return {
        row[0]: Term(
            row[0],
            row[2],
            row[3] in {"inline", "easy"},
            row[3] == "easy",
            when=context("".join(row[4:])),
        )
        for row in rows("glossary.tsv")
    }


@cache
def _tree() -> Node:
    return phrase_tree(
        Entry(form, row[0], "term")
        for row in rows("glossary.tsv")
        for form in row[1].split("|")
        if form.islower()
    )


@cache
def _acronyms() -> dict[str, str]:
    """Return forms written with capitals; they count in just that case (eGFR is not EGFR)."""
    return {
        form: row[0]
        for row in rows("glossary.tsv")
        for form in row[1].split("|")
        if not form.islower()
    }


def terms_in(text: str, foreign: frozenset[str] = frozenset()) -> tuple[Term, ...]:
    """Return the glossary's terms that stand in a text, each once, in the text's order.

    Args:
        text: Any text.
        foreign: Acronyms that mean something else in this record.
    """
    read = tokenize(normal(text))
    tokens = [token.text for token in read]
    words = [token.lower() for token in tokens]
    found: dict[str, Term] = {}
    tree, acronyms = _tree(), _acronyms()
    place = 0
    while place < len(words):
        if words[place] not in tree.branches and tokens[place] not in acronyms:
            place += 1
            continue
        end, entry = find(tree, words, place)
        end = max(end, place + 1)
        exact = [token for token in tokens[place:end] if token in acronyms and token not in foreign]
        named = [(acronyms[form], form) for form in exact]
        if entry is not None and entry.plain is not None and not (exact and end == place + 1):
            named.insert(0, (entry.plain, join(read[place:end])))
        for name, form in named:
            term = _terms()[name]
            if name not in found and term.when.fits(words, place, end):
                found[name] = term._replace(form=form)
        place = end
    return tuple(found.values())


def words_to_know(
    texts: Iterable[str], sources: Iterable[str] = (), foreign: frozenset[str] = frozenset()
) -> tuple[WordToKnow, ...]:
    """Return the terms that a summary uses, with their meanings, in the order of the alphabet.

    Args:
        texts: Every sentence of the summary.
        sources: The study's own words that stand beside them.
        foreign: Acronyms that mean something else in this record.
    """
    lines = [*texts, *sources]
    # "IgE-mediated" is one word to the phrase tree; its short form wants a line all the same.
    shorts = sorted({short for line in lines for short in acronyms_in(line)})
    found = {term.term: term for text in (*lines, *shorts) for term in terms_in(text, foreign)}
    ordered = sorted(found.values(), key=lambda term: (term.term.lower(), term.term))
    return tuple(WordToKnow(term=term.term, meaning=term.meaning) for term in ordered)


_ACRONYM = re.compile(r"\b[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*(?:-[A-Z0-9]+)?\b")
_NO_ACRONYM = re.compile(
    r"[IVX]+[A-D]?(?:-[IVX]+[A-D]?)?|(?:AND|OR|NOT|NO|ALL|ANY|ONE|EITHER|BOTH|NOTE|PLUS|IF|IN|OF|THE|ONLY|WITH|MUST|TO|FOR|PRE|POST|AT|LEAST|DAY|EXCEPT|NON)"
)


@cache
def words_of_acronym(short: str) -> frozenset[str]:
    """Return the small-letter words with which the glossary explains an acronym, empty if it does not."""
    name = _acronyms().get(short)
    return frozenset() if name is None else _words_by_term()[name]


@cache
def _words_by_term() -> dict[str, frozenset[str]]:
    return {
        row[0]: frozenset(re.findall(r"[a-z]+", " ".join(row[:3]).lower()))
        for row in rows("glossary.tsv")
    }


def acronyms_in(text: str) -> frozenset[str]:
    """Return the acronyms of a text (ULN, HBsAg), without Roman figures and stressed words."""
    words = _ACRONYM.findall(text.replace("PD-(L)1", "PD-L1").replace("PD(L)1", "PD-L1"))
    return frozenset(word for word in words if not _NO_ACRONYM.fullmatch(word))

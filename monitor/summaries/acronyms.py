"""Short forms (ULN, SCORAD) that a summary uses: what each stands for, or that nobody says so.

The record comes first: "absolute neutrophil count (ANC)" tells what ANC is here. Then the table
``data/acronyms.tsv``, whose entries have one meaning in trials, or count only beside words that
settle it. What is left is told as unknown and never guessed. Terms with a meaning of their own
belong to ``words``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from monitor.domain.summaries import WordToKnow
from monitor.summaries.defined import definitions, foreign
from monitor.summaries.lexicon import rows
from monitor.summaries.words import acronyms_in, terms_in

_SMALL_WORD = re.compile(r"\b[a-z]{4,}\b")
_ASK = "Ask the study team."
_KINDS = tuple(
    (after, kind)
    for after, kind in (
        (
            r"[\s-]+(?:gene|mutation|mutated|mutant|rearrange|fusion|amplif|translocation|variant)",
            "a gene",
        ),
        (r"[\s-]+(?:protein|expression|antigen|receptor|ligand)", "something in the body"),
        (r"[\s-]+(?:inhibitor|antagonist|agonist|blocker)", "what a drug acts on"),
        (
            r"[\s-]+(?:test|assay|scan|score|scale|questionnaire|index|criteria|guideline)",
            "a test, score or guide",
        ),
    )
)
_BRAND = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+")
_STUDY = re.compile(r"NCT\d{8}")
_CODE = re.compile(r".*\d{3}.*")
_LONG_ENOUGH = 3


class _Row(NamedTuple):
    long: str
    meaning: str
    #: ``alone``, ``beside`` (its long form stands in the record), or phrases, one of which does.
    when: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a record offers to explain a short form with."""

    #: Its free texts, cleaned.
    texts: tuple[str, ...]
    #: The short name and the numbers of the study itself.
    own: frozenset[str] = frozenset()
    #: Names of its treatments.
    treatments: tuple[str, ...] = ()

    @cached_property
    def definitions(self) -> Mapping[str, str]:
        """Short forms that its texts define."""
        return definitions(self.texts)

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Acronyms of the glossary that mean something else here."""
        return foreign(self.definitions)

    @cached_property
    def whole(self) -> str:
        """All texts as one."""
        return " ".join(self.texts)

    @cached_property
    def folded(self) -> str:
        """All texts as one, in one spelling."""
        return f" {_folded(self.whole)} "

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Words it writes in small letters."""
        return frozenset(_SMALL_WORD.findall(self.whole))


def short_forms(lines: Iterable[str], record: Record) -> tuple[WordToKnow, ...]:
    """Return every short form of ``lines`` that the glossary does not explain, with its meaning."""
    used = {short for line in lines for short in acronyms_in(line)}
    wanted = sorted(
        short
        for short in used
        if short in record.foreign or not is_explained(short, record.small_words)
    )
    return tuple(WordToKnow(term=short, meaning=_meaning(short, record)) for short in wanted)


def plain_meaning(short: str, defined: Mapping[str, str]) -> str:
    """Return what a short form is in plain words; empty where the table leaves room for doubt.

    Args:
        short: A short form as it stands in a rule.
        defined: Short forms that the record defines, with their long forms.
    """
    forms = (short, short.removesuffix("s"))
    for form in forms:
        if long := defined.get(form):
            row = _row_of(form, long)
            return row.meaning if row else ""
    rows_of = next(filter(None, (_table().get(form, ()) for form in forms)), ())
    return rows_of[0].meaning if len(rows_of) == 1 and rows_of[0].when == "alone" else ""


def is_explained(short: str, small_words: frozenset[str] = frozenset()) -> bool:
    """Say whether a short form needs no line: a glossary term, a stressed word, or made of both."""
    parts = short.split("-")
    return all(
        bool(terms_in(part)) or (part.isupper() and part.lower() in small_words) or part.isdigit()
        for part in (parts if not terms_in(short) else [short])
    )


def _meaning(short: str, record: Record) -> str:
    forms = (short, short.removesuffix("s"))
    for form in forms:
        long = record.definitions.get(form)
        if long:
            return _told(long, _row_of(form, long))
    in_a_name = any(re.search(rf"\b{re.escape(short)}\b", name) for name in record.treatments)
    if short in record.own and not in_a_name:
        return "A short name or number of this study."
    row = next(filter(None, (_fitting(form, record) for form in forms)), None)
    if row:
        return _told(row.long, row)
    if in_a_name:
        return "A name, or a part of the name, of a treatment in this study."
    return _unknown(short, record)


def _told(long: str, row: _Row | None) -> str:
    named = f"Short for {long}." if long else ""
    return " ".join(part for part in (named, row.meaning if row else "") if part)


@cache
def _table() -> Mapping[str, tuple[_Row, ...]]:
    found: dict[str, tuple[_Row, ...]] = {}
    for shorts, long, meaning, when in rows("acronyms.tsv"):
        for short in shorts.split("|"):
            found[short] = (*found.get(short, ()), _Row(long, meaning, when))
    return found


@cache
def _spellings() -> Mapping[str, str]:
    """Return the one right spelling for each wrong one in small and capital letters."""
    found: dict[str, set[str]] = {}
    for short in (*_table(), *(form for row in rows("glossary.tsv") for form in row[1].split("|"))):
        found.setdefault(short.casefold(), set()).add(short)
    return {folded: min(forms) for folded, forms in found.items() if len(forms) == 1}


def _row_of(short: str, long: str) -> _Row | None:
    """Return the row that means what the record defines."""
    return next(
        (row for row in _table().get(short, ()) if _folded(row.long) == _folded(long)), None
    )


def _fitting(short: str, record: Record) -> _Row | None:
    """Return the one row that the record leaves room for."""
    fitting = [row for row in _table().get(short, ()) if _applies(row, record)]
    return fitting[0] if len(fitting) == 1 else None


def _applies(row: _Row, record: Record) -> bool:
    if row.when == "alone":
        return True
    if f" {_folded(row.long)} " in record.folded:
        return True
    return row.when != "beside" and any(
        f" {_folded(phrase)} " in record.folded for phrase in row.when.split("|")
    )


@cache
def _folded(text: str) -> str:
    """Return a text in which spelling, marks and plurals do not part two names."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'s", "").replace("’s", ""))  # noqa: RUF001
    return " ".join(word.rstrip("s").replace("ae", "e").replace("oe", "e") for word in words)


def _unknown(short: str, record: Record) -> str:
    """Say what kind of name it is where the record shows it, and that more is not known."""
    usual = _spellings().get(short.casefold())
    if usual and usual != short and len(short) >= _LONG_ENOUGH:
        return f"The record may mean {usual}. {_ASK}"
    if _STUDY.fullmatch(short):
        return "The number of a study on the registry."
    name = re.escape(short)
    for after, kind in _KINDS:
        if re.search(rf"\b{name}{after}", record.whole):
            return f"The record uses this as the name of {kind}. It does not say more. {_ASK}"
    if re.search(rf"\banti-{name}(?![\w-])", record.whole):
        return f"The record names this as what a drug or antibody acts on. It does not say more. {_ASK}"
    thing = (
        "name" if _BRAND.fullmatch(short) else "code" if _CODE.fullmatch(short) else "short form"
    )
    return f"The record uses this {thing} and does not say what it stands for. {_ASK}"

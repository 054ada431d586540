"""What of a trial goes on paper: a summary of two pages to take to the doctor.

All rules do, whatever their length, and so do the parts that a doctor asks for first. What else
there is goes along while there is room, and what does not is named on the paper. Letters are
counted here, not lines: what comes out is measured by ``benchmarks.on_paper``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from monitor.domain.summaries import Summary, SummarySection

#: Letters in a line of a column, and lines in the four columns of two pages of US letter, which
#: has fewer than A4; measured with the type of the style sheet.
_WIDTH, _LINES = 54, 228
#: As many sentences of a part go along; a study may have hundreds of places.
_MOST_SENTENCES = 12
#: Parts that may stay behind, the first to go first. What is not here always goes along.
_MAY_STAY = (
    *("results", "title", "who-knows", "sponsor", "words", "dates", "groups", "stage"),
    *("places", "main-outcome", "treatments", "size"),
)
_WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stays behind of a summary."""

    #: Ids of sections; ``words`` for the words to know.
    left: frozenset[str]
    #: Section id to how many of its sentences go along, where not all do.
    first: Mapping[str, int]
    #: What stays behind, as it is called on the page.
    titles: tuple[str, ...]


def on_paper(summary: Summary) -> Paper:
    """Return what of a summary stays behind, so that the rest has room on two pages."""
    first = {
        section.id: _MOST_SENTENCES
        for section in summary.sections
        if section.id in _MAY_STAY and len(section.sentences) > _MOST_SENTENCES
    }
    sizes = {section.id: _lines_of(section, first) for section in summary.sections}
    sizes[_WORDS] = _lines("; ".join(f"{w.term}: {w.meaning}" for w in summary.words_to_know))
    total = sum(sizes.values()) + _lines_of_rules(summary)
    left = frozenset(_to_leave(sizes, total))
    titles = {section.id: section.title for section in summary.sections} | {_WORDS: "Words to know"}
    return Paper(
        left=left,
        first={name: most for name, most in first.items() if name not in left},
        titles=tuple(titles[name] for name in titles if name in left),
    )


def _to_leave(sizes: Mapping[str, int], total: int) -> Iterator[str]:
    for name in _MAY_STAY:
        if total <= _LINES:
            return
        if sizes.get(name):
            total -= sizes[name]
            yield name


def _lines_of(section: SummarySection, first: Mapping[str, int]) -> int:
    said = section.sentences[: first.get(section.id)]
    return _lines(" ".join((section.title, *said)))


def _lines_of_rules(summary: Summary) -> int:
    """Return lines of all rules, each of which begins a line, with a line above each group."""
    groups = {(rule.section, rule.group) for rule in summary.eligibility}
    return len(groups) + sum(
        _lines(" ".join((*rule.plain, rule.doubt)).rstrip()) for rule in summary.eligibility
    )


def _lines(text: str) -> int:
    return ceil(len(text) / _WIDTH)

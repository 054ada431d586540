"""A message's dates as its reader reads them; what was chosen nowhere stays byte for byte.

Rules for joining, terms, titles and texts of the record are the study's own and stay.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from monitor.domain.looks import Look
from notifiers.digest_view import DigestHead, Study
from notifiers.facts import HEADINGS
from notifiers.search_view import SearchView
from notifiers.table import FactGroup
from notifiers.view import View

#: Headings of the table under which nothing but dates stands.
_OF_DATES: Final = frozenset(words for kind, words in HEADINGS.items() if kind.startswith("date."))


def view_for(look: Look, view: View) -> View:
    """Return what a message about a trial shows to one who reads dates so."""
    return replace(
        view,
        preheader=look.said(view.preheader),
        release=look.said(view.release),
        sentences=_all(look, view.sentences),
        meanings=_all(look, view.meanings),
        groups=tuple(_group(look, group) for group in view.groups),
        parts=tuple(replace(part, sentences=_all(look, part.sentences)) for part in view.parts),
    )


def search_for(look: Look, view: SearchView) -> SearchView:
    """Return what a message about a search shows to one who reads dates so."""
    return replace(view, preheader=look.said(view.preheader), release=look.said(view.release))


def study_for(look: Look, study: Study) -> Study:
    """Return a trial's part of a digest for one who reads dates so."""
    steps = tuple(
        replace(step, heading=look.said(step.heading), sentences=_all(look, step.sentences))
        for step in study.steps
    )
    return replace(study, steps=steps)


def head_for(look: Look, head: DigestHead) -> DigestHead:
    """Return the head of a digest for one who reads dates so."""
    return replace(head, preheader=look.said(head.preheader))


def _group(look: Look, group: FactGroup) -> FactGroup:
    if group.heading not in _OF_DATES:
        return group
    facts = tuple(
        replace(fact, rows=tuple(replace(row, text=look.said(row.text)) for row in fact.rows))
        for fact in group.facts
    )
    return replace(group, facts=facts)


def _all(look: Look, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(look.said(text) for text in texts)

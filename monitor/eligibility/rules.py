"""Criteria as pairing sees them: a flat list of rules with the form they are compared in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.eligibility.model import Criterion, EligibilityDoc
from monitor.eligibility.text import comparison_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A criterion with what pairing looks at."""

    criterion: Criterion
    #: Its ``comparison_text``, never empty.
    form: str
    #: Form of the rule it is nested under, empty for a rule of the list itself.
    parent: str
    #: Index among all rules of its text.
    index: int
    #: 0 at the beginning of the text, 1 at its end.
    place: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Old rules that became new ones: one to one, one to many or many to one."""

    old: tuple[Rule, ...]
    new: tuple[Rule, ...]
    #: 0 to 1.
    similarity: float


def rules_of(doc: EligibilityDoc) -> tuple[Rule, ...]:
    """Return all criteria of a tree that say something, nested ones among them, in order."""
    found = [
        (node, form, parent)
        for top in doc.criteria
        for node, parent in _with_parents(top, "")
        if (form := comparison_text(node.text))
    ]
    last = max(len(found) - 1, 1)
    return tuple(
        Rule(criterion=node, form=form, parent=parent, index=index, place=index / last)
        for index, (node, form, parent) in enumerate(found)
    )


def _with_parents(node: Criterion, parent: str) -> Iterator[tuple[Criterion, str]]:
    yield node, parent
    if not node.children:
        return
    form = comparison_text(node.text)
    for child in node.children:
        yield from _with_parents(child, form)


def without(
    ours: Sequence[Rule], theirs: Sequence[Rule], matches: Iterable[Match]
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules of both sides that are in none of the matches."""
    matched = list(matches)
    old = {rule.index for match in matched for rule in match.old}
    new = {rule.index for match in matched for rule in match.new}
    return (
        [rule for rule in ours if rule.index not in old],
        [rule for rule in theirs if rule.index not in new],
    )

"""Old and new beside each other, with words and colour for what moved."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from monitor.domain.changes import Change
from monitor.eligibility.marks import Mark, MarkKind, marked
from trialwatch.beside import pairs as pairs_of
from trialwatch.terminal import console, print_change

_STYLES = {MarkKind.REMOVED: "strike red", MarkKind.ADDED: "bold green", MarkKind.EQUAL: ""}


def print_comparison(changes: tuple[Change, ...]) -> None:
    """Print each change with its sentence, then before and now where there is more to see."""
    for change in changes:
        print_change(change, indent="")
        pairs = list(pairs_of(change.before, change.after))
        if pairs:
            console.print(_beside(pairs), soft_wrap=False)
        console.print()


def _beside(pairs: list[tuple[str, str, str]]) -> Table:
    columns = Table(box=None, padding=(0, 2, 0, 2), show_edge=False)
    columns.add_column("")
    columns.add_column("BEFORE", ratio=1, overflow="fold")
    columns.add_column("NOW", ratio=1, overflow="fold")
    for name, old, new in pairs:
        sides = marked(old, new)
        columns.add_row(name, _styled(sides.old), _styled(sides.new))
    return columns


def _styled(side: Iterable[Mark]) -> Text:
    text = Text()
    for mark in side:
        text.append(mark.text, style=_STYLES[mark.kind])
    return text

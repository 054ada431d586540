"""Old and new beside each other, with words and colour for what moved."""

import json

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.domain.changes import Change, Json
from monitor.eligibility.marks import MarkKind, marks
from trialwatch.terminal import console, print_change

_STYLES = {MarkKind.REMOVED: "strike red", MarkKind.ADDED: "bold green", MarkKind.EQUAL: ""}
_LONGEST = 4000


def print_comparison(changes: tuple[Change, ...]) -> None:
    """Print each change with its sentence, then before and now beside each other."""
    for change in changes:
        print_change(change, indent="")
        if change.before is not None or change.after is not None:
            console.print(_beside(change))


def _beside(change: Change) -> RenderableType:
    columns = Table(box=None, padding=(0, 2, 0, 2), expand=False)
    columns.add_column("BEFORE", ratio=1, overflow="fold")
    columns.add_column("NOW", ratio=1, overflow="fold")
    before, after = _readable(change.before), _readable(change.after)
    columns.add_row(
        _marked(before, after, MarkKind.REMOVED), _marked(before, after, MarkKind.ADDED)
    )
    return Group(columns, Text(""))


def _marked(before: str, after: str, side: MarkKind) -> Text:
    text = Text()
    for mark in marks(before, after):
        if mark.kind in (MarkKind.EQUAL, side):
            text.append(mark.text, style=_STYLES[mark.kind])
    return text


def _readable(value: Json) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, str):
        return value[:_LONGEST]
    return json.dumps(value, ensure_ascii=False)[:_LONGEST]

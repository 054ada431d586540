"""Old and new beside each other, with words and colour for what moved."""

from collections.abc import Iterable, Iterator, Mapping

from rich.table import Table
from rich.text import Text

from monitor.domain.changes import Change, Json
from monitor.eligibility.marks import Mark, MarkKind, marked
from trialwatch.terminal import console, print_change

_STYLES = {MarkKind.REMOVED: "strike red", MarkKind.ADDED: "bold green", MarkKind.EQUAL: ""}
_LONGEST = 4000
#: Shorter values stand in the sentence already.
_SHORT = 60


def print_comparison(changes: tuple[Change, ...]) -> None:
    """Print each change with its sentence, then before and now where there is more to see."""
    for change in changes:
        print_change(change, indent="")
        pairs = list(_pairs(change.before, change.after))
        if pairs:
            console.print(_beside(pairs), soft_wrap=False)
        console.print()


def _pairs(before: Json, after: Json) -> Iterator[tuple[str, str, str]]:
    """Yield (name, before, now) of the texts that moved; the name is empty for a bare text."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            old, new = _text(before.get(name)), _text(after.get(name))
            if old != new:
                yield str(name).replace("_", " "), old, new
        return
    old, new = _text(before), _text(after)
    if before is not None and after is not None and len(old) + len(new) > _SHORT:
        yield "", old, new


def _text(value: Json) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_text(item)}" for name, item in value.items())[:_LONGEST]
    if isinstance(value, list | tuple):
        return "\n".join(_text(item) for item in value)[:_LONGEST]
    return str(value)


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

"""What commands print: JSON lines for tools, plain words for people."""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Severity

#: Words go here; colours and bars only where it is a terminal.
console = Console(highlight=False, soft_wrap=True)
#: Remarks and progress; never mixed into what a tool reads.
remarks = Console(stderr=True, highlight=False, soft_wrap=True)

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.MAJOR: "bold yellow",
    Severity.MINOR: "cyan",
    Severity.SILENT: "dim",
}

_THOUSAND = 1000


def shown_size(size_bytes: int) -> str:
    """Return a size in the unit that leaves few digits: ``4.1 MB``."""
    size, units = float(size_bytes), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while size >= _THOUSAND and (larger := next(units, None)):
        size, unit = size / _THOUSAND, larger
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def print_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def say(text: str, *, style: str = "") -> None:
    """Print words of ours or of the registry; nothing in them is taken for markup."""
    console.print(escape(text), style=style or None)


def remark(text: str) -> None:
    """Print a remark to standard error."""
    remarks.print(escape(text))


def print_change(change: Change, *, indent: str = "  ") -> None:
    """Print one change: its weight as a word and a colour, then its sentence."""
    word = f"[{_STYLES[change.severity]}]{change.severity.word.upper():<8}[/]"
    console.print(f"{indent}{word} {escape(change.sentence)}")
    if change.meaning:
        console.print(f"{indent}         {escape(change.meaning)}", style="dim")


def print_alert(alert: Alert) -> None:
    """Print what changed about one trial, most important first."""
    console.print()
    console.print(f"[bold]{escape(alert.nct_id)}[/]  {escape(alert.title)}")
    versions = f"version {alert.from_version} -> {alert.to_version}"
    past = ", before the watch began" if alert.before_watch else ""
    console.print(f"  release {escape(alert.release)}, {versions}{past}", style="dim")
    for change in alert.changes:
        print_change(change)


def table(rows: Iterable[tuple[str, ...]], head: tuple[str, ...]) -> None:
    """Print aligned columns; the last one may run on."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        say("  ".join([*cells, line[-1]]).rstrip(), style="bold" if number == 0 else "")


def progress(words: str) -> Progress:
    """Return a bar on standard error; it shows nothing where that is no terminal."""
    return Progress(
        TextColumn(words),
        BarColumn(),
        MofNCompleteColumn(),
        console=remarks,
        disable=not remarks.is_terminal,
        transient=True,
    )

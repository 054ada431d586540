"""``note``: what is written beside a trial on a list."""

from typing import Annotated

import typer

from monitor.domain.notes import Note, NoteError, read_note
from trialwatch.cli.context import JsonOption, UsageError, desk, typed_number
from trialwatch.terminal import print_json, remark, say


def note(
    nct: Annotated[str, typer.Argument(metavar="NCT", help="A trial's number.")],
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Write this in place of the note there.")
    ] = None,
    *,
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="On this list; left out, the common list."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="Tag it so, in place of the tags there; may be given again."
        ),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take note and tags away.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show or write a note and tags beside a trial on a list."""
    number = typed_number(nct)
    wanted = _typed(text, tag, clear=clear)
    with desk() as opened:
        if wanted is None:
            found = opened.note(number, list_name)
        else:
            text, tags = wanted
            found = opened.write_note(number, list_name, text=text, tags=tags)
    if as_json:
        print_json({"nct_id": number, "note": found.text, "tags": list(found.tags)})
    elif found:
        _show(found)
    else:
        remark(f"Nothing is written beside {number}.")


def _typed(
    text: str | None, tags: list[str] | None, *, clear: bool
) -> tuple[str | None, tuple[str, ...] | None] | None:
    """Return what is to be written, None where it stays; None for nothing at all."""
    if clear and (text is not None or tags):
        raise UsageError("--clear takes note and tags away: give no text and no tags with it")
    if clear:
        return "", ()
    if text is None and not tags:
        return None
    try:
        read = read_note(text or "", tags or ())
    except NoteError as error:
        raise UsageError(str(error)) from error
    return None if text is None else read.text, read.tags if tags else None


def _show(found: Note) -> None:
    if found.text:
        say(found.text)
    if found.tags:
        say(" ".join(f"#{tag}" for tag in found.tags))

"""``gallery``: every message there is, for reviewing them by eye."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.domain.errors import TrialwatchError
from trialwatch.cli.context import JsonOption
from trialwatch.gallery.page import write_gallery
from trialwatch.gallery.pieces import pieces
from trialwatch.terminal import print_json, say


def gallery(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Write here; made if missing.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a page that shows every kind of message, from made-up records."""
    try:
        messages = write_gallery(pieces(), folder)
    except OSError as error:
        raise TrialwatchError(
            f"The gallery cannot be written to {folder}: {error.strerror}. Name another folder."
        ) from error
    page = folder / "index.html"
    if as_json:
        print_json({"page": str(page), "messages": messages})
    else:
        say(f"{messages} messages: open {page} in a browser")

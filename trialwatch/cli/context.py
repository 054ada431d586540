"""What every command shares: options, settings, and the opened service.

The last two load their libraries when they are asked for: the help page needs neither.
"""

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.domain.errors import InvalidNctIdError
from monitor.domain.trial import NctId, parse_nct_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from trialwatch.bootstrap import Service

#: One JSON object a line on standard output, nothing else there.
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, nothing else on standard output.")
]

#: Taken anywhere on the command line.
DEBUG = "--debug"


_LETTERS_AND_DIGITS = len("NCT01234567")


class UsageError(ValueError):
    """The command cannot be carried out as it was written."""


def debugging() -> bool:
    """Return whether tracebacks are wanted."""
    return DEBUG in sys.argv or bool(os.environ.get("TRIALWATCH_DEBUG"))


def settings() -> "Settings":
    """Return the settings of this start.

    Raises:
        ConfigError: A setting is unknown or wrong.
    """
    from config.settings import load  # noqa: PLC0415  # see the top

    return load(os.environ)


def typed_number(text: str) -> NctId:
    """Return the trial's number that somebody typed, all eight digits of it.

    The registry fills up shorter ones with zeros. Somebody who lost a digit on the way would
    then watch another trial, and never hear of it.

    Raises:
        InvalidNctIdError: It is no number, or not the whole of one.
    """
    number = parse_nct_id(text)
    typed = text.strip()
    if len(typed) != _LETTERS_AND_DIGITS:
        raise InvalidNctIdError(
            f"{typed[:40]!r} is not a whole NCT number: it is NCT and 8 digits, as in"
            f" NCT01234567. If you mean {number}, write that"
        )
    return number


@contextmanager
def service() -> "Iterator[Service]":
    """Open the database and what is wired to it, and close it afterwards."""
    from trialwatch.bootstrap import open_service  # noqa: PLC0415  # see the top

    with open_service(settings()) as opened:
        yield opened

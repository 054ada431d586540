"""What every command shares: options, settings, and the opened service."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from config import Settings, load
from trialwatch.bootstrap import Service, open_service

#: One JSON object a line on standard output, nothing else there.
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, nothing else on standard output.")
]

#: Taken anywhere on the command line.
DEBUG = "--debug"


class UsageError(ValueError):
    """The command cannot be carried out as it was written."""


def debugging() -> bool:
    """Return whether tracebacks are wanted."""
    return DEBUG in sys.argv or bool(os.environ.get("TRIALWATCH_DEBUG"))


def settings() -> Settings:
    """Return the settings of this start.

    Raises:
        ConfigError: A setting is unknown or wrong.
    """
    return load(os.environ)


@contextmanager
def service() -> Iterator[Service]:
    """Open the database and what is wired to it, and close it afterwards."""
    with open_service(settings()) as opened:
        yield opened

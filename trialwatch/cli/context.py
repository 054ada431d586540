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
    from trialwatch.desk.asking import Server
    from trialwatch.desk.port import Desk
    from trialwatch.desk.searches import SearchDesk

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


def own_settings() -> "Settings":
    """Return the settings for what works on the database itself.

    Raises:
        ConfigError: A setting is unknown or wrong.
        UsageError: Commands are to work on a server.
    """
    read = settings()
    if read.server:
        raise UsageError(
            f"this works on the database itself, and TRIALWATCH_SERVER names {read.server[:200]}:"
            " run it on the server, without that setting, or see the server's pages"
        )
    return read


@contextmanager
def service() -> "Iterator[Service]":
    """Open the database and what is wired to it, and close it afterwards."""
    from trialwatch.bootstrap import open_service  # noqa: PLC0415  # see the top

    with open_service(own_settings()) as opened:
        yield opened


def works_on_a_server() -> bool:
    """Return whether commands go to a running server, and not to the database."""
    return bool(settings().server)


@contextmanager
def desk() -> "Iterator[Desk]":
    """Open what a person's commands work on: the own database, or a server with a key."""
    read = settings()
    if read.server:
        yield _server_desk(read)
        return
    from trialwatch.desk.own import OwnDesk  # noqa: PLC0415  # see the top

    with service() as opened:
        yield OwnDesk(opened)


@contextmanager
def search_desk() -> "Iterator[SearchDesk]":
    """Open the same for saved searches."""
    from trialwatch.desk.searches import FarSearches, OwnSearches  # noqa: PLC0415  # see the top

    read = settings()
    if read.server:
        yield FarSearches(_server(read))
        return
    with service() as opened:
        yield OwnSearches(opened)


def _server_desk(read: "Settings") -> "Desk":
    from trialwatch.desk.server import ServerDesk  # noqa: PLC0415  # see the top

    return ServerDesk(_server(read))


def _server(read: "Settings") -> "Server":
    from trialwatch.desk.asking import Server, checked  # noqa: PLC0415  # see the top
    from trialwatch.desk.keyfile import read_key  # noqa: PLC0415  # see the top

    checked(read.server)
    if read.key_file is None:
        raise UsageError(
            "TRIALWATCH_KEY_FILE: name a file with a key for this server; its page Account makes"
            " one"
        )
    return Server(read.server, read_key(read.key_file))

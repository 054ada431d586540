"""``doctor``: what is wrong, and what to do."""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notifiers.standing.findings import Finding, Level
from trialwatch.bootstrap import utc_now
from trialwatch.cli.context import JsonOption, UsageError, own_settings
from trialwatch.doctor import examine
from trialwatch.terminal import print_json, say

_MARKS = {Level.WELL: ("ok", "green"), Level.NOTE: ("note", "yellow"), Level.BAD: ("BAD", "red")}


class Part(StrEnum):
    """What can be looked at more closely."""

    MAIL = "mail"


def doctor(
    part: Annotated[
        Part | None,
        typer.Argument(
            metavar="[mail]", help="Look at how the domain that mail comes from stands instead."
        ),
    ] = None,
    *,
    message: Annotated[
        Path | None,
        typer.Option(metavar="FILE.eml", help="mail: a mail of ours as it arrived somewhere."),
    ] = None,
    selector: Annotated[
        str, typer.Option(metavar="NAME", help="mail: the DKIM selector that the relay signs with.")
    ] = "",
    dns: Annotated[str, typer.Option(metavar="ADDRESS", help="mail: ask this name server.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Try the registry, the database, the mail server and the web address, one by one."""
    if part is None:
        if message or selector or dns:
            raise UsageError("--message, --selector and --dns go with `trialwatch doctor mail`")
        found = asyncio.run(examine(own_settings()))
    else:
        found = _mail(message, selector, dns)
    _show(found, as_json=as_json)
    if any(finding.level is Level.BAD for finding in found):
        raise typer.Exit(1)


def _mail(message: Path | None, selector: str, dns: str) -> tuple[Finding, ...]:
    from trialwatch.maildoctor import examine_mail  # noqa: PLC0415  # it loads a name-server client

    try:
        return examine_mail(
            own_settings(), message=message, selector=selector, server=dns, now=utc_now()
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _show(found: Iterable[Finding], *, as_json: bool) -> None:
    for finding in found:
        if as_json:
            print_json({"check": finding.check, "level": finding.level, "text": finding.text})
            continue
        word, colour = _MARKS[finding.level]
        say(f"{word:<5}{finding.check:<10}{finding.text}", style=colour)

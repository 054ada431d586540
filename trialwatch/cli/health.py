"""``doctor``: what is wrong, and what to do."""

import asyncio

import typer

from trialwatch.cli.context import JsonOption, settings
from trialwatch.doctor import Level, examine
from trialwatch.terminal import print_json, say

_MARKS = {Level.WELL: ("ok", "green"), Level.NOTE: ("note", "yellow"), Level.BAD: ("BAD", "red")}


def doctor(*, as_json: JsonOption = False) -> None:
    """Try the registry, the database, the mail server and the web address, one by one."""
    bad = False
    for finding in asyncio.run(examine(settings())):
        bad = bad or finding.level is Level.BAD
        if as_json:
            print_json({"check": finding.check, "level": finding.level, "text": finding.text})
            continue
        word, colour = _MARKS[finding.level]
        say(f"{word:<5}{finding.check:<10}{finding.text}", style=colour)
    if bad:
        raise typer.Exit(1)

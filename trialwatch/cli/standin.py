"""``simulate`` and ``demo``: the registry played on this machine."""

import asyncio
import sys
from datetime import timedelta
from typing import Annotated

import typer

from monitor.domain.errors import TrialwatchError
from simulator.registry import Release
from simulator.serve import Running
from simulator.serve import run as run_simulator
from simulator.source import SourceError
from simulator.sources import open_source
from trialwatch.cli.context import JsonOption, UsageError
from trialwatch.demo.play import play
from trialwatch.demo.show import JsonLines, Terminal
from trialwatch.terminal import print_json, say


def simulate(
    source: Annotated[
        str,
        typer.Argument(help="stories, a folder of records or histories, or generated:STUDIES."),
    ] = "stories",
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any.")] = 8090,
    every: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.1, help="Publish the next release this often."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Play ClinicalTrials.gov's API on this machine, traps included.

    Publish the next release by hand with: curl -X POST http://HOST:PORT/control/release
    """
    try:
        studies = open_source(source)
    except SourceError as error:
        raise UsageError(str(error)) from error

    def announce(running: Running, release: Release) -> None:
        if as_json:
            print_json({"url": running.url, "release": release.timestamp})
        else:
            say(f"{running.url} serves the release of {release.timestamp}")
        sys.stdout.flush()

    gap = timedelta(seconds=every) if every is not None else None
    try:
        run_simulator(studies, host, port, every=gap, announce=announce)
    except OSError as error:
        raise TrialwatchError(
            f"The stand-in cannot listen on {host}:{port}: {error.strerror}."
            " Free the port, or give another one with --port."
        ) from error


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End by itself; fails unless all really arrived.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Watch the main job happen on this machine, offline, with made-up trials."""
    if not asyncio.run(play(stay=not once, audience=JsonLines() if as_json else Terminal())):
        raise typer.Exit(1)

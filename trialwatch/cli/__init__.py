"""The command line. One file per group of commands, imported when one of them is asked for.

What they do is in the layers below. Waiting for every library to load would make `trialwatch
list` three times as slow.
"""

import os
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from trialwatch.cli.manual import told


class _Place(NamedTuple):
    """Where a command is, and its line on the help page."""

    module: str
    function: str
    #: The first line of what the command says of itself; a test holds them together.
    line: str


#: In the order of the help page.
COMMANDS = {
    "watch": _Place("watching", "watch", "Watch trials, and say where the alerts go, and when."),
    "unwatch": _Place("watching", "unwatch", "Stop watching trials. What is known of them stays."),
    "list": _Place(
        "listing", "list_watches", "List what is watched, its status, and where the alerts go."
    ),
    "note": _Place("noting", "note", "Show or write a note and tags beside a trial on a list."),
    "publish": _Place(
        "publishing",
        "publish",
        "Give a list a public page and feed, open to whoever has its address.",
    ),
    "unpublish": _Place("publishing", "unpublish", "Take a list's public page away for good."),
    "search": _Place("searching", "app", "Look after saved searches."),
    "check": _Place(
        "checking", "check", "Ask the registry once whether anything is new, and show what changed."
    ),
    "deliver": _Place("checking", "deliver", "Send what is due now."),
    "deliveries": _Place(
        "outbox", "deliveries", "Show deliveries, newest first, with every attempt."
    ),
    "replay": _Place(
        "outbox", "replay", "Send deliveries once more, in order, under the ids they have."
    ),
    "bounces": _Place(
        "returned",
        "bounces",
        "Show addresses that mail came back from, why, and which are sent nothing more.",
    ),
    "show": _Place("reading", "show", "Show a trial's status, its versions and what changed last."),
    "history": _Place(
        "reading", "history", "List every stored version of a trial, with what changed in it."
    ),
    "diff": _Place(
        "comparing",
        "diff",
        "Show what changed between two records: two files, or two stored versions of a trial.",
    ),
    "summary": _Place(
        "summing",
        "summary",
        "Tell a whole trial in plain English, from a file or from the newest stored version.",
    ),
    "export": _Place(
        "exporting",
        "export",
        "Write all versions, changes or deliveries as CSV, JSON Lines or Parquet.",
    ),
    "run": _Place(
        "running", "run", "Sweep, deliver and serve the pages, all in this process, until stopped."
    ),
    "serve": _Place(
        "running",
        "serve",
        "Serve the pages and take returned mail, beside schedulers and workers, until stopped.",
    ),
    "scheduler": _Place(
        "running",
        "scheduler",
        "Ask the registry while this process leads, and stand by while another does, until stopped.",
    ),
    "worker": _Place(
        "running", "worker", "Send what is due, beside any number of others, until stopped."
    ),
    "doctor": _Place(
        "health",
        "doctor",
        "Try the registry, the database, the mail server and the web address, one by one.",
    ),
    "simulate": _Place(
        "standin", "simulate", "Play ClinicalTrials.gov's API on this machine, traps included."
    ),
    "demo": _Place(
        "standin",
        "demo",
        "Watch the main job happen on this machine, offline, with made-up trials.",
    ),
    "gallery": _Place(
        "showing", "gallery", "Write a page that shows every kind of message, from made-up records."
    ),
    "target": _Place("targets", "app", "Look after those who are told."),
    "people": _Place("people", "app", "Look after those who sign in to the pages."),
    "secrets": _Place("sealing", "app", "Look after the keys that secrets are sealed with."),
    "db": _Place("database", "app", "Look after the database."),
}


class _Commands(TyperGroup):
    """Finds a command's module when the command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, as the help page lists them."""
        del ctx
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the help page's lines without loading what they are about."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.line) for name, place in COMMANDS.items()])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, None when there is no such."""
        del ctx
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        found = getattr(import_module(f"trialwatch.cli.{place.module}"), place.function)
        if not isinstance(found, typer.Typer):
            found = _alone(found, cmd_name)
        command: Any = typer.main.get_command(found)
        command.name = cmd_name
        return told(command, cmd_name)


def _alone(function: Any, name: str) -> typer.Typer:
    one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    one.command(name, context_settings=_SETTINGS.get(name, _HELP))(function)
    return one


_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
#: Versions from before a watch have numbers below zero, which look like options.
_SETTINGS = {"diff": {**_HELP, "ignore_unknown_options": True}}
app = typer.Typer(
    cls=_Commands,
    name="trialwatch",
    help="Watch trials on ClinicalTrials.gov and be told, in plain English, what really changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_HELP,
)


def _say_version(value: bool) -> None:  # noqa: FBT001  # as typer calls it
    if value:
        typer.echo(f"trialwatch {version('trialwatch')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks when something goes wrong.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", is_eager=True, callback=_say_version
        ),
    ] = False,
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Work on a running server instead of the database, as TRIALWATCH_SERVER does.",
        ),
    ] = None,
) -> None:
    """Options that every command takes. Settings come from the environment or a TOML file."""
    if server is not None:
        # An option is the setting, for this start.
        os.environ["TRIALWATCH_SERVER"] = server

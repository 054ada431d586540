"""The command line. One file per group of commands, imported when one of them is asked for.

What they do is in the layers below. Waiting for every library to load would make `trialwatch
list` three times as slow.
"""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

#: Command to (module, function), in the order of the help page.
_COMMANDS = {
    "watch": ("watching", "watch"),
    "unwatch": ("watching", "unwatch"),
    "list": ("watching", "list_watches"),
    "check": ("checking", "check"),
    "deliver": ("checking", "deliver"),
    "deliveries": ("outbox", "deliveries"),
    "replay": ("outbox", "replay"),
    "bounces": ("returned", "bounces"),
    "show": ("reading", "show"),
    "history": ("reading", "history"),
    "diff": ("comparing", "diff"),
    "summary": ("summing", "summary"),
    "run": ("running", "run"),
    "doctor": ("health", "doctor"),
    "simulate": ("standin", "simulate"),
    "demo": ("standin", "demo"),
}
_GROUPS = {"target": ("targets", "app"), "db": ("database", "app")}


class _Commands(TyperGroup):
    """Finds a command's module when the command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, as the help page lists them."""
        del ctx
        return [*_COMMANDS, *_GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, None when there is no such."""
        del ctx
        module, name = {**_COMMANDS, **_GROUPS}.get(cmd_name, ("", ""))
        if not module:
            return None
        found = getattr(import_module(f"trialwatch.cli.{module}"), name)
        if cmd_name in _GROUPS:
            return _named(typer.main.get_command(found), cmd_name)
        one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        one.command(cmd_name, context_settings=_SETTINGS.get(cmd_name, _HELP))(found)
        return _named(typer.main.get_command(one), cmd_name)


def _named(command: Any, name: str) -> Any:
    command.name = name
    return command


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


@app.callback()
def options(
    *,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks when something goes wrong.")
    ] = False,
) -> None:
    """Options that every command takes. Settings come from the environment or a TOML file."""

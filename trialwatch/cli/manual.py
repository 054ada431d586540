"""What a command's help says below its options: examples, exit statuses, settings, see also.

The text is in ``manual.toml``; ``docs/commands.md`` tells more of each. A test holds every command
to it, and has each example read by the real parser.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

_FILE = Path(__file__).with_name("manual.toml")

#: Letters of a line of an example, so that it stands in 80 columns.
_WIDTH = 72


class Page(TypedDict, total=False):
    """What there is to say of one command."""

    #: Calls, without the program's name.
    examples: list[str]
    #: What status 1 means; absent where it means what it does everywhere.
    trouble: str
    settings: list[str]
    see: list[str]


@cache
def pages() -> dict[str, Page]:
    """Return what there is to say, by the words that call a command."""
    read: dict[str, Page] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return read


def told(command: Any, words: str) -> Any:
    """Have a command, or every command below it, say its page when it is asked for help."""
    for name, below in getattr(command, "commands", {}).items():
        told(below, f"{words} {name}")
    # Plain text, as the page of all commands is.
    command.rich_markup_mode = None

    def format_epilog(context: Any, formatter: Any) -> None:
        # Only now: whoever runs the command does not wait for the pages to be read.
        if page := pages().get(words):
            command.epilog = epilog(page)
        type(command).format_epilog(command, context, formatter)

    command.format_epilog = format_epilog
    return command


def epilog(page: Page) -> str:
    """Return a page as plain text of which no line is filled up."""
    parts = [
        _part("Examples", [_broken(f"trialwatch {one}") for one in page["examples"]]),
        _part("Exit status", _statuses(page)),
        _part("Settings", [*page.get("settings", ()), "and those that every command reads"]),
        _part("See also", [f"trialwatch {one}" for one in page["see"]]),
    ]
    return "\n\n".join(parts)


def _part(title: str, lines: list[str]) -> str:
    # The sign keeps click from filling the paragraph up.
    return "\n".join(["\b", f"{title}:", *(f"  {line}" for line in lines)])


def _broken(line: str) -> str:
    """Return a call that is too long for a line as a shell takes it over several."""
    if len(line) <= _WIDTH:
        return line
    at = line.rfind(" --", 0, _WIDTH)
    at = line.rindex(" ", 0, _WIDTH) if at < 0 else at
    return f"{line[:at]} \\\n    {_broken(f'  {line[at + 1 :]}')}"


def _statuses(page: Page) -> list[str]:
    trouble = page.get("trouble", "something was refused, not found or could not be reached")
    return ["0  all well", f"1  {trouble}", "2  wrong use; nothing was done"]

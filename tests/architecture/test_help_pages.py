"""`trialwatch COMMAND --help` says what a man page would; each example is read by the parser."""

import shlex
from typing import Any

import pytest
from typer.testing import CliRunner

from config.settings import Settings
from tests.architecture.papers import read
from tests.architecture.test_commands_documented import commands, sections
from trialwatch.cli import app
from trialwatch.cli.manual import pages

WIDTH = 80


def help_of(name: str) -> str:
    """Return what a command says when it is asked for help, 80 columns wide."""
    asked = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": str(WIDTH)})
    assert asked.exit_code == 0
    return asked.stdout


def section(name: str) -> str:
    """Return what docs/commands.md says of a command."""
    return (
        read("docs/commands.md")
        .partition(f"### `trialwatch {sections()[name]}`")[2]
        .partition("\n#")[0]
    )


def test_every_command_has_its_page_and_every_page_its_command() -> None:
    assert set(pages()) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_help_tells_purpose_examples_statuses_and_more_of_it(name: str) -> None:
    said = help_of(name)

    assert max(map(len, said.splitlines())) <= WIDTH
    for part in ("Examples:", "Exit status:", "Settings:", "See also:"):
        assert f"\n  {part}\n" in said
    assert len(pages()[name]["examples"]) >= 2
    purpose = (commands()[name].help or "").splitlines()[0]
    assert purpose.endswith(".")


def test_status_1_is_told_where_the_papers_tell_it() -> None:
    told = {name for name, page in pages().items() if "trouble" in page}

    assert {name for name in commands() if "tatus 1" in section(name)} == told


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_has_help_that_ends(name: str) -> None:
    for parameter in commands()[name].params:
        words = (getattr(parameter, "help", None) or "").strip()
        assert words.endswith((".", "?")), f"{name}: {parameter.opts} says {words!r}"


@pytest.mark.parametrize(
    ("name", "example"),
    [(name, example) for name, page in pages().items() for example in page["examples"]],
)
def test_example_is_read_by_the_parser(name: str, example: str) -> None:
    command: Any = commands()[name]
    words = shlex.split(example)
    own = name.split()
    assert words[: len(own)] == own

    command.make_context(name, words[len(own) :], resilient_parsing=False).close()


@pytest.mark.parametrize("name", sorted(pages()))
def test_page_names_settings_and_commands_that_there_are(name: str) -> None:
    page = pages()[name]
    known = {f"TRIALWATCH_{setting.upper()}" for setting in Settings.model_fields}

    assert set(page.get("settings", ())) <= known
    assert set(page["see"]) <= set(commands()) - {name}

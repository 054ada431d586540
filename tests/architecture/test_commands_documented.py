"""docs/commands.md holds every command and option there is, and none that there is not."""

import re
import shlex
from functools import cache
from typing import Any

import pytest
import typer

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import KINDS, Severity
from tests.architecture.papers import code_lines, documents, named, read
from trialwatch.cli import app

_SECTION = re.compile(r"^### `trialwatch ([^`]+)`$", re.MULTILINE)
_OPTION = re.compile(r"--[a-z][a-z-]*")
_CALL = re.compile(r"^(?:[A-Z_]+=\S+ +)*(?:\.venv/bin/)?trialwatch ([a-z-].*)$")
#: Words after which another program's name stands.
_ELSEWHERE = ("docker compose exec trialwatch ",)
#: Taken by every command; described once.
_EVERYWHERE = {"--help", "--debug"}


@cache
def commands() -> dict[str, Any]:
    """Every command by the words that call it."""
    root: Any = typer.main.get_command(app)
    return dict(_below(root, typer.Context(root, info_name="trialwatch"), ()))


def _below(group: Any, context: Any, words: tuple[str, ...]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        path = (*words, name)
        if hasattr(command, "list_commands"):
            inner = typer.Context(command, parent=context, info_name=name)
            found += _below(command, inner, path)
        else:
            found.append((" ".join(path), command))
    return found


def options(command: Any) -> set[str]:
    """Long options of a command."""
    return {
        option
        for parameter in command.params
        if parameter.param_type_name == "option"
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }


def sections() -> dict[str, str]:
    """Command to the line that heads its section."""
    lines = _SECTION.findall(read("docs/commands.md"))
    return {_words(line): line for line in lines}


def _words(line: str) -> str:
    """Return the command's own words: lower case, before the first thing to fill in."""
    words = []
    for word in line.split():
        if not re.fullmatch(r"[a-z]+", word):
            break
        words.append(word)
    return " ".join(words)


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert set(sections()) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_section_heads_with_all_options_of_its_command(name: str) -> None:
    heading = sections().get(name, "")

    assert set(_OPTION.findall(heading)) == options(commands()[name])


@pytest.mark.parametrize("name", sorted(commands()))
def test_section_heads_with_all_arguments_of_its_command(name: str) -> None:
    arguments = [
        parameter
        for parameter in commands()[name].params
        if parameter.param_type_name == "argument"
    ]

    heading = sections()[name].removeprefix(name)
    left = re.sub(r"\[--[^\]]*\]", "", heading).split()

    assert len(left) == len(arguments), f"{left} beside {[each.name for each in arguments]}"


def test_every_command_can_answer_in_json() -> None:
    assert not [name for name, command in commands().items() if "--json" not in options(command)]


def test_all_options_above_the_commands_are_told() -> None:
    root: Any = typer.main.get_command(app)
    introduction = read("docs/commands.md").partition("\n## ")[0]

    assert options(root) <= set(_OPTION.findall(introduction))


def test_contract_names_every_kind_and_no_other() -> None:
    line = next(
        line for line in read("docs/commands.md").splitlines() if line.startswith("The kinds: ")
    )

    assert tuple(re.findall(r"`([^`]+)`", line)) == KINDS


def test_contract_names_every_severity_and_state() -> None:
    text = read("docs/commands.md")

    assert all(f"`{severity.word}`" in text for severity in Severity)
    assert all(f"`{state}`" in text for state in DeliveryState)


def calls() -> list[tuple[str, str]]:
    """Every call of the command in the papers: (paper, what stands after its name)."""
    found = []
    for paper in documents():
        for line in code_lines(paper.read_text(encoding="utf-8")):
            for elsewhere in _ELSEWHERE:
                line = line.replace(elsewhere, "")  # noqa: PLW2901  # the call within
            call = _CALL.search(line.partition("#")[0].rstrip())
            if call:
                found.append((named(paper), call[1]))
    return found


@pytest.mark.parametrize(("paper", "call"), calls())
def test_call_in_a_paper_names_what_there_is(paper: str, call: str) -> None:
    words = shlex.split(call)
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in commands()), None)
    group = {known.split()[0] for known in commands()}

    assert name or words[0] in group, f"{paper}: there is no `trialwatch {call}`"
    if name:
        used = set(_OPTION.findall(call))
        assert used <= options(commands()[name]) | _EVERYWHERE, paper


def test_readme_shows_the_two_commands_and_real_use_in_ten_lines() -> None:
    text = read("README.md")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)

    assert blocks[0].splitlines() == ["make demo", "make test"]
    assert len(blocks[1].splitlines()) == 10
    used = {call for paper, call in calls() if paper == "README.md"}
    assert {"doctor", "check", "run"} <= used

"""Every test and command that docs/reliability.md and docs/security.md name is there."""

import re

import pytest

from tests.architecture.papers import ROOT, read

_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
_PAPERS = ("docs/reliability.md", "docs/security.md")
_COMMAND = re.compile(r"`python -m (benchmarks\.\w+)")


@pytest.mark.parametrize("paper", _PAPERS)
def test_tests_that_are_named_are_there(paper: str) -> None:
    named = _TEST.findall(read(paper))

    assert len(named) > 20
    missing = [
        (file, test)
        for file, test in named
        if not (ROOT / file).exists() or f"def {test}(" not in f"{read(file)}def ("
    ]
    assert missing == []


def test_commands_that_are_named_are_there() -> None:
    named = set(_COMMAND.findall(read("docs/reliability.md")))

    assert named
    assert [one for one in named if not (ROOT / f"{one.replace('.', '/')}.py").exists()] == []


def test_no_figure_was_left_to_be_filled_in() -> None:
    assert not re.search(r"^[A-Z]+$", read("docs/reliability.md"), re.MULTILINE)

"""The project's files speak of the product alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.papers import ROOT, named

_FOLDERS = (
    ".ci",
    "benchmarks",
    "config",
    "docs",
    "monitor",
    "notifiers",
    "simulator",
    "storage",
    "supply",
    "tests",
    "trialwatch",
)
_TEXT = {
    *(".py", ".md", ".toml", ".tsv", ".txt", ".html", ".css", ".svg", ".json"),
    *(".yml", ".yaml", ".mako", ""),
}
#: What is meant, the pattern, and a line it must find; cut in two, or this file broke its own rule.
_NOT_OURS = {
    "how the work was organised": (
        r"\b(?:this|next|last|previous|earlier|later) sess" + "ion",
        "left for a later sess" + "ion",
    ),
    "who asked for it": (
        r"\b(?:your|my|our|task) br" + r"ief\b|\bthe br" + r"ief (?:says|asks|wants)",
        "as the br" + "ief asks",
    ),
    "a tool that writes text": (r"\b(?:chat ?bot|cla" + r"ude|gpt)\b", "written by Cla" + "ude"),
    "talk of such a tool": (
        r"\b(?:as an?|the|helpful|ai) ass" + r"istant\b|\bai[- ](?:generated|written)\b",
        "As an ass" + "istant",
    ),
    "a machine's own folders": (
        r"/wor" + r"k/|/tmp/br" + r"ief|/home/[a-z]+/|/root/",
        "see /wor" + "k/main",
    ),
    "a number of a tracker": (r"\bissue #?\d+\b", "see iss" + "ue 12"),
}


#: Folders in which others' files come to lie.
_NOT_PROJECT = {"__pycache__", "node_modules"}


def files() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in _TEXT and not _NOT_PROJECT & {*path.parts}:
                yield path


@pytest.mark.parametrize("what", _NOT_OURS)
def test_no_file_speaks_of(what: str) -> None:
    text, example = _NOT_OURS[what]
    pattern = re.compile(text, re.IGNORECASE)
    found = [
        f"{named(path)}:{number}: {line.strip()[:120]}"
        for path in files()
        if path.name != Path(__file__).name
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]

    assert pattern.search(example)
    assert not found


def test_looked_at_code_and_papers_alike() -> None:
    looked = {named(path) for path in files()}

    assert {
        "README.md",
        "pyproject.toml",
        "docs/index.md",
        "monitor/domain/ports/work.py",
    } <= looked
    assert len(looked) > 200

"""The papers: links that lead somewhere, files that exist, decisions in their form."""

import ast
import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.architecture.papers import (
    ROOT,
    anchors,
    code_lines,
    documents,
    named,
    read,
    table,
    without_code,
)

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"(?:\.ci|config|docs|monitor|notifiers|simulator|storage|tests|benchmarks|trialwatch)"
    r"(?:/[\w.-]+)+|docker-compose\.yml|pyproject\.toml|requirements\.lock|[A-Z]{4,}\.md"
)
_DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("paper", documents(), ids=named)
def test_links_lead_to_files_and_headings_that_exist(paper: Path) -> None:
    broken = [
        target
        for target in _LINK.findall(without_code(paper.read_text(encoding="utf-8")))
        if not target.startswith(("http://", "https://", "mailto:")) and not _exists(paper, target)
    ]

    assert not broken


def _exists(paper: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (paper.parent / unquote(path)).resolve() if path else paper
    if not file.exists() or not file.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("paper", documents(), ids=named)
def test_paths_named_as_code_exist(paper: Path) -> None:
    lines = code_lines(paper.read_text(encoding="utf-8"))
    named_paths = [line.split("::")[0] for line in lines if _PATH.fullmatch(line.split("::")[0])]

    assert [path for path in named_paths if not (ROOT / path).exists()] == []


def test_every_paper_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        paper = waiting.pop()
        if paper in reached or paper.suffix != ".md" or not paper.exists():
            continue
        reached.add(paper)
        waiting.extend(
            (paper.parent / unquote(target.partition("#")[0])).resolve()
            for target in _LINK.findall(without_code(paper.read_text(encoding="utf-8")))
            if not target.startswith("http")
        )

    papers = {
        path for path in documents() if path.is_relative_to(ROOT / "docs") or path.parent == ROOT
    }
    assert sorted(named(path) for path in papers - reached) == []


def test_pictures_are_legible_in_light_and_dark_and_say_what_they_show() -> None:
    picture = read("docs/images/flow.svg")

    assert "prefers-color-scheme: dark" in picture
    assert "<title" in picture
    assert "<desc" in picture
    assert "href=" not in picture.replace('xmlns="', "")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in _DECISIONS] == list(range(1, len(_DECISIONS) + 1))


@pytest.mark.parametrize("path", _DECISIONS, ids=named)
def test_decision_is_one_page_in_three_parts(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert re.fullmatch(rf"# {int(path.name[:4])}\. .+", lines[0])
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
    ]
    assert 10 <= len(lines) <= 40


def test_index_of_decisions_holds_each_under_its_title() -> None:
    index = read("docs/adr/README.md")

    for path in _DECISIONS:
        title = path.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]
        assert f"| {int(path.name[:4])} | [{title}]({path.name}) |" in index


def way() -> list[tuple[str, str, str]]:
    """One alert's way: step, files, functions."""
    rows = table(read("docs/architecture.md"), "| # | file | function | what happens |")
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.parametrize(("step", "files", "functions"), way(), ids=[row[0] for row in way()])
def test_the_way_of_an_alert_names_functions_that_exist(
    step: str, files: str, functions: str
) -> None:
    there = {name for file in re.findall(r"`([^`]+)`", files) for name in _functions(file)}

    missing = set(re.findall(r"`([^`]+)`", functions)) - there
    assert not missing, f"step {step}"


@cache
def _functions(file: str) -> frozenset[str]:
    """Functions of a file, methods with their class."""
    found = set()
    for node in ast.parse(read(file)).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return frozenset(found)


def test_changelog_keeps_its_format() -> None:
    text = read("CHANGELOG.md")
    releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    dates = [
        re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d{2}-\d{2})", name) for name in releases[1:]
    ]

    assert text.startswith("# Changelog\n")
    assert releases[0] == "[Unreleased]"
    assert all(dates)
    assert [date.fromisoformat(found[1]) for found in dates if found] == sorted(
        (date.fromisoformat(found[1]) for found in dates if found), reverse=True
    )
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= _KINDS
    lines = [line for line in text.split("## [Unreleased]")[1].splitlines() if line.strip()]
    assert all(line.startswith(("- ", "  ", "#")) for line in lines)


def test_licence_is_apache_2() -> None:
    text = read("LICENSE")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in read("pyproject.toml")


def test_contributing_names_every_check() -> None:
    text = read("CONTRIBUTING.md")

    for check in ("make check", ".ci/run", "ruff format", "ruff check", "mypy", "lint-imports"):
        assert check in text
    assert "make demo ONCE=1" in text


def test_ci_runs_make_check_and_stops_at_the_first_fault() -> None:
    script = read(".ci/run")

    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert re.search(r"^make check\b", script, re.MULTILINE)
    assert "export CI=true" in script

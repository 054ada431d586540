"""The project's files as the tests of its frame read them."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "monitor", "notifiers", "simulator", "storage", "trialwatch")

_FENCED = re.compile(r"^```.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


def read(path: str) -> str:
    """Return a file of the project as text."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def project() -> Any:
    """Return ``pyproject.toml``."""
    return tomllib.loads(read("pyproject.toml"))


def documents() -> list[Path]:
    """Return every paper a person reads."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def named(path: Path) -> str:
    """Return a path as people write it."""
    return path.relative_to(ROOT).as_posix()


def code_lines(text: str) -> Iterator[str]:
    """Return what stands as code in a paper, line by line."""
    for block in _FENCED.findall(text):
        yield from block.splitlines()
    yield from _INLINE.findall(_FENCED.sub("", text))


def without_code(text: str) -> str:
    """Return a paper without its code."""
    return _INLINE.sub("", _FENCED.sub("", text))


def anchors(text: str) -> set[str]:
    """Return what a link can name after ``#``, as GitHub makes it of headings."""
    found = set()
    for heading in _HEADING.findall(_FENCED.sub("", text)):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(words.replace(" ", "-"))
    return found


def table(text: str, head: str) -> list[list[str]]:
    """Return the rows of the table whose first line is ``head``, cell by cell."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.strip() == head:
            next(lines)
            break
    else:
        raise LookupError(f"there is no table that begins with {head}")
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
    return rows

"""The fenced blocks of the papers, and what stands before each about whether it is run.

A block without a word before it is commands, and is run. A comment in the line before it says
otherwise: ``<!-- not run: REASON -->``, or ``<!-- file: PATH -->`` for what is written to a file
that later blocks use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.papers import ROOT, named

_FENCE = re.compile(r"^\s*```(?P<language>\S*)\s*$")
_MARK = re.compile(r"^\s*<!-- (?P<kind>[a-z ]+): (?P<words>.+?) -->$")
_KINDS = frozenset({"not run", "file"})
_COMMANDS = frozenset({"", "sh"})
_SETTING = re.compile(r"[A-Z_]+=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block."""

    paper: str
    #: Number of its fence's line.
    number: int
    language: str
    #: ``not run``, ``file`` or empty, and what was said with it.
    kind: str
    words: str
    text: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.paper}:{self.number}"

    @property
    def lines(self) -> Iterator[Line]:
        """Its commands, one a line; what is continued by a backslash is one."""
        begun, said = 0, ""
        for number, text in enumerate(self.text.splitlines(), self.number + 1):
            begun, said = begun or number, said + text
            if said.endswith("\\"):
                said = said[:-1]
                continue
            if said.strip() and not said.lstrip().startswith("#"):
                yield Line(number=begun, text=said)
            begun, said = 0, ""


def papers() -> list[Path]:
    """Return the papers whose commands a newcomer types."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(paper: Path) -> Iterator[Block]:
    """Yield the blocks of a paper.

    Raises:
        ValueError: A block is neither commands nor marked; the message has its file and line.
    """
    lines = paper.read_text(encoding="utf-8").splitlines()
    begun: int | None = None
    for at, line in enumerate(lines):
        if not _FENCE.match(line):
            continue
        if begun is None:
            begun = at
            continue
        yield _block(_shown(paper), lines, begun, at)
        begun = None


def _shown(paper: Path) -> str:
    return named(paper) if paper.is_relative_to(ROOT) else paper.name


def _block(paper: str, lines: list[str], begun: int, ended: int) -> Block:
    fence = _FENCE.match(lines[begun])
    language = fence["language"] if fence else ""
    mark = _MARK.match(lines[begun - 1]) if begun else None
    place = f"{paper}:{begun + 1}"
    if mark and mark["kind"] not in _KINDS:
        raise ValueError(f"{place}: nobody knows what <!-- {mark['kind']}: ... --> means")
    if not mark and language not in _COMMANDS:
        raise ValueError(f"{place}: a block of {language} is not run and does not say why")
    text = lines[begun + 1 : ended]
    if not mark and all(_SETTING.match(line) for line in text):
        raise ValueError(f"{place}: settings that nothing reads; say in which file they stand")
    return Block(
        paper=paper,
        number=begun + 1,
        language=language,
        kind=mark["kind"] if mark else "",
        words=mark["words"] if mark else "",
        text="\n".join(text) + "\n",
    )

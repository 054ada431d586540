"""Trees in words, and the file of texts with the trees that were read in them by eye."""

from collections.abc import Iterator
from pathlib import Path

from monitor.eligibility.model import Criterion, EligibilityDoc, ListLogic, Section

_FILE = Path(__file__).with_name("trees.txt")
_SIGNS = {"{CR}": "\r", "{LF}": "\n", "{TAB}": "\t", "{NUL}": "\x00"}


def told_trees() -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, text and expected outline of each case in ``trees.txt``."""
    for case in _FILE.read_text(encoding="utf-8").split("### ")[1:]:
        name, *lines = case.splitlines()
        text = "\n".join(line[2:] for line in lines if line.startswith("|"))
        for word, sign in _SIGNS.items():
            text = text.replace(word, sign)
        yield name, text, [line[2:] for line in lines if line.startswith(">")]


def outline(doc: EligibilityDoc) -> list[str]:
    """Return a tree as lines: a section with its label, group, introduction and logic, its rules."""
    return [
        line
        for section in doc.sections
        for line in (_head(section), *(_rule(n) for top in section.criteria for n in top.walk()))
    ]


def _head(section: Section) -> str:
    words = [f"[{section.kind.value}]"]
    if section.label:
        words.append(repr(section.label))
    if section.group:
        words.append(f"for {section.group!r}")
    if section.intro:
        words.append(f"intro {section.intro!r}")
    return " ".join([*words, *_logic(section.list_logic)])


def _rule(rule: Criterion) -> str:
    flags = [f"+{flag.value}" for flag in sorted(rule.flags)]
    words = [rule.path, repr(rule.marker), repr(rule.text), *flags, *_logic(rule.list_logic)]
    return "  " * rule.depth + " ".join(words)


def _logic(logic: ListLogic) -> list[str]:
    return [] if logic is ListLogic.UNKNOWN else [f"({logic.value})"]

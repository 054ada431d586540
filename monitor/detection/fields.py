"""Every field of a study, and how it is compared or why it is not: the one table.

The rows are in ``fields.tsv``, one a field, for people to read; documentation is made of it and
the flat comparison runs by it. The columns:

path: as the registry's OpenAPI document names it; ``[]`` for each item, ``*`` for all below.
how: one of ``Way``.
kind: kind of the difference it gives; ``.*`` for a family of kinds.
subject: what the difference is about; ``a.b`` makes ``b`` a key of the value of ``a``.
meaning: what it is, or why it is ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class Way(StrEnum):
    """How a field is compared."""

    #: As it stands: enumerations, numbers, yes or no, codes.
    VALUE = "value"
    #: As words, in canonical form.
    TEXT = "text"
    #: As words of several lines; bullets and numbers of lists do not count.
    MARKUP = "markup"
    #: As a set, one difference for the whole of it.
    SET = "set"
    #: As a set, one difference for each name that came or went.
    NAMES = "names"
    #: Part of an item that is paired with its old self by what it says.
    ITEMS = "items"
    #: Part of a place.
    SITES = "sites"
    #: The rules for joining.
    CRITERIA = "criteria"
    #: Results: only that it changed, and counts.
    DIGEST = "digest"
    #: Shown inside another difference.
    WITH = "with"
    #: A date of the record's upkeep, told only when nothing else changed.
    STAMP = "stamp"
    #: Not compared; ``meaning`` says why.
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the table."""

    path: str
    how: Way
    kind: str
    subject: str
    meaning: str

    @property
    def module(self) -> str:
        """Section and module the field is in (``protocolSection.statusModule``)."""
        return ".".join(self.path.split(".")[:2])


def _rows() -> tuple[Field, ...]:
    lines = (files(__package__) / "fields.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines[2:]]
    return tuple(
        Field(path=path, how=Way(how), kind=kind, subject=subject, meaning=meaning)
        for path, how, kind, subject, meaning in cells
    )


#: Every field, in the registry's order.
FIELDS: tuple[Field, ...] = _rows()


@cache
def _known() -> Mapping[str, Any]:
    """Every known path as nested dicts; ``*`` where anything may follow."""
    tree: dict[str, Any] = {}
    for row in FIELDS:
        node = tree
        for part in row.path.replace("[]", "").split("."):
            node = node.setdefault(part, {})
    return tree


def unknown_fields(raw: bytes) -> tuple[str, ...]:
    """Return the paths in a record that the table does not know, sorted, each once.

    Args:
        raw: JSON of one study. Inside results only the names of modules are looked at.

    Raises:
        msgspec.DecodeError: ``raw`` is not JSON.
    """
    found: set[str] = set()
    _look(msgspec.json.decode(raw), _known(), "", found)
    return tuple(sorted(found))


def _look(value: Any, known: Mapping[str, Any], path: str, found: set[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _look(item, known, path, found)
    elif isinstance(value, dict) and "*" not in known:
        for key, item in value.items():
            here = f"{path}.{key}" if path else key
            if key not in known:
                found.add(here)
            else:
                _look(item, known[key], here, found)

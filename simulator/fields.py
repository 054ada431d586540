"""The data structure by name: which part of a study ``fields=`` asks for.

``fields.txt`` lists names, pieces and types; this module finds, prunes and rewrites.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

_INDENT = 2
#: Parts of a study to keep: a name to what is kept below it, nothing meaning all.
Cut = dict[str, "Cut"]


class UnknownFieldError(LookupError):
    """No piece, module or path carries that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One field of the data structure."""

    name: str
    piece: str
    type: str
    path: tuple[str, ...]
    children: list["Node"] = field(default_factory=list)


@cache
def data_structure() -> tuple[Node, ...]:
    """Return the top-level fields, each with those below it."""
    root = Node(name="", piece="", type="", path=())
    branch = [root]
    for line in files("simulator").joinpath("fields.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip())) // _INDENT
        name, piece, kind = line.split()
        del branch[depth + 1 :]
        node = Node(name=name, piece=piece, type=kind, path=(*branch[-1].path, name))
        branch[-1].children.append(node)
        branch.append(node)
    return tuple(root.children)


def every_field() -> Iterator[Node]:
    """Walk all fields, branches before what they hold."""
    todo = list(reversed(data_structure()))
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.children))


@cache
def paths() -> dict[str, tuple[str, ...]]:
    """Return where in a study each field is, by piece and by dotted path."""
    by_name = {node.piece: node.path for node in every_field()}
    return by_name | {".".join(node.path): node.path for node in every_field()}


def cut_for(names: tuple[str, ...]) -> Cut:
    """Return what to keep of a study when ``names`` are asked for.

    Raises:
        UnknownFieldError: One of them is neither piece nor path; case counts.
    """
    cut: Cut = {}
    for name in names:
        if name not in paths():
            raise UnknownFieldError(name)
        _keep(cut, paths()[name])
    return cut


def _keep(cut: Cut, path: tuple[str, ...]) -> None:
    for depth, name in enumerate(path, start=1):
        if name in cut and not cut[name]:
            return
        if depth == len(path):
            cut[name] = {}
        cut = cut.setdefault(name, {})


def pruned(value: Any, cut: Cut) -> Any:
    """Return a copy of ``value`` with only what ``cut`` keeps; lists are cut item by item."""
    if not cut:
        return value
    if isinstance(value, list):
        return [pruned(item, cut) for item in value]
    return {key: pruned(value[key], cut[key]) for key in value if key in cut}


@cache
def _markup_cut() -> Cut:
    return cut_for(tuple(node.piece for node in every_field() if node.type == "markup"))


def in_legacy_markup(study: Any) -> Any:
    """Return a copy with markup fields as the classic format had them: CRLF, no escapes."""
    return _rewritten(study, _markup_cut())


def _rewritten(value: Any, cut: Cut) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, cut) for item in value]
    if isinstance(value, dict):
        return {
            key: _rewritten(item, cut[key]) if key in cut else item for key, item in value.items()
        }
    return _legacy(value) if isinstance(value, str) else value


def _legacy(text: str) -> str:
    for mark in "<>[]*_^~&":
        text = text.replace("\\" + mark, mark)
    return text.replace("\n", "\r\n")

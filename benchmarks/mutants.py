"""Small faults for the functions of a module: what a slip of the hand would do to them.

Plain functions over the syntax tree. A mutant is named by file, function and number, so that it
can be made again: ``monitor/detection/dates.py:dates_between:4``.
"""

import ast
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
#: What is done in words, and the doing of it, in place.
Fault: TypeAlias = tuple[str, Callable[[], None]]

_SWAPS: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
#: Dropped, these leave a function that still runs; a dropped plain assignment would only crash.
_DROPPED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault in one function."""

    path: Path
    function: str
    number: int
    line: int
    what: str

    @property
    def name(self) -> str:
        """How it is printed, and asked for again."""
        return f"{self.path}:{self.function}:{self.number}"

    @property
    def is_held_back(self) -> bool:
        """One in four is not looked at while tests are written, so that a figure is of new faults."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 4 == 0


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mutant of a module, in the order of its text.

    Faults in the types of names inside a function are left out: they are never run.
    """
    return [
        Mutant(path=path, function=name, number=number, line=line, what=what)
        for name, function in functions(ast.parse(path.read_text()))
        for never_run in [_types_inside(function)]
        for number, (node, line, (what, _)) in enumerate(_faults(function))
        if node not in never_run
    ]


def _types_inside(function: Function) -> frozenset[ast.AST]:
    typed = (node.annotation for node in ast.walk(function) if isinstance(node, ast.AnnAssign))
    return frozenset(node for annotation in typed for node in ast.walk(annotation))


def mutated_code(mutant: Mutant) -> CodeType:
    """Return the code of the mutant's function with the fault in it."""
    tree = ast.parse(mutant.path.read_text())
    function = dict(functions(tree))[mutant.function]
    _, _, (_, do) = list(_faults(function))[mutant.number]
    do()
    module = compile(ast.fix_missing_locations(tree), str(mutant.path.resolve()), "exec")
    return next(code for code in codes_in(module) if code.co_qualname == mutant.function)


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Yield functions and methods with their qualified names; inner ones belong to the outer."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield f"{node.name}.{inner.name}", inner


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Yield a code and, depth first, those defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def _faults(function: Function) -> Iterator[tuple[ast.AST, int, Fault]]:
    start = 1 if ast.get_docstring(function) is not None else 0
    for statement in function.body[start:]:
        for node in ast.walk(statement):
            for fault in _faults_of(node):
                yield node, getattr(node, "lineno", statement.lineno), fault


def _faults_of(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in _SWAPS:
        yield _put(node, "op", _SWAPS[type(node.op)](), of=node.op)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_no(node.value):
        yield "return nothing", lambda: setattr(node, "value", ast.Constant(None))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda: setattr(node, "operand", _not(node.operand))
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition negated", lambda: setattr(node, "test", _not(node.test))
    if isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            yield "filter negated", _setter(node.ifs, at, _not(test))
    yield from _dropped(node)


def _compared(node: ast.Compare) -> Iterator[Fault]:
    for at, op in enumerate(node.ops):
        other = _SWAPS[type(op)]()
        yield f"{_word(op)} becomes {_word(other)}", _setter(node.ops, at, other)


def _constant(node: ast.Constant) -> Iterator[Fault]:
    value = node.value
    other: object
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int | float):
        other = value + 1
    elif isinstance(value, str):
        other = f"XX{value}"
    else:
        return
    yield _put(node, "value", other, of=value)


def _dropped(node: ast.AST) -> Iterator[Fault]:
    for part in ("body", "orelse", "finalbody"):
        statements = getattr(node, part, None)
        if isinstance(statements, list):
            for at, statement in enumerate(statements):
                if isinstance(statement, _DROPPED):
                    what = f"line {statement.lineno} dropped: {ast.unparse(statement)[:60]}"
                    yield what, _setter(statements, at, ast.Pass())


def _put(node: ast.AST, name: str, value: object, *, of: object) -> Fault:
    return f"{_word(of)} becomes {_word(value)}", lambda: setattr(node, name, value)


def _setter(items: list[Any], at: int, value: object) -> Callable[[], None]:
    return lambda: items.__setitem__(at, value)


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _word(value: object) -> str:
    return type(value).__name__ if isinstance(value, ast.AST) else repr(value)[:40]


def _is_no(value: ast.expr) -> bool:
    """Say whether to return nothing instead is the same to whoever asks yes or no."""
    return isinstance(value, ast.Constant) and (value.value is None or value.value is False)

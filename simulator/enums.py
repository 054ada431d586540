"""The registry's enumerations, from ``enums.txt``, and the answer of ``/studies/enums``."""

from functools import cache
from importlib.resources import files
from typing import Any

from simulator.fields import every_field


@cache
def enumerations() -> dict[str, tuple[str, ...]]:
    """Return every enumeration type with its values."""
    lines = files("simulator").joinpath("enums.txt").read_text("utf-8").splitlines()
    words = [line.split() for line in lines if not line.startswith("#")]
    return {name: tuple(values) for name, *values in words}


#: Values of ``overallStatus``.
STATUSES = frozenset(enumerations()["Status"])


def enum_infos() -> list[dict[str, Any]]:
    """Return the body of ``/studies/enums``: type, the pieces that have it, its values."""
    return [
        {"type": name, "pieces": _pieces(name), "values": [_item(value) for value in values]}
        for name, values in enumerations().items()
    ]


def _pieces(name: str) -> list[str]:
    return [node.piece for node in every_field() if node.type.removesuffix("[]") == name]


def _item(value: str) -> dict[str, str]:
    return {"value": value, "legacyValue": value.replace("_", " ").capitalize()}

"""Misbehaviour on request: which request is to go wrong, and how.

Values and their book-keeping; how each fault looks on the wire is in
``simulator.edge`` (transport) and ``simulator.damage`` (content).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_args


class FaultKind(StrEnum):
    """What goes wrong."""

    #: An error status with a text/plain body; ``status``, ``retry_after``.
    STATUS = "status"
    #: Nothing is ever answered.
    HANG = "hang"
    #: The connection ends before the first byte of the answer.
    RESET = "reset"
    #: The connection ends half-way through the body.
    CUT = "cut"
    #: The body comes in crumbs, one every ``seconds``.
    DRIP = "drip"
    #: An HTML page with ``status`` (200 by default here).
    HTML = "html"
    #: 200, ``application/json``, not JSON.
    GARBAGE = "garbage"
    #: Half of the JSON, with a length that says it is whole.
    TRUNCATED = "truncated"
    #: 200 and no body.
    EMPTY = "empty"
    #: JSON of another shape than the OpenAPI document's.
    SHAPE = "shape"
    #: A right answer padded to ``size`` bytes.
    HUGE = "huge"
    #: Few bytes of gzip that unpack to ``size``.
    BOMB = "bomb"
    #: Bytes that claim to be gzip and are not.
    BAD_GZIP = "bad_gzip"
    #: Studies lose most of their modules.
    SHADOW = "shadow"
    #: Sites and criteria shrink to a quarter.
    SHRINK = "shrink"
    #: The studies named are left out of the answer.
    MISSING = "missing"
    #: An earlier release is served, stamps and all; ``back`` says by how many. With
    #: ``nct_ids`` only those studies come from it and the rest is of today.
    OLDER = "older"
    #: The next release comes out just before the answer.
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault and the requests it befalls."""

    kind: FaultKind
    #: Requests it befalls; ``None`` means all until faults are cleared.
    times: int | None = 1
    #: Requests of that path let through before it starts.
    after: int = 0
    #: Beginning of the path below ``/api/v2``, such as ``/studies``.
    path: str = "/"
    #: Part of the query string, such as one NCT number; empty means any.
    query: str = ""
    status: int | None = None
    #: ``Retry-After`` as it is sent, seconds or an HTTP date.
    retry_after: str | None = None
    #: Gap between crumbs of a ``drip``.
    seconds: float = 0.05
    #: Bytes of a ``huge`` or ``bomb``, before compression.
    size: int = 64 * 1024 * 1024
    #: Studies that a fault of content strikes; empty means all.
    nct_ids: tuple[str, ...] = ()
    #: Releases that an ``older`` goes back.
    back: int = 1

    def befalls(self, path: str, query: str) -> bool:
        """Tell whether a request of that path and query is meant."""
        return path.startswith(self.path) and self.query in query


def fault_from(wish: Mapping[str, Any]) -> Fault:
    """Return the fault that a JSON object asks for.

    Raises:
        ValueError: An unknown kind or key, or a value of the wrong type.
    """
    if wish.get("kind") not in set(FaultKind):
        raise ValueError(f"`kind` must be one of {', '.join(FaultKind)}")
    known = {field.name: field.type for field in fields(Fault)} | {"kind": str}
    for key, value in wish.items():
        if key not in known:
            raise ValueError(f"`{key}` is no part of a fault; known are {', '.join(known)}")
        _check_type(key, value, known[key])
    return Fault(
        **{**wish, "kind": FaultKind(wish["kind"]), "nct_ids": tuple(wish.get("nct_ids", ()))}
    )


def _check_type(key: str, value: Any, wanted: Any) -> None:
    if key == "nct_ids":
        right = isinstance(value, list) and all(isinstance(nct_id, str) for nct_id in value)
    elif key == "seconds":
        right = isinstance(value, int | float)
    else:
        right = isinstance(value, get_args(wanted) or wanted)
    if not right or isinstance(value, bool):
        raise ValueError(f"`{key}` has a value of the wrong type: {value!r}")


class FaultBook:
    """The faults still to come, oldest first. Safe to use from any thread."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._pending: list[_Pending] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Let ``fault`` befall the requests it is meant for, after those already asked."""
        with self._lock:
            self._pending.append(_Pending(fault))

    def ask(self, kind: str, **wish: Any) -> None:
        """Add the fault that the words describe; see ``Fault`` for them."""
        self.add(fault_from({"kind": kind, **wish}))

    def take(self, path: str, query: str) -> Fault | None:
        """Return the fault that befalls this request, and count it."""
        with self._lock:
            for pending in self._pending:
                if pending.strikes(path, query):
                    self._pending = [one for one in self._pending if one.left != 0]
                    return pending.fault
        return None

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._pending.clear()

    def pending(self) -> tuple[Fault, ...]:
        """Return the faults still to come."""
        with self._lock:
            return tuple(one.fault for one in self._pending)


class _Pending:
    __slots__ = ("fault", "left", "spared")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.left = fault.times
        self.spared = fault.after

    def strikes(self, path: str, query: str) -> bool:
        """Count a request against this fault and tell whether it is struck."""
        if not self.fault.befalls(path, query):
            return False
        if self.spared:
            self.spared -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

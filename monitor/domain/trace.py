"""One id from a look at the registry to the messages that came of it.

A look gets it, the log lines of the look carry it, and it is stored with every alert; so whoever
sends, another process perhaps, says the same id. It says nothing about anybody.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Protocol

#: A line for each step of an alert's way. Each carries its facts as fields, never an address.
steps = logging.getLogger("trialwatch.steps")
_CURRENT: ContextVar[str] = ContextVar("trace", default="")


def new_trace() -> str:
    """Return 32 hexadecimal digits, never all 0.

    Source:
        ``trace-id`` of https://www.w3.org/TR/trace-context/.
    """
    return f"{secrets.randbits(128) or 1:032x}"


def current_trace() -> str:
    """Return the id of what is being done, empty outside of it."""
    return _CURRENT.get()


@contextmanager
def tracing(trace: str) -> Iterator[None]:
    """Let everything in the block, its threads and tasks too, be done under an id."""
    before = _CURRENT.set(trace)
    try:
        yield
    finally:
        _CURRENT.reset(before)


class Spans(Protocol):
    """Measures how long parts of the way take, where somebody wants to know."""

    def span(
        self, name: str, *, trace: str = "", **facts: str | int
    ) -> AbstractContextManager[None]:
        """Return a block that is measured.

        Args:
            name: What is done in it.
            trace: The id it belongs to; that of what is being done when empty.
            facts: Numbers and names of ours, never an address.
        """
        ...


class NoSpans:
    """Measures nothing."""

    def span(
        self, name: str, *, trace: str = "", **facts: str | int
    ) -> AbstractContextManager[None]:
        """Return a block."""
        del name, trace, facts
        return nullcontext()


NO_SPANS = NoSpans()

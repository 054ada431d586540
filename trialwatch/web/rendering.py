"""Jinja2 templates of the pages; everything shown is escaped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.looks import AS_WRITTEN, Look
from monitor.domain.topics import IN_WORDS, Topic
from notifiers.links import record_url
from storage.listpages import ToldRow

_Value = TypeVar("_Value")
_HERE = Path(__file__).parent / "templates"
_STATES = {
    DeliveryState.PENDING: "waiting",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.FAILED: "given up",
    DeliveryState.CANCELLED: "no longer wanted",
    DeliveryState.WAITING: "held for its hour",
    DeliveryState.BUNDLED: "in a digest",
}


def status_in_words(status: str) -> str:
    """Return the registry's status as a person reads it: ``Active, not recruiting``."""
    words = status.replace("_", " ").capitalize() or "Not looked at yet"
    return words.replace(" not recruiting", ", not recruiting")


def release_in_words(timestamp: str) -> str:
    """Return a release's stamp without the letter between its day and its time."""
    return timestamp.replace("T", " at ")


def asked_in_words(told: ToldRow) -> str:
    """Return what a subscription asks for: ``Anything about who can join, daily at 07:00``."""
    parts = [IN_WORDS[topic] for topic in Topic if topic in told.topics] or ["Everything"]
    if told.min_severity > Severity.MINOR:
        parts.append(f"only what is {told.min_severity.word} or graver")
    if told.near:
        parts.append(f"of places only {told.near}")
    return "; ".join([*parts, told.hours or "at once"])


def _look(context: Context) -> Look:
    """Return how whoever the page is for reads it; strangers read it as it is written."""
    visitor = context.get("visitor")
    return visitor.person.look if visitor else AS_WRITTEN


def _by_look(shown: Callable[[Look, _Value], str]) -> Callable[[Context, _Value], str]:
    """Return a filter that shows a value as whoever the page is for reads it."""

    @pass_context
    def by_look(context: Context, value: _Value) -> str:
        return shown(_look(context), value)

    return by_look


def _release(look: Look, release: str) -> str:
    return release_in_words(look.stamp(release))


_environment = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["record_url"] = record_url
_environment.filters.update(
    status=status_in_words,
    release=_by_look(_release),
    stamp=_by_look(Look.stamp),
    day=_by_look(Look.day),
    number=_by_look(Look.number),
    said=_by_look(Look.said),
    state=_STATES.__getitem__,
    minute=_by_look(Look.minute),
    second=_by_look(Look.second),
    asked=asked_in_words,
)


def render(name: str, /, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(_environment.get_template(name).render(**values), status_code=status_code)

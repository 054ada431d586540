"""Jinja2 templates of the pages; everything shown is escaped."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.looks import AS_WRITTEN, Look
from monitor.domain.topics import IN_WORDS, Topic
from notifiers.links import record_url
from storage.listpages import ToldRow

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


@pass_context
def _to_the_minute(context: Context, at: datetime) -> str:
    return _look(context).minute(at)


@pass_context
def _to_the_second(context: Context, at: datetime) -> str:
    return _look(context).second(at)


@pass_context
def _day(context: Context, day: date) -> str:
    return _look(context).day(day)


@pass_context
def _number(context: Context, count: int) -> str:
    return _look(context).number(count)


@pass_context
def _said(context: Context, text: str) -> str:
    return _look(context).said(text)


@pass_context
def _stamp(context: Context, release: str) -> str:
    return _look(context).stamp(release)


@pass_context
def _release(context: Context, release: str) -> str:
    return release_in_words(_look(context).stamp(release))


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
    release=_release,
    stamp=_stamp,
    day=_day,
    number=_number,
    said=_said,
    state=_STATES.__getitem__,
    minute=_to_the_minute,
    second=_to_the_second,
    asked=asked_in_words,
)


def render(name: str, /, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(_environment.get_template(name).render(**values), status_code=status_code)

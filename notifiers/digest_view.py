"""What stands in a message about several trials, in which order. No markup here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from monitor.domain.alerts import Alert, Digest
from monitor.domain.near import nears_written
from notifiers.clean import one_line
from notifiers.facts import day
from notifiers.links import record_url, trial_url
from notifiers.search_view import search_link, search_words
from notifiers.view import headline_of, is_stop, sentences_of, subject_of

#: Trials told in full; of the others the headline is given, and the rest are counted.
MOST_IN_FULL: Final = 20
_MOST_SENTENCES: Final = 6
_LONGEST_TITLE: Final = 300
_SUBJECT_TITLE: Final = 80
_LONGEST_SENTENCE: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one version of a record changed."""

    heading: str
    sentences: tuple[str, ...]
    #: Sentences that are left out.
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One trial, with every step it took, oldest first; or one saved search."""

    #: Ids of the alerts it was made from: the same ids are the same study.
    key: tuple[str, ...]
    nct_id: str
    headline: str
    title: str
    is_stop: bool
    steps: tuple[Step, ...]
    record_url: str
    #: Our page of it; empty for a search, which has none.
    trial_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestHead:
    """What stands above the trials."""

    subject: str
    headline: str
    preheader: str
    opening: str


def studies_of(digest: Digest) -> tuple[tuple[Alert, ...], ...]:
    """Return the alerts of each trial, most important trial first, oldest alert first."""
    grouped = groupby(digest.alerts, key=lambda alert: alert.nct_id)
    return tuple(tuple(alerts) for _, alerts in grouped)


def key_of(alerts: Sequence[Alert]) -> tuple[str, ...]:
    """Return what a part of a message is kept by: its alerts, and what they were narrowed to."""
    return tuple(f"{alert.id}/{nears_written(alert.near) or ''}" for alert in alerts)


def study_of(alerts: Sequence[Alert], *, web_url: str) -> Study:
    """Return one trial's part of a message."""
    newest, told = alerts[-1], _weightiest(alerts)
    if newest.search is not None:
        return _search(alerts)
    return Study(
        key=key_of(alerts),
        nct_id=newest.nct_id,
        headline=headline_of(told),
        title=one_line(newest.title, _LONGEST_TITLE) or "Trial without a title",
        is_stop=is_stop(newest),
        steps=tuple(_step(alert) for alert in alerts),
        record_url=record_url(newest.nct_id),
        trial_url=trial_url(web_url, newest.nct_id),
    )


def _search(alerts: Sequence[Alert]) -> Study:
    """Return one search's part of a message."""
    newest = alerts[-1]
    return Study(
        key=key_of(alerts),
        nct_id="This search",
        headline=headline_of(_weightiest(alerts)),
        title=search_words(newest),
        is_stop=False,
        steps=tuple(_step(alert) for alert in alerts),
        record_url=search_link(newest),
        trial_url="",
    )


def head_of(first: Sequence[Alert], trials: int, searches: int = 0) -> DigestHead:
    """Return what stands above the trials and searches, ``first`` being the most important."""
    others = trials + searches - 1
    told, newest = _weightiest(first), first[-1]
    subject = subject_of(newest)
    if others:
        title = one_line(newest.title, _SUBJECT_TITLE) or newest.nct_id
        what = "" if searches else " studies" if others > 1 else " study"
        about = headline_of(told) if told.search else f"{headline_of(told)}: {title}"
        subject = f"{about}, and {others} more{what}"
    lines = sentences_of(told)
    return DigestHead(
        subject=subject,
        headline=_counts(trials, searches),
        preheader=one_line(lines[0] if lines else "", 200),
        opening="What matters most comes first. A study that changed more than once stands here"
        " once, with every step.",
    )


def _counts(trials: int, searches: int) -> str:
    studies = "A study changed" if trials == 1 else f"{trials} studies changed"
    found = "A search has news" if searches == 1 else f"{searches} searches have news"
    if not searches:
        return studies
    return f"{studies}, {found[:1].lower()}{found[1:]}" if trials else found


def _weightiest(alerts: Sequence[Alert]) -> Alert:
    """Return the alert that weighs most, of several the newest."""
    return max(reversed(alerts), key=lambda alert: alert.severity)


def _step(alert: Alert) -> Step:
    lines = sentences_of(alert)
    shown = tuple(line[:_LONGEST_SENTENCE] for line in lines[:_MOST_SENTENCES])
    return Step(
        heading=f"Registry release of {day(one_line(alert.release, 40))}",
        sentences=shown,
        more=len(lines) - len(shown),
    )

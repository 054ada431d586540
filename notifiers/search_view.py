"""What stands in a message about a saved search, in which order. No markup here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.searches import BACK, ENTERED, HALTED, LEFT, RESUMED
from monitor.registry.searchaddress import search_url
from monitor.summaries.searches import headline
from monitor.summaries.status import status_words
from notifiers.clean import one_line, paragraphs
from notifiers.facts import day
from notifiers.links import record_url

_LONGEST_NAME: Final = 100
_LONGEST_WORDS: Final = 400
_LONGEST_TITLE: Final = 300
_LONGEST_SENTENCE: Final = 1200
_HEADINGS: Final[Mapping[str, str]] = {
    ENTERED: "New studies",
    BACK: "Found again",
    LEFT: "No longer found",
}
#: Trials shown, from what nobody wants to read to what every mail has room for.
ROOMS: Final = (300, 150, 80, 40, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One trial that entered, came back or left."""

    title: str
    nct_id: str
    #: How it stands now, in a few words; empty when that is not known.
    status: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryGroup:
    """Trials to which the same happened."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """Everything that a template needs."""

    subject: str
    headline: str
    name: str
    #: What is searched for, in words.
    words: str
    preheader: str
    release: str
    #: Told of the search itself: that it cannot be followed, or can again.
    sentences: tuple[str, ...]
    groups: tuple[EntryGroup, ...]
    #: Trials that are left out.
    more: int
    meanings: tuple[str, ...]
    #: Trials it finds now.
    trials: int
    search_url: str


def search_view_of(alert: Alert, *, most: int) -> SearchView:
    """Return what a message about a search's ``alert`` shows, ``most`` trials at the most."""
    moved = [change for change in alert.told if change.kind in _HEADINGS]
    shown = moved[:most]
    said = [change.sentence for change in alert.told if change.kind in {HALTED, RESUMED}]
    first = alert.told[0].sentence if alert.told else ""
    return SearchView(
        subject=search_subject(alert),
        headline=headline(alert.told).capitalize(),
        name=search_name(alert),
        words=search_words(alert),
        preheader=one_line(first, 200),
        release=day(one_line(alert.release, 40)),
        sentences=tuple(paragraphs(sentence, _LONGEST_SENTENCE) for sentence in said),
        groups=tuple(_groups(shown)),
        more=len(moved) - len(shown),
        meanings=tuple(dict.fromkeys(change.meaning for change in shown if change.meaning)),
        trials=alert.search.trials if alert.search else 0,
        search_url=search_link(alert),
    )


def _groups(changes: Sequence[Change]) -> list[EntryGroup]:
    of_kind = {kind: [one for one in changes if one.kind == kind] for kind in _HEADINGS}
    return [
        EntryGroup(heading=_HEADINGS[kind], entries=tuple(map(_entry, of_kind[kind])))
        for kind in _HEADINGS
        if of_kind[kind]
    ]


def _entry(change: Change) -> Entry:
    known = change.before if isinstance(change.before, Mapping) else {}
    now = change.after if isinstance(change.after, Mapping) else {}
    status = now.get("status")
    return Entry(
        title=one_line(str(now.get("title") or known.get("title") or ""), _LONGEST_TITLE)
        or "Study without a title",
        nct_id=change.subject,
        status=status_words(status).name if isinstance(status, str) and status else "",
        url=record_url(change.subject),
    )


def search_name(alert: Alert) -> str:
    """Return what the search of an alert is called."""
    return one_line(alert.title, _LONGEST_NAME)


def search_words(alert: Alert) -> str:
    """Return what the search of an alert looks for."""
    return one_line(alert.search.query.words, _LONGEST_WORDS) if alert.search else ""


def search_link(alert: Alert) -> str:
    """Return the registry's own page of the search of an alert."""
    return search_url(alert.search.query.parameters if alert.search else ())


def search_headline(alert: Alert) -> str:
    """Return ``Search "Lupus": 3 new studies``."""
    return f'Search "{search_name(alert)}": {headline(alert.told)}'


def search_subject(alert: Alert) -> str:
    """Return the headline; where it is about one trial, with that trial."""
    if len(alert.told) != 1 or alert.told[0].kind not in _HEADINGS:
        return search_headline(alert)
    entry = _entry(alert.told[0])
    return f"{search_headline(alert)}: {one_line(entry.title, _LONGEST_NAME)} ({entry.nct_id})"

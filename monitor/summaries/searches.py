"""What became of a saved search, in plain English: which search, which trial, how it stands."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from monitor.domain.changes import Change
from monitor.domain.searches import (
    BACK,
    ENTERED,
    HALTED,
    LEFT,
    MOST_FOLLOWED,
    RESUMED,
    Hit,
    Query,
)
from monitor.summaries.numbers import counted
from monitor.summaries.prose import clean, shortened
from monitor.summaries.status import status_words

_LONGEST_NAME: Final = 120
_LONGEST_TITLE: Final = 300
_LONGEST_QUERY: Final = 400


def entered(name: str, hit: Hit) -> str:
    """Tell of a trial that the search finds for the first time."""
    return _said(f"The search {_named(name)} now finds {_trial(hit)}.", _today(hit))


def back(name: str, hit: Hit) -> str:
    """Tell of a trial that the search had lost and finds again."""
    return _said(f"The search {_named(name)} finds {_trial(hit)} again.", _today(hit))


def left(name: str, hit: Hit, now: Hit | None) -> str:
    """Tell of a trial that the search finds no more.

    Args:
        name: What the search is called.
        hit: The trial as it was when it was found last.
        now: How it stands now, None when the registry did not show it.
    """
    first = f"The search {_named(name)} no longer finds {_trial(hit)}."
    if now is None:
        return _said(first, "The registry did not show this study when we looked.")
    if not now.status:
        return _said(first, "The registry does not say how it stands now.")
    if now.status == hit.status:
        return _said(first, "Its status is the same as before, so another part of it has changed.")
    return _said(first, _today(now))


def too_many(name: str, total: int) -> str:
    """Tell that the search finds more than can be followed."""
    return (
        f"The search {_named(name)} now finds {total:,} studies. That is more than the"
        f" {MOST_FOLLOWED:,} we can follow. We cannot tell what is new until the search is"
        " narrower."
    )


def not_understood(name: str, query: Query, words: str) -> str:
    """Tell that the registry refuses the search."""
    said = f' It says: "{clean(words)}".' if words else ""
    return (
        f"The registry no longer understands the search {_named(name)}"
        f" ({shortened(clean(query.words), _LONGEST_QUERY)}).{said}"
        " We cannot tell what is new until the search is changed."
    )


def resumed(name: str, total: int) -> str:
    """Tell that the search is followed again."""
    return f"We can follow the search {_named(name)} again. It finds {counted(total, 'study')}."


def headline(changes: Iterable[Change]) -> str:
    """Return a few words for the subject of a mail: ``3 new studies, 1 is back``."""
    counts = Counter(change.kind for change in changes)
    words = (
        f"{counted(counts[ENTERED], 'new study')}" if counts[ENTERED] else "",
        f"{counts[BACK]:,} {'is' if counts[BACK] == 1 else 'are'} back" if counts[BACK] else "",
        f"{counts[LEFT]:,} no longer found" if counts[LEFT] else "",
        "cannot be followed" if counts[HALTED] else "",
        "is followed again" if counts[RESUMED] else "",
    )
    return ", ".join(filter(None, words))


def _said(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _today(hit: Hit) -> str:
    return status_words(hit.status).today if hit.status else ""


def _named(name: str) -> str:
    return f'"{shortened(clean(name), _LONGEST_NAME)}"'


def _trial(hit: Hit) -> str:
    title = shortened(clean(hit.title), _LONGEST_TITLE)
    return f'the study "{title}" ({hit.nct_id})' if title else f"the study {hit.nct_id}"

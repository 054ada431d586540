"""What stands in a feed, before it is Atom or JSON: one entry an alert, in plain sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from monitor.domain.alerts import Alert, News
from monitor.summaries.headlines import headline, short_list
from notifiers.clean import one_line, paragraphs
from notifiers.search_view import search_subject

#: Most entries of a feed.
MOST = 100
_LONGEST_TITLE = 200
_LONGEST_SENTENCE = 1200
#: Trials that an entry about a search names.
_MOST_SENTENCES = 40
#: Crockford's base 32, in which ids of alerts are written.
_DIGITS = {digit: value for value, digit in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_128_BITS = (1 << 128) - 1
#: When a feed without entries was changed last.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert, as a reader of feeds sees it."""

    #: ``urn:uuid:...``, the same for good: readers tell by it what they have seen.
    id: str
    title: str
    #: Page that tells more.
    url: str
    at: datetime
    #: Plain sentences, most important first.
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, newest entry first."""

    title: str
    #: Its own address, and the page it belongs to.
    url: str
    page_url: str
    entries: tuple[Entry, ...]

    @property
    def id(self) -> str:
        """A name that stays, as long as its address does."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, self.url)}"

    @property
    def updated(self) -> datetime:
        """When the newest entry was made."""
        return max((entry.at for entry in self.entries), default=_NEVER)


def entry_of(news: News, *, page_of: Callable[[str], str]) -> Entry:
    """Return the entry of an alert.

    Args:
        news: The alert; what it tells is not silent.
        page_of: Address of the page of a trial, by number.
    """
    title = one_line(news.title, _LONGEST_TITLE) or "trial without a title"
    return Entry(
        id=_urn(news.id),
        title=f"{headline(news.changes)}: {title} ({news.nct_id})",
        url=page_of(news.nct_id),
        at=news.created_at,
        sentences=tuple(
            paragraphs(line, _LONGEST_SENTENCE) for line in short_list(news.changes) if line
        ),
    )


def entry_of_search(alert: Alert, *, url: str) -> Entry:
    """Return the entry of an alert about a saved search.

    Args:
        alert: The alert; what it tells is not silent.
        url: Page of the search.
    """
    return Entry(
        id=_urn(alert.id),
        title=search_subject(alert),
        url=url,
        at=alert.created_at,
        sentences=tuple(
            paragraphs(change.sentence, _LONGEST_SENTENCE)
            for change in alert.told[:_MOST_SENTENCES]
        )
        + _and_more(len(alert.told) - _MOST_SENTENCES),
    )


def _and_more(left_out: int) -> tuple[str, ...]:
    return (f"And {left_out:,} more.",) if left_out > 0 else ()


def _urn(alert_id: str) -> str:
    """Return an alert's id as a URN: its 26 characters are the 128 bits of a UUID."""
    number = 0
    for digit in alert_id.upper():
        if digit not in _DIGITS:
            return f"urn:uuid:{UUID(bytes=sha256(alert_id.encode()).digest()[:16])}"
        number = number << 5 | _DIGITS[digit]
    return f"urn:uuid:{UUID(int=number & _128_BITS)}"

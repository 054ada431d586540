"""What a chat message says, the same in every service. No markup, no limits of anybody's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from monitor.domain.alerts import Alert
from notifiers.clean import cut
from notifiers.search_view import search_view_of
from notifiers.view import NO_TITLE, Room, sentences_of, view_of

#: A chat shows what changed; the trial itself stands behind the links.
_ROOM: Final = Room(changes=60, text=300, rules=0, sentences=0, words=0)
_MOST_LINES: Final = 12
_MOST_MEANINGS: Final = 3
#: Escaped at worst five times as long, and still within what any service takes.
_LONGEST_LINE: Final = 500
_MORE: Final = "More has changed than fits here: see the history."
_Text = TypeVar("_Text", bytes, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One alert in few words, most important first."""

    headline: str
    title: str
    #: The trial's number, or the search.
    about: str
    #: What changed, a sentence or two a line.
    lines: tuple[str, ...]
    #: What it means for a reader.
    meanings: tuple[str, ...]
    #: Says that there is more than is shown; empty when all is.
    more: str
    #: Words and address of each page there is to open, the registry's own first.
    links: tuple[tuple[str, str], ...]
    source: str

    @property
    def line(self) -> str:
        """All of it in one line, for notifications."""
        return f"{self.headline}: {self.title} ({self.about})"


def said(alert: Alert, *, web_url: str) -> Said:
    """Return what a chat is told of ``alert``."""
    if alert.search is not None:
        return _search_said(alert)
    view = view_of(alert, web_url=web_url, room=_ROOM)
    sentences = tuple(filter(None, view.sentences))
    shown = sentences[:_MOST_LINES]
    is_cut = len(shown) < len(sentences) or view.more_changes > 0
    return Said(
        headline=view.headline,
        title=view.title or NO_TITLE,
        about=view.nct_id,
        lines=tuple(cut(sentence.replace("\n", " "), _LONGEST_LINE) for sentence in shown),
        meanings=tuple(
            cut(meaning.replace("\n", " "), _LONGEST_LINE)
            for meaning in view.meanings[:_MOST_MEANINGS]
        ),
        more=_MORE if is_cut else "",
        links=(
            (f"{view.nct_id} at ClinicalTrials.gov", view.record_url),
            ("Its history", view.trial_url),
        ),
        source=f"From the registry's release of {view.release}. This is not medical advice.",
    )


def _search_said(alert: Alert) -> Said:
    view = search_view_of(alert, most=_MOST_LINES)
    sentences = sentences_of(alert)
    shown = sentences[:_MOST_LINES]
    return Said(
        headline=view.headline,
        title=f'Search "{view.name}"',
        about=view.words,
        lines=tuple(cut(sentence.replace("\n", " "), _LONGEST_LINE) for sentence in shown),
        meanings=view.meanings,
        more=f"And {len(sentences) - len(shown)} more." if len(shown) < len(sentences) else "",
        links=(("This search at ClinicalTrials.gov", view.search_url),),
        source=f"From the registry's release of {view.release}. This is not medical advice.",
    )


def fitting(whole: Said, write: Callable[[Said], _Text], fits: Callable[[_Text], bool]) -> _Text:
    """Write as many of the lines as fit; the headline and the links always do."""
    for smaller in _ever_smaller(whole):
        written = write(smaller)
        if fits(written):
            return written
    return write(replace(whole, lines=(), meanings=(), more=_MORE))


def _ever_smaller(whole: Said) -> Iterator[Said]:
    yield whole
    yield replace(whole, meanings=whole.meanings[:1])
    for count in range(len(whole.lines) - 1, 0, -1):
        yield replace(whole, lines=whole.lines[:count], meanings=(), more=_MORE)

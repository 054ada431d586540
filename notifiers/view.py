"""What stands in a message, in which order, and how much of it. No markup here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.summaries import Block, PlainCriterion, in_blocks
from monitor.summaries.headlines import headline, short_list, summary_line
from monitor.summaries.marks import rule_marks
from notifiers.clean import one_line, paragraphs
from notifiers.facts import day
from notifiers.links import record_url, trial_url
from notifiers.search_view import search_headline, search_subject
from notifiers.table import FactGroup, fact_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of everything a message may show."""

    changes: int
    #: Characters of one value before or now.
    text: int
    rules: int
    #: Sentences of one part of the summary.
    sentences: int
    words: int


#: From everything to the bare change: the trial gives way before the changes do.
ROOMS: Final = (
    Room(changes=2000, text=6000, rules=300, sentences=60, words=60),
    Room(changes=2000, text=4000, rules=60, sentences=20, words=20),
    Room(changes=2000, text=2000, rules=15, sentences=8, words=8),
    Room(changes=2000, text=1000, rules=0, sentences=2, words=0),
    Room(changes=500, text=500, rules=0, sentences=2, words=0),
    Room(changes=150, text=500, rules=0, sentences=2, words=0),
    Room(changes=50, text=300, rules=0, sentences=1, words=0),
    Room(changes=20, text=200, rules=0, sentences=0, words=0),
)
_LONGEST_SENTENCE: Final = 1200
_LONGEST_LINE: Final = 400
_MOST_MEANINGS: Final = 12
#: Sentences that are still read as one paragraph.
_LONGEST_PARAGRAPH: Final = 5
#: The part of a summary that every message says in its own closing lines.
_SOURCE: Final = "source"
#: More rules than this begin with a line of counts.
_MANY: Final = 2
_LONGEST_TITLE: Final = 100
NO_TITLE: Final = "trial without a title"

_STOPS: Final = frozenset(
    {"SUSPENDED", "TERMINATED", "WITHDRAWN", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE"}
)
_RULE_HEADINGS: Final[Mapping[str, str]] = {
    "inclusion": "What a person needs to join",
    "exclusion": "What keeps a person out",
    "rules": "Rules for joining",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One eligibility rule: plain sentences, or the study's own words."""

    lines: tuple[str, ...]
    #: The lines as running text with lists under it.
    blocks: tuple[Block, ...]
    is_own_words: bool
    #: What is wrong with the study's own text ("The record breaks off here."), else empty.
    doubt: str = ""
    #: ``NEW`` or ``CHANGED`` where the alert tells so, else empty.
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules under one heading."""

    heading: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the trial's summary."""

    title: str
    sentences: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether it reads better line by line (places, groups) than as a paragraph."""
        return len(self.sentences) > _LONGEST_PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that a template needs."""

    subject: str
    headline: str
    title: str
    nct_id: str
    preheader: str
    release: str
    version: int
    #: The study stopped or went away: shown in the colour of a warning, and said in words.
    is_stop: bool
    sentences: tuple[str, ...]
    meanings: tuple[str, ...]
    groups: tuple[FactGroup, ...]
    #: Changes that are left out.
    more_changes: int
    parts: tuple[Part, ...]
    rules: tuple[RuleGroup, ...]
    more_rules: int
    words: tuple[tuple[str, str], ...]
    record_url: str
    trial_url: str


def view_of(alert: Alert, *, web_url: str, room: Room) -> View:
    """Return what a message about ``alert`` shows in the room there is."""
    told = alert.told[: room.changes]
    rules = alert.summary.eligibility[: room.rules]
    sentences = tuple(_sentences(told))
    return View(
        subject=subject_of(alert),
        headline=headline(alert.told),
        title=one_line(alert.title, _LONGEST_LINE),
        nct_id=alert.nct_id,
        preheader=one_line(sentences[0] if sentences else "", 200),
        release=day(one_line(alert.release, 40)),
        version=alert.to_version,
        is_stop=is_stop(alert),
        sentences=sentences,
        meanings=tuple(_distinct(change.meaning for change in told))[:_MOST_MEANINGS],
        groups=tuple(fact_groups(told, most_text=room.text)),
        more_changes=len(alert.told) - len(told),
        parts=tuple(_parts(alert, room)),
        rules=tuple(_rule_groups(rules, rule_marks(alert.told))),
        more_rules=len(alert.summary.eligibility) - len(rules),
        words=tuple(
            (one_line(word.term, 100), one_line(word.meaning, _LONGEST_LINE))
            for word in alert.summary.words_to_know[: room.words]
        ),
        record_url=record_url(alert.nct_id),
        trial_url=trial_url(web_url, alert.nct_id),
    )


def _sentences(changes: Sequence[Change]) -> Iterator[str]:
    """Yield what changed, most important first; many places in one sentence with their count."""
    rules = [change for change in changes if change.kind.startswith("eligibility.")]
    if len(rules) > _MANY:
        yield paragraphs(summary_line(rules), _LONGEST_SENTENCE)
    for line in short_list(changes):
        yield paragraphs(line, _LONGEST_SENTENCE)


def subject_of(alert: Alert) -> str:
    """Return ``Now open: <title> (NCT99000001)``."""
    if alert.search is not None:
        return search_subject(alert)
    title = one_line(alert.title, _LONGEST_TITLE) or NO_TITLE
    return f"{headline(alert.told)}: {title} ({alert.nct_id})"


def is_stop(alert: Alert) -> bool:
    """Return whether the study stopped or went away."""
    return any(_is_stop(change) for change in alert.told)


def sentences_of(alert: Alert) -> tuple[str, ...]:
    """Return what changed, most important first."""
    if alert.search is not None:
        return tuple(paragraphs(change.sentence, _LONGEST_SENTENCE) for change in alert.told)
    return tuple(_sentences(alert.told))


def headline_of(alert: Alert) -> str:
    """Return what an alert brings in a few words, with the name of a search."""
    return headline(alert.told) if alert.search is None else search_headline(alert)


def _is_stop(change: Change) -> bool:
    return change.kind == "record.gone" or (change.kind == "status" and str(change.after) in _STOPS)


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    clean = (paragraphs(text, _LONGEST_SENTENCE) for text in texts)
    yield from dict.fromkeys(text for text in clean if text)


def _parts(alert: Alert, room: Room) -> Iterator[Part]:
    for section in alert.summary.sections:
        sentences = tuple(
            paragraphs(sentence, _LONGEST_SENTENCE)
            for sentence in section.sentences[: room.sentences]
        )
        if sentences and section.id != _SOURCE:
            yield Part(title=one_line(section.title, _LONGEST_LINE), sentences=sentences)


def _rule_groups(
    criteria: Sequence[PlainCriterion], marks: Mapping[str, str]
) -> Iterator[RuleGroup]:
    for (section, group), of_group in groupby(
        criteria, key=lambda criterion: (criterion.section, criterion.group)
    ):
        name = _RULE_HEADINGS.get(section, "Rules for joining")
        label = f"{name}: {one_line(group, _LONGEST_LINE).rstrip(':')}" if group else name
        rules = tuple(_rule(criterion, marks.get(criterion.path, "")) for criterion in of_group)
        yield RuleGroup(heading=label, rules=rules)


def _rule(criterion: PlainCriterion, mark: str) -> Rule:
    is_own_words = criterion.method == "own-words"
    texts = (criterion.source,) if is_own_words or not criterion.plain else criterion.plain
    lines = tuple(paragraphs(text, 2000) for text in texts)
    return Rule(
        lines=lines,
        blocks=in_blocks(lines),
        is_own_words=is_own_words or not criterion.plain,
        doubt=criterion.doubt,
        mark=mark,
    )

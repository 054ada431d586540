"""The dates of a trial that people put into a calendar, and what can be said of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from monitor.domain.changes import Json
from monitor.domain.trial import NctId
from monitor.summaries.timing import date_words, parts_of

#: Fact of a summary, name, and what the day is.
_KINDS: Final = (
    ("start_date", "start", "Study start"),
    ("primary_completion_date", "primary-completion", "Last data for main result"),
    ("completion_date", "completion", "Study end"),
    ("results_first_post_date", "results", "Results posted"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDate:
    """One day of a trial."""

    nct_id: NctId
    #: Title of the trial.
    title: str
    #: ``start``, ``primary-completion``, ``completion`` or ``results``; once a trial at most.
    name: str
    words: str
    #: The first day that the record's date can mean.
    day: date
    is_estimated: bool
    #: Stands alone: what the record says, how sure, how exact.
    sentence: str
    #: Number of the version that says so, and when it was fetched.
    version: int
    known_at: datetime


def key_dates(
    facts: Mapping[str, Json],
    *,
    nct_id: NctId,
    title: str,
    version: int,
    known_at: datetime,
) -> tuple[KeyDate, ...]:
    """Return the dates that the facts of a summary hold, those that cannot be read left out."""
    found = []
    for fact, name, words in _KINDS:
        given = facts.get(fact)
        text = given.get("date") if isinstance(given, Mapping) else None
        parts = parts_of(text if isinstance(text, str) else None)
        if parts is None or not isinstance(given, Mapping) or not isinstance(text, str):
            continue
        year, month, day = parts
        if year < 1:
            continue
        estimated = given.get("type") == "ESTIMATED"
        found.append(
            KeyDate(
                nct_id=nct_id,
                title=title,
                name=name,
                words=f"{words} (estimated)" if estimated else words,
                day=date(year, month or 1, day or 1),
                is_estimated=estimated,
                sentence=_sentence(words, text, estimated=estimated, rough=day is None),
                version=version,
                known_at=known_at,
            )
        )
    return tuple(found)


def _sentence(words: str, text: str, *, estimated: bool, rough: bool) -> str:
    said = [f"{words}: {date_words(text)}."]
    if estimated:
        said.append("The date is the sponsor's estimate and can move.")
    if rough:
        said.append("The record names no day, so the first day it can mean is marked.")
    return " ".join([*said, "ClinicalTrials.gov says so; it is not medical advice."])

"""A trial's life laid out for a picture: what happened when, and where it is drawn. Pure.

Time runs downwards. Moments stand at least a line apart, so that no word lies over another;
beyond that their distance is that of their dates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from monitor.domain.changes import Severity
from monitor.domain.trial import BASELINE, VersionInfo
from monitor.summaries.headlines import headline
from monitor.summaries.keydates import KeyDate
from notifiers.clean import cut
from storage.histories import Step
from trialwatch.web.rendering import status_in_words

#: Most moments in the picture; the table has all.
MOST: Final = 60
_LINE, _TOP = 30, 24
#: Height that the whole time may take beyond the lines themselves.
_ROOM: Final = 480
_LONGEST_LABEL: Final = 38
#: Status to the name of its colour; the words say it too.
_LOOKS: Final = {
    "RECRUITING": "open",
    "ENROLLING_BY_INVITATION": "open",
    "AVAILABLE": "open",
    "NOT_YET_RECRUITING": "soon",
    "ACTIVE_NOT_RECRUITING": "soon",
    "SUSPENDED": "shut",
    "TERMINATED": "shut",
    "WITHDRAWN": "shut",
    "TEMPORARILY_NOT_AVAILABLE": "shut",
    "NO_LONGER_AVAILABLE": "shut",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened, or is to happen, on a day."""

    on: date
    words: str
    #: Weight of the weightiest change; None for a day of the study itself.
    severity: Severity | None = None
    #: Status from then on, in the registry's words; None where it did not move.
    status: str | None = None
    #: Version that shows it; None for a day of the study itself.
    version: int | None = None
    is_expected: bool = False
    is_before_watch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A moment in the picture."""

    moment: Moment
    y: int
    #: Cut to fit.
    label: str
    #: Name of the colour of the line that leads to the next moment.
    look: str


def moments_of(
    versions: Sequence[VersionInfo],
    steps: Iterable[Step],
    dates: Iterable[KeyDate],
    *,
    status: str,
) -> tuple[Moment, ...]:
    """Return what happened in order of days, silent changes left out.

    Args:
        versions: Oldest first.
        steps: Oldest first.
        dates: Days of the study itself.
        status: The status now.
    """
    listed = tuple(steps)
    found = [
        *_begun(versions, listed, status),
        *(moment for step in listed for moment in _moment(step)),
        *(Moment(on=day.day, words=day.words, is_expected=day.is_estimated) for day in dates),
    ]
    return tuple(sorted(found, key=lambda moment: moment.on))


def _begun(versions: Sequence[VersionInfo], steps: Sequence[Step], status: str) -> Iterator[Moment]:
    first = next((old for step in steps for old in _statuses_before(step)), status)
    for place, version in enumerate(versions):
        on = _day(version.release)
        if on is None or (place and version.number != BASELINE):
            continue
        words = "The watch began" if version.number == BASELINE else "The oldest version known"
        status_then = first if not place else None
        said = f"{words}: {status_in_words(first)}" if status_then else words
        yield Moment(
            on=on,
            words=said,
            status=status_then,
            version=version.number,
            is_before_watch=version.before_watch,
        )


def _statuses_before(step: Step) -> Iterator[str]:
    for change in step.changes:
        if change.kind == "status" and isinstance(change.before, str):
            yield change.before


def _moment(step: Step) -> Iterator[Moment]:
    told = [change for change in step.changes if change.severity > Severity.SILENT]
    on = _day(step.release)
    if not told or on is None:
        return
    after = next(
        (one.after for one in told if one.kind == "status" and isinstance(one.after, str)), None
    )
    yield Moment(
        on=on,
        words=headline(told),
        severity=max(change.severity for change in told),
        status=after if isinstance(after, str) else None,
        version=step.to_version,
        is_before_watch=step.before_watch,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def drawn(moments: Sequence[Moment], *, today: date) -> tuple[Drawn, ...]:
    """Return where the newest moments are drawn, from the top down.

    Where some are still to come today is drawn too: nobody knows the status after it.
    """
    shown = _with_today(moments[-MOST:], today)
    if not shown:
        return ()
    days = max((shown[-1].on - shown[0].on).days, 1)
    gaps = [
        max(_LINE, round((after.on - before.on).days / days * _ROOM))
        for before, after in pairwise(shown)
    ]
    found: list[Drawn] = []
    y, look = _TOP, _look_before(moments[:-MOST])
    for moment, gap in zip(shown, [*gaps, 0], strict=True):
        if moment.status:
            look = _LOOKS.get(moment.status, "over")
        look = "ahead" if moment.on >= today else look
        found.append(Drawn(moment=moment, y=y, label=cut(moment.words, _LONGEST_LABEL), look=look))
        y += gap
    return tuple(found)


def _with_today(moments: Sequence[Moment], today: date) -> list[Moment]:
    past = [moment for moment in moments if moment.on <= today]
    ahead = [moment for moment in moments if moment.on > today]
    return [*past, Moment(on=today, words="Today"), *ahead] if ahead else past


def _look_before(moments: Sequence[Moment]) -> str:
    status = next((one.status for one in reversed(moments) if one.status), None)
    return _LOOKS.get(status, "over") if status else "over"

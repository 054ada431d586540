"""A form of what somebody wants to be told, read into values; what is wrong is said in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType

from monitor.alerting.preview import Choice
from monitor.alerting.timing import is_quiet_at, zone_of
from monitor.domain.changes import Severity
from monitor.domain.errors import PlaceNotFoundError
from monitor.domain.near import Near
from monitor.domain.timings import WEEKDAYS, Quiet, Rhythm, Timing, UnknownZoneError
from monitor.domain.topics import IN_WORDS, Topic
from monitor.domain.watches import Channel
from monitor.places.gazetteer import near_of
from storage.listpages import ToldRow

#: What is chosen at first: everything that is not small print, at once.
EVERYTHING = "everything"
SOME = "some"
WITHIN = "50 km"
SEVERITIES: Mapping[str, str] = MappingProxyType(
    {
        "minor": "Everything but bookkeeping",
        "major": "What matters to who may want to join, and more",
        "critical": "Only the gravest",
    }
)


class ChoiceError(ValueError):
    """Something in the form cannot be read; the message says what to write.

    Attributes:
        field: What it is, as the interface for tools calls it.
    """

    def __init__(self, words: str, *, field: str = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was filled in, to be shown again as it was."""

    target: str = ""
    address: str = ""
    what: str = EVERYTHING
    topics: Sequence[str] = ()
    severity: str = "minor"
    rhythm: str = Rhythm.AT_ONCE.value
    at: str = "07:00"
    weekday: str = "monday"
    zone: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    critical: str = ""
    near: str = ""
    within: str = WITHIN
    words: Mapping[Topic, str] = field(default_factory=lambda: IN_WORDS)


def filled(told: ToldRow) -> Typed:
    """Return the form as it would be filled in for what somebody is told now."""
    timing, near = told.timing or Timing(zone=""), told.near_to
    return Typed(
        target=str(told.target_id),
        what=SOME if told.topics else EVERYTHING,
        topics=sorted(told.topics),
        severity=told.min_severity.name.lower(),
        rhythm=timing.rhythm.value,
        at=f"{timing.at:%H:%M}",
        weekday=WEEKDAYS[timing.weekday],
        zone=timing.zone,
        quiet_from=f"{timing.quiet.start:%H:%M}" if timing.quiet else "",
        quiet_to=f"{timing.quiet.end:%H:%M}" if timing.quiet else "",
        critical="1" if timing.critical_passes else "",
        near=near.place if near else "",
        within=near.within if near else WITHIN,
    )


def choice_of(typed: Typed, *, before: ToldRow | None = None) -> Choice:
    """Return what is asked for. ``before`` is what the same target is told now.

    Raises:
        ChoiceError: Something in it cannot be read.
    """
    topics = _topics(typed)
    if typed.severity not in SEVERITIES:
        raise ChoiceError("Choose how important a change has to be.", field="min_severity")
    return Choice(
        topics=topics,
        min_severity=Severity[typed.severity.upper()],
        rhythm=_rhythm(typed.rhythm),
        near=near_typed(typed, before=before),
    )


def _topics(typed: Typed) -> frozenset[Topic]:
    if typed.what != SOME:
        return frozenset()
    known = set(Topic)
    chosen = frozenset(Topic(name) for name in typed.topics if name in known)
    if not chosen:
        raise ChoiceError("Choose at least one thing to be told of, or everything.", field="topics")
    return chosen


def near_typed(typed: Typed, *, before: ToldRow | None = None) -> Near | None:
    """Return what is near, None where no place was named.

    A place that stands as it stood stays where it is: another town of its name may be larger.

    Raises:
        ChoiceError: The place is not known, or the distance cannot be read.
    """
    if not typed.near.strip():
        return None
    known = before.near_to if before else None
    if known and (typed.near.strip(), typed.within.strip()) == (known.place, known.within):
        return known
    try:
        return near_of(typed.near.strip(), typed.within.strip())
    except PlaceNotFoundError as error:
        raise ChoiceError(str(error), field="near") from error
    except ValueError as error:
        raise ChoiceError(f"How far: {error}", field="within") from error


def _rhythm(text: str) -> Rhythm:
    if text not in set(Rhythm):
        raise ChoiceError("Choose when to be told: at once, daily or weekly.", field="rhythm")
    return Rhythm(text)


def timing_of(typed: Typed, *, before: ToldRow | None = None) -> Timing | None:
    """Return when to tell by mail, None for at once at any hour.

    The form does not ask how many an hour are the most; where that was chosen before, it stays.

    Raises:
        ChoiceError: Something in it cannot be read, or does not go together.
    """
    rhythm, quiet = _rhythm(typed.rhythm), _quiet(typed)
    most = before.timing.most_an_hour if before and before.timing else None
    if rhythm is Rhythm.AT_ONCE and quiet is None:
        return None if most is None else Timing(zone=typed.zone or "UTC", most_an_hour=most)
    if not typed.zone:
        raise ChoiceError(
            "Say in which time zone the hours are, such as Europe/Berlin or UTC.", field="zone"
        )
    try:
        zone_of(typed.zone)
    except UnknownZoneError as error:
        raise ChoiceError(str(error), field="zone") from error
    if typed.weekday not in WEEKDAYS:
        raise ChoiceError("Choose a day of the week.", field="weekday")
    timing = Timing(
        rhythm=rhythm,
        at=_time(typed.at, "the digest"),
        weekday=WEEKDAYS.index(typed.weekday),
        zone=typed.zone,
        quiet=quiet,
        critical_passes=bool(typed.critical),
        most_an_hour=most,
    )
    if rhythm is not Rhythm.AT_ONCE and is_quiet_at(timing, timing.at):
        raise ChoiceError(
            "The digest's hour falls into the quiet hours; choose another one.", field="at"
        )
    return timing


def check_hours(timing: Timing | None, channel: Channel) -> None:
    """Refuse hours for what is told at once.

    Raises:
        ChoiceError: They were chosen for a webhook or a chat.
    """
    if timing is not None and channel is not Channel.EMAIL:
        raise ChoiceError(
            "Digests and quiet hours are for mail; a webhook or a chat is told at once. Choose"
            " at once, and no quiet hours.",
            field="rhythm",
        )


def _quiet(typed: Typed) -> Quiet | None:
    if not typed.quiet_from and not typed.quiet_to:
        return None
    if not typed.quiet_from or not typed.quiet_to:
        raise ChoiceError(
            "Quiet hours have a beginning and an end; leave both empty for none.", field="quiet_to"
        )
    quiet = Quiet(
        start=_time(typed.quiet_from, "the quiet hours"),
        end=_time(typed.quiet_to, "the quiet hours"),
    )
    if quiet.start == quiet.end:
        raise ChoiceError(
            "It would be quiet all day; leave both empty for no quiet hours.", field="quiet_to"
        )
    return quiet


def _time(text: str, of: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute[:2]))
    except ValueError as error:
        raise ChoiceError(
            f"{text[:20]!r} is no time of day for {of}; write 07:00.", field="at"
        ) from error

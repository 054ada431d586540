"""The one port behind the commands of a person; ``own`` and ``server`` play it alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from monitor.alerting.consent import Asking
from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.changes import Change
from monitor.domain.errors import InvalidAddressError
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.domain.notes import Note
from monitor.domain.summaries import Summary
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId, TrialState, VersionInfo
from monitor.domain.watched import Watched
from monitor.domain.watches import Channel, Format, Target
from storage.readmodels import Backlog, DeliveryRow, WatchRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Trials to watch, and who is told of them, as it was typed."""

    nct_ids: Sequence[NctId]
    addresses: Mapping[Channel, Sequence[str]] = field(default_factory=dict)
    #: None for the common list.
    list_name: str | None = None
    timing: Timing | None = None
    near: Near | None = None
    #: Place and distance that ``near`` was read from.
    near_as_typed: tuple[str, str] = ("", "")
    #: Whether e-mail addresses are asked first, whoever types them.
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Which deliveries to send once more: by id, or all that fit the rest."""

    ids: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    #: Number or address of a target.
    target: str | None = None
    nct_id: NctId | None = None
    delivered_too: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target, and when it is told, list by list, in words."""

    target: Target
    hours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a webhook said to a test."""

    target: Target
    taken: bool
    status: int | None
    #: Why it was not taken, empty where it was.
    reason: str
    detail: str


def not_on_list(nct_id: NctId, list_name: str) -> str:
    """Return the words for a trial that stands on no such list."""
    return f"{nct_id} is not on a list {list_name[:80]!r} of yours; see `trialwatch list`"


class Desk(Protocol):
    """Each method is one thing done, all of it or none.

    All of them raise ``TrialwatchError`` for what cannot be done, in words for the terminal.
    """

    def watches(self) -> Sequence[WatchRow]:
        """Return watches, by list and number."""
        ...

    def registry_trouble(self) -> str | None:
        """Return why the registry could not be asked, None when it could, or is not told."""
        ...

    def watch(self, wish: Wish) -> Sequence[Watched]:
        """Put trials on a list, and join it to those who are told."""
        ...

    def unwatch(self, nct_ids: Sequence[NctId], list_name: str | None) -> Mapping[NctId, int]:
        """Take trials off one list or all; return how many each was on."""
        ...

    def note(self, nct_id: NctId, list_name: str | None) -> Note:
        """Return what is written beside a trial on a list of one's own, None for the common one.

        Raises:
            NotWatchedError: It is not on this list.
        """
        ...

    def write_note(
        self,
        nct_id: NctId,
        list_name: str | None,
        *,
        text: str | None,
        tags: tuple[str, ...] | None,
    ) -> Note:
        """Write beside a trial, and return what stands there; None leaves a part as it is.

        Raises:
            NotWatchedError: It is not on this list.
        """
        ...

    def trial(self, nct_id: NctId) -> TrialState:
        """Return what is known of a trial.

        Raises:
            NotWatchedError: It was never watched.
        """
        ...

    def versions(self, nct_id: NctId) -> Sequence[VersionInfo]:
        """Return the versions kept of a record, oldest first."""
        ...

    def alerts(self, nct_id: NctId, *, limit: int) -> Sequence[Alert]:
        """Return the newest alerts of a trial, newest first; their summaries may be empty."""
        ...

    def compare(self, nct_id: NctId, older: int, younger: int) -> tuple[Change, ...]:
        """Return what differs between two versions of a record."""
        ...

    def summary(self, nct_id: NctId) -> Summary:
        """Return a trial in plain English, from its newest version."""
        ...

    def deliveries(
        self, *, state: DeliveryState | None, nct_id: NctId | None, limit: int
    ) -> Sequence[DeliveryRow]:
        """Return deliveries, newest first."""
        ...

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """Return one delivery, None when there is none."""
        ...

    def backlog(self) -> Backlog | None:
        """Return what is late; None where that is not told."""
        ...

    def replay(self, again: Again) -> int:
        """Make deliveries due again; return how many."""
        ...

    def targets(self) -> Sequence[TargetRow]:
        """Return targets, oldest first."""
        ...

    def test(self, which: str) -> Answer:
        """Send a webhook a test event now."""
        ...

    def rotate(self, which: str) -> Target:
        """Give a webhook a new secret."""
        ...

    def switch(self, which: str, *, on: bool) -> Target:
        """Send to a target again, or no more."""
        ...

    def choose(
        self, which: str, *, types: Sequence[EventType] | None, format_: Format | None
    ) -> Target:
        """Set what a target hears of, and in what form; None leaves it as it is.

        Raises:
            HearingRefusedError: It cannot hear of that, or not in that form.
        """
        ...

    def notify(self, address: str) -> Target:
        """Tell an e-mail address what becomes of webhooks."""
        ...

    def ask(self, which: str) -> tuple[Target, Asking]:
        """Ask an e-mail target once more whether it agrees."""
        ...

    def publish(self, list_name: str, *, notes: bool | None = None) -> str:
        """Give a list a public page; return its address.

        ``notes`` says whether it shows notes and tags, None that this stays as it is.
        """
        ...

    def unpublish(self, list_name: str) -> bool:
        """Take a list's public page away; False when it has none."""
        ...

    def rule_story(self, nct_id: NctId, rule: str) -> Sequence[Mapping[str, Any]]:
        """Return the contract of each chapter of a rule's story, oldest first."""
        ...

    def export(self, what: str, form: str, *, records: bool) -> Iterator[bytes]:
        """Yield a file of everything of one kind, piece by piece."""
        ...


def a_webhook(target: Target) -> Target:
    """Return the target, which has a secret and takes a test.

    Raises:
        InvalidAddressError: It is of another kind.
    """
    if target.channel is not Channel.WEBHOOK:
        raise InvalidAddressError(f"Target {target.id} is no webhook: it has no secret and no test")
    return target

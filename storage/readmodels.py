"""What ``storage.queries`` answers with: frozen rows for showing, each with its JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.events import EventType
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState, masked_address


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target that hears of a watch."""

    id: int
    channel: Channel
    #: Personal: shown to the operator, never logged. That of a chat stands here masked.
    address: str
    state: TargetState
    min_severity: Severity
    #: When it is told, in words; empty for at once.
    hours: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self) | {"min_severity": self.min_severity.word}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """A trial on a list, what is known of it, and who hears of it."""

    nct_id: NctId
    list_name: str
    created_at: datetime
    brief_title: str
    #: Empty until the baseline.
    overall_status: str
    latest_version: int
    seen_at: datetime | None
    gone: bool
    #: The registry said that it knows no such number.
    unknown: bool
    merged_into: NctId | None
    targets: tuple[TargetRow, ...]
    #: 0 where a server does not tell it.
    list_id: int = 0
    #: What is written beside it on this list.
    note: str = ""
    tags: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the list is called ``list``, as in ``watch --json``."""
        shown = asdict(self) | {"targets": [target.as_json() for target in self.targets]}
        return {"list" if name == "list_name" else name: shown[name] for name in shown}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """A trial that is or was watched, and how much is kept of it."""

    nct_id: NctId
    brief_title: str
    overall_status: str
    latest_version: int
    seen_at: datetime | None
    gone: bool
    merged_into: NctId | None
    #: How many lists it is on now; 0 when it is watched no longer.
    lists: int
    #: When its newest alert was made, silent ones among them; not of the past before the watch.
    changed_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One attempt at a delivery."""

    number: int
    started_at: datetime
    #: None while it is under way, and for good when the process died over it.
    ended_at: datetime | None
    #: As in ``Outcome.word``; None when it is not known.
    outcome: str | None
    status: int | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery with every attempt, oldest first."""

    id: str
    alert_id: str
    nct_id: NctId
    title: str
    list_name: str
    channel: Channel
    #: That of a chat stands here masked.
    address: str
    type: EventType
    #: What was told of a target, None where a trial was told of.
    notice: Mapping[str, Any] | None
    state: DeliveryState
    created_at: datetime
    #: When it comes due, or when its lease ends; past for what is settled.
    due_at: datetime
    #: True while a worker holds it.
    held: bool
    attempts: tuple[AttemptRow, ...]

    @property
    def masked(self) -> str:
        """The address so that its owner knows it and a passer-by does not."""
        return masked_address(self.channel, self.address)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryState:
    """What is known of the registry, and how far the sweep of its release has come."""

    data_timestamp: str | None
    etag: str | None
    seen_at: datetime | None
    #: Why it could not be asked, None when it could.
    trouble: str | None
    trouble_since: datetime | None
    watched: int
    #: Watched trials not settled for ``data_timestamp`` yet.
    unsettled: int

    @property
    def release_at(self) -> datetime | None:
        """When the release was made, None when that is not known; its stamp is read as UTC."""
        try:
            at = datetime.fromisoformat(self.data_timestamp or "")
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaState:
    """How a replica stands that the pages are read from."""

    shown_as: str
    #: Why the primary is read in its place; empty when it is read.
    trouble: str
    #: What it had not replayed of the primary's log at the last try.
    behind_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer of the registry that was kept aside; its bytes come from ``refused_body``."""

    nct_id: NctId
    reason: str
    release: str
    kept_at: datetime
    raw_bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """How the outbox stands."""

    #: Deliveries by state; every state is there.
    counts: dict[DeliveryState, int]
    #: Pending ones that nobody has taken up for too long, though nothing speaks against it.
    past_due: int
    #: When the next or the longest-waiting pending delivery is or was due.
    oldest_due_at: datetime | None
    #: Under way at this moment.
    held: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What an operator has to know of the outbox; cheap enough to ask every minute."""

    #: Pending ones that nobody has taken up for too long, though nothing speaks against it.
    past_due: int
    #: When the next or the longest-waiting of them is or was due.
    oldest_due_at: datetime | None
    #: Webhooks that failed when they were last tried.
    failing_targets: int
    #: Those among them that nothing is sent to just now.
    open_breakers: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much is kept."""

    #: Distinct versions of all records, those from before a watch among them.
    versions: int
    #: Answers of the registry that could not be believed, kept aside.
    kept_aside: int
    #: Which revision the tables are of.
    schema: str

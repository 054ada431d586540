"""What is sent, to whom, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.bounces import BounceKind
from monitor.domain.changes import Change, Json, Severity
from monitor.domain.events import EventType, of_type
from monitor.domain.lanes import Lane
from monitor.domain.looks import AS_WRITTEN, Look
from monitor.domain.near import Near
from monitor.domain.searches import SearchNews
from monitor.domain.summaries import Summary
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId, before_watch
from monitor.domain.watches import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """All changes of one version of one trial, most important first, with the trial itself.

    Or all that one release brought to one saved search, whose steps stand for versions then. A
    snapshot: it is stored with the version in one commit and sent as it stood then.
    """

    #: 26 characters, sortable by time, unique for good.
    id: str
    #: The trial's number; ``search-12`` where ``search`` is set.
    nct_id: NctId
    from_version: int
    to_version: int
    #: Date of the registry release that shows the change (``2026-03-09``).
    release: str
    #: UTC; when it was stored, also when it tells of the past.
    created_at: datetime
    title: str
    changes: tuple[Change, ...]
    summary: Summary
    #: Place among the alerts of its trial, counted from 1; given when it is stored.
    sequence: int = field(default=0, compare=False)
    #: The saved search it is about, None when it is about a trial.
    search: SearchNews | None = None
    #: The id of the look at the registry that found it, empty for none.
    trace: str = field(default="", compare=False)
    #: Set where it was narrowed to the places near a reader.
    near: tuple[Near, ...] = field(default=(), compare=False)

    @property
    def severity(self) -> Severity:
        """The weight of the weightiest change."""
        return max((change.severity for change in self.changes), default=Severity.SILENT)

    @property
    def before_watch(self) -> bool:
        """Whether it is about the time before the watch began: kept and shown, never sent."""
        return before_watch(self.from_version)

    @property
    def told(self) -> tuple[Change, ...]:
        """The changes a reader is told of; silent ones are kept and shown, not sent."""
        return tuple(change for change in self.changes if change.severity > Severity.SILENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An alert as a feed tells it: what readers are told, without the trial itself."""

    #: That of the alert.
    id: str
    nct_id: NctId
    title: str
    release: str
    created_at: datetime
    #: Most important first, silent ones left out; never empty.
    changes: tuple[Change, ...]


class DeliveryState(StrEnum):
    """Where a delivery stands. None of them needs a live process to be left."""

    #: To be sent at ``due_at``; a claim only moves ``due_at`` past its lease.
    PENDING = "pending"
    DELIVERED = "delivered"
    #: Given up: refused for good, or out of attempts.
    FAILED = "failed"
    #: No longer wanted (unsubscribed, target disabled) before it was sent.
    CANCELLED = "cancelled"
    #: Held for its reader's hour.
    WAITING = "waiting"
    #: Goes out inside another delivery, and stands where that one will stand.
    BUNDLED = "bundled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert for one target. Its ``id`` is the same on every attempt."""

    #: ``<alert id>-<target id>``; holds no full stop, so it can be signed as a webhook-id.
    id: str
    alert_id: str
    state: DeliveryState
    due_at: datetime
    #: Attempts begun so far, this one included when claimed.
    attempts: int
    created_at: datetime
    #: Key of the one-click unsubscribe address of the subscription it came from.
    unsubscribe_token: str
    #: Name of the watch list it came from.
    list_name: str
    #: When it was let go after waiting for its reader's hour, None when it did not wait.
    released_at: datetime | None = None
    type: EventType = EventType.TRIAL_CHANGED
    #: What is told where it is no trial that is told of, as it stood when it happened.
    notice: Mapping[str, Json] | None = None

    @property
    def dated_at(self) -> datetime:
        """The time its message bears, the same on every attempt."""
        return self.released_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Several alerts in one message."""

    #: Those there may be room for: those of the weightiest trials, each trial's oldest first.
    alerts: tuple[Alert, ...]
    #: Trials it is about, those without an alert here among them.
    trials: int
    #: Saved searches it is about.
    searches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery held under a lease by one worker, with all that is needed to send it."""

    delivery: Delivery
    alert: Alert
    target: Target
    #: Who claimed it; results are recorded only by owner and attempt number.
    owner: str
    lease_until: datetime
    lane: Lane
    #: What goes out together with and instead of ``alert``, None for an alert by itself.
    digest: Digest | None = None
    #: The reader's choice of hours, None when none was made.
    timing: Timing | None = None
    #: How its reader reads dates.
    look: Look = AS_WRITTEN

    @property
    def told(self) -> tuple[Change, ...]:
        """The changes this delivery tells of: those of its type, silent ones left out."""
        return of_type(self.alert.told, self.delivery.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The far side's word that it took the alert."""

    #: Reply code (250, 204).
    status: int
    #: First part of its answer, at most 4 kB.
    detail: str = ""


class Blame(StrEnum):
    """What an attempt says of the one it was for."""

    #: It answered as it should.
    NONE = "none"
    FAILED = "failed"
    #: It took all the time there was.
    TIMED_OUT = "timed out"
    #: The road or we failed; nothing is known of the target.
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to write down after an attempt."""

    state: DeliveryState
    #: When it is due again, for ``PENDING``.
    due_at: datetime | None
    #: ``accepted``, ``refused``, ``failed``, ``uncertain`` or ``not sent``.
    word: str
    status: int | None
    detail: str
    #: False when the road failed and not the recipient: the attempt is not counted.
    counts: bool = True
    disable_target: bool = False
    blame: Blame = Blame.NONE
    #: How long the far side asks to be left alone altogether.
    hold: timedelta = timedelta(0)
    #: What giving up says of the mailbox, None when nothing.
    bounce: BounceKind | None = None

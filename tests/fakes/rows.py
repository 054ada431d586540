"""What the database in memory holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from monitor.domain.alerts import Alert, Delivery, DeliveryState, Outcome
from monitor.domain.bounces import Bounce, BounceKind
from monitor.domain.canary import CanaryState
from monitor.domain.changes import Change, Severity
from monitor.domain.consents import Confirmation, Consent
from monitor.domain.near import Near
from monitor.domain.ports import KeptAside, Release
from monitor.domain.searches import Member, Search
from monitor.domain.summaries import Summary
from monitor.domain.timings import Timing
from monitor.domain.topics import is_of
from monitor.domain.trial import Lineage, NctId, TrialState, Version
from monitor.domain.watches import Subscription, Target
from monitor.domain.whole import Pass
from monitor.summaries.nearby import narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeAttempt:
    """One attempt, as it is on record."""

    owner: str
    started_at: datetime
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeDelivery:
    """A row of the outbox."""

    delivery: Delivery
    target_id: int
    subscription_id: int
    owner: str | None = None
    attempts: tuple[FakeAttempt, ...] = ()
    timing_id: int | None = None
    bundle_id: str | None = None
    nears: tuple[Near, ...] = ()
    left_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeTiming:
    """A choice of hours."""

    timing: Timing
    target_id: int
    list_name: str
    token: str
    next_at: datetime | None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeQuestion:
    """A question to an address, and its mail."""

    confirmation: Confirmation
    origin: str
    due_at: datetime | None
    owner: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCanary:
    """The newest mail to ourselves."""

    state: CanaryState
    due_at: datetime | None
    owner: str | None = None
    attempts: int = 0


@dataclass(slots=True, kw_only=True)
class FakeRows:
    """Everything that is kept. Values are frozen, so a shallow copy is a snapshot."""

    trials: dict[NctId, TrialState] = field(default_factory=dict)
    versions: dict[tuple[NctId, int], Version] = field(default_factory=dict)
    registry_pass: dict[str, Pass] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    summaries: dict[tuple[NctId, int, str], Summary] = field(default_factory=dict)
    lineages: dict[tuple[NctId, int], Lineage] = field(default_factory=dict)
    #: (list name, trial) -> since when.
    watches: dict[tuple[str, NctId], datetime] = field(default_factory=dict)
    #: List name -> key of its public page.
    public: dict[str, str] = field(default_factory=dict)
    #: List name -> whether its public page shows notes.
    public_notes: dict[str, bool] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    #: When a target's token bucket is full again.
    paced_until: dict[int, datetime] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    #: Subscription ids that have ended.
    ended: dict[int, bool] = field(default_factory=dict)
    timings: dict[int, FakeTiming] = field(default_factory=dict)
    searches: dict[int, Search] = field(default_factory=dict)
    #: Numbers of searches that were removed.
    removed: dict[int, bool] = field(default_factory=dict)
    #: Search -> what it finds or found once.
    found: dict[int, dict[NctId, Member]] = field(default_factory=dict)
    #: (target, delivery, kind) -> what came back, and whether it was forgiven.
    bounces: dict[tuple[int, str, BounceKind], tuple[Bounce, bool]] = field(default_factory=dict)
    #: (target, place) -> what it agreed to.
    consents: dict[tuple[int, int], Consent] = field(default_factory=dict)
    questions: dict[str, FakeQuestion] = field(default_factory=dict)
    canary: dict[str, FakeCanary] = field(default_factory=dict)
    deliveries: dict[str, FakeDelivery] = field(default_factory=dict)
    release: dict[str, Release] = field(default_factory=dict)
    trouble: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    kept_aside: dict[NctId, tuple[KeptAside, str]] = field(default_factory=dict)

    def copied(self) -> "FakeRows":
        """Return a snapshot."""
        return FakeRows(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


def known(rows: FakeRows, nct_id: NctId) -> TrialState:
    return rows.trials.setdefault(nct_id, TrialState(nct_id=nct_id))


def covers(rows: FakeRows, one: Subscription, alert: Alert) -> bool:
    """Return whether a subscription asks for an alert, its target apart."""
    return (
        one.id not in rows.ended
        and one.nct_id in {None, alert.nct_id}
        and _is_listed(rows, one.list_name, alert)
        and alert.severity is not Severity.SILENT
        and not alert.before_watch
        and one.min_severity <= alert.severity
        and any(_asks(one, change) for change in narrowed(alert, *nears_of([one])).told)
    )


def nears_of(asking: Iterable[Subscription]) -> tuple[Near, ...]:
    """Return what those who ask call near; nothing when one of them asks for all places."""
    nears = [one.near for one in asking]
    return () if None in nears else tuple(dict.fromkeys(near for near in nears if near))


def choice_of(rows: FakeRows, one: Subscription) -> tuple[int | None, FakeTiming | None]:
    """Return the number of the hours that were chosen for a subscription, and the hours."""
    for number, chosen in rows.timings.items():
        if (chosen.target_id, chosen.list_name) == (one.target.id, one.list_name):
            return number, chosen
    return None, None


def by_rank(rows: FakeRows) -> list[Subscription]:
    """Return subscriptions, first the one that makes the delivery where several ask."""

    def rank(one: Subscription) -> tuple[bool, str, bool, int]:
        _, chosen = choice_of(rows, one)
        rhythm = chosen.timing.rhythm if chosen else ""
        return one.near is not None, rhythm, one.nct_id is not None, one.id

    return sorted(rows.subscriptions.values(), key=rank)


def agreed(rows: FakeRows, target_id: int) -> bool:
    return any(of == target_id for of, _ in rows.consents)


def _asks(one: Subscription, change: Change) -> bool:
    return change.severity >= one.min_severity and is_of(change.kind, one.topics)


def _is_listed(rows: FakeRows, list_name: str, alert: Alert) -> bool:
    """Return whether the trial, or the search, of an alert stands on a list."""
    if alert.search is None:
        return (list_name, alert.nct_id) in rows.watches
    number = alert.search.id
    return number not in rows.removed and rows.searches[number].list_name == list_name


UNSENT = frozenset({DeliveryState.PENDING, DeliveryState.WAITING, DeliveryState.BUNDLED})


def in_state(row: FakeDelivery, state: DeliveryState) -> FakeDelivery:
    return replace(row, delivery=replace(row.delivery, state=state))


def inside(rows: FakeRows, carrier_id: str) -> list[FakeDelivery]:
    """Return what a delivery carries, itself among it unless it was left out."""
    return [
        row
        for row in rows.deliveries.values()
        if row.bundle_id == carrier_id
        and (
            row.delivery.state is DeliveryState.BUNDLED
            or (row.delivery.id == carrier_id and not row.left_out)
        )
    ]


def cancel(rows: FakeRows, unwanted: Iterable[FakeDelivery]) -> None:
    """Cancel what was not sent yet. A delivery that carries others goes on without its own."""
    carriers = set()
    for row in [row for row in unwanted if row.delivery.state in UNSENT]:
        is_carrier = row.bundle_id == row.delivery.id
        changed = (
            replace(row, left_out=True) if is_carrier else in_state(row, DeliveryState.CANCELLED)
        )
        rows.deliveries[row.delivery.id] = changed
        carriers |= {row.bundle_id} - {None}
    for carrier_id in carriers:
        if carrier_id is not None and not inside(rows, carrier_id):
            empty = rows.deliveries[carrier_id]
            rows.deliveries[carrier_id] = in_state(empty, DeliveryState.CANCELLED)

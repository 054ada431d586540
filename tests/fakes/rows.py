"""What the database in memory holds."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from monitor.domain.alerts import Alert, Delivery, DeliveryState, Outcome
from monitor.domain.changes import Severity
from monitor.domain.ports import KeptAside, Release
from monitor.domain.summaries import Summary
from monitor.domain.trial import Lineage, NctId, TrialState, Version
from monitor.domain.watches import Subscription, Target


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


@dataclass(slots=True, kw_only=True)
class FakeRows:
    """Everything that is kept. Values are frozen, so a shallow copy is a snapshot."""

    trials: dict[NctId, TrialState] = field(default_factory=dict)
    versions: dict[tuple[NctId, int], Version] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    summaries: dict[tuple[NctId, int, str], Summary] = field(default_factory=dict)
    lineages: dict[tuple[NctId, int], Lineage] = field(default_factory=dict)
    #: (list name, trial) -> since when.
    watches: dict[tuple[str, NctId], datetime] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    #: When a target's token bucket is full again.
    paced_until: dict[int, datetime] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    #: Subscription ids that have ended.
    ended: dict[int, bool] = field(default_factory=dict)
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
        and (one.list_name, alert.nct_id) in rows.watches
        and alert.severity is not Severity.SILENT
        and not alert.before_watch
        and one.min_severity <= alert.severity
    )


def cancelled(row: FakeDelivery) -> FakeDelivery:
    if row.delivery.state is not DeliveryState.PENDING:
        return row
    return replace(row, delivery=replace(row.delivery, state=DeliveryState.CANCELLED))

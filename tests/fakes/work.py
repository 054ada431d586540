"""The database in memory: plays ``OpenWork`` in tests of use cases.

Held to the same contract as the real one by tests/integration/storage. One unit of work at a
time, as in SQLite; what is not committed is gone.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from monitor.domain.alerts import Alert, ClaimedDelivery, Delivery, DeliveryState, Outcome
from monitor.domain.changes import Change, Severity
from monitor.domain.errors import StorageError, VersionNotFoundError
from monitor.domain.ports import KeptAside, Release
from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId, TrialState, Version, VersionInfo
from monitor.domain.watches import Channel, Subscription, Target, TargetState

#: Long enough for any test's other thread to finish.
_PATIENCE_SECONDS = 10.0


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
    #: (list name, trial) -> since when.
    watches: dict[tuple[str, NctId], datetime] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
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


class FakeDatabase:
    """Holds rows; ``open_work`` matches ``OpenWork``."""

    def __init__(self) -> None:
        #: What has been committed; tests may look, and put things here before they begin.
        self.rows = FakeRows()
        self._turn = threading.Lock()

    @contextmanager
    def open_work(self) -> Iterator["FakeWork"]:
        """Open one transaction; leaving without ``commit`` undoes it."""
        if not self._turn.acquire(timeout=_PATIENCE_SECONDS):
            raise StorageError("The database is locked: a unit of work was opened inside another")
        try:
            yield FakeWork(self)
        finally:
            self._turn.release()


class FakeWork:
    """One transaction."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        rows = database.rows.copied()
        self._rows = rows
        self.trials = FakeTrials(rows)
        self.versions = FakeVersions(rows)
        self.alerts = FakeAlerts(rows)
        self.summaries = FakeSummaries(rows)
        self.watches = FakeWatches(rows)
        self.deliveries = FakeDeliveries(rows)
        self.releases = FakeReleases(rows)

    def commit(self) -> None:
        """Keep everything done so far."""
        self._database.rows = self._rows.copied()


class FakeTrials:
    """Plays ``Trials``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def due(self, release: str, *, limit: int) -> tuple[NctId, ...]:
        watched = sorted({nct_id for _, nct_id in self._rows.watches})
        due = [one for one in watched if self._rows.trials[one].swept_release != release]
        return tuple(due[:limit])

    def hold(self, nct_ids: Iterable[NctId]) -> Mapping[NctId, TrialState]:
        return {one: _known(self._rows, one) for one in sorted(set(nct_ids))}

    def save(self, states: Iterable[TrialState]) -> None:
        self._rows.trials |= {state.nct_id: state for state in states}

    def get(self, nct_id: NctId) -> TrialState | None:
        return self._rows.trials.get(nct_id)


def _known(rows: FakeRows, nct_id: NctId) -> TrialState:
    return rows.trials.setdefault(nct_id, TrialState(nct_id=nct_id))


class FakeVersions:
    """Plays ``Versions``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(self, version: Version) -> None:
        if version.nct_id not in self._rows.trials:
            raise StorageError(f"{version.nct_id} has no row yet")
        newest = len(self.of_trial(version.nct_id))
        if version.number != newest + 1:
            raise StorageError(f"version {version.number} is not the next after {newest}")
        self._rows.versions[version.nct_id, version.number] = version

    def read(self, nct_id: NctId, number: int) -> Version:
        found = self._rows.versions.get((nct_id, number))
        if found is None:
            raise VersionNotFoundError(f"{nct_id} has no version {number}")
        return found

    def of_trial(self, nct_id: NctId) -> tuple[VersionInfo, ...]:
        return tuple(
            VersionInfo(
                nct_id=nct_id,
                number=version.number,
                release=version.release,
                fetched_at=version.fetched_at,
                raw_bytes=len(version.raw),
                stored_bytes=len(version.raw),
            )
            for (of, _), version in sorted(self._rows.versions.items())
            if of == nct_id
        )


def _identity(change: Change) -> tuple[object, ...]:
    return change.nct_id, change.from_version, change.to_version, change.kind, change.subject


class FakeAlerts:
    """Plays ``Alerts``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(self, alert: Alert) -> bool:
        told = {_identity(one) for kept in self._rows.alerts.values() for one in kept.changes}
        fresh = tuple(one for one in alert.changes if _identity(one) not in told)
        if not fresh and (alert.changes or alert.id in self._rows.alerts):
            return False
        self._rows.alerts[alert.id] = replace(alert, changes=fresh)
        return True

    def fan_out(self, alert: Alert, *, now: datetime) -> int:
        stored = self._rows.alerts.get(alert.id)
        if stored is None:
            return 0
        asking = [one for one in self._rows.subscriptions.values() if self._asks(one, stored)]
        asking.sort(key=lambda one: (one.nct_id is not None, one.id))
        made = [self._deliver(stored, one, now) for one in asking]
        return sum(made)

    def _asks(self, one: Subscription, alert: Alert) -> bool:
        target = self._rows.targets[one.target.id]
        return target.state is TargetState.ACTIVE and _covers(self._rows, one, alert)

    def _deliver(self, alert: Alert, one: Subscription, now: datetime) -> bool:
        key = f"{alert.id}-{one.target.id}"
        if key in self._rows.deliveries:
            return False
        self._rows.deliveries[key] = FakeDelivery(
            delivery=Delivery(
                id=key,
                alert_id=alert.id,
                state=DeliveryState.PENDING,
                due_at=now,
                attempts=0,
                created_at=now,
                unsubscribe_token=one.token,
                list_name=one.list_name,
            ),
            target_id=one.target.id,
            subscription_id=one.id,
        )
        return True

    def of_trial(self, nct_id: NctId, *, limit: int) -> tuple[Alert, ...]:
        found = [alert for alert in self._rows.alerts.values() if alert.nct_id == nct_id]
        return tuple(sorted(found, key=lambda alert: alert.id, reverse=True)[:limit])


def _covers(rows: FakeRows, one: Subscription, alert: Alert) -> bool:
    """Return whether a subscription asks for an alert, its target apart."""
    return (
        one.id not in rows.ended
        and one.nct_id in {None, alert.nct_id}
        and (one.list_name, alert.nct_id) in rows.watches
        and alert.severity is not Severity.SILENT
        and one.min_severity <= alert.severity
    )


class FakeSummaries:
    """Plays ``Summaries``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def save(self, summary: Summary) -> None:
        key = (summary.nct_id, summary.version, summary.lexicon_version)
        self._rows.summaries[key] = summary

    def newest(self, nct_id: NctId) -> Summary | None:
        found = [key for key in self._rows.summaries if key[0] == nct_id]
        return self._rows.summaries[max(found)] if found else None


class FakeWatches:
    """Plays ``Watches``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(self, nct_id: NctId, *, list_name: str, now: datetime) -> bool:
        _known(self._rows, nct_id)
        new = (list_name, nct_id) not in self._rows.watches
        self._rows.watches.setdefault((list_name, nct_id), now)
        return new

    def remove(self, nct_id: NctId, *, list_name: str | None) -> int:
        names = {name for name, of in self._rows.watches if of == nct_id}
        if list_name is not None:
            names &= {list_name}
        for name in names:
            del self._rows.watches[name, nct_id]
        for one in self._rows.subscriptions.values():
            if one.nct_id == nct_id and list_name in {None, one.list_name}:
                self._rows.ended[one.id] = True
        return len(names)

    def target(self, channel: Channel, address: str, *, secret: str, now: datetime) -> Target:
        del now
        for known in self._rows.targets.values():
            if (known.channel, known.address) == (channel, address):
                return known
        new = Target(
            id=len(self._rows.targets) + 1,
            channel=channel,
            address=address,
            state=TargetState.ACTIVE,
            secret=secret,
        )
        self._rows.targets[new.id] = new
        return new

    def subscribe(
        self,
        target: Target,
        *,
        list_name: str,
        nct_id: NctId | None,
        min_severity: Severity,
        token: str,
        now: datetime,
    ) -> Subscription:
        del now
        new = Subscription(
            id=len(self._rows.subscriptions) + 1,
            list_name=list_name,
            target=self._rows.targets[target.id],
            nct_id=nct_id,
            min_severity=min_severity,
            token=token,
        )
        found = [one for one in self._same(new) if one.id not in self._rows.ended]
        chosen = replace(found[0], min_severity=min_severity) if found else new
        self._rows.subscriptions[chosen.id] = chosen
        return replace(chosen, target=self._rows.targets[target.id])

    def _same(self, like: Subscription) -> list[Subscription]:
        key = (like.target.id, like.list_name, like.nct_id)
        return [
            one
            for one in self._rows.subscriptions.values()
            if (one.target.id, one.list_name, one.nct_id) == key
        ]

    def unsubscribe(self, token: str, *, now: datetime) -> Subscription | None:
        del now
        named = [one for one in self._rows.subscriptions.values() if one.token == token]
        if not named:
            return None
        same = {one.id for one in self._same(named[0])}
        self._rows.ended |= dict.fromkeys(same, True)
        for key, row in self._rows.deliveries.items():
            if row.subscription_id in same and not self._still_wanted(row):
                self._rows.deliveries[key] = _cancelled(row)
        return replace(named[0], target=self._rows.targets[named[0].target.id])

    def _still_wanted(self, row: FakeDelivery) -> bool:
        alert = self._rows.alerts[row.delivery.alert_id]
        return any(
            one.target.id == row.target_id and _covers(self._rows, one, alert)
            for one in self._rows.subscriptions.values()
        )

    def move(self, old: NctId, new: NctId, *, now: datetime) -> None:
        del now
        _known(self._rows, new)
        for (name, nct_id), since in list(self._rows.watches.items()):
            if nct_id == old:
                del self._rows.watches[name, old]
                self._rows.watches.setdefault((name, new), since)
        for one in list(self._rows.subscriptions.values()):
            if one.nct_id == old:
                self._rows.subscriptions[one.id] = replace(one, nct_id=new)


def _cancelled(row: FakeDelivery) -> FakeDelivery:
    if row.delivery.state is not DeliveryState.PENDING:
        return row
    return replace(row, delivery=replace(row.delivery, state=DeliveryState.CANCELLED))


class FakeDeliveries:
    """Plays ``Deliveries``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    @property
    def counts(self) -> Counter[DeliveryState]:
        """How many deliveries stand where."""
        return Counter(row.delivery.state for row in self._rows.deliveries.values())

    def _pending(self) -> list[FakeDelivery]:
        rows = self._rows.deliveries.values()
        return [row for row in rows if row.delivery.state is DeliveryState.PENDING]

    def claim(
        self, now: datetime, *, limit: int, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        due = [row for row in self._pending() if row.delivery.due_at <= now]
        due.sort(key=lambda row: (row.delivery.due_at, row.delivery.id))
        claimed: list[ClaimedDelivery] = []
        for row in due:
            if len(claimed) == limit:
                break
            if self._rows.targets[row.target_id].state is not TargetState.ACTIVE:
                self._rows.deliveries[row.delivery.id] = _cancelled(row)
            else:
                claimed.append(self._begin(row, now, until=now + lease, owner=owner))
        return tuple(claimed)

    def _begin(
        self, row: FakeDelivery, now: datetime, *, until: datetime, owner: str
    ) -> ClaimedDelivery:
        delivery = replace(row.delivery, due_at=until, attempts=row.delivery.attempts + 1)
        attempt = FakeAttempt(owner=owner, started_at=now)
        self._rows.deliveries[delivery.id] = replace(
            row, delivery=delivery, owner=owner, attempts=(*row.attempts, attempt)
        )
        return ClaimedDelivery(
            delivery=delivery,
            alert=self._rows.alerts[delivery.alert_id],
            target=self._rows.targets[row.target_id],
            owner=owner,
            lease_until=until,
        )

    def _ours(self, claimed: ClaimedDelivery) -> FakeDelivery | None:
        row = self._rows.deliveries.get(claimed.delivery.id)
        if row is None or row.owner != claimed.owner:
            return None
        return row if row.delivery.attempts == claimed.delivery.attempts else None

    def record(self, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime) -> bool:
        del now
        row = self._ours(claimed)
        if row is None:
            return False
        self._rows.deliveries[row.delivery.id] = replace(
            row,
            delivery=_settled(row.delivery, outcome),
            owner=None,
            attempts=(*row.attempts[:-1], replace(row.attempts[-1], outcome=outcome)),
        )
        if outcome.disable_target:
            self._disable(row.target_id)
        return True

    def _disable(self, target_id: int) -> None:
        target = self._rows.targets[target_id]
        self._rows.targets[target_id] = replace(target, state=TargetState.DISABLED)
        for key, row in self._rows.deliveries.items():
            if row.target_id == target_id:
                self._rows.deliveries[key] = _cancelled(row)

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        for claim in claimed:
            row = self._ours(claim)
            if row is not None and row.delivery.state is DeliveryState.PENDING:
                renewed = replace(row, delivery=replace(row.delivery, due_at=until))
                self._rows.deliveries[claim.delivery.id] = renewed

    def leased_until(self, now: datetime) -> datetime | None:
        leases = [row.delivery.due_at for row in self._pending() if row.owner is not None]
        return max((lease for lease in leases if lease > now), default=None)

    def next_due_at(self) -> datetime | None:
        return min((row.delivery.due_at for row in self._pending()), default=None)


def _settled(delivery: Delivery, outcome: Outcome) -> Delivery:
    cancelled = delivery.state is DeliveryState.CANCELLED
    keep = cancelled and outcome.state is not DeliveryState.DELIVERED
    return replace(
        delivery,
        state=delivery.state if keep else outcome.state,
        due_at=outcome.due_at or delivery.due_at,
        attempts=delivery.attempts - (0 if outcome.counts else 1),
    )


class FakeReleases:
    """Plays ``Releases``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def known(self) -> Release | None:
        return self._rows.release.get("known")

    def saw(self, release: Release, *, now: datetime) -> None:
        del now
        self._rows.release["known"] = release
        self._rows.trouble.clear()

    def trouble(self, text: str, *, now: datetime) -> None:
        _, since = self._rows.trouble.get("now", ("", now))
        self._rows.trouble["now"] = (text, since)

    def keep_aside(self, aside: KeptAside, *, release: str, now: datetime) -> None:
        del now
        self._rows.kept_aside[aside.nct_id] = (aside, release)

"""Trials, versions, alerts, summaries and releases in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.domain.alerts import Alert, Delivery, DeliveryState
from monitor.domain.changes import Change, Severity
from monitor.domain.errors import StorageError, VersionNotFoundError
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.domain.ports import KeptAside, Release
from monitor.domain.summaries import Summary
from monitor.domain.trial import (
    HISTORY_DONE,
    Lineage,
    NctId,
    TrialState,
    Version,
    VersionInfo,
)
from monitor.domain.watches import Subscription, TargetState
from tests.fakes.rows import FakeDelivery, FakeRows, by_rank, choice_of, covers, known, nears_of


class FakeTrials:
    """Plays ``Trials``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def due(self, release: str) -> tuple[NctId, ...]:
        watched = sorted({nct_id for _, nct_id in self._rows.watches})
        return tuple(one for one in watched if self._rows.trials[one].swept_release != release)

    def hold(self, nct_ids: Iterable[NctId]) -> Mapping[NctId, TrialState]:
        return {one: known(self._rows, one) for one in sorted(set(nct_ids))}

    def save(self, states: Iterable[TrialState]) -> None:
        self._rows.trials |= {state.nct_id: state for state in states}

    def get(self, nct_id: NctId) -> TrialState | None:
        return self._rows.trials.get(nct_id)

    def with_baseline(self) -> tuple[NctId, ...]:
        return tuple(
            one for one in sorted(self._rows.trials) if self._rows.trials[one].latest_version
        )

    def with_history_left(self) -> tuple[NctId, ...]:
        watched = sorted({nct_id for _, nct_id in self._rows.watches})
        states = [self._rows.trials[one] for one in watched]
        return tuple(
            state.nct_id
            for state in states
            if state.latest_version and state.history_left != HISTORY_DONE
        )


class FakeVersions:
    """Plays ``Versions``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(self, version: Version) -> None:
        if version.nct_id not in self._rows.trials:
            raise StorageError(f"{version.nct_id} has no row yet")
        newest = max(self._numbers(version.nct_id), default=0)
        if version.number != newest + 1:
            raise StorageError(f"version {version.number} is not the next after {newest}")
        self._rows.versions[version.nct_id, version.number] = version

    def add_before(self, version: Version) -> None:
        oldest = self.oldest(version.nct_id)
        if oldest is None or version.number != oldest - 1:
            raise StorageError(f"Version {version.number} is not the next before {oldest}")
        self._rows.versions[version.nct_id, version.number] = version

    def oldest(self, nct_id: NctId) -> int | None:
        return min(self._numbers(nct_id), default=None)

    def _numbers(self, nct_id: NctId) -> list[int]:
        return [number for of, number in self._rows.versions if of == nct_id]

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
        asking = [one for one in by_rank(self._rows) if self._asks(one, stored)]
        made = [
            self._deliver(stored, one, now, nears_of(each for each in asking if _same(each, one)))
            for one in asking
        ]
        return sum(made)

    def _asks(self, one: Subscription, alert: Alert) -> bool:
        target = self._rows.targets[one.target.id]
        return target.state is TargetState.ACTIVE and covers(self._rows, one, alert)

    def _deliver(
        self, alert: Alert, one: Subscription, now: datetime, nears: tuple[Near, ...]
    ) -> bool:
        key = f"{alert.id}-{one.target.id}"
        if key in self._rows.deliveries:
            return False
        number, chosen = choice_of(self._rows, one)
        paused = chosen and chosen.paused_until is not None and chosen.paused_until > now
        passes = (
            chosen
            and chosen.timing.critical_passes
            and alert.severity is Severity.CRITICAL
            and not paused
        )
        waits = chosen is not None and not passes
        self._rows.deliveries[key] = FakeDelivery(
            delivery=Delivery(
                id=key,
                alert_id=alert.id,
                state=DeliveryState.WAITING if waits else DeliveryState.PENDING,
                due_at=chosen.next_at or now if chosen and waits else now,
                attempts=0,
                created_at=now,
                unsubscribe_token=one.token,
                list_name=one.list_name,
                type=EventType.SEARCH_MATCHED if alert.search else EventType.TRIAL_CHANGED,
                released_at=now if passes else None,
            ),
            target_id=one.target.id,
            subscription_id=one.id,
            timing_id=number,
            nears=nears,
        )
        if number is not None and chosen and waits and chosen.next_at is None:
            self._rows.timings[number] = replace(chosen, next_at=now)
        return True

    def of_trial(self, nct_id: NctId, *, limit: int) -> tuple[Alert, ...]:
        found = [alert for alert in self._rows.alerts.values() if alert.nct_id == nct_id]
        return tuple(sorted(found, key=lambda alert: alert.id, reverse=True)[:limit])


def _same(one: Subscription, other: Subscription) -> bool:
    return one.target.id == other.target.id


class FakeSummaries:
    """Plays ``Summaries``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def save(self, summary: Summary) -> None:
        key = (summary.nct_id, summary.version, summary.lexicon_version)
        for other in [one for one in self._rows.summaries if one[:2] == key[:2]]:
            del self._rows.summaries[other]
        self._rows.summaries[key] = summary

    def newest(self, nct_id: NctId) -> Summary | None:
        found = [key for key in self._rows.summaries if key[0] == nct_id]
        return self._rows.summaries[max(found)] if found else None


class FakeLineages:
    """Plays ``Lineages``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def save(self, lineage: Lineage) -> None:
        self._rows.lineages[lineage.nct_id, lineage.version] = lineage

    def read(self, nct_id: NctId, version: int) -> Lineage | None:
        return self._rows.lineages.get((nct_id, version))

    def of_trial(self, nct_id: NctId) -> tuple[Lineage, ...]:
        found = sorted(key for key in self._rows.lineages if key[0] == nct_id)
        return tuple(self._rows.lineages[key] for key in found)


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

"""Choices of hours in memory, and the deliveries that wait for them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.alerts import DeliveryState
from monitor.domain.timings import DueTiming, LetGo, Timing, Waiting
from monitor.domain.watches import Target
from tests.fakes.rows import FakeDelivery, FakeRows, FakeTiming


class FakeTimings:
    """Plays ``Timings``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def choose(
        self, target: Target, timing: Timing, *, list_name: str, token: str, next_at: datetime
    ) -> None:
        new = FakeTiming(
            timing=timing, target_id=target.id, list_name=list_name, token=token, next_at=next_at
        )
        for number, made in self._rows.timings.items():
            if (made.target_id, made.list_name) == (target.id, list_name):
                self._rows.timings[number] = replace(
                    new, token=made.token, paused_until=made.paused_until
                )
                return
        self._rows.timings[len(self._rows.timings) + 1] = new

    def is_chosen(self, target: Target, *, list_name: str) -> bool:
        made = self._rows.timings.values()
        return any((one.target_id, one.list_name) == (target.id, list_name) for one in made)

    def due(self, now: datetime, *, limit: int) -> tuple[DueTiming, ...]:
        due = [
            (made.next_at, number)
            for number, made in self._rows.timings.items()
            if made.next_at is not None and made.next_at <= now
        ]
        return tuple(self._due(number, now) for _, number in sorted(due)[:limit])

    def _due(self, number: int, now: datetime) -> DueTiming:
        timing = self._rows.timings[number].timing
        rows = [row for row in self._rows.deliveries.values() if row.timing_id == number]
        released = sorted(row.delivery.released_at for row in rows if row.delivery.released_at)
        recent = [at for at in released if at > now - timedelta(hours=1)]
        return DueTiming(
            id=number,
            timing=timing,
            waiting=tuple(
                Waiting(
                    delivery_id=row.delivery.id,
                    severity=self._rows.alerts[row.delivery.alert_id].severity,
                    was_held=row.delivery.due_at > row.delivery.created_at,
                )
                for row in self._waiting(number)
            ),
            sent_at=tuple(recent) if timing.most_an_hour is not None else (),
            paused_until=self._rows.timings[number].paused_until,
        )

    def _waiting(self, number: int) -> list[FakeDelivery]:
        rows = self._rows.deliveries.values()
        waiting = [
            row
            for row in rows
            if row.timing_id == number and row.delivery.state is DeliveryState.WAITING
        ]
        return sorted(waiting, key=lambda row: row.delivery.id)

    def release(self, given: Iterable[tuple[DueTiming, LetGo]], *, now: datetime) -> None:
        for due, release in given:
            first, *others = release.together or (None,)
            bundle = first if others else None
            for each in release.singly:
                self._let_go(each, None, now)
            if first:
                self._let_go(first, bundle, now)
            for each in others:
                row = self._rows.deliveries[each]
                state = replace(row.delivery, state=DeliveryState.BUNDLED)
                self._rows.deliveries[each] = replace(row, delivery=state, bundle_id=bundle)
            made = self._rows.timings[due.id]
            self._rows.timings[due.id] = replace(made, next_at=release.next_at)
            if release.next_at is not None:
                self._hold(due.id, release.next_at)

    def _let_go(self, delivery_id: str, bundle: str | None, now: datetime) -> None:
        row = self._rows.deliveries[delivery_id]
        delivery = replace(row.delivery, state=DeliveryState.PENDING, due_at=now, released_at=now)
        self._rows.deliveries[delivery_id] = replace(row, delivery=delivery, bundle_id=bundle)

    def _hold(self, number: int, until: datetime) -> None:
        for row in self._waiting(number):
            held = replace(row, delivery=replace(row.delivery, due_at=until))
            self._rows.deliveries[row.delivery.id] = held

    def next_at(self) -> datetime | None:
        found = [made.next_at for made in self._rows.timings.values() if made.next_at is not None]
        return min(found, default=None)

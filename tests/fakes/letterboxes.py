"""Addresses named by a token in a mail, in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from monitor.alerting.timing import next_digest, resumes_at
from monitor.domain.alerts import DeliveryState
from monitor.domain.events import NOTICES
from monitor.domain.letterboxes import Letterbox
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId
from tests.fakes.rows import FakeRows, FakeTiming, cancel


class FakeLetterboxes:
    """Plays ``Letterboxes``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def look(self, token: str, *, now: datetime) -> Letterbox | None:
        found = self._named(token)
        if found is None:
            return None
        target_id, list_name, nct_id = found
        same = self._same(target_id)
        pauses = [
            one.paused_until
            for one in self._rows.timings.values()
            if one.target_id in same and one.paused_until and one.paused_until > now
        ]
        return Letterbox(
            address=self._rows.targets[target_id].address,
            list_name=list_name,
            nct_id=nct_id,
            lists=len({name for _, name in self._told(target_id)}),
            paused_until=max(pauses, default=None),
        )

    def end_all(self, token: str, *, now: datetime) -> None:
        del now
        found = self._named(token)
        if found is None:
            return
        same = self._same(found[0])
        for one in self._rows.subscriptions.values():
            if one.target.id in same:
                self._rows.ended[one.id] = True
        for number in same:
            target = self._rows.targets[number]
            self._rows.targets[number] = replace(target, types=target.types - NOTICES)
        rows = self._rows.deliveries.values()
        cancel(self._rows, [row for row in rows if row.target_id in same])

    def pause(
        self, token: str, until: datetime | None, *, new_token: Callable[[], str], now: datetime
    ) -> None:
        found = self._named(token)
        if found is None:
            return
        chosen = {(one.target_id, one.list_name) for one in self._rows.timings.values()}
        for target_id, list_name in sorted(self._told(found[0]) - chosen):
            if until is not None:
                self._rows.timings[len(self._rows.timings) + 1] = FakeTiming(
                    timing=Timing(),
                    target_id=target_id,
                    list_name=list_name,
                    token=new_token(),
                    next_at=now,
                )
        for number, one in self._rows.timings.items():
            if one.target_id in self._same(found[0]):
                self._hold(number, one, until, now)

    def _hold(self, number: int, one: FakeTiming, until: datetime | None, now: datetime) -> None:
        timing = one.timing
        at = (next_digest(timing, now) or now) if until is None else resumes_at(timing, until)
        self._rows.timings[number] = replace(one, paused_until=until, next_at=at)
        for key, row in self._rows.deliveries.items():
            is_held = row.timing_id == number and row.delivery.state is DeliveryState.WAITING
            if is_held and until is not None:
                self._rows.deliveries[key] = replace(row, delivery=replace(row.delivery, due_at=at))

    def _named(self, token: str) -> tuple[int, str, NctId | None] | None:
        for one in self._rows.subscriptions.values():
            if one.token == token:
                return one.target.id, one.list_name, one.nct_id
        for chosen in self._rows.timings.values():
            if chosen.token == token:
                return chosen.target_id, chosen.list_name, None
        return None

    def _same(self, target_id: int) -> set[int]:
        like = self._rows.targets[target_id]
        return {
            number
            for number, target in self._rows.targets.items()
            if target.channel is like.channel and target.address.lower() == like.address.lower()
        }

    def _told(self, target_id: int) -> set[tuple[int, str]]:
        same = self._same(target_id)
        return {
            (one.target.id, one.list_name)
            for one in self._rows.subscriptions.values()
            if one.target.id in same and one.id not in self._rows.ended
        }

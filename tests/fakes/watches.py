"""Watch lists, targets and subscriptions in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.timings import Timing
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Subscription, Target, TargetState
from tests.fakes.rows import (
    UNSENT,
    FakeDelivery,
    FakeRows,
    FakeTiming,
    by_rank,
    cancel,
    choice_of,
    covers,
    known,
    nears_of,
)


class FakeWatches:
    """Plays ``Watches``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(self, nct_id: NctId, *, list_name: str, now: datetime) -> bool:
        known(self._rows, nct_id)
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
        if nct_id in self._rows.trials and nct_id not in {of for _, of in self._rows.watches}:
            self._rows.trials[nct_id] = self._rows.trials[nct_id].evolve(paused=True)
        return len(names)

    def target(self, channel: Channel, address: str, *, secret: str, now: datetime) -> Target:
        del now
        for made in self._rows.targets.values():
            if (made.channel, made.address) == (channel, address):
                return made
        new = Target(
            id=max(self._rows.targets, default=0) + 1,
            channel=channel,
            address=address,
            state=TargetState.UNCONFIRMED if channel is Channel.EMAIL else TargetState.ACTIVE,
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
        topics: Collection[Topic] = (),
        near: Near | None = None,
    ) -> Subscription:
        new = Subscription(
            id=max(self._rows.subscriptions, default=0) + 1,
            list_name=list_name,
            target=self._rows.targets[target.id],
            nct_id=nct_id,
            min_severity=min_severity,
            token=token,
            topics=frozenset(topics),
            near=near,
        )
        found = [one for one in self._same(new) if one.id not in self._rows.ended]
        given = {"min_severity": min_severity, "topics": new.topics, "near": near}
        if not found:
            self._forget_hours(new, now)
        chosen = replace(found[0], **given) if found else new  # type: ignore[arg-type]  # checked by the dataclass
        self._rows.subscriptions[chosen.id] = chosen
        return replace(chosen, target=self._rows.targets[target.id])

    def _forget_hours(self, new: Subscription, now: datetime) -> None:
        heard = any(
            (one.target.id, one.list_name) == (new.target.id, new.list_name)
            for one in self._rows.subscriptions.values()
            if one.id not in self._rows.ended
        )
        number, chosen = choice_of(self._rows, new)
        if number is not None and chosen is not None and not heard:
            self._rows.timings[number] = replace(
                chosen, timing=Timing(), next_at=now, paused_until=None
            )

    def _same(self, like: Subscription) -> list[Subscription]:
        key = (like.target.id, like.list_name, like.nct_id)
        return [
            one
            for one in self._rows.subscriptions.values()
            if (one.target.id, one.list_name, one.nct_id) == key
        ]

    def unsubscribe(self, token: str, *, now: datetime) -> Subscription | None:
        named = [one for one in self._rows.subscriptions.values() if one.token == token]
        same = {one.id for one in self._same(named[0])} if named else set()
        for chosen in self._rows.timings.values():
            if chosen.token == token and not named:
                named = [one for one in self._rows.subscriptions.values() if _is_of(one, chosen)]
                same = {one.id for one in named}
        if not named:
            return None
        self._rows.ended |= dict.fromkeys(same, True)
        theirs = [row for row in self._rows.deliveries.values() if row.subscription_id in same]
        cancel(self._rows, [row for row in theirs if not self._go_over(row, now)])
        return replace(named[0], target=self._rows.targets[named[0].target.id])

    def _go_over(self, row: FakeDelivery, now: datetime) -> bool:
        """Give a delivery to another subscription that asks for it; False when none does."""
        alert = self._rows.alerts[row.delivery.alert_id]
        asking = [
            one
            for one in by_rank(self._rows)
            if one.target.id == row.target_id and covers(self._rows, one, alert)
        ]
        if row.delivery.state not in UNSENT or not asking:
            return False
        first = asking[0]
        number, chosen = choice_of(self._rows, first)
        delivery = replace(row.delivery, unsubscribe_token=first.token, list_name=first.list_name)
        if delivery.state is DeliveryState.WAITING and number != row.timing_id:
            state = DeliveryState.WAITING if chosen else DeliveryState.PENDING
            due_at = (chosen.next_at if chosen else None) or now
            delivery = replace(delivery, state=state, due_at=due_at)
            if number is not None and chosen and chosen.next_at is None:
                self._rows.timings[number] = replace(chosen, next_at=now)
        self._rows.deliveries[delivery.id] = replace(
            row,
            delivery=delivery,
            subscription_id=first.id,
            timing_id=number,
            nears=nears_of(asking),
        )
        return True

    def move(self, old: NctId, new: NctId, *, now: datetime) -> None:
        del now
        known(self._rows, new)
        for (name, nct_id), since in list(self._rows.watches.items()):
            if nct_id == old:
                del self._rows.watches[name, old]
                self._rows.watches.setdefault((name, new), since)
        for one in list(self._rows.subscriptions.values()):
            if one.nct_id == old:
                self._rows.subscriptions[one.id] = replace(one, nct_id=new)


def _is_of(one: Subscription, chosen: FakeTiming) -> bool:
    return (one.target.id, one.list_name) == (chosen.target_id, chosen.list_name)

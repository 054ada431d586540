"""Mail that came back, in memory."""

from dataclasses import replace

from monitor.alerting.bounces import is_given_up
from monitor.domain.bounces import Bounce
from monitor.domain.watches import Channel, TargetState
from tests.fakes.rows import FakeRows, agreed, cancel


class FakeBounces:
    """Plays ``Bounces``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def key_of(self, delivery_id: str) -> str | None:
        asked = self._rows.questions.get(delivery_id)
        if asked is not None:
            return asked.confirmation.token
        row = self._rows.deliveries.get(delivery_id)
        if row is None:
            return None
        chosen = self._rows.timings.get(row.timing_id or 0)
        if row.bundle_id and chosen:
            return chosen.token
        return self._rows.subscriptions[row.subscription_id].token

    def newest_to(self, address: str) -> str | None:
        def is_to(target_id: int) -> bool:
            target = self._rows.targets[target_id]
            is_mail = target.channel is Channel.EMAIL
            return is_mail and target.address.lower() == address.lower()

        sent = [
            row.delivery.id
            for row in self._rows.deliveries.values()
            if is_to(row.target_id) and row.delivery.attempts
        ]
        asked = [
            number
            for number, row in self._rows.questions.items()
            if is_to(row.confirmation.target.id) and row.attempts
        ]
        return max([*sent, *asked], default=None)

    def came_back(self, delivery_id: str, bounce: Bounce) -> bool:
        asked = self._rows.questions.get(delivery_id)
        target_id = (
            asked.confirmation.target.id if asked else self._rows.deliveries[delivery_id].target_id
        )
        return note_bounce(self._rows, target_id, delivery_id, bounce)

    def forgive(self, address: str) -> bool:
        of_address = [one for one in self._rows.targets.values() if one.address == address]
        held = False
        for target in of_address:
            if target.state is TargetState.SUPPRESSED:
                allowed = agreed(self._rows, target.id)
                state = TargetState.ACTIVE if allowed else TargetState.UNCONFIRMED
                self._rows.targets[target.id] = replace(target, state=state)
                held = True
            for key, (bounce, forgiven) in self._rows.bounces.items():
                if key[0] == target.id and not forgiven:
                    self._rows.bounces[key] = (bounce, True)
                    held = True
        return held


def note_bounce(rows: FakeRows, target_id: int, delivery_id: str, bounce: Bounce) -> bool:
    rows.bounces.setdefault((target_id, delivery_id, bounce.kind), (bounce, False))
    counted = [
        found
        for (of, _, _), (found, forgiven) in rows.bounces.items()
        if of == target_id and not forgiven
    ]
    if not is_given_up(counted):
        return False
    target = rows.targets[target_id]
    if target.state in {TargetState.ACTIVE, TargetState.UNCONFIRMED}:
        rows.targets[target_id] = replace(target, state=TargetState.SUPPRESSED)
        cancel(rows, [row for row in rows.deliveries.values() if row.target_id == target_id])
    return True

"""The mail to ourselves, in memory."""

from dataclasses import replace
from datetime import datetime

from monitor.domain.canary import Canary, CanaryState, ClaimedCanary
from tests.fakes.rows import FakeCanary, FakeRows

_ONE = "newest"


class FakeCanaries:
    """Plays ``Canaries``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def state(self) -> CanaryState | None:
        held = self._rows.canary.get(_ONE)
        return held.state if held else None

    def make(self, canary: Canary, *, waiting_since: datetime) -> None:
        before = self.state()
        state = CanaryState(
            canary=canary,
            waiting_since=waiting_since,
            looked_at=canary.made_at,
            taken_at=None,
            status="",
            back_at=before.back_at if before else None,
        )
        self._rows.canary[_ONE] = FakeCanary(state=state, due_at=canary.made_at)

    def look(self, now: datetime, *, waiting_since: datetime | None) -> None:
        held = self._rows.canary[_ONE]
        state = replace(held.state, looked_at=now, waiting_since=waiting_since)
        self._rows.canary[_ONE] = replace(held, state=state)

    def claim(self, now: datetime, *, until: datetime, owner: str) -> ClaimedCanary | None:
        held = self._rows.canary.get(_ONE)
        if held is None or held.due_at is None or held.due_at > now:
            return None
        attempts = held.attempts + 1
        self._rows.canary[_ONE] = replace(held, due_at=until, owner=owner, attempts=attempts)
        return ClaimedCanary(canary=held.state.canary, owner=owner, attempts=attempts)

    def record(
        self,
        claimed: ClaimedCanary,
        *,
        due_at: datetime | None,
        taken_at: datetime | None,
        status: str,
    ) -> bool:
        held = self._rows.canary[_ONE]
        theirs = (claimed.canary.id, claimed.owner, claimed.attempts)
        if (held.state.canary.id, held.owner, held.attempts) != theirs:
            return False
        state = replace(held.state, taken_at=taken_at, status=status)
        self._rows.canary[_ONE] = replace(held, state=state, due_at=due_at, owner=None)
        return True

    def key_of(self, canary_id: str) -> str | None:
        state = self.state()
        return state.canary.token if state and state.canary.id == canary_id else None

    def came_in(self, canary_id: str, *, at: datetime) -> None:
        if self.key_of(canary_id) is not None:
            held = self._rows.canary[_ONE]
            state = replace(held.state, back_at=at, waiting_since=None)
            self._rows.canary[_ONE] = replace(held, state=state, due_at=None, owner=None)

    def sent_back(self, canary_id: str, *, status: str) -> None:
        if self.key_of(canary_id) is not None:
            held = self._rows.canary[_ONE]
            self._rows.canary[_ONE] = replace(held, state=replace(held.state, status=status))

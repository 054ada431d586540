"""A carrier in memory behind the ``Notifier`` port."""

import asyncio
from collections import deque

from monitor.domain.alerts import ClaimedDelivery, Receipt


class FakeNotifier:
    """Takes everything, unless told to fail or to wait."""

    def __init__(self) -> None:
        #: What arrived, in order, repeats among it.
        self.arrived: list[ClaimedDelivery] = []
        #: Errors for the next sends, in order; None lets one go well.
        self.failures: deque[BaseException | None] = deque()
        #: Most sends under way at once.
        self.most_at_once = 0
        #: Sends wait for this.
        self.open = asyncio.Event()
        self.open.set()
        #: Released once for each send that began.
        self.begun = asyncio.Semaphore(0)
        self._at_once = 0

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Take one delivery."""
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.begun.release()
        try:
            await self.open.wait()
            failure = self.failures.popleft() if self.failures else None
            if failure is not None:
                raise failure
            self.arrived.append(claimed)
            return Receipt(status=250)
        finally:
            self._at_once -= 1

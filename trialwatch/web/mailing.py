"""Sign-in links on their way by mail, behind the answer: it takes as long for a stranger."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from monitor.domain.errors import TrialwatchError
from notifiers.entry import Entry

_log = logging.getLogger("trialwatch")
#: Hands a link over to the mail relay.
LetIn: TypeAlias = Callable[[Entry], Awaitable[object]]


class Mailing:
    """Sends links while the pages go on."""

    def __init__(self, let_in: LetIn) -> None:
        self._let_in = let_in
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, make: Callable[[], Entry | None]) -> None:
        """Begin to make a link and to send it; None is for an address that nobody has.

        What goes wrong is logged, without whom it was for.
        """
        task = asyncio.get_running_loop().create_task(self._send(make))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, make: Callable[[], Entry | None]) -> None:
        try:
            entry = await asyncio.to_thread(make)
            if entry is not None:
                await self._let_in(entry)
        except TrialwatchError as error:
            status = getattr(error, "status", None)
            _log.error("a sign-in link could not be mailed (%s)", status or "no reply code")

    async def settle(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way)

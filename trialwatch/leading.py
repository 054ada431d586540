"""Standing for the lead and listening for wake-ups, each in a thread of its own.

Threads, because a busy event loop must not cost the lead; what follows is told to the loop.
Connections are in ``storage.leading`` and ``storage.listening``.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.domain.errors import StorageError
from storage.engine import Database
from storage.waking import Wake
from trialwatch.bootstrap import Service

if TYPE_CHECKING:
    from storage.leading import Lead

_log = logging.getLogger("trialwatch")

#: Gap between two tries to take the lead, two looks whether it is still ours, two tries to
#: connect, and the longest that stopping waits for either thread.
_BEAT_SECONDS = 0.5


@dataclass(slots=True)
class Term:
    """Whether this process leads."""

    #: The leading session, None while another process leads. Its thread writes it, so that it
    #: is None before the loop hears of it.
    session: int | None = None

    def fence(self) -> int | None:
        """Return what commits are held against."""
        return self.session


@contextlib.asynccontextmanager
async def leading(
    service: Service, term: Term, *, gained: Callable[[], None], lost: Callable[[], None]
) -> AsyncIterator[None]:
    """Stand for the lead until the block is left, and give it up then.

    Args:
        service: Whose database it is.
        term: Kept up to date.
        gained: Called in the event loop when this process begins to lead.
        lost: The same, when it leads no more.
    """
    loop = asyncio.get_running_loop()
    campaign = _Campaign(
        service.settings.database_url,
        service.database,
        term,
        lambda: in_loop(loop, gained),
        lambda: in_loop(loop, lost),
    )
    async with _thread(campaign.run, campaign.over, "lead"):
        yield


@contextlib.asynccontextmanager
async def listening_to(service: Service, heard: Callable[[Wake], None]) -> AsyncIterator[None]:
    """Call ``heard`` in the event loop for each wake-up until the block is left.

    After every new beginning it is called for each kind: something may have been missed.
    """
    loop = asyncio.get_running_loop()
    ear = _Ear(
        service.settings.database_url,
        service.database,
        lambda what: in_loop(loop, lambda: heard(what)),
    )
    async with _thread(ear.run, ear.over, "listener"):
        yield


@contextlib.asynccontextmanager
async def _thread(
    work: Callable[[], None], over: threading.Event, name: str
) -> AsyncIterator[None]:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        await asyncio.to_thread(thread.join, 2 * _BEAT_SECONDS)


def in_loop(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    """Have something done in the loop from a thread of its own; nothing once the loop has ended."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(act)


@dataclass(slots=True)
class _Campaign:
    url: str
    database: Database
    term: Term
    gained: Callable[[], None]
    lost: Callable[[], None]
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Stand, lead, and stand again, until it is over."""
        from storage.leading import open_lead  # noqa: PLC0415  # a file needs no driver for it

        said = ""
        while not self.over.is_set():
            try:
                with open_lead(self.url, shown_as=self.database.shown_as) as lead:
                    said = _say_good(said, "stands for the lead again")
                    self._stand(lead)
                    self._lead(lead)
            except StorageError as error:
                said = _say_once("cannot lead", error, said)
                self.over.wait(_BEAT_SECONDS)

    def _stand(self, lead: "Lead") -> None:
        while not self.over.is_set() and not lead.take():
            self.over.wait(_BEAT_SECONDS)

    def _lead(self, lead: "Lead") -> None:
        if self.over.is_set():
            return
        self.term.session = lead.session
        _log.info("this process leads: it sweeps from now on")
        self.gained()
        try:
            while not self.over.is_set():
                lead.keep(seconds=_BEAT_SECONDS)
        finally:
            self.term.session = None
            _log.info("this process leads no more")
            self.lost()


@dataclass(slots=True)
class _Ear:
    url: str
    database: Database
    heard: Callable[[Wake], None]
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Listen, and begin anew when the connection breaks, until it is over."""
        from storage.listening import open_listener  # noqa: PLC0415  # a file needs no driver for it

        said = ""
        while not self.over.is_set():
            try:
                with open_listener(self.url, shown_as=self.database.shown_as) as listener:
                    said = _say_good(said, "hears wake-ups again")
                    missed = frozenset(Wake)
                    while not self.over.is_set():
                        for what in missed:
                            self.heard(what)
                        missed = listener.heard(seconds=_BEAT_SECONDS)
            except StorageError as error:
                said = _say_once("hears no wake-ups, so it looks every second", error, said)
                self.over.wait(_BEAT_SECONDS)


def _say_once(what: str, error: StorageError, said: str) -> str:
    words = f"this process {what}: {error}"
    if words != said:
        _log.warning("%s. It goes on trying, twice a second", words)
    return words


def _say_good(said: str, what: str) -> str:
    if said:
        _log.info("this process %s", what)
    return ""

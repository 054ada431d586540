"""Acts that come again and again, at most one of each at a time.

The ticks keep no state of their own: what is to be done is always read from the rows, so a kill
at any moment loses nothing. Some are for the leader alone, and rest while another process leads.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.domain.errors import TrialwatchError
from monitor.domain.ports import Clock
from monitor.domain.trace import NO_SPANS, Spans, new_trace, tracing
from trialwatch.tell import Pulse

_log = logging.getLogger("trialwatch")

#: How long acts under way may take once the process is asked to stop. Whoever asks (Docker by
#: default) kills after ten seconds, and the pages and the connections are still to be closed.
PATIENCE = timedelta(seconds=7)
#: An act that has just ended counts as ended for the scheduler a moment later.
_MOMENT = timedelta(milliseconds=20)
#: Gap between two looks at the machine's clock, and how far it is set back to count as that.
_CLOCK_EVERY = timedelta(seconds=1)
_SET_BACK = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do every so often."""

    every: timedelta
    do: Callable[[], Awaitable[None]]
    #: Only the leader does it.
    led: bool = False
    #: Whether it is worth measuring; what looks every second and mostly finds nothing is not.
    measured: bool = False


class EverySoOften(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 comes without types
    """Every so often, counted from the last time, and once for all the times that were missed.

    The library's own interval walks through every one of them: after a machine has slept for a
    weekend that is a minute in which nothing else is done.
    """

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the first time after ``previous_fire_time`` that is still to come, or that one."""
        if previous_fire_time is None:
            return now
        missed = max(0, (now - previous_fire_time) // self._every)
        return previous_fire_time + self._every * (missed + 1)


class Ticks:
    """The acts of one process."""

    def __init__(
        self,
        acts: Mapping[str, Act],
        pulse: Pulse,
        clock: Clock,
        spans: Spans = NO_SPANS,
        *,
        wall: Callable[[], float] = time.time,
        clock_every: timedelta = _CLOCK_EVERY,
    ) -> None:
        self._acts = acts
        self._spans = spans
        self._pulse = pulse
        self._clock = clock
        self._wall = wall
        self._clock_every = clock_every
        self._leads = False
        self._goes = False
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    @contextlib.asynccontextmanager
    async def going(self, *, leads: bool) -> AsyncIterator[None]:
        """Let the acts come until the block is left; what is under way then may end."""
        self._leads = leads
        for name, act in self._acts.items():
            self._scheduler.add_job(
                self._tick,
                EverySoOften(act.every),
                id=name,
                args=(name, act),
                next_run_time=datetime.now(UTC) if leads or not act.led else None,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._goes = True
        minding = asyncio.create_task(self._mind_the_clock(self._ahead()))
        try:
            yield
        finally:
            self._goes = False
            minding.cancel()
            self._scheduler.pause()
            await self._end()
            self._scheduler.shutdown(wait=False)

    async def _mind_the_clock(self, ahead: float) -> None:
        """Begin anew when the machine's clock is set back.

        The scheduler goes by that clock, and what comes next would wait for its old time: for an
        hour, after an hour.
        """
        while True:
            await asyncio.sleep(self._clock_every.total_seconds())
            before, ahead = ahead, self._ahead()
            if before - ahead > _SET_BACK.total_seconds():
                _log.warning("the clock was set back by %.0f s: all begins anew", before - ahead)
                for name in self._acts:
                    self.soon(name)

    def _ahead(self) -> float:
        """Return how far the machine's clock is ahead of one that nobody sets."""
        return self._wall() - asyncio.get_running_loop().time()

    def soon(self, name: str, after: timedelta = timedelta(0)) -> None:
        """Do it soon; while it is under way, right after that."""
        act = self._acts.get(name)
        if act is None or not self._goes or (act.led and not self._leads):
            return
        if name in self._under_way:
            self._again.add(name)
            return
        self._scheduler.modify_job(name, next_run_time=datetime.now(UTC) + after)

    def gain(self) -> None:
        """Begin with what only the leader does."""
        self._leads = True
        for name in self._led():
            self.soon(name)

    def lose(self) -> None:
        """Cut off what only the leader does, and rest."""
        self._leads = False
        if not self._goes:
            return
        for name in self._led():
            self._scheduler.pause_job(name)
            self._again.discard(name)
            self._pulse.ended_well_at.pop(name, None)
            self._pulse.trouble.pop(name, None)
            task = self._under_way.get(name)
            if task is not None:
                task.cancel()

    def _led(self) -> list[str]:
        return [name for name, act in self._acts.items() if act.led]

    async def _end(self) -> None:
        """Wait for the acts under way, and cut off those that take too long."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way.values(), timeout=PATIENCE.total_seconds())
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _tick(self, name: str, act: Act) -> None:
        """Act once. What can be explained is logged and tried again at the next tick."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way[name] = task
        try:
            with tracing(new_trace()), self._measured(name, act):
                await act.do()
        except asyncio.CancelledError:
            # The scheduler would call it a crash. Only ``_end`` and ``lose`` cancel, and the
            # rows know the rest.
            _log.warning("%s: cut off; the next start or leader goes on with it", name)
        except TrialwatchError as error:
            self._note_trouble(name, act, str(error))
        else:
            self._pulse.trouble.pop(name, None)
            self._pulse.ended_well_at[name] = self._clock()
        finally:
            self._under_way.pop(name, None)
            if name in self._again:
                self._again.discard(name)
                self.soon(name, _MOMENT)

    def _measured(self, name: str, act: Act) -> contextlib.AbstractContextManager[None]:
        return self._spans.span(name) if act.measured else contextlib.nullcontext()

    def _note_trouble(self, name: str, act: Act, words: str) -> None:
        if act.led and not self._leads:
            return
        if self._pulse.trouble.get(name) != words:
            _log.error("%s: %s", name, words)
        self._pulse.trouble[name] = words

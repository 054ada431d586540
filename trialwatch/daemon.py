"""Everything in one process: ticks and the pages.

The ticks keep no state of their own: what is to be done is always read from the rows, so a kill
at any moment loses nothing and two of these beside each other do no harm.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.alerting.dispatch import Sent, deliver_due
from monitor.alerting.poll import SweepReport, sweep
from monitor.alerting.searching import SearchReport, evaluate_searches
from monitor.domain.errors import TrialwatchError
from monitor.domain.ports import ConfirmationCarrier, Notifier
from monitor.domain.watches import Channel
from monitor.registry.client import RegistryClient
from storage.readmodels import Backlog
from trialwatch.bootstrap import Service
from trialwatch.confirming import ask
from trialwatch.door import open_door
from trialwatch.heartbeat import EVERY as HEARTBEAT_EVERY
from trialwatch.heartbeat import Heartbeat, heartbeat_of
from trialwatch.lookout import Lookout
from trialwatch.outside import asker_of, bounce_address, carriers_of, let_in_of, registry_of
from trialwatch.past import LookBack, log_past
from trialwatch.searched import log_searches
from trialwatch.web.app import make_app
from trialwatch.web.serve import serving

_log = logging.getLogger("trialwatch")

#: Gap between two looks at the outbox.
_LOOK_EVERY = timedelta(seconds=1)
#: Gap between two looks at what is late and who fails.
_LOOK_OUT_EVERY = timedelta(seconds=30)
#: Trials that are put on lists one after the other are looked at together.
_SOON = timedelta(seconds=1)
#: How long sends under way may take once the process is asked to stop. Whoever asks (Docker by
#: default) kills after ten seconds, and the pages and the connections are still to be closed.
_PATIENCE = timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Tell:
    """Who else hears of what the ticks do; nobody by default."""

    swept: Callable[[SweepReport], None] = lambda _: None
    searched: Callable[[SearchReport], None] = lambda _: None
    sent: Callable[[Sent], None] = lambda _: None


@dataclass(slots=True)
class Pulse:
    """When each tick last ended well, for ``/health``."""

    #: Tick name to time, UTC.
    ended_well_at: dict[str, datetime] = field(default_factory=dict)
    #: Tick name to what went wrong last; gone once it ends well.
    trouble: dict[str, str] = field(default_factory=dict)
    #: How the outbox stood when it was last looked over.
    backlog: Backlog | None = None
    #: Has the registry looked at soon: somebody waits for a new trial's first record.
    look_soon: Callable[[], None] = lambda: None


async def run(
    service: Service,
    listening: socket.socket,
    tell: Tell,
    returned: socket.socket | None = None,
) -> None:
    """Sweep, deliver, serve pages and take returned mail until SIGINT or SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    pulse = Pulse()
    async with (
        registry_of(service) as registry,
        carriers_of(service) as carriers,
        asker_of(service) as asker,
        heartbeat_of(service) as heartbeat,
        serving(make_app(service, pulse, let_in_of(carriers)), listening),
        open_door(service, returned, bounce_address(service.settings)),
        _ticking(
            _Parts(
                service,
                registry,
                carriers,
                asker,
                tell,
                LookBack(service, registry, stopping),
                heartbeat,
            ),
            pulse,
            stopping,
        ),
    ):
        await stopping.wait()
        _log.info("stopping: sends under way get %d s", _PATIENCE.total_seconds())


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the ticks work with."""

    service: Service
    registry: RegistryClient
    carriers: Mapping[Channel, Notifier]
    asker: ConfirmationCarrier
    tell: Tell
    past: LookBack
    #: None where nobody waits for a sign of life.
    heartbeat: Heartbeat | None


@contextlib.asynccontextmanager
async def _ticking(parts: _Parts, pulse: Pulse, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Let the ticks go on until the block is left."""
    under_way: set[asyncio.Task[None]] = set()
    lookout = Lookout(parts.service)
    ticks: dict[str, tuple[timedelta, Callable[[], Awaitable[None]]]] = {
        "sweep": (parts.service.settings.poll_every, lambda: _sweep_and_look_back(parts)),
        "deliver": (_LOOK_EVERY, lambda: _deliver(parts, stopping)),
        "ask": (_LOOK_EVERY, lambda: ask(parts.service, parts.asker, stopping)),
        "lookout": (_LOOK_OUT_EVERY, lambda: _look_out(lookout, pulse)),
    }
    if parts.heartbeat is not None:
        ticks["heartbeat"] = (HEARTBEAT_EVERY, parts.heartbeat.beat)
    scheduler = AsyncIOScheduler(timezone=UTC)
    for name, (every, act) in ticks.items():
        scheduler.add_job(
            _tick,
            IntervalTrigger(seconds=every.total_seconds()),
            id=name,
            args=(name, act, pulse, parts.service, under_way),
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    pulse.look_soon = lambda: _bring_forward(scheduler)
    try:
        yield
    finally:
        pulse.look_soon = lambda: None
        scheduler.pause()
        await _end(under_way)
        scheduler.shutdown(wait=False)


def _bring_forward(scheduler: AsyncIOScheduler) -> None:
    """Sweep next; while one goes on, right after it. The registry's own pace still holds."""
    scheduler.modify_job("sweep", next_run_time=datetime.now(UTC) + _SOON)


async def _end(under_way: Collection[asyncio.Task[None]]) -> None:
    """Wait for the ticks under way, and cut off those that take too long."""
    if not under_way:
        return
    _, late = await asyncio.wait(under_way, timeout=_PATIENCE.total_seconds())
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)


async def _tick(
    name: str,
    act: Callable[[], Awaitable[None]],
    pulse: Pulse,
    service: Service,
    under_way: set[asyncio.Task[None]],
) -> None:
    """Act once. What can be explained is logged and tried again at the next tick."""
    task = asyncio.current_task()
    if task is not None:
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    try:
        await act()
    except asyncio.CancelledError:
        # The scheduler would call it a crash. Only ``_end`` cancels, and the rows know the rest.
        _log.warning("%s: cut off; the next start goes on with it", name)
    except TrialwatchError as error:
        if pulse.trouble.get(name) != str(error):
            _log.error("%s: %s", name, error)
        pulse.trouble[name] = str(error)
    else:
        pulse.trouble.pop(name, None)
        pulse.ended_well_at[name] = service.clock()


async def _sweep_and_look_back(parts: _Parts) -> None:
    """Sweep, ask for saved searches, and give the past what time is left until the next sweep."""
    service, past = parts.service, parts.past
    until = service.clock() + service.settings.poll_every
    await _sweep(parts)
    searched = await evaluate_searches(
        service.open_work,
        parts.registry,
        clock=service.clock,
        go_on=lambda: service.clock() < until and not past.stopping.is_set(),
    )
    parts.tell.searched(searched)
    log_searches(searched)
    log_past(await past.go_on(until))


async def _sweep(parts: _Parts) -> None:
    service = parts.service
    report = await sweep(
        service.open_work, parts.registry, clock=service.clock, weights=service.weights
    )
    parts.tell.swept(report)
    if not report.asked:
        return
    settled = report.settled
    _log.info(
        "release %s: asked %d, first seen %d, unchanged %d, new versions %d, alerts %d,"
        " deliveries %d, kept aside %d",
        report.release,
        report.asked,
        len(settled.baselines),
        settled.unchanged,
        settled.versions,
        len(settled.alerts),
        settled.deliveries,
        len(settled.refused),
    )
    if settled.unknown_fields:
        _log.warning("fields not known yet, kept: %s", ", ".join(sorted(settled.unknown_fields)))
    for aside in settled.refused:
        _log.warning("%s kept aside: %s", aside.nct_id, aside.reason)
    for nct_id in settled.unknown:
        _log.warning("%s: the registry knows no such trial", nct_id)
    for nct_id, reason in report.unsettled.items():
        _log.warning("%s could not be looked at: %s", nct_id, reason)


async def _look_out(lookout: Lookout, pulse: Pulse) -> None:
    pulse.backlog = await asyncio.to_thread(lookout.look)


async def _deliver(parts: _Parts, stopping: asyncio.Event) -> None:
    service = parts.service
    if not await asyncio.to_thread(_anything_due, service):
        return
    ended: Counter[str] = Counter()

    def note(sent: Sent) -> None:
        ended[sent.outcome.word] += 1
        parts.tell.sent(sent)
        if sent.unforeseen is not None:
            _log.error("delivery %s: %s", sent.claimed.delivery.id, _where(sent.unforeseen))
        elif sent.outcome.word != "accepted":
            # The far side's words may name the reader; they are kept with the attempt.
            code = sent.outcome.status or "no reply code"
            _log.warning("delivery %s: %s (%s)", sent.claimed.delivery.id, sent.outcome.word, code)

    await deliver_due(
        service.open_work,
        parts.carriers,
        clock=service.clock,
        owner=service.owner,
        on_sent=note,
        stopping=stopping,
    )
    if ended:
        _log.info("deliveries: %s", ", ".join(f"{ended[word]} {word}" for word in sorted(ended)))


def _where(error: BaseException) -> str:
    """Return what kind of error it was and where; its own words may name a reader."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " <- ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-5:]))
    return f"{type(error).__name__} in {places}"


def _anything_due(service: Service) -> bool:
    with service.open_work() as work:
        now = service.clock()
        moments = (work.deliveries.next_due_at(now), work.timings.next_at())
    return any(moment is not None and moment <= now for moment in moments)

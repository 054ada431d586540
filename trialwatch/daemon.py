"""The parts that a process plays until it is stopped: ticks, pages, or all of it.

On SQLite one process plays every part. On PostgreSQL there may be any number of each, anywhere:
the rows are shared out by locks, and of all that could sweep one leads.
"""

import asyncio
import contextlib
import dataclasses
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from monitor.domain.canary import CanaryCarrier
from monitor.domain.errors import TrialwatchError
from monitor.domain.ports import Notifier
from monitor.domain.trace import Spans
from monitor.domain.watches import Channel
from storage.waking import Wake
from trialwatch.bootstrap import Service
from trialwatch.canary import LOOK_EVERY as CANARY_EVERY
from trialwatch.canary import SEND_EVERY, look_after_canary, send_canary
from trialwatch.confirming import ask, forget, next_asking
from trialwatch.delivering import deliver, next_sending
from trialwatch.heartbeat import EVERY as HEARTBEAT_EVERY
from trialwatch.heartbeat import heartbeat_of
from trialwatch.keycare import look_after_keys
from trialwatch.leading import Term, in_loop, leading, listening_to
from trialwatch.lookout import Lookout
from trialwatch.otel import measured, spans_of
from trialwatch.outside import (
    asker_of,
    bounce_address,
    canary_carrier_of,
    canary_is_set,
    carriers_of,
    let_in_of,
    registry_of,
)
from trialwatch.past import LookBack
from trialwatch.sweeping import Sweeping, sweep_and_look_back
from trialwatch.tell import Pulse, Tell
from trialwatch.ticks import PATIENCE, Act, Ticks
from trialwatch.tidying import EVERY as TIDY_EVERY
from trialwatch.tidying import tidy
from trialwatch.upcoming import Upcoming
from trialwatch.web.app import make_app
from trialwatch.web.health import health_app
from trialwatch.web.serve import serving

_log = logging.getLogger("trialwatch")

#: Gap between two looks at the outbox; a wake-up saves the wait.
_LOOK_EVERY = timedelta(seconds=1)
#: Gap between two looks at what is late and who fails.
_LOOK_OUT_EVERY = timedelta(seconds=30)
#: Gap between two looks for addresses that never answered.
_FORGET_EVERY = timedelta(minutes=1)
#: Trials that are put on lists one after the other are looked at together.
_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a process does."""

    #: Asks the registry, when it leads.
    sweeps: bool = False
    #: Sends what is due.
    sends: bool = False
    #: Serves pages and takes returned mail.
    serves: bool = False


ALL = Role(sweeps=True, sends=True, serves=True)
SERVE = Role(serves=True)
SCHEDULER = Role(sweeps=True)
WORKER = Role(sends=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Sockets that somebody comes in by; None where nobody does."""

    pages: socket.socket | None = None
    returned: socket.socket | None = None
    #: Of a role without pages.
    health: socket.socket | None = None


def check_shared(service: Service, name: str) -> None:
    """Return if the database can be shared by several processes with a role each.

    Raises:
        TrialwatchError: It is a file.
    """
    if service.database.is_sqlite:
        raise TrialwatchError(
            f"`trialwatch {name}` works on PostgreSQL alone: a file has no way to say who leads."
            " Run `trialwatch run` for all of it in one process, or set TRIALWATCH_DATABASE_URL to"
            " postgresql://user@host/name"
        )


async def run(
    service: Service, role: Role, doors: Doors, tell: Tell, begun: Callable[[], None]
) -> None:
    """Play a role until SIGINT or SIGTERM; from ``begun`` on, either ends it in order."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    begun()
    await asyncio.to_thread(look_after_keys, service)
    async with contextlib.AsyncExitStack() as stack:
        await _begin(_Process(service, role, doors, tell, stopping, stack))
        await stopping.wait()
        _log.info("stopping: work under way gets %d s", PATIENCE.total_seconds())


@dataclass(frozen=True, slots=True)
class _Process:
    """One process and what it ends with."""

    service: Service
    role: Role
    doors: Doors
    tell: Tell
    stopping: asyncio.Event
    stack: contextlib.AsyncExitStack


async def _begin(one: _Process) -> None:
    """Open everything, innermost last: what is entered last ends first."""
    pulse, term = Pulse(), Term()
    spans = await one.stack.enter_async_context(spans_of(one.service))
    carriers: Mapping[Channel, Notifier] = {}
    if one.role.sends or one.role.serves:
        carriers = await one.stack.enter_async_context(carriers_of(one.service))
    acts: dict[str, Act] = {}
    if one.role.sweeps:
        acts |= await _sweeping(one, term, spans)
    if one.role.sends:
        acts |= await _sending(one, measured(carriers, spans))
        acts |= _canary_sending(one.service, canary_carrier_of(carriers))
    if one.role.serves or one.role.sweeps:
        lookout = Lookout(one.service)
        acts["lookout"] = Act(
            _LOOK_OUT_EVERY, lambda: _look_out(lookout, pulse), led=not one.role.serves
        )
    if one.role.serves:
        await _serve(one, pulse, carriers)
    if one.doors.health is not None:
        await one.stack.enter_async_context(serving(health_app(pulse), one.doors.health))
    await _tick(one, Ticks(acts, pulse, one.service.clock, spans), term, pulse)


async def _sweeping(one: _Process, term: Term, spans: Spans) -> Mapping[str, Act]:
    service = one.service
    if not service.database.is_sqlite:
        service = dataclasses.replace(service, fence=term.fence)
    registry = await one.stack.enter_async_context(registry_of(service))
    past = LookBack(service, registry)
    parts = Sweeping(service, registry, one.tell, past, one.stopping, spans)
    every = service.settings.poll_every
    acts = {
        "sweep": Act(every, lambda: sweep_and_look_back(parts), led=True, measured=True),
        "tidy": Act(
            TIDY_EVERY, lambda: tidy(one.service, lambda: not one.stopping.is_set()), led=True
        ),
    }
    if canary_is_set(one.service.settings):
        acts["canary"] = Act(CANARY_EVERY, lambda: look_after_canary(one.service), led=True)
    heartbeat = await one.stack.enter_async_context(heartbeat_of(one.service))
    if heartbeat is not None:
        # It looks at the rows of everybody, so one sign for all processes is enough.
        acts["heartbeat"] = Act(HEARTBEAT_EVERY, heartbeat.beat, led=True)
    return acts


async def _sending(one: _Process, carriers: Mapping[Channel, Notifier]) -> Mapping[str, Act]:
    service, stopping = one.service, one.stopping
    asker = await one.stack.enter_async_context(asker_of(service))
    return {
        "deliver": _once_due(
            service, next_sending, lambda: deliver(service, carriers, one.tell, stopping)
        ),
        "ask": _once_due(service, next_asking, lambda: ask(service, asker, stopping)),
        "forget": Act(_FORGET_EVERY, lambda: forget(service)),
    }


def _once_due(
    service: Service,
    read: Callable[[Service, datetime], datetime | None],
    do: Callable[[], Awaitable[None]],
) -> Act:
    upcoming = Upcoming(partial(read, service), service.database.stamp)

    async def look() -> None:
        if await upcoming.is_here(service.clock()):
            await do()

    return Act(_LOOK_EVERY, look)


def _canary_sending(service: Service, carrier: CanaryCarrier | None) -> Mapping[str, Act]:
    if carrier is None or not canary_is_set(service.settings):
        return {}
    return {"canary mail": Act(SEND_EVERY, lambda: send_canary(service, carrier))}


async def _serve(one: _Process, pulse: Pulse, carriers: Mapping[Channel, Notifier]) -> None:
    if one.doors.pages is not None:
        # Beside the leader's own, and at the same pace.
        registry = await one.stack.enter_async_context(registry_of(one.service))
        app = make_app(one.service, pulse, let_in_of(carriers), registry)
        await one.stack.enter_async_context(serving(app, one.doors.pages))
    address = bounce_address(one.service.settings)
    if one.doors.returned is not None and address is not None:
        from trialwatch.door import open_door  # noqa: PLC0415  # it loads a mail server

        await one.stack.enter_async_context(open_door(one.service, one.doors.returned, address))


async def _tick(one: _Process, ticks: Ticks, term: Term, pulse: Pulse) -> None:
    service = one.service
    alone = service.database.is_sqlite
    if alone:
        loop = asyncio.get_running_loop()
        pulse.look_soon = lambda: in_loop(loop, lambda: ticks.soon("sweep", _SOON))
    else:
        pulse.look_soon = lambda: _ask_leader(service)
        await _share(one, ticks, term)
    # The lead is kept while a sweep under way comes to its end.
    await one.stack.enter_async_context(ticks.going(leads=alone))


async def _share(one: _Process, ticks: Ticks, term: Term) -> None:
    wakes: Mapping[Wake, Callable[[], None]] = {
        Wake.DELIVER: lambda: ticks.soon("deliver"),
        Wake.SWEEP: lambda: ticks.soon("sweep", _SOON),
    }
    if one.role.sweeps:
        contest = leading(one.service, term, gained=ticks.gain, lost=ticks.lose)
        await one.stack.enter_async_context(contest)
    if one.role.sweeps or one.role.sends:
        ear = listening_to(one.service, lambda what: wakes[what]())
        await one.stack.enter_async_context(ear)


def _ask_leader(service: Service) -> None:
    """Wake the leader. What was asked for is kept already, so trouble only means a longer wait."""
    with contextlib.suppress(TrialwatchError):
        service.database.wake(Wake.SWEEP)


async def _look_out(lookout: Lookout, pulse: Pulse) -> None:
    pulse.backlog = await asyncio.to_thread(lookout.look)
    pulse.canary = lookout.canary
    if lookout.service.replicated is not None:
        # So that its trouble is told where nobody visits, too.
        await asyncio.to_thread(lookout.service.replicated.look)

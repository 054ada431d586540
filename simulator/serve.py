"""Running a stand-in registry: inside a loop, in a thread, or for good.

uvicorn speaks HTTP; its protocol is told to show the connection to the application, so
that a cut body is a cut connection. No lifespan, no signal handlers, no logging of its
own: nothing that would leak into a test or into the service beside it.
"""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from simulator.app import make_app
from simulator.edge import PREFIX
from simulator.faults import FaultBook
from simulator.journal import Journal
from simulator.registry import Registry, Release
from simulator.settings import Settings
from simulator.source import Source
from simulator.wire import TRANSPORT

_HOST = "127.0.0.1"
_LONGEST_HEAD_BYTES = 256 * 1024
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A stand-in registry that is answering."""

    host: str
    port: int
    registry: Registry
    faults: FaultBook
    requests: Journal

    @property
    def root(self) -> str:
        """Address below which ``/control`` lies."""
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Address of the played API, for ``TRIALWATCH_REGISTRY_URL``."""
        return f"{self.root}{PREFIX}"

    def publish_next(self) -> Release:
        """Bring out the next release."""
        return self.registry.publish_next()

    def publish(self, release: int | date) -> Release:
        """Bring out a release by number or by date."""
        return self.registry.publish(release)

    def reset(self) -> Release:
        """Go back to the start: first release, no faults, empty journal."""
        self.faults.clear()
        self.requests.clear()
        return self.registry.reset()


class _ShownProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with the connection put into each request's scope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False
        answer = self.app

        async def show_connection(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = self.transport
            await answer(scope, receive, send)

        self.app = show_connection


@contextlib.asynccontextmanager
async def running(
    source: Source, port: int = 0, *, host: str = _HOST, settings: Settings | None = None
) -> AsyncIterator[Running]:
    """Answer requests in this event loop until the block is left.

    Args:
        source: What to serve.
        port: 0 takes a free one.
        host: Address to listen on.
        settings: How the stand-in behaves.

    Raises:
        OSError: The port is taken.
    """
    app = make_app(source, settings=settings)
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(_protocols(app, state), host, port)
    try:
        yield _running(app, host, server.sockets[0])
    finally:
        server.close()
        await _hang_up_all(state)
        await server.wait_closed()


def _protocols(app: Starlette, state: ServerState) -> Callable[[], asyncio.Protocol]:
    config = Config(
        app,
        log_config=None,
        lifespan="off",
        proxy_headers=False,
        timeout_keep_alive=60,
        h11_max_incomplete_event_size=_LONGEST_HEAD_BYTES,
    )
    config.load()
    return lambda: _ShownProtocol(config=config, server_state=state, app_state={})


def _running(app: Starlette, host: str, bound: socket.socket) -> Running:
    return Running(
        host=host,
        port=bound.getsockname()[1],
        registry=app.state.registry,
        faults=app.state.faults,
        requests=app.state.requests,
    )


async def _hang_up_all(state: ServerState) -> None:
    """Drop every connection and wait for the answers under way to notice."""
    for connection in list(state.connections):
        if connection.transport is not None:
            connection.transport.abort()
    if state.tasks:
        await asyncio.wait(set(state.tasks), timeout=_PATIENCE_SECONDS)
    await asyncio.sleep(0)  # lets each transport close its socket


@contextlib.contextmanager
def running_in_thread(
    source: Source, port: int = 0, *, host: str = _HOST, settings: Settings | None = None
) -> Iterator[Running]:
    """Answer requests in a thread of its own until the block is left."""
    started: Future[tuple[Running, Callable[[], None]]] = Future()

    async def answer() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            async with running(source, port, host=host, settings=settings) as registry:
                started.set_result((registry, lambda: _set_from_outside(loop, stop)))
                await stop.wait()
        except OSError as error:
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(answer()), daemon=True)
    thread.start()
    registry, stop = started.result()
    try:
        yield registry
    finally:
        stop()
        thread.join()


def _set_from_outside(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)


def run(
    source: Source,
    host: str = _HOST,
    port: int = 8090,
    *,
    every: timedelta | None = None,
    settings: Settings | None = None,
    announce: Callable[[Running, Release], None] | None = None,
) -> None:
    """Answer requests until SIGINT or SIGTERM.

    Args:
        source: What to serve.
        host: Address to listen on.
        port: 0 takes a free one.
        every: Gap between releases; ``None`` publishes only when told by ``/control``.
        settings: How the stand-in behaves.
        announce: Told of the first release and of each that is published here.
    """
    asyncio.run(
        _run(running(source, port, host=host, settings=settings), every, announce or _say_nothing)
    )


def _say_nothing(_running: Running, _release: Release) -> None:
    return


async def _run(
    opened: contextlib.AbstractAsyncContextManager[Running],
    every: timedelta | None,
    announce: Callable[[Running, Release], None],
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened as registry:
        announce(registry, registry.registry.release)
        while not await _stopped(stop, every):
            announce(registry, registry.publish_next())


async def _stopped(stop: asyncio.Event, every: timedelta | None) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), every.total_seconds() if every else None)
    except TimeoutError:
        return False
    return True

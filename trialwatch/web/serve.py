"""Sockets that are listened on, and running the pages inside the daemon's loop.

The server of the pages has no opinion of its own on signals here.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI

from config.settings import Settings
from monitor.domain.errors import TrialwatchError

#: How long a visitor's request under way may take once the process is asked to stop.
_PATIENCE_SECONDS = 1


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the daemon, which has more to end than the pages."""
        yield


def listen(
    bind: str, *, what: str = "The pages", setting: str = "TRIALWATCH_WEB_BIND"
) -> socket.socket:
    """Return a socket listening on ``host:port``; ``setting`` names it, for ``what``.

    Raises:
        TrialwatchError: The address is taken or is not one of this machine.
    """
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    try:
        return socket.create_server(
            (host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except (OSError, OverflowError) as error:
        raise TrialwatchError(
            f"{what} cannot be served on {bind}: {error}. Free the address, or set"
            f" {setting} to another one (port 0 takes any)."
        ) from error


@contextlib.contextmanager
def listen_for_returned(settings: Settings) -> Iterator[socket.socket | None]:
    """Listen where returned mail is handed over; None when it is not.

    Raises:
        TrialwatchError: The address is taken or is not one of this machine.
    """
    if not settings.bounce_bind:
        yield None
        return
    try:
        listening = listen(settings.bounce_bind)
    except TrialwatchError as error:
        raise TrialwatchError(
            f"Returned mail cannot be taken on {settings.bounce_bind}:"
            f" {error.__cause__}. Free the address, or set TRIALWATCH_BOUNCE_BIND to another one."
        ) from error
    with listening:
        yield listening


@contextlib.asynccontextmanager
async def serving(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """Answer requests on ``listening`` until the block is left."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=2 * _PATIENCE_SECONDS,
    )
    server = _Server(config)
    # What is sent for minutes on end looks at this and ends by itself.
    app.state.closing = closing = asyncio.Event()
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        closing.set()
        server.should_exit = True
        _, late = await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)
        if late:
            _hang_up_all(server)
        await task


def _hang_up_all(server: uvicorn.Server) -> None:
    """Break off every request under way: a visitor may take for ever to send one."""
    for connection in list(server.server_state.connections):
        if connection.transport is not None:
            connection.transport.abort()

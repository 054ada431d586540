"""The real pages and their interface for tools on loopback, in a thread of their own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving


@contextmanager
def served(service: Service) -> Iterator[str]:
    """Serve until the block is left; yield the address."""
    with listen("127.0.0.1:0") as listening:
        ready, done = threading.Event(), threading.Event()

        async def serve() -> None:
            async with serving(make_app(service, None), listening):
                ready.set()
                await asyncio.to_thread(done.wait)

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            ready.wait()
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            done.set()
            thread.join()

"""Just enough of Chromium's DevTools protocol to look at a page as a person sees it.

The browser is driven over two pipes, so no port is opened and no other package is needed.
https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import fcntl
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

#: Names it goes by.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Whatever is not this machine leads nowhere.
    *(
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--remote-debugging-pipe",
    ),
)
#: The browser reads orders from 3 and writes answers to 4.
_AS_3_AND_4 = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_LONGEST_ANSWER = 64 * 1024 * 1024
_PATIENCE_SECONDS = 60
#: By how many pixels a page is wider than the window.
OVERFLOW = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
#: Width and height of paper in inches.
PAPERS = {"A4": (8.27, 11.69), "US letter": (8.5, 11.0)}
#: On a busy machine Chromium sometimes comes up deaf: it takes its first order and never answers.
_STARTS = 3


def chromium() -> str | None:
    """Return the browser's path, None when there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@dataclass
class Sight:
    """A page as it was shown."""

    #: Addresses asked for, the page's own first.
    requests: list[str] = field(default_factory=list)
    #: What the browser complained of.
    complaints: list[str] = field(default_factory=list)
    loaded: asyncio.Event = field(default_factory=asyncio.Event)


class Browser:
    """One browser with one tab."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)
        self._session: str | None = None
        self._sight = Sight()

    async def listen(self) -> None:
        """Take in answers and events until the browser ends."""
        while True:
            message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            answer = self._answers.pop(message.get("id", 0), None)
            if answer is not None:
                answer.set_result(message)
            else:
                self._note(message.get("method", ""), message.get("params", {}))

    def _note(self, event: str, told: dict[str, Any]) -> None:
        sight = self._sight
        if event == "Network.requestWillBeSent":
            sight.requests.append(told["request"]["url"])
        elif event == "Page.loadEventFired":
            sight.loaded.set()
        elif event == "Runtime.exceptionThrown":
            sight.complaints.append(str(told))
        elif event == "Log.entryAdded" and told["entry"]["level"] in {"error", "warning"}:
            sight.complaints.append(told["entry"]["text"])
        elif event == "Runtime.consoleAPICalled":
            sight.complaints.append(str(told["args"]))

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give an order and return its result."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        order = {"id": number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        self._writer.write(json.dumps(order).encode() + b"\0")
        answer = await asyncio.wait_for(self._answers[number], _PATIENCE_SECONDS)
        assert "error" not in answer, (method, answer)
        result: dict[str, Any] = answer["result"]
        return result

    async def open_tab(self) -> None:
        """Open the tab and have it tell what it does."""
        target = (await self.ask("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.ask(f"{domain}.enable")

    async def show(self, url: str, *, width: int, scheme: str = "light") -> Sight:
        """Open a page in a window so wide, and return once it is all there."""
        self._sight = Sight()
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.ask("Emulation.setEmulatedMedia", features=features)
        await self.ask("Page.navigate", url=url)
        await asyncio.wait_for(self._sight.loaded.wait(), _PATIENCE_SECONDS)
        return self._sight

    async def type_in(self, **fields: str) -> None:
        """Fill in fields of the page by their ids, with the events that typing brings."""
        for name, text in fields.items():
            await self.value(
                f"(() => {{ const field = document.getElementById({json.dumps(name)});"
                f" field.focus(); field.value = {json.dumps(text)};"
                " field.dispatchEvent(new Event('input', {bubbles: true})); })()"
            )

    async def choose(self, **picked: str) -> None:
        """Tick the radio button or box with a name that has this value."""
        for name, value in picked.items():
            await self.value(f"document.querySelector('[name={name}][value={value}]').click()")

    async def press(self, words: str) -> Sight:
        """Press the first button or link that begins with ``words``, and return the next page."""
        self._sight = Sight()
        pressed = await self.value(
            "(() => { const found = [...document.querySelectorAll('button, a, summary')]"
            f".find(one => one.textContent.trim().startsWith({json.dumps(words)}));"
            " if (found) setTimeout(() => found.click()); return !!found; })()"
        )
        assert pressed, f"nothing to press says {words!r}: {await self.words()}"
        await asyncio.wait_for(self._sight.loaded.wait(), _PATIENCE_SECONDS)
        return self._sight

    async def words(self) -> str:
        """Return what the page says."""
        return str(await self.value("document.body.innerText"))

    async def forget(self) -> None:
        """Forget every cookie, as somebody else's browser has none."""
        await self.ask("Network.clearBrowserCookies")

    async def value(self, script: str) -> Any:
        """Return what a script comes to on the page."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def value_of_promise(self, script: str) -> Any:
        """Return what the promise that a script comes to is settled with."""
        answer = await self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def sheets(self, paper: tuple[float, float]) -> int:
        """Return how many sheets of such a width and height, in inches, the page prints on."""
        pdf = await self.ask("Page.printToPDF", paperWidth=paper[0], paperHeight=paper[1])
        return len(re.findall(rb"/Type\s*/Page[^s]", base64.b64decode(pdf["data"])))

    async def picture(self, file: Path) -> None:
        """Write the whole page as a PNG."""
        shot = await self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def browsing(executable: str) -> AsyncIterator[Browser]:
    """Run a browser until the block is left."""
    async with AsyncExitStack() as running:
        yield await _started(executable, running)


async def _started(executable: str, running: AsyncExitStack) -> Browser:
    """Start a browser that answers; ``TimeoutError`` when several in a row come up deaf."""
    for start in range(1, _STARTS + 1):
        async with AsyncExitStack() as tried:
            browser = await tried.enter_async_context(_process(executable))
            try:
                await browser.open_tab()
            except TimeoutError:
                if start == _STARTS:
                    raise
            else:
                running.push_async_exit(tried.pop_all())
                return browser
    raise AssertionError


@asynccontextmanager
async def _process(executable: str) -> AsyncIterator[Browser]:
    with _profile() as profile, _pipes() as (orders, answers, ours):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _AS_3_AND_4, str(orders), str(answers), executable, *_FLAGS),
            f"--user-data-dir={profile}",
            pass_fds=(orders, answers),
            stderr=asyncio.subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        browser = Browser(*await _streams(*ours))
        listening = asyncio.create_task(browser.listen())
        try:
            yield browser
        finally:
            listening.cancel()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _profile() -> tempfile.TemporaryDirectory[str]:
    """A folder for the browser, whose children may still write when it is to go."""
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


@contextmanager
def _pipes() -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Two pipes: the ends the browser gets, numbered past 4, and ours."""
    their_orders, our_orders = os.pipe()
    our_answers, their_answers = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (their_orders, their_answers)]
    os.close(their_orders)
    os.close(their_answers)
    yield high[0], high[1], (our_answers, our_orders)


async def _streams(answers: int, orders: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LONGEST_ANSWER)
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answers, "rb", buffering=0)
    )
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(orders, "wb", buffering=0)
    )
    return reader, asyncio.StreamWriter(transport, protocol, None, loop)

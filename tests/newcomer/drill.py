"""A person at a terminal of their own, who types what a paper says, line by line."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.newcomer.papers import Block, Line

#: Long enough for a busy machine.
PATIENCE_SECONDS = 60.0
#: What goes on until it is stopped.
_GOES_ON = re.compile(
    r"(^|/|\s)trialwatch (run|serve|scheduler|worker|simulate)\b|-m aiosmtpd\b|\bcurl -N\b"
)
#: What it says when it has begun.
_GOES_WELL = re.compile(r"Stop with Ctrl-C|serves the release of|^HTTP/1\.1 200", re.MULTILINE)
_LISTENS = re.compile(r"-l (?P<host>[\d.]+):(?P<port>\d+)")
#: What was exported is still there in the next line.
_SHELL = """
. "$DRILL_STATE"
eval "$DRILL_LINE"
status=$?
unset DRILL_LINE
export -p > "$DRILL_STATE"
exit $status
"""


class StumbleError(Exception):
    """What a paper says does not work; the message has file, line, and what was said."""


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a folder, who puts their own values in place of the made-up ones."""

    folder: Path
    environment: Mapping[str, str]
    #: What stands in the papers, and what they type instead.
    values: Mapping[str, str]
    going_on: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def follow(self, block: Block) -> None:
        """Do what a block says.

        Raises:
            StumbleError: It does not work.
        """
        if block.kind == "not run":
            return
        if block.kind == "file":
            self._write(Path(self._own(block.words)), block)
            return
        self._state.write_text("", encoding="utf-8")
        for line in block.lines:
            await self._type(block, line)

    def _write(self, file: Path, block: Block) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._own(block.text), encoding="utf-8")

    @property
    def _state(self) -> Path:
        return self.folder / "exported"

    async def _type(self, block: Block, line: Line) -> None:
        text = self._own(line.text)
        goes_on = _GOES_ON.search(text) is not None
        process = await asyncio.create_subprocess_exec(
            *("bash", "-c", _SHELL),
            env={
                **self.environment,
                "DRILL_LINE": text,
                "DRILL_STATE": str(self._state),
            },
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        if goes_on:
            self.going_on.append(process)
        said = await (_begun(process, text) if goes_on else _ended(process))
        # What goes on has no status as long as it does.
        if process.returncode != (None if goes_on else 0):
            raise StumbleError(
                f"{block.paper}:{line.number}: {line.text}\n"
                f"ended with status {process.returncode} and said:\n{said}"
            )

    def _own(self, text: str) -> str:
        for made_up, own in self.values.items():
            text = text.replace(made_up, own)
        return text


async def _ended(process: asyncio.subprocess.Process) -> str:
    try:
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    except TimeoutError:
        await _stop(process)
        return f"nothing: it did not end in {PATIENCE_SECONDS:.0f} s"
    return out.decode(errors="replace")


async def _begun(process: asyncio.subprocess.Process, text: str) -> str:
    """Return once a program that goes on says something, or listens."""
    listens = _LISTENS.search(text)
    if listens:
        return await _listening(process, listens["host"], int(listens["port"]))
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for line in process.stdout:
            said += line.decode(errors="replace")
            if _GOES_WELL.search(said):
                return said
        await process.wait()
    return said


async def _listening(process: asyncio.subprocess.Process, host: str, port: int) -> str:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection(host, port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            break
    return ""


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End a program and what it started."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


@asynccontextmanager
async def a_person(
    folder: Path, environment: Mapping[str, str], values: Mapping[str, str]
) -> AsyncIterator[Person]:
    """Give somebody a terminal; what goes on is stopped at the end."""
    person = Person(folder=folder, environment=environment, values=values)
    try:
        yield person
    finally:
        for process in person.going_on:
            await _stop(process)

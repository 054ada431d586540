"""The ground on which the crash matrix kills: the service, its neighbours, and how all begins."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.crash_places import Places, places_for
from benchmarks.crash_truth import Truth, key, pending, steps_told, stored, trials_in
from simulator.made import open_stories
from tests.acceptance.stage import ALL, Stage, on_stage

#: The release that everybody knows already, and the one that changes most.
EARLIER, LAST = 1, 6
DIGEST_READERS = ("daily@clinic.example", "morning@clinic.example")
#: Added to the clock, in seconds: by then every digest is due.
TOMORROW = 86_400.0
#: How often what failed is tried again, an hour later each time.
_LATER_ATTEMPTS = 4
#: The database that is worked on, and what it is copied from: the release is out; it was found
#: and sent, and the digests wait.
PLAYED, OUT, WAITING = "played", "released", "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """How a process ended: its exit status, and the seconds of processor time it took."""

    status: int
    seconds: float
    out: str

    @property
    def is_killed(self) -> bool:
        """False where it ended before its point came."""
        return self.status == -signal.SIGKILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """Where processes come from; see ``crash_nursery``."""

    process: asyncio.subprocess.Process
    #: Processor time that a process spends on loading before it begins.
    loading_seconds: float

    async def ask(
        self, program: str, *arguments: str, environment: Mapping[str, str], after: float
    ) -> Died:
        """Run one process to its end."""
        asked = {
            "program": program,
            "arguments": arguments,
            "environment": environment,
            "after": after,
        }
        return Died(**await self._answer(asked))

    async def _answer(self, asked: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        return await _line_of(self.process)


async def _line_of(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    answer: dict[str, Any] = json.loads(await process.stdout.readline())
    return answer


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """Start it, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.crash_nursery"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        loaded = await _line_of(process)
        yield Nursery(process=process, loading_seconds=loaded["seconds"])
    finally:
        process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A stage, the databases, and what is true on it."""

    stage: Stage
    nursery: Nursery
    places: Places
    truth: Truth

    def begin(self, state: str) -> None:
        """Go back to a state, with nothing in mailbox and receiver."""
        self.places.copy(state, PLAYED)
        self.work_on(PLAYED)
        self.forget()

    def work_on(self, name: str) -> None:
        """Let the service work on another database."""
        self.stage.settings["TRIALWATCH_DATABASE_URL"] = self.places.url(name)

    def forget(self) -> None:
        """Empty mailbox and receiver."""
        self.stage.hook.requests.clear()
        self.stage.mail.mails.clear()

    async def work(
        self,
        point: str = "none",
        nth: int = 0,
        *,
        skew: float = 0.0,
        after: float = 0.0,
        disk: Path | None = None,
    ) -> Died:
        """Sweep and send; die at a point, or find ``disk`` full from there, or die after a time."""
        words = (point, str(nth), str(skew), *(() if disk is None else (str(disk),)))
        return await self.run("crashing", *words, after=after)

    async def go_on(self, *, skew: float = 0.0) -> tuple[Died, int]:
        """Work until nothing waits for a later attempt; return the end, and what had to wait.

        On a busy machine a send can run out of its time, and then whatever else is for the same
        receiver waits too. The clock is set forward for that, and nobody waits.
        """
        ended, waited = await self.work(skew=skew), 0
        for hours in range(1, _LATER_ATTEMPTS + 1):
            waits = pending(self.stage.settings["TRIALWATCH_DATABASE_URL"])
            if ended.status or not waits:
                break
            waited = max(waited, waits)
            ended = await self.work(skew=skew + 3600.0 * hours)
        return ended, waited

    async def run(self, program: str, *arguments: str, after: float = 0.0) -> Died:
        """Run a program of the nursery, at most so long."""
        environment = dict(self.stage.environment)
        return await self.nursery.ask(program, *arguments, environment=environment, after=after)

    async def command(self, *arguments: str) -> None:
        """Run the command, which must end well."""
        ended = await self.run("trialwatch", *arguments)
        assert ended.status == 0, (arguments, ended)


@asynccontextmanager
async def ground(
    folder: Path, *, postgresql: bool, options: Sequence[str] = ()
) -> AsyncIterator[Ground]:
    """Set up: everything watched, a release told of already, and the one out that changes most."""
    with places_for(folder, postgresql=postgresql, options=options) as places:
        places.make(PLAYED)
        async with on_stage(open_stories(), folder) as stage, nursery() as born:
            stage.settings["TRIALWATCH_DATABASE_URL"] = places.url(PLAYED)
            yield await _prepared(stage, places, born)


async def _prepared(stage: Stage, places: Places, born: Nursery) -> Ground:
    await watch_with_digests(stage)
    await stage.check()
    stage.registry.publish(EARLIER)
    await stage.check()
    await stage.run("deliver", "--until-empty")
    stage.registry.publish(LAST)
    earlier = stored(places.url(PLAYED))
    assert earlier
    assert stage.mails
    places.copy(PLAYED, OUT)
    found = await stage.check()
    on = Ground(
        stage=stage,
        nursery=born,
        places=places,
        truth=Truth(
            stored=sorted([*earlier, *map(key, found)]), told=steps_told(found), digests={}
        ),
    )
    await stage.run("deliver", "--until-empty")
    places.copy(PLAYED, WAITING)
    on.forget()
    assert (await on.work(skew=TOMORROW)).status == 0
    on.truth.digests.update({str(mail["To"]): trials_in(mail) for mail in stage.mails})
    assert set(on.truth.digests) == set(DIGEST_READERS)
    assert all(on.truth.digests.values())
    return on


async def watch_with_digests(stage: Stage) -> None:
    """Watch everything: two hear at once, and two at an hour that is far away."""
    await stage.watch(*ALL)
    hour = f"daily@{datetime.now(UTC) + timedelta(hours=12):%H:%M}"
    for reader in DIGEST_READERS:
        await stage.run(*("watch", *ALL, "--email", reader, "--digest", hour, "--timezone", "UTC"))

"""The machine's clock goes wrong while the service runs: what is said, what is lost, how it heals.

    python -m benchmarks.fault_clock [--only WORDS] [--markdown FILE]

``trialwatch run`` on a PostgreSQL of its own, as in ``benchmarks.fault_matrix``, under a clock of
its own (libfaketime, Debian's package ``faketime``; what counts seconds since the start of the
machine is left alone, as it is when a clock is set). The clock jumps and stays as it is; then a
release comes out in which most trials change, or came out just before, where the jump is to meet
messages on their way. Or it stands, crawls, races, flaps or is far off for ten seconds, and is
right again. All has to arrive without anybody helping. A clock has no connection, so it cannot
drip, be closed half-way or be reset.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.crash_ground import LAST
from benchmarks.crash_places import places_for
from benchmarks.crash_truth import changes_in, key, steps_told
from benchmarks.fault_matrix import (
    PATIENCE_SECONDS,
    TO_BEGIN_SECONDS,
    first_complaint,
    health_of,
    misses,
)
from benchmarks.troubles import Road, Trouble, road_to
from simulator.made import open_stories
from storage.engine import Database, open_database
from tests.acceptance.service import eventually, has_swept, running_service
from tests.acceptance.stage import ALL, Stage, on_stage

_LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
#: What a process needs in its environment; ``FAKETIME_TIMESTAMP_FILE`` names the file of its clock.
_FAKETIME = {
    "LD_PRELOAD": _LIBRARY,
    # Read again once a second: at every look at the clock it takes most of the processor's time.
    "FAKETIME_CACHE_DURATION": "1",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}
HEAD = (
    "| the clock jumps | health after | first complaint | lost | false | repeats | all there after |"
    "\n|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """How the clock jumps."""

    words: str
    seconds: int = 0
    #: What libfaketime is told second by second, over and over, for ten seconds; then it is right.
    told: tuple[str, ...] = ()
    #: Whether messages are on their way when it does.
    under_way: bool = False


JUMPS = (
    Jump(words="a day ahead", seconds=86_400),
    Jump(words="a day ahead, messages on their way", seconds=86_400, under_way=True),
    Jump(words="an hour back", seconds=-3600),
    Jump(words="an hour back, messages on their way", seconds=-3600, under_way=True),
    Jump(words="30 s back, across a lease", seconds=-30, under_way=True),
    Jump(words="down: stands still for ten seconds", told=("2026-06-01 12:00:00",)),
    Jump(words="slow: runs at a tenth for ten seconds", told=("+0 x0.1",)),
    Jump(words="races: runs at a hundred times for ten seconds", told=("+0 x100",)),
    Jump(words="garbage: 1971 for ten seconds", told=("@1971-01-01 00:00:00",)),
    Jump(words="huge: 2105 for ten seconds", told=("@2105-01-01 00:00:00",)),
    Jump(words="flapping: an hour back and right by turns, for ten seconds", told=("-3600", "+0")),
    Jump(words="lying: two hours ahead for ten seconds", told=("+7200",)),
)
IN_TROUBLE_SECONDS = 10
#: By then a clock that was set has been read again.
_SEEN_AFTER_SECONDS = 1.5


async def one_jump(
    stage: Stage, rows: Database, road: Road, jump: Jump, truth: list[dict[str, Any]]
) -> tuple[str, bool]:
    """Run the service through one jump; return its row, and whether nothing was lost or false."""
    told = steps_told(truth)
    stage.registry.publish(0)
    _set(stage, 0)
    async with running_service(stage, within_seconds=TO_BEGIN_SECONDS) as service:
        await eventually(lambda: service.has_said("this process leads"), "it leads")
        await asyncio.sleep(2)
        if jump.under_way:
            await road.become(Trouble.SLOW)
            stage.registry.publish(LAST)
            await eventually(lambda: road.carries, "a message is on its way")
        await _go_wrong(stage, jump)
        begun = time.monotonic()
        await _all_told(stage, rows, told)
        took = time.monotonic() - begun
        await asyncio.sleep(1)  # for what would come twice
        health, said = await health_of(service), first_complaint(service)
        await road.become(Trouble.NONE)
    lost, false, repeats = misses(stage, told, verified=False)
    wanted, have = Counter(map(key, truth)), Counter(changes_in(rows))
    lost, false = lost + (wanted - have).total(), false + (have - wanted).total()
    healed = f"{took:.0f} s" if not lost else "not"
    row = f"| {jump.words} | {health} | {said[:110]} | {lost} | {false} | {repeats} | {healed} |"
    return row, not lost and not false


async def _go_wrong(stage: Stage, jump: Jump) -> None:
    """Let the clock jump and stay so, then a release come out; or let one come out meanwhile.

    What came out before a clock is set back was due before, and may have to wait until then.
    """
    if jump.told:
        stage.registry.publish(LAST)
    for told, _ in zip(itertools.cycle(jump.told), range(IN_TROUBLE_SECONDS), strict=False):
        _tell(stage, told)
        await asyncio.sleep(1)
    _set(stage, jump.seconds)
    if not jump.told:
        await asyncio.sleep(_SEEN_AFTER_SECONDS)
        stage.registry.publish(LAST)


def _set(stage: Stage, seconds: int) -> None:
    """Set the service's clock so many seconds ahead of the machine's."""
    _tell(stage, f"{seconds:+d}")


def _tell(stage: Stage, words: str) -> None:
    # Exchanged and not written over: it may be read at any moment.
    beside = stage.folder / "clock.new"
    beside.write_text(f"{words}\n", encoding="ascii")
    beside.replace(stage.folder / "clock")


async def _all_told(stage: Stage, rows: Database, told: frozenset[tuple[str, int]]) -> None:
    """Wait until all is swept and told, or patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(0.5)
        if (
            await asyncio.to_thread(has_swept, stage, rows)
            and not misses(stage, told, verified=False)[0]
        ):
            return


async def play(folder: Path, jumps: Sequence[Jump]) -> list[tuple[str, bool]]:
    """Run every jump."""
    found = []
    async with AsyncExitStack() as stack:
        places = stack.enter_context(places_for(folder, postgresql=True))
        places.make("played")
        url = places.url("played")
        stage = await stack.enter_async_context(on_stage(open_stories(), folder))
        road = await stack.enter_async_context(road_to(stage.hook.port))
        stage.hook.port = road.port
        stage.settings |= {"TRIALWATCH_DATABASE_URL": url, "TRIALWATCH_POLL_EVERY": "1"}
        await stage.watch(*ALL)
        await stage.check()
        places.copy("played", "kept")
        stage.registry.publish(LAST)
        truth = await stage.check()
        stage.settings |= {
            **_FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        }
        for jump in jumps:
            places.copy("kept", "played")
            stage.hook.requests.clear()
            stage.mail.mails.clear()
            rows = open_database(url)
            row, well = await one_jump(stage, rows, road, jump, truth)
            rows.close()
            print(row, flush=True)
            found.append((row, well))
    return found


def main() -> None:
    """Run, print, and end with 1 when anything was lost or false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[""], help="jumps that begin with these words")
    parser.add_argument("--markdown", type=Path)
    asked = parser.parse_args()
    if not Path(_LIBRARY).exists():
        sys.exit("there is no libfaketime here (Debian: apt-get install faketime)")
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        jumps = [one for one in JUMPS if one.words.startswith(tuple(asked.only))]
        found = asyncio.run(play(Path(folder), jumps))
    if asked.markdown:
        asked.markdown.write_text("\n".join([HEAD, *(row for row, _ in found)]) + "\n")
    sys.exit(0 if all(well for _, well in found) else 1)


if __name__ == "__main__":
    main()

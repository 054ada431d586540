"""SIGKILL again and again: what is lost, what is false, what comes twice.

    nice python -m benchmarks.crash_matrix [KILLS] [--postgresql] [--seed 1]

A release comes out in which most of the made-up trials change. A process that sweeps and sends is
killed, by itself as it passes a marked point (``tests/acceptance/crashing.py``: release, fetch,
look, before and after each commit, claim, send and writing down) or from outside at a moment drawn
by the seed. Of twenty kills two are of a backup, two of digests as they come due, three of an
upgrade from an earlier revision with rows in its tables, one of a move to another database.

Processes are forked from one that has everything loaded (``crash_nursery``). A second one makes it
good. Its clock is set forward by one lease, so that nobody has to wait, and the processor time of
its loading and its work is added to the lease; each fiftieth time the command itself waits the
lease out, and the time on the wall counts. Then what is stored is held against what a run that nobody kills finds, and what reached
receiver and mailbox against that. Each kill begins from the same database: a copy of the file, or
on PostgreSQL a server of its own, a database made from a template.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.crash_ground import OUT, PLAYED, Ground, ground
from benchmarks.crash_phases import Upgrades, backup, digest, is_whole, moved
from benchmarks.crash_truth import IN_FLIGHT, Tally, hold_against
from monitor.alerting.dispatch import LEASE
from tests.acceptance.crashing import POINTS

KILLS, SEED = 300, 1
#: How often a run without a kill passes each point at most, and so where a kill can happen.
MOST = {
    "release": 2,
    "fetch": 3,
    "look": 1,
    "commit": 12,
    "claim": 6,
    "send": 12,
    "record": 6,
}
#: The longest random moment, in seconds; all has to be made good a lease and so many after it.
LONGEST, GRACE = 2.0, 5.0
#: What each turn of twenty kills; the rest is the service at a marked point.
_BACKUP, _DIGEST, _MIGRATION, _MOVE, _ANY_MOMENT = (
    {0, 10},
    {5, 15},
    {2, 9, 16},
    {13},
    {3, 7, 12, 18},
)


async def one_kill(on: Ground, upgrades: Upgrades, tally: Tally, seed: int, turn: int) -> None:
    """Begin anew, kill, make good, and look."""
    chance = random.Random(seed * 1_000_003 + turn)
    kind = turn % 20
    on.forget()
    if kind in _BACKUP:
        await backup(on, chance, tally, f"turn {turn}, backup")
    elif kind in _DIGEST:
        await digest(on, chance, tally, f"turn {turn}, digest")
    elif kind in _MIGRATION:
        await upgrades.kill(chance, tally, f"turn {turn}, migration")
    elif kind in _MOVE:
        await moved(on, chance, tally, f"turn {turn}, move")
    else:
        await _service(on, chance, tally, turn, marked=kind not in _ANY_MOMENT)


async def _service(
    on: Ground, chance: random.Random, tally: Tally, turn: int, *, marked: bool
) -> None:
    on.begin(OUT)
    waits = turn % 50 == 1
    if waits:
        point = chance.choice(("claim.after", "send.before", "send.after", "record.before"))
        died = await on.work(point, 1)
    elif marked:
        point = POINTS[turn % len(POINTS)]
        nth = 1 + chance.randrange(MOST[point.partition(".")[0]])
        died = await on.work(point, nth)
    else:
        point = "any moment"
        died = await on.work(after=0.05 + chance.random() * LONGEST)
    tally.kills[point] += died.is_killed
    tally.unhurt += died.status == 0
    seconds = await _made_good(on, tally, f"turn {turn}, {point}", waits=waits)
    if seconds > LEASE.total_seconds() + GRACE:
        tally.faults.append(f"turn {turn}, {point}: good again after {seconds:.1f} s")
    url = on.places.url(PLAYED)
    if not is_whole(url):
        tally.faults.append(f"turn {turn}, {point}: the file is damaged")
    hold_against(on.stage, url, on.truth, tally, f"turn {turn}, {point}")


async def _made_good(on: Ground, tally: Tally, name: str, *, waits: bool) -> float:
    """Let the next process go on; return the seconds from the kill, the lease in any case.

    Of what the process takes, its processor time counts: the machine has other work to do.
    """
    if waits:
        begun = time.monotonic()
        await on.command("check")
        await on.command("deliver", "--until-empty")
        tally.waited.append(time.monotonic() - begun)
        return tally.waited[-1]
    ended = await on.work(skew=LEASE.total_seconds())
    if ended.status:
        tally.faults.append(f"{name}: the next run failed: {ended.out}")
    taken = on.nursery.loading_seconds + ended.seconds
    tally.recovered.append(LEASE.total_seconds() + taken)
    return tally.recovered[-1]


async def play(folder: Path, kills: int, seed: int, *, minutes: float, postgresql: bool) -> Tally:
    """Kill until so many have died, or time is up; return what became of it."""
    tally = Tally()
    async with ground(folder, postgresql=postgresql) as on:
        upgrades = Upgrades(on)
        begun, turn = time.monotonic(), 0
        while tally.kills.total() < kills and time.monotonic() - begun < 60 * minutes:
            turn += 1
            await one_kill(on, upgrades, tally, seed, turn)
            if turn % 20 == 0:
                print(
                    f"{time.monotonic() - begun:5.0f} s  {tally.kills.total()} kills, faults"
                    f" {len(tally.faults)}, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    return tally


def say(tally: Tally) -> None:
    """Print the figures."""
    print("\n".join(tally.faults))
    print(
        f"{tally.kills.total()} kills ({dict(sorted(tally.kills.items()))}; {tally.unhurt} ended"
        f" before): lost {tally.lost}, false {tally.false}, repeats {tally.repeats}, at most"
        f" {tally.most_repeats} after one (bound {IN_FLIGHT})"
    )
    for words, seconds in (
        ("the lease and the next process's work", tally.recovered),
        ("the lease waited out", tally.waited),
    ):
        if seconds:
            middle = sorted(seconds)[len(seconds) // 2]
            print(f"good again, {words}: {len(seconds)} times, median {middle:.1f} s,", end=" ")
            print(f"longest {max(seconds):.1f} s (bound {LEASE.total_seconds() + GRACE:.0f} s)")


def main() -> None:
    """Play, print, and end with 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--minutes", type=float, default=600, help="begin no kill after these")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(
            play(
                Path(folder),
                asked.kills,
                asked.seed,
                minutes=asked.minutes,
                postgresql=asked.postgresql,
            )
        )
    say(tally)
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()

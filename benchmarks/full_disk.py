"""A full disk in every phase: what is said, and what is lost once there is room again.

    nice python -m benchmarks.full_disk [PHASE ...] [--postgresql]

The databases, or the whole of a PostgreSQL server, are on a small file system of their own
(tmpfs, in a mount namespace of this process; as another user than root that needs user
namespaces, and PostgreSQL needs root). At a marked point the process under test finds no byte left
on it, and goes on as far as it can. Then there is room again, and a second process, its clock a
lease further on, makes it good. What is stored and what arrived is held against what is found when
nothing is ever full, and SQLite's files against its own ``integrity_check``.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.crash_ground import (
    EARLIER,
    LAST,
    OUT,
    PLAYED,
    TOMORROW,
    WAITING,
    Died,
    Ground,
    ground,
)
from benchmarks.crash_phases import Upgrades, differs, half_way, is_whole
from benchmarks.crash_truth import Tally, hold_against, hold_digests_against
from monitor.alerting.dispatch import LEASE
from storage.schema import HEAD, REVISIONS
from tests.acceptance.filling import fill, make_room
from tests.acceptance.service import RunningService, eventually, running_service

_INSIDE = "TRIALWATCH_BENCHMARK_DISK"
#: Size of the small disk, and what keeps PostgreSQL's own log small beside the tables.
_SIZES = {False: "64m", True: "768m"}
_OPTIONS = ("max_wal_size=64MB", "min_wal_size=32MB")
#: In words that an operator can act on. PostgreSQL can go down when its disk is full.
_CLEAR = ("disk is full", "free space", "free some space", "cannot be reached", "was shut down")
#: Where the disk is full from: a point of tests/acceptance/crashing.py, and which passing of it.
_POINTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "sweep": (("release.after", 1), ("fetch.after", 1), ("fetch.after", 3)),
    "commit": (("commit.before", 1), ("commit.before", 2), ("commit.before", 4)),
    "claim": (("claim.before", 1), ("claim.before", 2), ("claim.after", 1)),
    "send": (("send.before", 1), ("send.before", 4), ("send.after", 2)),
    "record": (("record.before", 1), ("record.before", 3), ("record.after", 1)),
    "digest": (("digest.before", 1), ("digest.after", 1), ("send.before", 1), ("record.before", 1)),
}


@dataclass(slots=True, kw_only=True)
class Phase:
    """What became of a phase in all its moments."""

    name: str
    tries: int = 0
    #: Moments after which nothing more had to be written, or there was still room for it.
    unhurt: int = 0
    #: Messages that had to wait for a later attempt, as a send had run out of its time.
    waited: int = 0
    said: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)

    def met(self, ended: Died) -> None:
        """Note how a process on a full disk ended, and what it said."""
        self.tries += 1
        self.unhurt += ended.status == 0
        if ended.status:
            self.said.add(ended.out.partition("StorageError: ")[2] or ended.out)
            if not any(words in ended.out for words in _CLEAR):
                self.tally.faults.append(f"{self.name}: unclear: {ended.out}")

    @property
    def row(self) -> str:
        """A row of a Markdown table."""
        tally = self.tally
        return (
            f"| {self.name} | {self.tries} ({self.unhurt} went on) | {tally.lost} | {tally.false} |"
            f" {tally.repeats} | {self.waited} waited | {len(tally.faults)} |"
        )


async def service(on: Ground, disk: Path, phase: Phase) -> None:
    """Sweep and send, or send digests, with the disk full from a point on."""
    digest = phase.name == "digest"
    skew = TOMORROW if digest else 0.0
    for point, nth in _POINTS[phase.name]:
        on.begin(WAITING if digest else OUT)
        phase.met(await on.work(point, nth, skew=skew, disk=disk))
        _relieve(on, disk)
        again, waited = await on.go_on(skew=skew + LEASE.total_seconds())
        phase.waited += waited
        name = f"{phase.name}, {point} {nth}"
        if again.status or not is_whole(on.places.url(PLAYED)):
            phase.tally.faults.append(f"{name}: not made good: {again.out}")
        if digest:
            hold_digests_against(on.stage, on.truth, phase.tally, name)
        else:
            hold_against(on.stage, on.places.url(PLAYED), on.truth, phase.tally, name)


async def running(on: Ground, disk: Path, phase: Phase) -> None:
    """Let the service run, take its room away as a release comes out, and give it back."""
    on.stage.registry.publish(EARLIER)
    on.begin(OUT)
    on.stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
    url = on.places.url(PLAYED)
    async with running_service(on.stage) as service:
        fill(disk)
        on.stage.registry.publish(LAST)
        await eventually(lambda: bool(_complaints(service)), "the service complains")
        ill = (await service.health()).status_code
        _relieve(on, disk)
        told = 2 * len(on.truth.told)
        await eventually(
            lambda: len(on.stage.mails) + len(on.stage.hook.requests) >= told, "all is told"
        )
    phase.met(Died(status=1, seconds=0, out=_complaints(service)[0]))
    if ill != 503:
        phase.tally.faults.append(f"running: /health said {ill} on a full disk")
    hold_against(on.stage, url, on.truth, phase.tally, "running")


def _complaints(service: RunningService) -> list[str]:
    return [line.strip() for line in service.said if any(words in line for words in _CLEAR)]


async def migration(on: Ground, disk: Path, phase: Phase) -> None:
    """Upgrade from several revisions, the disk full from the first, a middle or the last moment."""
    upgrades, chance = Upgrades(on), random.Random(1)
    for revision in REVISIONS[:-1:3]:
        moments = await upgrades.prepared(revision)
        for nth in (1, chance.randint(2, moments - 1), moments):
            on.places.copy(f"of{revision}", "upgraded")
            url = on.places.url("upgraded")
            phase.met(await on.run("upgrading", url, str(nth), str(disk)))
            _relieve(on, disk)
            lost = int(half_way(url, {revision, HEAD}))
            again = await on.run("upgrading", url, "0")
            lost += again.status != 0 or differs(url, on.places.url(f"from{revision}"))
            phase.tally.note(f"{revision}, {nth}", lost=lost, false=0, repeats=0, differ=False)


async def backup(on: Ground, disk: Path, phase: Phase) -> None:
    """Back up where there is room for nothing, or a part; then where there is enough."""
    file = on.stage.folder / "full.backup"
    words = ("db", "backup", str(file))
    # SQLite takes 32 kB before it reads at all.
    for left in (0, 16384, 49152):
        on.begin(OUT)
        fill(disk, leaving_bytes=left)
        phase.met(await on.run("trialwatch", *words))
        if left_behind := [one.name for one in file.parent.glob("*full.backup*")]:
            phase.tally.faults.append(f"backup, {left} bytes: left {left_behind}")
        _relieve(on, disk)
        await on.command(*words)
        on.places.make("restored")
        on.work_on("restored")
        fill(disk, leaving_bytes=left)
        phase.met(await on.run("trialwatch", "db", "restore", str(file)))
        _relieve(on, disk)
        await on.command("db", "restore", str(file))
        ended, waited = await on.go_on()
        assert ended.status == 0, ended
        phase.waited += waited
        url = on.places.url("restored")
        hold_against(on.stage, url, on.truth, phase.tally, f"backup, {left} bytes")
        file.unlink()


def _relieve(on: Ground, disk: Path) -> None:
    make_room(disk)
    on.places.revive()


_PLAYS: Mapping[str, Callable[[Ground, Path, Phase], Coroutine[Any, Any, None]]] = {
    **dict.fromkeys(_POINTS, service),
    "running service": running,
    "migration": migration,
    "backup and restore": backup,
}


@contextmanager
def on_small_disk(size: str) -> Iterator[Path]:
    """Mount a disk of that size, for this process and its children alone."""
    folder = Path(tempfile.mkdtemp())
    subprocess.run(
        ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "none", folder], check=True
    )
    # PostgreSQL's folder is made where temporary ones are.
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = None
        subprocess.run(["/usr/bin/umount", "--lazy", folder], check=True)
        folder.rmdir()


async def play(disk: Path, names: list[str], *, postgresql: bool) -> list[Phase]:
    """Run the phases; return what became of each."""
    phases = []
    async with ground(disk, postgresql=postgresql, options=_OPTIONS) as on:
        for name in names or _PLAYS:
            phase = Phase(name=name)
            await _PLAYS[name](on, disk, phase)
            print(phase.row, flush=True)
            phases.append(phase)
    return phases


def main() -> None:
    """Go into a mount namespace, play, print, and end with 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phases", nargs="*", metavar="PHASE", choices=[[], *_PLAYS])
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    if not os.environ.get(_INSIDE):
        as_root = () if os.geteuid() == 0 else ("--map-root-user",)
        again = (sys.executable, "-m", "benchmarks.full_disk", *sys.argv[1:])
        sys.exit(
            subprocess.run(
                ("/usr/bin/unshare", *as_root, "--mount", *again),
                env={**os.environ, _INSIDE: "1"},
                check=False,
            ).returncode
        )
    with on_small_disk(_SIZES[asked.postgresql]) as disk:
        phases = asyncio.run(play(disk, asked.phases, postgresql=asked.postgresql))
    print("\n".join(sorted({words for phase in phases for words in phase.said})))
    faults = [fault for phase in phases for fault in phase.tally.faults]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

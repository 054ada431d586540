"""Every road of the running service in every trouble: what is said, what is lost, how it heals.

    python -m benchmarks.fault_matrix [ROAD ...] [--trouble TROUBLE] [--markdown FILE]

``trialwatch run`` on a PostgreSQL of its own watches the made-up trials by mail and webhook. One of
its roads (registry, relay, webhook, database, or the name server that all of them are looked up
at) is in trouble for ten seconds while a release comes out in which most trials change; then the
road is well again, what waits for a later attempt is let come due, and everything has to arrive:
each change told once, or again under the same id. For each cell: what ``/health`` answered in the
trouble, the first complaint of the log, how many repeats, and how long after the healing all had
arrived. What a relay or a receiver says it has taken and lets fall is counted by itself: nobody
but the canary can see it. The clock's row is ``benchmarks.fault_clock``. The name server wants
root, for a mount namespace and port 53 of an address on loopback.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import update

from benchmarks.crash_ground import LAST
from benchmarks.crash_truth import changes_in, key
from benchmarks.fault_ground import ROADS, Ground, ground
from benchmarks.name_trouble import ask_it_alone
from benchmarks.troubles import Trouble
from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import StorageError
from storage.engine import Database, open_database
from storage.tables import deliveries, targets
from tests.acceptance.service import RunningService, has_swept, running_service
from tests.acceptance.stage import Stage

_INSIDE = "TRIALWATCH_BENCHMARK_NAMES"
IN_TROUBLE_SECONDS, PATIENCE_SECONDS = 10.0, 90.0
#: On a machine with much other work.
TO_BEGIN_SECONDS = 300.0
_DAMAGED = "record.damaged"
_COMPLAINT = re.compile(r"\b(WARNING|ERROR)\b\s*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What became of one road in one trouble."""

    road: str
    trouble: Trouble
    health: str
    said: str
    lost: int
    false: int
    repeats: int
    healed_after: float
    #: Messages that a liar said it had taken.
    let_fall: int = 0

    @property
    def well(self) -> bool:
        """Whether nothing was lost and nothing false."""
        return not self.lost and not self.false

    @property
    def row(self) -> str:
        """A row of a Markdown table."""
        healed = f"{self.healed_after:.0f} s" if self.well else "not"
        lost = f"{self.lost} and {self.let_fall} let fall" if self.let_fall else self.lost
        return (
            f"| {self.road} | {self.trouble} | {self.health} | {self.said[:110]} | {lost} |"
            f" {self.false} | {self.repeats} | {healed} |"
        )


HEAD = (
    "| road | trouble | health | first complaint | lost | false | repeats | all there after |\n"
    "|---|---|---|---|---|---|---|---|"
)


async def health_of(service: RunningService) -> str:
    """Return what ``/health`` answers, or that it does not."""
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            return str((await client.get(f"{service.url}/health")).status_code)
    except httpx.HTTPError:
        return "no answer"


def first_complaint(service: RunningService) -> str:
    """Return the first warning or error of the log, without its time."""
    found = (_COMPLAINT.search(line) for line in service.said)
    return next((one[2].strip() for one in found if one), "nothing")


def misses(
    stage: Stage, told: frozenset[tuple[str, int]], *, verified: bool = True
) -> tuple[int, int, int]:
    """Return how many messages are missing, how many are too many, and repeats.

    A signature made under a wrong clock cannot be ``verified`` and looks too old or too new.
    """
    messages = stage.messages if verified else [json.loads(r.body) for r in stage.hook.requests]
    arrived = {(m["data"]["nct_id"], m["data"]["to_version"]) for m in messages}
    hooks = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    mails = Counter(mail["Message-ID"] for mail in stage.mails)
    lost = len(told - arrived) + max(0, len(told) - len(mails))
    false = len(arrived - told) + max(0, len(hooks) - len(told)) + max(0, len(mails) - len(told))
    return lost, false, hooks.total() - len(hooks) + mails.total() - len(mails)


def come_due(rows: Database) -> None:
    """Let what waits for a later attempt come due, and nothing that is under way."""
    waits = (deliveries.c.state == DeliveryState.PENDING.value, deliveries.c.owner.is_(None))
    with rows.writing() as connection:
        connection.execute(update(deliveries).where(*waits).values(due_at=datetime.now(UTC)))
        held = targets.c.held_until.is_not(None)
        connection.execute(update(targets).where(held).values(held_until=None))
        connection.commit()


async def until_told(on: Ground, rows: Database) -> float:
    """Wait until all is swept and told, or patience ends; return how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        await asyncio.sleep(0.5)
        try:
            if await asyncio.to_thread(has_swept, on.stage, rows):
                await asyncio.to_thread(come_due, rows)
                if misses(on.stage, on.told)[0] <= on.let_fall:
                    break
        except StorageError:
            continue  # it is just being reached again
    return time.monotonic() - begun


async def one_cell(on: Ground, rows: Database, name: str, trouble: Trouble) -> Cell:
    """Run the service through one trouble."""
    way = on.ways[name]
    async with running_service(on.stage, within_seconds=TO_BEGIN_SECONDS) as service:
        await asyncio.sleep(1)
        await way.become(trouble)
        # Records that were kept aside are looked at again when the next release comes.
        lied_about = name == "registry" and trouble is Trouble.LYING
        on.stage.registry.publish(LAST - 1 if lied_about else LAST)
        await asyncio.sleep(IN_TROUBLE_SECONDS)
        health = await health_of(service)
        await way.become(Trouble.NONE)
        on.stage.registry.publish(LAST)
        healed = await until_told(on, rows)
        await asyncio.sleep(1)  # for what would come twice
        said = first_complaint(service)
    lost, false, repeats = misses(on.stage, on.told)
    # That a record was kept aside is noted beside its trial, and told to nobody.
    found = (one for one in changes_in(rows) if _DAMAGED not in one)
    wanted, have = Counter(map(key, on.truth)), Counter(found)
    return Cell(
        road=name,
        trouble=trouble,
        health=health,
        said=said,
        lost=max(0, lost - on.let_fall) + (wanted - have).total(),
        let_fall=on.let_fall,
        false=false + (have - wanted).total(),
        repeats=repeats,
        healed_after=healed,
    )


async def play(folder: Path, names: Sequence[str], troubles: Sequence[Trouble]) -> list[Cell]:
    """Run every cell."""
    cells: list[Cell] = []
    async with ground(folder, by_name="names" in names) as on:
        on.stage.settings["TRIALWATCH_DATABASE_URL"] = on.through
        for name in names:
            for trouble in troubles:
                on.begin()
                rows = open_database(on.places.url("played"))
                cells.append(await one_cell(on, rows, name, trouble))
                rows.close()
                print(cells[-1].row, flush=True)
    return cells


def main() -> None:
    """Run, print, and end with 1 when anything was lost or false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roads", nargs="*", metavar="ROAD", default=[])
    parser.add_argument("--trouble", nargs="*", type=Trouble, default=tuple(Trouble)[1:])
    parser.add_argument("--markdown", type=Path)
    asked = parser.parse_args()
    roads = asked.roads or list(ROADS)
    if "names" in roads and not os.environ.get(_INSIDE):
        again = (sys.executable, "-m", "benchmarks.fault_matrix", *sys.argv[1:])
        inside = ("/usr/bin/unshare", "--mount", *again)
        sys.exit(subprocess.run(inside, env={**os.environ, _INSIDE: "1"}, check=False).returncode)
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        if "names" in roads:
            ask_it_alone(Path(folder))
        cells = asyncio.run(play(Path(folder), roads, asked.trouble))
    if asked.markdown:
        rows = "\n".join(cell.row for cell in cells)
        asked.markdown.write_text(f"{HEAD}\n{rows}\n")
    sys.exit(0 if all(cell.well for cell in cells) else 1)


if __name__ == "__main__":
    main()

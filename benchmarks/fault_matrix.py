"""Every road of the running service in every trouble: what is said, what is lost, how it heals.

    python -m benchmarks.fault_matrix [ROAD ...] [--markdown FILE]

``trialwatch run`` on a PostgreSQL of its own watches the made-up trials by mail and webhook. One of
its roads (registry, relay, webhook, database) is in trouble for ten seconds while a release comes
out in which most trials change; then the road is well again, what waits for a later attempt is let
come due, and everything has to arrive: each change told once, or again under the same id. For
each cell: what ``/health`` answered in the trouble, the first complaint of the log, how many
repeats, and how long after the healing all had arrived.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import update

from benchmarks.crash_ground import LAST
from benchmarks.crash_places import places_for
from benchmarks.crash_truth import changes_in, key
from benchmarks.troubles import Road, Trouble, road_to
from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import StorageError
from simulator.made import open_stories
from storage.engine import Database, open_database
from storage.tables import deliveries, targets
from tests.acceptance.service import RunningService, has_swept, running_service
from tests.acceptance.stage import ALL, Stage, on_stage

ROADS = ("registry", "relay", "webhook", "database")
IN_TROUBLE_SECONDS, PATIENCE_SECONDS = 10.0, 90.0
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

    @property
    def well(self) -> bool:
        """Whether nothing was lost and nothing false."""
        return not self.lost and not self.false

    @property
    def row(self) -> str:
        """A row of a Markdown table."""
        healed = f"{self.healed_after:.0f} s" if self.well else "not"
        return (
            f"| {self.road} | {self.trouble} | {self.health} | {self.said[:110]} | {self.lost} |"
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
    stage: Stage, told: set[tuple[Any, Any]], *, verified: bool = True
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


async def until_told(stage: Stage, rows: Database, told: set[tuple[Any, Any]]) -> float:
    """Wait until all is swept and told, or patience ends; return how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        await asyncio.sleep(0.5)
        try:
            if await asyncio.to_thread(has_swept, stage, rows):
                await asyncio.to_thread(come_due, rows)
                if not misses(stage, told)[0]:
                    break
        except StorageError:
            continue  # it is just being reached again
    return time.monotonic() - begun


async def one_cell(
    stage: Stage, rows: Database, road: Road, trouble: Trouble, truth: list[dict[str, Any]]
) -> tuple[str, str, float, tuple[int, int, int]]:
    """Run the service through one trouble."""
    told = {(c["nct_id"], c["to_version"]) for c in truth if c["severity"] != "silent"}
    stage.registry.publish(0)
    async with running_service(stage) as service:
        await asyncio.sleep(1)
        await road.become(trouble)
        stage.registry.publish(LAST)
        await asyncio.sleep(IN_TROUBLE_SECONDS)
        health = await health_of(service)
        await road.become(Trouble.NONE)
        healed = await until_told(stage, rows, told)
        await asyncio.sleep(1)  # for what would come twice
        said = first_complaint(service)
    lost, false, repeats = misses(stage, told)
    wanted, have = Counter(map(key, truth)), Counter(changes_in(rows))
    lost += (wanted - have).total()
    false += (have - wanted).total()
    return health, said, healed, (lost, false, repeats)


async def play(folder: Path, roads: list[str]) -> list[Cell]:
    """Run every cell."""
    cells: list[Cell] = []
    async with AsyncExitStack() as stack:
        places = stack.enter_context(places_for(folder, postgresql=True))
        places.make("played")
        url = places.url("played")
        stage = await stack.enter_async_context(on_stage(open_stories(), folder))
        port = int(re.findall(r":(\d+)/", url)[0])
        ways: dict[str, Road] = {
            "registry": await stack.enter_async_context(road_to(stage.registry.port)),
            "relay": await stack.enter_async_context(road_to(stage.mail.port)),
            "webhook": await stack.enter_async_context(road_to(stage.hook.port)),
            "database": await stack.enter_async_context(road_to(port)),
        }
        # A receiver that says yes has taken it, whatever follows.
        ways["webhook"].status = "500 Internal Server Error"
        stage.hook.port = ways["webhook"].port
        stage.settings |= {
            "TRIALWATCH_DATABASE_URL": url,
            "TRIALWATCH_POLL_EVERY": "1",
            "TRIALWATCH_REGISTRY_URL": stage.registry.url.replace(
                f":{stage.registry.port}", f":{ways['registry'].port}"
            ),
            "TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{ways['relay'].port}?starttls=never",
        }
        await stage.watch(*ALL)
        await stage.check()
        places.copy("played", "kept")
        stage.registry.publish(LAST)
        truth = await stage.check()
        for name in roads:
            for trouble in tuple(Trouble)[1:]:
                places.copy("kept", "played")
                stage.hook.requests.clear()
                stage.mail.mails.clear()
                rows = open_database(url)
                through = url.replace(f":{port}/", f":{ways['database'].port}/")
                stage.settings["TRIALWATCH_DATABASE_URL"] = through
                health, said, healed, counts = await one_cell(
                    stage, rows, ways[name], trouble, truth
                )
                stage.settings["TRIALWATCH_DATABASE_URL"] = url
                rows.close()
                cell = Cell(
                    road=name,
                    trouble=trouble,
                    health=health,
                    said=said,
                    lost=counts[0],
                    false=counts[1],
                    repeats=counts[2],
                    healed_after=healed,
                )
                print(cell.row, flush=True)
                cells.append(cell)
    return cells


def main() -> None:
    """Run, print, and end with 1 when anything was lost or false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roads", nargs="*", metavar="ROAD", default=[])
    parser.add_argument("--markdown", type=Path)
    asked = parser.parse_args()
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        cells = asyncio.run(play(Path(folder), asked.roads or list(ROADS)))
    if asked.markdown:
        rows = "\n".join(cell.row for cell in cells)
        asked.markdown.write_text(f"{HEAD}\n{rows}\n")
    sys.exit(0 if all(cell.well for cell in cells) else 1)


if __name__ == "__main__":
    main()

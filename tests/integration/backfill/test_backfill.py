"""The past of a trial from the played history into a real database, and out by the command."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.alerting.backfill import BackfillReport, backfill
from monitor.alerting.poll import sweep
from monitor.domain.trial import HISTORY_DONE, NctId
from monitor.registry.client import open_registry
from monitor.registry.options import RegistryOptions
from simulator.faults import Fault, FaultKind
from simulator.serve import Running, running
from simulator.settings import Settings
from simulator.source import Calendar
from simulator.versions import VersionedStudies, version_of
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.registry import a_study

ONE = NctId("NCT99000001")
DAYS = tuple(date(2026, 3, day) for day in (2, 3, 4, 5))
COMMAND = str(Path(sys.executable).with_name("trialwatch"))
#: Everything that an escaper touches, and what only looks escaped.
CRITERIA = """Inclusion Criteria:

* Robot of age \\> 5 & < 90 years with "own" charging station
* Battery at >= 20 % & the owner's consent, written as &gt;= 20 on the form

Exclusion Criteria:

* Gear oil changed within 14 days before the first dose
* Rust on more than {rust} percent of the outer shell & known to the owner
"""


def record(day: date, status: str, rust: int) -> dict[str, Any]:
    """The record submitted on one day."""
    upkeep = {
        "overallStatus": status,
        "lastUpdateSubmitDate": day.isoformat(),
        "lastUpdatePostDateStruct": {"date": day.isoformat(), "type": "ACTUAL"},
    }
    criteria = {"eligibilityCriteria": CRITERIA.format(rust=rust), "sex": "ALL"}
    found: dict[str, Any] = json.loads(
        a_study(ONE, statusModule=upkeep, eligibilityModule=criteria)
    )
    return found


def source() -> VersionedStudies:
    """A trial that opens, loosens a rule, and is suspended."""
    steps = (
        ("NOT_YET_RECRUITING", 10),
        ("RECRUITING", 10),
        ("RECRUITING", 20),
        ("SUSPENDED", 20),
    )
    versions = [
        version_of(record(day, status, rust), since=number, day=day)
        for number, (day, (status, rust)) in enumerate(zip(DAYS, steps, strict=True))
    ]
    return VersionedStudies(Calendar(DAYS), {ONE: versions})


@asynccontextmanager
async def registry(*faults: Fault, internal_api: bool = True) -> AsyncIterator[Running]:
    """The registry in its third release, history pages and all."""
    settings = Settings(start=2, internal_api=internal_api, faults=faults)
    async with running(source(), settings=settings) as server:
        yield server


@pytest.fixture
def watched(database: Database) -> Database:
    """A database in which the trial is watched and nothing is known yet."""
    with database.open_work() as work:
        work.watches.add(ONE, list_name="watched", now=NOON)
        work.commit()
    return database


async def fill(database: Database, server: Running) -> BackfillReport:
    """Sweep, then fetch the past."""
    async with open_registry(RegistryOptions(url=server.url, rate=0)) as client:
        await sweep(database.open_work, client, clock=lambda: NOON)
        return await backfill(database.open_work, client, clock=lambda: NOON)


def changes(database: Database) -> list[tuple[int, int, str]]:
    with database.open_work() as work:
        alerts = work.alerts.of_trial(ONE, limit=20)
    return [(c.from_version, c.to_version, c.kind) for alert in alerts for c in alert.changes]


def numbers(database: Database) -> list[int]:
    with database.open_work() as work:
        return [info.number for info in work.versions.of_trial(ONE)]


def left(database: Database) -> int | None:
    with database.open_work() as work:
        state = work.trials.get(ONE)
    assert state is not None
    return state.history_left


async def test_past_is_fetched_unescaped_and_compared(watched: Database) -> None:
    async with registry() as server:
        report = await fill(watched, server)

    assert (report.versions, report.done, report.trouble) == (2, [ONE], "")
    assert numbers(watched) == [-1, 0, 1]
    # Real changes alone: none is made up from escapes, stamps, or what the history leaves out.
    assert changes(watched) == [(0, 1, "eligibility.changed"), (-1, 0, "status")]
    with watched.open_work() as work:
        oldest = json.loads(work.versions.read(ONE, -1).raw)
    module = oldest["protocolSection"]["eligibilityModule"]
    assert module["eligibilityCriteria"] == CRITERIA.format(rust=10)


async def test_watch_goes_on_from_the_baseline(watched: Database) -> None:
    async with registry() as server:
        await fill(watched, server)
        server.publish_next()
        await fill(watched, server)

    assert numbers(watched) == [-1, 0, 1, 2]
    assert changes(watched)[0] == (1, 2, "status")


async def test_registry_without_history_pages_is_asked_once(watched: Database) -> None:
    async with registry(internal_api=False) as server:
        first = await fill(watched, server)
        second = await fill(watched, server)
        asked = [seen for seen in server.requests.all() if "/api/int/" in seen.path]

    assert (first.absent, second) == ([ONE], BackfillReport())
    assert len(asked) == 1
    assert (numbers(watched), left(watched)) == ([1], HISTORY_DONE)


_HISTORY = f"/api/int/studies/{ONE}/history"
_FORBIDDEN = Fault(kind=FaultKind.STATUS, status=403, path=_HISTORY, times=None)


async def test_refusal_stops_it_and_is_no_error_of_the_sweep(watched: Database) -> None:
    async with registry(_FORBIDDEN) as server:
        report = await fill(watched, server)
        asked = [seen for seen in server.requests.all() if seen.path.startswith(_HISTORY)]

    assert "(403)" in report.blocked
    assert len(asked) == 1
    assert (numbers(watched), left(watched)) == ([1], None)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.HTML, FaultKind.GARBAGE, FaultKind.EMPTY, FaultKind.SHAPE, FaultKind.TRUNCATED],
)
async def test_page_that_is_no_history_is_passed_over(watched: Database, kind: FaultKind) -> None:
    async with registry(Fault(kind=kind, path=_HISTORY, times=None)) as server:
        report = await fill(watched, server)

    assert (report.absent, report.trouble, report.blocked) == ([ONE], "", "")
    assert (numbers(watched), left(watched)) == ([1], HISTORY_DONE)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.STATUS, status=503, path=f"{_HISTORY}/"),
        Fault(kind=FaultKind.RESET, path=f"{_HISTORY}/0"),
    ],
)
async def test_fault_that_passes_is_made_good_by_the_next_round(
    watched: Database, fault: Fault
) -> None:
    async with registry(fault) as server:
        first = await fill(watched, server)
        second = await fill(watched, server)

    assert first.trouble
    assert not first.done
    assert second.done == [ONE]
    assert numbers(watched) == [-1, 0, 1]


async def test_version_that_cannot_be_read_ends_the_past(watched: Database) -> None:
    async with registry(Fault(kind=FaultKind.HTML, path=f"{_HISTORY}/0", times=None)) as server:
        await fill(watched, server)

    assert numbers(watched) == [0, 1]
    assert left(watched) == HISTORY_DONE


async def run(server: Running, folder: Path, *arguments: str, **settings: str) -> str:
    """Run the real command to its good end; return what it printed."""
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "TRIALWATCH_DATA_DIR": str(folder),
        "TRIALWATCH_REGISTRY_URL": server.url,
        "TRIALWATCH_REGISTRY_RATE": "0",
        "XDG_CONFIG_HOME": str(folder / "config"),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        COMMAND, *arguments, env=environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, (arguments, out)
    return out.decode()


async def test_nothing_is_asked_of_the_history_unless_it_is_wanted(tmp_path: Path) -> None:
    async with registry() as server:
        await run(server, tmp_path, "watch", ONE)
        await run(server, tmp_path, "check")
        asked = [seen.path for seen in server.requests.all()]

    assert asked
    assert not [path for path in asked if "/api/int/" in path]


async def test_commands_show_the_past_as_the_past(tmp_path: Path) -> None:
    wanted = {"TRIALWATCH_REGISTRY_HISTORY": "true"}
    async with registry() as server:
        await run(server, tmp_path, "watch", ONE, "--email", "reader@clinic.example")
        assert await run(server, tmp_path, "check", "--json", **wanted) == ""
        text = await run(server, tmp_path, "history", ONE)
        listed = (await run(server, tmp_path, "history", ONE, "--json")).splitlines()
        told = (await run(server, tmp_path, "diff", ONE, "-1", "0", "--json")).splitlines()
        shown = await run(server, tmp_path, "show", ONE)
        waiting = await run(server, tmp_path, "deliveries", "--json")
        story = await run(server, tmp_path, "history", ONE, "--rule", "exclusion 2")
        chapters = (
            await run(server, tmp_path, "history", ONE, "--rule", "E.2", "--json")
        ).splitlines()

    assert text.count("before the watch began: ") == 2
    assert "the watch began; before it: " in text
    versions = [json.loads(line) for line in listed]
    assert [(v["version"], v["before_watch"]) for v in versions] == [
        (-1, True),
        (0, True),
        (1, False),
    ]
    pairs = [(c["from_version"], c["to_version"]) for v in versions for c in v["changes"]]
    assert pairs == [(-1, 0), (0, 1)]
    assert [json.loads(line)["kind"] for line in told] == ["status"]
    assert "3, 2 of them from before the watch began" in shown
    assert "version 0 -> 1, before the watch began" in shown
    assert "No change since the watch began." in shown
    assert waiting == ""
    assert "2026-03-02  version -1, before the watch began: first seen" in story
    assert "2026-03-04  version 1: edited as exclusion rule E.2" in story
    texts = [json.loads(line)["text"] for line in chapters]
    assert [("10 percent" in text, "20 percent" in text) for text in texts] == [
        (True, False),
        (True, False),
        (False, True),
    ]

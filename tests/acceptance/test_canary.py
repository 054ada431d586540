"""The mail to ourselves through a real Postfix, and the stops that it is there to find."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from monitor.alerting.canary import GRACE
from simulator.made import open_stories
from storage.engine import Database
from storage.standing import canary_state
from storage.tables import canary
from tests.acceptance.service import eventually, rows_of, running_service
from tests.acceptance.stage import Stage, on_stage
from tests.servers.ports import free_port
from tests.servers.postfix import RETURNED, Postfix, postfix
from tests.servers.receiver import receiver

pytestmark = pytest.mark.acceptance

#: Longer than mail may take.
LATER = GRACE + timedelta(minutes=1)
_NOTHING_IN = "no mail that trialwatch sends itself has come in yet"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as Postfix works under its own."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _relayed(stage: Stage, folder: Path, *, swallows: bool = False) -> AsyncIterator[Postfix]:
    """Let mail go through a Postfix, which brings what is for us to our door."""
    port, door = free_port(), free_port()
    stage.settings |= {
        "TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never",
        "TRIALWATCH_BOUNCE_ADDRESS": f"bounces@{RETURNED}",
        "TRIALWATCH_BOUNCE_BIND": f"127.0.0.1:{door}",
        "TRIALWATCH_CANARY": "true",
    }
    nowhere = stage.mail.port
    async with postfix(
        folder, port=port, door=door, elsewhere=nowhere, boxes=(), swallows=swallows
    ) as running:
        yield running


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything in one process, on SQLite."""
    async with on_stage(open_stories(), tmp_path) as stage:
        await stage.run("watch", "NCT99000001", "--email", "reader@clinic.example")
        yield stage


def _let_wait(rows: Database, gap: timedelta) -> None:
    """Let so much time pass for the mail to ourselves, somebody looking all the while."""
    with rows.writing() as connection:
        row = connection.execute(select(canary)).one()
        moved = {
            name: at - gap
            for name in ("made_at", "waiting_since", "due_at", "taken_at")
            if (at := getattr(row, name)) is not None
        }
        connection.execute(update(canary).values(moved))
        connection.commit()


def _let_nobody_look(rows: Database, gap: timedelta) -> None:
    with rows.writing() as connection:
        row = connection.execute(select(canary)).one()
        connection.execute(update(canary).values(looked_at=row.looked_at - gap))
        connection.commit()


def _made(rows: Database) -> bool:
    return canary_state(rows) is not None


def _taken(rows: Database) -> bool:
    state = canary_state(rows)
    return state is not None and state.taken_at is not None


def _in(rows: Database) -> bool:
    state = canary_state(rows)
    return state is not None and state.back_at is not None


async def _found(stage: Stage, words: str) -> None:
    """Check that a service begun now finds it: no sign of life, and all who ask are told."""
    async with receiver() as outside:
        stage.settings["TRIALWATCH_HEARTBEAT_URL"] = outside.url
        async with running_service(stage) as service:
            await eventually(
                lambda: service.has_said("no sign of life is sent while this is so"), "it is missed"
            )
            assert service.has_said(words)
            assert outside.requests == []
            await eventually(lambda: service.has_said(f"WARNING trialwatch {_NOTHING_IN}"), "said")
            async with httpx.AsyncClient() as client:
                health = await client.get(f"{service.url}/health")
                page = await client.get(f"{service.url}/service")
                metrics = await client.get(f"{service.url}/metrics")
    assert health.status_code == 200
    assert words in health.json()["canary"]["missed"]
    assert words in page.text
    assert "trialwatch_canary_missing 1" in metrics.text
    checked = await stage.run("check", status=1)
    assert words in " ".join(checked.err.split())


async def test_mail_to_ourselves_goes_out_by_postfix_and_comes_in(
    alone: Stage, open_folder: Path
) -> None:
    async with _relayed(alone, open_folder) as relay, running_service(alone) as service:
        with rows_of(alone) as rows:
            await eventually(lambda: _in(rows), "it came in")
            state = canary_state(rows)
        async with httpx.AsyncClient() as client:
            page = await client.get(f"{service.url}/service")
        assert service.has_said("returned mail: the mail to ourselves came in")

    assert state is not None
    assert state.waiting_since is None
    assert "status=sent (250 2.0.0 OK)" in relay.log
    assert "Mail to itself came in last" in page.text


async def test_relay_that_swallows_mail_is_found(alone: Stage, open_folder: Path) -> None:
    async with _relayed(alone, open_folder, swallows=True) as relay:
        with rows_of(alone) as rows:
            async with running_service(alone):
                await eventually(lambda: _taken(rows), "Postfix took it")
                await eventually(lambda: "relay=none, delay" in relay.log, "and let it fall")
            _let_wait(rows, LATER)
            await _found(alone, "was taken by the mail server and did not get here")


async def test_closed_door_is_found(alone: Stage, open_folder: Path) -> None:
    async with _relayed(alone, open_folder) as relay:
        # What Postfix brings mail to is another address than the one that is listened to.
        alone.settings["TRIALWATCH_BOUNCE_BIND"] = f"127.0.0.2:{free_port()}"
        with rows_of(alone) as rows:
            async with running_service(alone):
                await eventually(lambda: _taken(rows), "Postfix took it")
                await eventually(lambda: "status=deferred" in relay.log, "and keeps it")
            _let_wait(rows, LATER)
            await _found(alone, "was taken by the mail server and did not get here")


@pytest.mark.postgresql
async def test_worker_that_is_not_there_is_found(stage: Stage, open_folder: Path) -> None:
    async with _relayed(stage, open_folder), AsyncExitStack() as stack:
        rows = stack.enter_context(rows_of(stage))
        scheduler = await stack.enter_async_context(running_service(stage, "scheduler"))
        await eventually(lambda: _made(rows), "it is made")
        _let_wait(rows, LATER)
        assert await scheduler.stop() == 0
        async with receiver() as outside:
            stage.settings["TRIALWATCH_HEARTBEAT_URL"] = outside.url
            again = await stack.enter_async_context(running_service(stage, "scheduler"))
            await eventually(lambda: again.has_said("no sign of life is sent"), "it is missed")
            assert again.has_said("was sent by nobody")
            assert outside.requests == []


async def test_service_that_was_off_alarms_nobody(alone: Stage, open_folder: Path) -> None:
    async with _relayed(alone, open_folder, swallows=True):
        with rows_of(alone) as rows:
            async with running_service(alone):
                await eventually(lambda: _taken(rows), "it is on its way")
            _let_wait(rows, LATER)
            _let_nobody_look(rows, timedelta(hours=2))
            async with running_service(alone) as service:
                await eventually(lambda: "canary" in _ticks(service.url), "it looked")
                health = await service.health()
    assert health.json()["canary"]["missed"] == ""


def _ticks(url: str) -> dict[str, object]:
    ticks: dict[str, object] = httpx.get(f"{url}/health").json()["ticks"]
    return ticks


async def test_without_a_door_the_start_is_refused(alone: Stage) -> None:
    alone.settings["TRIALWATCH_CANARY"] = "true"

    ended = await alone.run("run", status=2)

    assert "TRIALWATCH_BOUNCE_BIND" in ended.err

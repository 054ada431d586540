"""Through a real mail system: Postfix as relay, as receiver, and as the writer of bounces."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from monitor.domain.alerts import DeliveryState
from simulator.made import open_stories
from storage import queries
from storage.engine import Database
from storage.returned import bounced
from tests.acceptance.service import (
    RunningService,
    count,
    eventually,
    let_pass,
    rows_of,
    running_service,
    swept,
)
from tests.acceptance.stage import Stage, on_stage
from tests.servers.ports import free_port
from tests.servers.postfix import ELSEWHERE, HERE, RETURNED, Postfix, postfix
from tests.servers.smtp import SmtpSink, smtp_sink

pytestmark = pytest.mark.acceptance

TRIAL = "NCT99000001"
ADA, GREY = f"ada@{HERE}", f"grey@{HERE}"
NOBODY, GONE = f"nobody@{HERE}", f"gone@{ELSEWHERE}"
#: Longer than greylisting asks to wait.
LATER = timedelta(minutes=6)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as Postfix works under its own."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def elsewhere() -> AsyncIterator[SmtpSink]:
    """Another mail server, which Postfix hands mail on to."""
    async with smtp_sink() as sink:
        yield sink


@pytest.fixture
async def relay(stage: Stage, elsewhere: SmtpSink, open_folder: Path) -> AsyncIterator[Postfix]:
    port, door = free_port(), free_port()
    stage.settings |= {
        "TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never",
        "TRIALWATCH_BOUNCE_ADDRESS": f"bounces@{RETURNED}",
        "TRIALWATCH_BOUNCE_BIND": f"127.0.0.1:{door}",
    }
    async with postfix(
        open_folder, port=port, door=door, elsewhere=elsewhere.port, boxes=("ada", "grey")
    ) as running:
        running.greylisted.add(GREY)
        yield running


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """One trial, whose third release changes it; the service looks every second."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        yield stage


@pytest.fixture
async def service(stage: Stage, relay: Postfix) -> AsyncIterator[RunningService]:
    """The service, with a change found and its four mails on their way."""
    assert relay.port
    for reader in (ADA, GREY, NOBODY, GONE):
        await stage.run("watch", TRIAL, "--email", reader)
    await stage.check()
    stage.registry.publish(3)
    async with running_service(stage) as service:
        with rows_of(stage) as rows:
            await swept(stage, rows)
        yield service


@pytest.fixture
def rows(stage: Stage, service: RunningService) -> Iterator[Database]:
    assert service.url
    with rows_of(stage) as opened:
        yield opened


async def test_mail_reaches_the_box_and_its_header_ends_the_subscription(
    stage: Stage, relay: Postfix, service: RunningService, rows: Database
) -> None:
    await eventually(lambda: len(relay.box("ada")) == 1, "the mail is in the box")
    [mail] = relay.box("ada")

    assert TRIAL in str(mail["Subject"])
    assert str(mail["Return-Path"]).endswith(f"@{RETURNED}>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{service.url}{path}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    stage.registry.publish(6)
    await swept(stage, rows)
    listed = (await stage.run("list")).out
    assert ADA not in listed
    assert GREY in listed


def _put_off(rows: Database) -> list[str]:
    """Return who has a mail that waits for its next attempt."""
    waiting = queries.deliveries(rows, state=DeliveryState.PENDING)
    return [row.address for row in waiting if row.attempts and row.attempts[-1].outcome]


async def test_greylisted_mail_waits_and_arrives_once(
    relay: Postfix, rows: Database, service: RunningService
) -> None:
    assert service.url
    await eventually(lambda: _put_off(rows) == [GREY], "it is put off, and that is written down")
    assert relay.asked[GREY] == 1
    assert relay.box("grey") == []
    let_pass(rows, LATER)

    await eventually(lambda: len(relay.box("grey")) == 1, "it arrives")
    assert relay.asked[GREY] == 2


async def test_unknown_reader_is_refused_at_once_and_written_to_no_more(
    stage: Stage, relay: Postfix, rows: Database
) -> None:
    await eventually(lambda: count(rows, DeliveryState.FAILED) == 1, "it is refused")
    said = (await stage.run("deliveries", "--attempts")).out

    assert "550" in said
    assert "User unknown" in said
    assert NOBODY in (await stage.run("bounces")).out
    assert relay.box("ada")


async def test_bounce_as_postfix_writes_it_ends_the_address(
    stage: Stage, relay: Postfix, rows: Database, elsewhere: SmtpSink
) -> None:
    await eventually(lambda: len(elsewhere.mails) == 1, "Postfix hands it on")
    elsewhere.trouble("RCPT", "550 5.1.1 no such person here")
    stage.registry.publish(6)
    await swept(stage, rows)

    await eventually(
        lambda: any(row.address == GONE for row in bounced(rows)), "the bounce comes back"
    )
    assert "status=bounced" in relay.log
    [said] = [
        one for one in (await stage.run("bounces", "--json")).objects if one["address"] == GONE
    ]
    assert said["status"] == "5.1.1"

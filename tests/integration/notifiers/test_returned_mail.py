"""The door for returned mail, spoken to by the standard library's own client."""

import asyncio
import smtplib
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from config.errors import ConfigError
from config.settings import load
from monitor.domain.canary import Canary
from monitor.domain.errors import TrialwatchError
from notifiers.canary import build_canary
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from notifiers.verp import BounceAddress
from storage.engine import Database
from storage.returned import bounced
from storage.standing import canary_state
from tests.builders import NOON, a_step
from tests.integration.storage.scenes import claim, join, send_out, watch
from tests.unit.notifiers.test_returned import POSTFIX
from trialwatch.bootstrap import Service
from trialwatch.door import open_door
from trialwatch.outside import bounce_address
from trialwatch.web.serve import listen_for_returned

OURS = BounceAddress.parse("bounces@alerts.example")
WEB = "https://watch.example.org"


def a_service(database: Database) -> Service:
    return Service(
        settings=load({}),
        database=database,
        clock=lambda: NOON,
        owner="test",
    )


@asynccontextmanager
async def a_door(database: Database) -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    async with open_door(a_service(database), listening, OURS):
        yield listening.getsockname()[1]


async def hand_over(
    port: int, recipient: str, content: bytes, *, lmtp: bool = True
) -> tuple[int, int]:
    """Hand a mail over; return how its recipient and its content were answered."""

    def speak() -> tuple[int, int]:
        client: Callable[..., Any] = smtplib.LMTP if lmtp else smtplib.SMTP
        with client("127.0.0.1", port, timeout=10) as smtp:
            smtp.ehlo_or_helo_if_needed()
            smtp.mail("")
            taken, _ = smtp.rcpt(recipient)
            stored = smtp.data(content.replace(b"\n", b"\r\n"))[0] if taken == 250 else 0
            return taken, stored

    return await asyncio.to_thread(speak)


@pytest.fixture
def return_address(database: Database) -> str:
    """The envelope sender of a mail that went to Ada."""
    watch(database.open_work)
    join(database.open_work, token="Ada's own token")
    send_out(database.open_work, a_step(2))
    (claimed,) = claim(database.open_work)
    envelope = build_message(
        claimed,
        Letters(web_url=WEB).of(claimed),
        sender=MailSender.parse("alerts@alerts.example"),
        web_url=WEB,
        bounces=OURS,
    )
    assert envelope.sender.startswith("bounces+01")
    return envelope.sender


@pytest.mark.parametrize("lmtp", [True, False], ids=["LMTP", "SMTP"])
async def test_report_to_the_address_of_a_mail_gives_its_reader_up(
    database: Database, return_address: str, *, lmtp: bool
) -> None:
    async with a_door(database) as port:
        answers = await hand_over(port, return_address, POSTFIX, lmtp=lmtp)

    assert answers == (250, 250)
    (row,) = bounced(database)
    assert (row.address, row.status, row.state) == ("ada@example.org", "5.1.1", "suppressed")
    assert send_out(database.open_work, a_step(3)) == 0


async def test_forged_address_gives_nobody_up(database: Database, return_address: str) -> None:
    at = return_address.index(".") + 1
    other = "a" if return_address[at] != "a" else "b"
    forged = return_address[:at] + other + return_address[at + 1 :]

    async with a_door(database) as port:
        answers = await hand_over(port, forged, POSTFIX)

    assert answers == (250, 250)
    assert bounced(database) == ()


@pytest.mark.parametrize(
    "content", [b"Subject: Away\n\nBack on Monday", b"", b"\xff\x00\n" * 5_000]
)
async def test_mail_that_is_no_report_is_taken_and_counts_for_nothing(
    database: Database, return_address: str, content: bytes
) -> None:
    async with a_door(database) as port:
        assert await hand_over(port, return_address, content) == (250, 250)

    assert bounced(database) == ()


@pytest.mark.parametrize("recipient", ["ada@example.org", "bounces@elsewhere.example", "<>"])
async def test_mail_for_others_is_not_taken(database: Database, recipient: str) -> None:
    async with a_door(database) as port:
        taken, _ = await hand_over(port, recipient, POSTFIX)

    assert taken >= 500


async def test_too_large_a_mail_is_refused(database: Database, return_address: str) -> None:
    async with a_door(database) as port:
        answers = await hand_over(port, return_address, POSTFIX + b"x" * 70 + b"\n" * 600_000)

    assert answers == (250, 552)


async def test_report_is_asked_for_again_while_it_cannot_be_written_down(
    database: Database, return_address: str
) -> None:
    path = database.engine.url.database
    assert path is not None
    locked = sqlite3.connect(path)
    locked.execute("ALTER TABLE bounces RENAME TO elsewhere")
    locked.commit()
    async with a_door(database) as port:
        answers = await hand_over(port, return_address, POSTFIX)
        locked.execute("ALTER TABLE elsewhere RENAME TO bounces")
        locked.commit()
        locked.close()
        again = await hand_over(port, return_address, POSTFIX)

    assert answers == (250, 451)
    assert again == (250, 250)
    assert len(bounced(database)) == 1


async def test_door_closes_on_who_says_nothing(database: Database) -> None:
    async with a_door(database) as port:
        silent = socket.create_connection(("127.0.0.1", port), timeout=10)
        assert await asyncio.to_thread(silent.recv, 100)

    assert await asyncio.to_thread(silent.recv, 100) == b""
    silent.close()


def test_address_to_listen_at_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = load({"TRIALWATCH_BOUNCE_BIND": bind})
        with (
            pytest.raises(TrialwatchError, match=f"on {bind}: .*TRIALWATCH_BOUNCE_BIND"),
            listen_for_returned(settings),
        ):
            pass


def test_nothing_listens_unless_it_is_asked_for() -> None:
    with listen_for_returned(load({})) as listening:
        assert listening is None


def test_door_without_an_address_to_return_to_is_refused() -> None:
    with pytest.raises(ConfigError, match="set TRIALWATCH_BOUNCE_ADDRESS too"):
        bounce_address(load({"TRIALWATCH_BOUNCE_BIND": "127.0.0.1:8024"}))


def test_return_address_that_cannot_be_used_is_named() -> None:
    with pytest.raises(ConfigError, match="TRIALWATCH_BOUNCE_ADDRESS: give it a short first part"):
        bounce_address(load({"TRIALWATCH_BOUNCE_ADDRESS": "a+b@alerts.example"}))


CANARY = Canary(id="01ARZ3NDEKTSV4RRFFQ69G5FAV-0", token="its own token", made_at=NOON)


@pytest.fixture
def canary_mail(database: Database) -> Envelope:
    """The mail to ourselves, awaited."""
    with database.open_work() as work:
        work.canaries.make(CANARY, waiting_since=NOON)
        work.commit()
    sender = MailSender.parse("alerts@alerts.example")
    return build_canary(CANARY, sender=sender, bounces=OURS)


def in_at(database: Database) -> datetime | None:
    state = canary_state(database)
    assert state is not None
    return state.back_at


async def test_mail_to_ourselves_is_known_when_it_comes_in(
    database: Database, canary_mail: Envelope
) -> None:
    on_the_way = canary_mail.recipient.replace("bounces+0", "Bounces+0")
    received = b"Received: from relay.example\r\n" + canary_mail.content

    async with a_door(database) as port:
        assert await hand_over(port, on_the_way, received.replace(b"\r\n", b"\n")) == (250, 250)

    assert in_at(database) == NOON


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Subject: Away\n\nBack on Monday", id="automatic reply"),
        pytest.param(POSTFIX, id="bounce"),
        pytest.param(b"X-Trialwatch-Canary: 01ARZ3NDEKTSV4RRFFQ69G5FAW-0\n\n", id="another's"),
        pytest.param(b"\n\nX-Trialwatch-Canary: 01ARZ3NDEKTSV4RRFFQ69G5FAV-0", id="quoted"),
    ],
)
async def test_what_is_written_to_its_address_is_not_the_mail_itself(
    database: Database, canary_mail: Envelope, content: bytes
) -> None:
    async with a_door(database) as port:
        assert await hand_over(port, canary_mail.sender, content) == (250, 250)

    assert in_at(database) is None


async def test_mail_to_ourselves_with_a_forged_proof_does_not_count(
    database: Database, canary_mail: Envelope
) -> None:
    other = OURS.sender_of(CANARY.id, "another token")

    async with a_door(database) as port:
        await hand_over(port, other, canary_mail.content.replace(b"\r\n", b"\n"))

    assert in_at(database) is None


async def test_bounce_of_the_mail_to_ourselves_is_noted_against_nobody(
    database: Database, canary_mail: Envelope
) -> None:
    async with a_door(database) as port:
        await hand_over(port, canary_mail.sender, POSTFIX)

    state = canary_state(database)
    assert state is not None
    assert (state.status, state.back_at) == ("5.1.1", None)
    assert bounced(database) == ()

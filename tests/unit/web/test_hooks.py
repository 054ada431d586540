"""Mail providers tell what came back: only the right secret is believed, and once is enough."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, TypeAlias

import httpx
import pytest

from monitor.domain.bounces import BounceKind
from monitor.domain.watches import TargetState
from notifiers.sign import sign
from storage.engine import Database
from storage.returned import BouncedRow, bounced
from tests.builders import NOON
from tests.servers.made import SECRET
from tests.unit.web.site import READER, a_service, fill, visiting

KEY, LOGIN = "mailgun-key-geheim", "postmark:geheim-geheim-geheim"
SETTINGS = {
    "BOUNCE_MAILGUN_KEY": KEY,
    "BOUNCE_POSTMARK_LOGIN": LOGIN,
    "BOUNCE_SIGNED_SECRET": SECRET,
}
Report: TypeAlias = tuple[dict[str, str], bytes]
STAMP = int(NOON.timestamp())


def signed(secret: str = SECRET, stamp: int = STAMP, **told: Any) -> Report:
    body = json.dumps(told).encode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(secret, message_id="msg_1", timestamp=stamp, body=body),
    }
    return headers, body


def mailgun(key: str = KEY, stamp: int = STAMP, token: str = "t" * 50, **event: Any) -> Report:
    proof = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": str(stamp), "token": token, "signature": proof}
    usual = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": READER,
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
    }
    return {}, json.dumps({"signature": signature, "event-data": usual | event}).encode()


def postmark(login: str = LOGIN, **told: Any) -> Report:
    usual = {"RecordType": "Bounce", "Type": "HardBounce", "Email": READER, "Details": "gone"}
    basic = base64.b64encode(login.encode()).decode()
    return {"authorization": f"Basic {basic}"}, json.dumps(usual | told).encode()


def by_id(delivery_id: str) -> dict[str, Any]:
    return {"message": {"headers": {"message-id": f"{delivery_id}@alerts.example"}}}


@pytest.fixture
async def sent(database: Database) -> str:
    """A mail went to the reader; the id of its delivery."""
    service = a_service(database)
    await fill(service)
    with service.open_work() as work:
        newest = work.bounces.newest_to(READER.upper())
    assert newest is not None
    return newest


@pytest.fixture
async def provider(database: Database, sent: str) -> AsyncIterator[httpx.AsyncClient]:
    assert sent
    service = a_service(database, **SETTINGS)
    async with visiting(service, peer="198.51.100.7", host="watch.example") as client:
        yield client


async def tell(client: httpx.AsyncClient, name: str, report: Report) -> int:
    headers, body = report
    answer = await client.post(f"/hooks/bounces/{name}", content=body, headers=headers)
    assert "geheim" not in answer.text
    return answer.status_code


def only(database: Database) -> BouncedRow:
    (row,) = bounced(database)
    return row


@pytest.mark.parametrize(
    "case",
    [
        ("signed", lambda sent: signed(kind="hard", message_id=f"<{sent}@x>", status="5.1.1")),
        ("signed", lambda _: signed(kind="complaint", address=READER)),
        ("mailgun", lambda sent: mailgun(**by_id(sent))),
        ("mailgun", lambda sent: mailgun(event="complained", **by_id(sent))),
        ("postmark", lambda _: postmark()),
        ("postmark", lambda _: postmark(RecordType="SpamComplaint", Type="SpamComplaint")),
    ],
)
async def test_address_is_sent_nothing_more_and_twice_told_is_once(
    database: Database,
    provider: httpx.AsyncClient,
    sent: str,
    caplog: pytest.LogCaptureFixture,
    case: tuple[str, Callable[[str], Report]],
) -> None:
    caplog.set_level(logging.INFO)
    name, make = case
    report = make(sent)

    assert [await tell(provider, name, report) for _ in range(2)] == [204, 204]

    row = only(database)
    assert (row.address, row.state, row.delivery_id) == (READER, TargetState.SUPPRESSED, sent)
    assert "its address is sent nothing more" in caplog.text
    assert READER not in caplog.text


@pytest.mark.parametrize(
    ("name", "report", "kind"),
    [
        ("postmark", postmark(Type="SoftBounce"), BounceKind.SOFT),
        ("postmark", postmark(Details="452 4.2.2 full"), BounceKind.SOFT),
        ("postmark", postmark(Type="Blocked"), BounceKind.REFUSED),
        ("signed", signed(kind="refused", address=READER), BounceKind.REFUSED),
    ],
)
async def test_what_says_little_of_the_mailbox_is_kept_and_gives_nobody_up(
    database: Database, provider: httpx.AsyncClient, name: str, report: Report, kind: BounceKind
) -> None:
    assert await tell(provider, name, report) == 204

    assert (only(database).kind, only(database).state) == (kind, TargetState.ACTIVE)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("postmark", postmark(Type="Transient")),
        ("postmark", postmark(Type="AutoResponder")),
        ("postmark", postmark(RecordType="Open")),
        ("postmark", postmark(Email="nobody@clinic.example")),
        ("postmark", postmark(Email=["a"], Details={"a": 1}, Type=7)),
        ("mailgun", mailgun(severity="temporary")),
        ("mailgun", mailgun(event="delivered")),
        ("mailgun", mailgun(**by_id("01KJ8Z9V3W0000000000000009-1"))),
        ("signed", signed(kind="unheard of", address=READER)),
        ("signed", signed(kind=["hard"], address=READER)),
        ("signed", signed(kind="hard", message_id="<other@elsewhere.example>", address=READER)),
    ],
)
async def test_what_says_nothing_of_our_mail_changes_nothing(
    database: Database, provider: httpx.AsyncClient, name: str, report: Report
) -> None:
    assert await tell(provider, name, report) == 204

    assert bounced(database) == ()


HARD: dict[str, Any] = {"kind": "hard", "address": READER}
LATE = int((NOON + timedelta(minutes=6)).timestamp())


def changed(report: Report) -> Report:
    headers, body = report
    return headers, body + b" "


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("signed", signed("whsec_" + "QUFB" * 11, **HARD)),
        ("signed", signed(stamp=LATE, **HARD)),
        ("signed", signed(stamp=STAMP - 400, **HARD)),
        ("signed", changed(signed(**HARD))),
        ("signed", ({}, signed(**HARD)[1])),
        ("signed", ({**signed(**HARD)[0], "webhook-timestamp": "9" * 40}, signed(**HARD)[1])),
        ("signed", ({**signed(**HARD)[0], "webhook-id": "a.b"}, signed(**HARD)[1])),
        ("mailgun", mailgun("another key")),
        ("mailgun", mailgun(stamp=STAMP - 25 * 3600)),
        # The same digits and letters, parted elsewhere: what is signed is the same.
        ("mailgun", mailgun(token="t" * 49)),
        ("mailgun", ({}, b"no json")),
        ("mailgun", ({}, b'{"signature": {}}')),
        ("mailgun", ({}, b"[" * 100_000)),
        ("postmark", postmark("postmark:wrong-wrong-wrong")),
        ("postmark", ({}, postmark()[1])),
    ],
)
async def test_what_does_not_prove_itself_is_refused(
    database: Database, provider: httpx.AsyncClient, name: str, report: Report
) -> None:
    assert await tell(provider, name, report) == 403

    assert bounced(database) == ()


async def test_provider_that_is_not_set_is_not_there(database: Database) -> None:
    async with visiting(a_service(database), peer="198.51.100.7", host="watch.example") as client:
        for name in ("signed", "mailgun", "postmark", "elsewhere", "x" * 5000):
            assert await tell(client, name, ({}, b"{}")) == 404


async def test_no_more_is_read_than_a_report_takes(provider: httpx.AsyncClient) -> None:
    assert await tell(provider, "signed", ({}, b"x" * 300_000)) == 413
    assert (await provider.get("/hooks/bounces/signed")).status_code == 405

"""Mails that the service writes of itself, line by line: links, notices, to itself."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from monitor.domain.canary import Canary
from monitor.domain.changes import Json
from monitor.domain.events import EventType
from notifiers.canary import build_canary, is_canary
from notifiers.entry import Entry, build_entry
from notifiers.message import Envelope, MailSender
from notifiers.notice import build_notice
from notifiers.plainmail import plain_mail
from notifiers.verp import BounceAddress
from tests.servers.made import NOON, a_claim

SENDER = MailSender(name="Trial alerts", address="alerts@trialwatch.example")
NOTICE: dict[str, Json] = {
    "target": {"id": 3, "channel": "webhook", "address": "https://hooks.example.org/..."},
    "failing_since": "2026-03-09T12:00:00+00:00",
    "attempts": 5,
    "reason": "The receiver answered 503",
    "delivery": "01KJ8Z9V3W0000000000000001-7",
    "nct_id": "NCT99000001",
}


def parsed(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def lines(message: EmailMessage) -> list[str]:
    return str(message.get_content()).split("\r\n")


def notice(type_: EventType, told: dict[str, Json]) -> list[str]:
    usual = a_claim(address="ops@clinic.example")
    delivery = replace(usual.delivery, type=type_, notice=told)
    return lines(parsed(build_notice(replace(usual, delivery=delivery), sender=SENDER)))


def test_notice_leaves_out_what_is_not_known() -> None:
    told = notice(EventType.MESSAGE_FAILING, {"failing_since": "soon", "attempts": 0})

    assert told[0] == "A webhook does not take its messages:  (target )."
    assert told[4:] == ["Failing since: soon", ""]


@pytest.mark.parametrize(("length", "shown"), [(300, "x" * 300), (301, "x" * 299 + "…")])
def test_answer_in_a_notice_is_of_bounded_length(length: int, shown: str) -> None:
    told = notice(EventType.MESSAGE_FAILING, {**NOTICE, "reason": "x" * length})

    assert f"Last answer: {shown}" in told


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 199 + "…")])
def test_address_in_a_notice_is_of_bounded_length(length: int, shown: str) -> None:
    told: dict[str, Json] = {**NOTICE, "target": {"id": 3, "address": "x" * length}}

    assert (
        notice(EventType.MESSAGE_RECOVERED, told)[0]
        == f"A webhook takes messages again: {shown} (target 3)."
    )


def an_entry(minutes: int = 30) -> Entry:
    return Entry(
        recipient="ada@example.org",
        url="https://watch.example/in/secret",
        lasting=timedelta(minutes=minutes),
        made_at=NOON,
    )


def test_link_to_sign_in_bears_a_name_of_its_own_and_is_answered_by_no_machine() -> None:
    message = parsed(build_entry(an_entry(), sender=SENDER))

    assert message["To"] == "ada@example.org"
    assert message["Date"] == "Mon, 09 Mar 2026 12:00:00 +0000"
    assert re.fullmatch(r"<\w{26}\.sign-in@trialwatch\.example>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(119, "119 minutes"), (120, "2 hours"), (179, "2 hours"), (180, "3 hours")],
)
def test_link_says_how_long_it_works(minutes: int, words: str) -> None:
    entry = an_entry(minutes)

    assert f"for {words}. If" in parsed(build_entry(entry, sender=SENDER)).get_content()


def test_mail_to_ourselves_is_written_line_by_line() -> None:
    canary = Canary(id="01KJ8Z9V3W0000000000000001-0", token="t" * 32, made_at=NOON)
    bounces = BounceAddress.parse("bounces@trialwatch.example")

    envelope = build_canary(canary, sender=SENDER, bounces=bounces)

    message = parsed(envelope)
    assert envelope.sender == envelope.recipient == bounces.sender_of(canary.id, canary.token)
    assert message["Subject"] == "trialwatch to itself: mail goes out and comes in"
    assert message["X-Trialwatch-Canary"] == canary.id
    assert lines(message) == [
        "trialwatch sends this mail to itself once a day, to see that mail goes out and comes in.",
        "Nobody needs to read or answer it. If you see it in a mailbox, mail for the return address",
        "(TRIALWATCH_BOUNCE_ADDRESS) does not reach trialwatch's door for returned mail.",
        "",
    ]
    assert is_canary(envelope.content, canary.id)
    assert not is_canary(b"x" * 64_000 + envelope.content, canary.id)


def test_plain_mail_is_written_header_by_header() -> None:
    envelope = plain_mail(
        SENDER,
        "ada@example.org",
        subject="Hello",
        text="One\nTwo\n",
        message_id="1",
        at=NOON,
        back="back@trialwatch.example",
        more={"X-Rose": "red"},
    )

    assert envelope.content.split(b"\r\n") == [
        b"From: Trial alerts <alerts@trialwatch.example>",
        b"To: ada@example.org",
        b"Subject: Hello",
        b"Date: Mon, 09 Mar 2026 12:00:00 +0000",
        b"Message-ID: <1@trialwatch.example>",
        b"Auto-Submitted: auto-generated",
        b"X-Auto-Response-Suppress: All",
        b"X-Rose: red",
        b'Content-Type: text/plain; charset="utf-8"',
        b"Content-Transfer-Encoding: quoted-printable",
        b"MIME-Version: 1.0",
        b"",
        b"One",
        b"Two",
        b"",
    ]
    assert (envelope.sender, envelope.recipient) == ("back@trialwatch.example", "ada@example.org")
    assert not envelope.needs_utf8

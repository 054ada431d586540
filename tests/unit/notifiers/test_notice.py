"""The mail about a webhook."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from monitor.domain.events import EventType
from notifiers.message import MailSender
from notifiers.notice import build_notice
from notifiers.verp import BounceAddress
from tests.servers.made import a_claim
from tests.unit.notifiers.test_event_types import NOTICE

SENDER = MailSender(name="Trial alerts", address="alerts@trialwatch.example")


@pytest.mark.parametrize(
    ("type_", "subject", "holds"),
    [
        (EventType.MESSAGE_FAILING, "A webhook does not take its messages", "three days"),
        (EventType.MESSAGE_RECOVERED, "A webhook takes messages again", "taken now"),
        (EventType.TARGET_DISABLED, "A webhook was switched off", "trialwatch target enable 3"),
    ],
)
def test_notice_says_what_became_of_which_webhook(
    type_: EventType, subject: str, holds: str
) -> None:
    usual = a_claim(address="ops@clinic.example")
    claimed = replace(usual, delivery=replace(usual.delivery, type=type_, notice=NOTICE))

    envelope = build_notice(claimed, sender=SENDER)
    mail = message_from_bytes(envelope.content, policy=default)

    assert (envelope.sender, envelope.recipient) == (SENDER.address, "ops@clinic.example")
    assert mail["Subject"] == f"{subject}: https://hooks.example.org/..."
    assert mail["Message-ID"] == f"<{claimed.delivery.id}@trialwatch.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in mail
    text = mail.get_content()
    assert holds in text
    assert "Last answer: The receiver answered 503" in text
    assert envelope == build_notice(claimed, sender=SENDER)


def test_line_breaks_in_what_is_told_make_no_header() -> None:
    usual = a_claim(address="ops@clinic.example")
    told = dict(NOTICE)
    told["target"] = {
        "id": 3,
        "channel": "webhook",
        "address": "https://x/\r\nBcc: all@example.org",
    }
    evil = replace(usual.delivery, type=EventType.TARGET_DISABLED, notice=told)

    mail = message_from_bytes(
        build_notice(replace(usual, delivery=evil), sender=SENDER).content, policy=default
    )

    assert "Bcc" not in mail


@pytest.mark.parametrize("word", ["failing", "recovered", "disabled"])
def test_notice_that_comes_back_names_its_delivery(word: str) -> None:
    back = BounceAddress.parse("bounces@trialwatch.example")
    usual = a_claim(address="ops@clinic.example")
    delivery = replace(
        usual.delivery,
        id=f"01KJ8Z9V3W0000000000000001-7-{word}-123-10",
        type=EventType(f"message.{word}" if word != "disabled" else "target.disabled"),
        notice=NOTICE,
    )

    envelope = build_notice(replace(usual, delivery=delivery), sender=SENDER, bounces=back)
    returned = back.read(envelope.sender.upper())

    assert len(envelope.sender.partition("@")[0]) <= 64
    assert returned is not None
    assert returned.delivery_id == delivery.id
    assert returned.is_ours(delivery.unsubscribe_token)
    assert not returned.is_ours("another")


def test_sender_stands_in_where_there_is_no_room() -> None:
    back = BounceAddress.parse("bounces@trialwatch.example")
    usual = a_claim(address="ops@clinic.example")
    delivery = replace(
        usual.delivery,
        id="01KJ8Z9V3W0000000000000001-12345678-failing-12345678-4",
        type=EventType.MESSAGE_FAILING,
        notice=NOTICE,
    )

    envelope = build_notice(replace(usual, delivery=delivery), sender=SENDER, bounces=back)

    assert envelope.sender == SENDER.address

"""The mail that asks whether an address wants mail."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from monitor.domain.trial import NctId
from notifiers.confirm import build_confirmation
from notifiers.message import MailSender
from notifiers.verp import BounceAddress
from tests.servers.made import NCT
from tests.unit.notifiers.asked import ASKED

SENDER = MailSender(name="Trial alerts", address="alerts@trialwatch.example")
WEB = "https://watch.example.org"


def test_mail_asks_once_and_leads_to_the_page() -> None:
    envelope = build_confirmation(ASKED, sender=SENDER, web_url=WEB)
    mail = message_from_bytes(envelope.content, policy=default)

    assert (envelope.sender, envelope.recipient) == (SENDER.address, "reader@clinic.example")
    assert mail["To"] == "reader@clinic.example"
    assert mail["Message-ID"] == "<01KJ8Z9V3W0000000000000001-7@trialwatch.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in mail
    text, html = (part.get_content() for part in mail.iter_parts())
    for told in (f"{WEB}/c/{ASKED.token}", NCT, "watch.example.org"):
        assert told in text
        assert told in html
    assert "do nothing" in text
    assert f"{ASKED.expires_at:%Y-%m-%d}" in text


def test_attempt_repeated_is_the_same_bytes() -> None:
    assert build_confirmation(ASKED, sender=SENDER, web_url=WEB) == build_confirmation(
        ASKED, sender=SENDER, web_url=WEB
    )


def test_mail_that_comes_back_names_its_question() -> None:
    back = BounceAddress.parse("bounces@trialwatch.example")

    envelope = build_confirmation(ASKED, sender=SENDER, web_url=WEB, bounces=back)
    returned = back.read(envelope.sender)

    assert returned is not None
    assert returned.delivery_id == ASKED.id
    assert returned.is_ours(ASKED.token)


@pytest.mark.parametrize(
    ("trials", "words"),
    [
        (0, "when clinical trials change"),
        (1, "when a clinical trial changes"),
        (2, "when one of 2 clinical trials changes"),
    ],
)
def test_mail_says_of_how_many_trials(trials: int, words: str) -> None:
    some = tuple(NctId(f"NCT{99000001 + place}") for place in range(trials))

    mail = build_confirmation(replace(ASKED, nct_ids=some), sender=SENDER, web_url=WEB)

    text = next(message_from_bytes(mail.content, policy=default).iter_parts()).get_content()
    assert f"{words} on ClinicalTrials.gov" in " ".join(text.split())


def test_very_many_trials_are_told_with_a_number() -> None:
    many = tuple(NctId(f"NCT{99000001 + place}") for place in range(300))

    mail = build_confirmation(replace(ASKED, nct_ids=many), sender=SENDER, web_url=WEB)

    assert b"and 280 more" in mail.content
    assert len(mail.content) < 30_000

"""Personal digests through a real relay; many of them are sent in benchmarks/mail.py."""

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy
from random import Random

from notifiers.verp import BounceAddress
from tests.integration.notifiers.conftest import WEB, Mailer
from tests.servers.smtp import smtp_sink
from tests.unit.notifiers.test_digest import a_digest_claim, alert_of, of_trials

READERS = 60


async def test_every_reader_gets_their_own_way_out_byte_for_byte(mailer: Mailer) -> None:
    chance, trials = Random(7), of_trials(30).alerts
    claims = [
        a_digest_claim(
            replace(of_trials(1), alerts=tuple(chance.sample(trials, 10)), trials=10),
            address=f"reader{number}@clinic.example",
            token=f"token-of-{number}-" + "aB3_" * 30,
            number=number,
        )
        for number in range(READERS)
    ]
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await asyncio.gather(*(notifier.send(claimed) for claimed in claims))

    sent = {mail.recipients[0]: mail.content for mail in sink.mails}
    assert len(sink.mails) == len(sent) == READERS
    for claimed in claims:
        way_out = f"{WEB}/u/{claimed.delivery.unsubscribe_token}"
        lines = sent[claimed.target.address].split(b"\r\n")
        assert f"List-Unsubscribe: <{way_out}>".encode() in lines
    ids = {
        message_from_bytes(content, policy=policy.default)["Message-ID"]
        for content in sent.values()
    }
    assert len(ids) == READERS


async def test_returned_mail_is_told_apart_by_its_envelope(mailer: Mailer) -> None:
    ours = BounceAddress.parse("bounces@alerts.example")
    claims = [
        a_digest_claim(of_trials(2), number=7, token="one"),
        a_digest_claim(replace(of_trials(2), alerts=(alert_of(3), alert_of(4))), number=8),
    ]
    async with smtp_sink() as sink, mailer(sink, bounces=ours) as notifier:
        for claimed in claims:
            await notifier.send(claimed)

    for claimed, mail in zip(claims, sink.mails, strict=True):
        returned = ours.read(mail.sender)
        assert returned is not None
        assert returned.delivery_id == claimed.delivery.id
        assert returned.is_ours(claimed.delivery.unsubscribe_token)
        assert b"\r\nFrom: Trial alerts <alerts@trialwatch.example>" in b"\r\n" + mail.content

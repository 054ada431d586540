"""Mail through a real relay that fails at every stage."""

import asyncio
import logging
from datetime import timedelta

import pytest

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.errors import DeliveryError
from notifiers.email import EmailNotifier
from notifiers.smtp_url import parse_smtp_url
from tests.integration.notifiers.conftest import Mailer
from tests.servers.certificates import Authority
from tests.servers.made import a_claim
from tests.servers.smtp import Hold, Mischief, Trouble, smtp_sink


async def refused(notifier: EmailNotifier, claimed: ClaimedDelivery | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        await notifier.send(claimed or a_claim())
    return error.value


ROAD = [
    ("GREETING", "421 4.3.2 too busy"),
    ("GREETING", "450 later"),
    ("GREETING", "554 5.3.2 no service"),
    ("GREETING", Mischief.DROP),
    ("EHLO", "421 4.3.2 closing"),
    ("EHLO", Mischief.DROP),
    ("MAIL", "421 4.7.0 too many"),
    ("MAIL", "530 5.7.0 log in first"),
    ("MAIL", "553 5.1.8 not with this sender"),
    ("MAIL", Mischief.DROP),
    ("RCPT", "421 4.3.2 closing"),
    ("RCPT", "554 5.7.1 relay access denied"),
    ("RCPT", Mischief.DROP),
    ("DATA", "421 4.3.2 closing"),
    ("END", "421 4.3.2 closing"),
    ("END", "550 5.7.26 unauthenticated"),
]
LATER = [
    ("MAIL", "451 4.3.0 local error"),
    ("RCPT", "450 4.2.0 greylisted"),
    ("RCPT", "452 4.2.2 full"),
    ("RCPT", "552 5.2.2 full"),
    ("DATA", "451 4.3.0 local error"),
    ("END", "451 4.7.1 greylisted"),
    ("END", "452 4.3.1 no space"),
]
FOR_GOOD = [
    ("RCPT", "550 5.1.1 no such user"),
    ("RCPT", "553 5.1.3 bad address"),
    ("END", "554 5.6.0 content"),
    ("END", "552 5.3.4 too big"),
    ("MAIL", "552 5.3.4 too big"),
]


@pytest.mark.parametrize(("stage", "trouble"), ROAD)
async def test_road_is_to_blame_and_open_again_after(
    mailer: Mailer, stage: str, trouble: Trouble
) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble(stage, trouble)
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert error.carrier_down
    assert (error.permanent, error.uncertain) == (False, False)
    assert len(sink.mails) == 1


@pytest.mark.parametrize(("stage", "trouble"), LATER)
async def test_passing_refusal_is_tried_again(mailer: Mailer, stage: str, trouble: Trouble) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble(stage, trouble)
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert (error.permanent, error.carrier_down, error.uncertain) == (False, False, False)
    assert len(sink.mails) == 1


@pytest.mark.parametrize(("stage", "trouble"), FOR_GOOD)
async def test_refusal_for_good_ends_it_for_this_reader_alone(
    mailer: Mailer, stage: str, trouble: Trouble
) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble(stage, trouble)
        error = await refused(notifier)
        await notifier.send(a_claim(address="other@clinic.example"))

    assert error.permanent
    assert not error.carrier_down
    assert sink.mails[0].recipients == ("other@clinic.example",)


async def test_connection_is_kept_after_one_refused_reader(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("RCPT", "550 5.1.1 no such user")
        await refused(notifier)
        await notifier.send(a_claim())

    assert "RSET" in sink.commands
    assert sink.connections == 1


async def test_connection_is_dropped_after_a_refused_message(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("END", "451 4.3.0 later")
        await refused(notifier)
        await notifier.send(a_claim())

    assert sink.connections == 2


@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "MAIL", "RCPT"])
async def test_silence_before_the_message_is_the_road(mailer: Mailer, stage: str) -> None:
    async with smtp_sink() as sink, mailer(sink, command_time=timedelta(seconds=0.2)) as notifier:
        sink.trouble(stage, Mischief.HANG)
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert error.carrier_down
    assert len(sink.mails) == 1


@pytest.mark.parametrize("trouble", [Mischief.HANG, Mischief.DROP])
async def test_silence_after_the_message_is_uncertain(mailer: Mailer, trouble: Trouble) -> None:
    async with smtp_sink() as sink, mailer(sink, final_time=timedelta(seconds=0.2)) as notifier:
        sink.trouble("END", trouble)
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert error.uncertain
    assert (error.permanent, error.carrier_down) == (False, False)
    first, second = sink.mails
    assert first.content == second.content


async def test_late_reply_to_the_message_is_waited_for(mailer: Mailer) -> None:
    async with (
        smtp_sink() as sink,
        mailer(
            sink, command_time=timedelta(seconds=0.2), final_time=timedelta(seconds=20)
        ) as notifier,
    ):
        hold = Hold()
        sink.trouble("END", hold)
        sending = asyncio.create_task(notifier.send(a_claim()))
        await hold.reached.wait()
        done, _ = await asyncio.wait({sending}, timeout=0.5)
        assert not done
        hold.release.set()
        receipt = await sending

    assert receipt.status == 250


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_cancelled_send_never_poisons_the_next(mailer: Mailer, stage: str) -> None:
    async with smtp_sink() as sink, mailer(sink, connections=1) as notifier:
        hold = Hold()
        sink.trouble(stage, hold)
        sending = asyncio.create_task(notifier.send(a_claim(number=1)))
        await hold.reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        hold.release.set()
        receipt = await notifier.send(a_claim(number=2))

    assert receipt.status == 250
    assert sink.connections == 2
    assert b"-2@trialwatch.example>" in sink.mails[-1].content


async def test_password_never_goes_out_in_clear(mailer: Mailer, authority: Authority) -> None:
    del authority
    async with smtp_sink(auth_in_clear=True) as sink:
        relay = parse_smtp_url(f"smtp://me:right@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    assert error.carrier_down
    assert "STARTTLS" in str(error)
    assert "AUTH" not in sink.commands
    assert b"AUTH" not in sink.clear


async def test_starttls_that_is_refused_sends_nothing(mailer: Mailer, authority: Authority) -> None:
    async with smtp_sink(starttls=authority.server("localhost")) as sink:
        sink.trouble("STARTTLS", "454 4.7.0 TLS not available")
        relay = parse_smtp_url(f"smtp://me:right@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    assert error.carrier_down
    assert b"AUTH" not in sink.clear
    assert sink.mails == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("case", ["wrong name", "expired"])
async def test_relay_that_cannot_be_trusted_gets_no_password(
    mailer: Mailer, authority: Authority, scheme: str, case: str
) -> None:
    tls = authority.server(
        "other.example" if case == "wrong name" else "localhost", expired=case == "expired"
    )
    async with smtp_sink(
        starttls=tls if scheme == "smtp" else None, tls=tls if scheme == "smtps" else None
    ) as sink:
        relay = parse_smtp_url(f"{scheme}://me:right@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    assert error.carrier_down
    assert "not trusted" in str(error)
    assert "AUTH" not in sink.commands
    assert sink.mails == []


async def test_wrong_password_is_our_fault_and_not_shown(
    mailer: Mailer, authority: Authority
) -> None:
    async with smtp_sink(starttls=authority.server("localhost")) as sink:
        relay = parse_smtp_url(f"smtp://me:wr0ng@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    assert error.carrier_down
    assert error.status == 535
    assert "TRIALWATCH_SMTP_URL" in str(error)
    assert "wr0ng" not in str(error) + error.detail


async def test_reader_is_not_logged(mailer: Mailer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="aiosmtplib")
    caplog.set_level(logging.DEBUG, logger="notifiers")
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim())
        sink.trouble("RCPT", "550 5.1.1 no such user")
        error = await refused(notifier)

    ours = [record for record in caplog.records if not record.name.startswith("mail.log")]
    assert not [record for record in ours if "reader@" in record.getMessage()]
    assert "reader@" not in str(error)


async def test_relay_that_is_not_there_is_the_road(mailer: Mailer) -> None:
    async with smtp_sink() as sink:
        pass
    async with mailer(sink) as notifier:
        error = await refused(notifier)

    assert error.carrier_down
    assert "TRIALWATCH_SMTP_URL" in str(error)


async def test_address_beyond_ascii_is_given_up_by_a_relay_that_cannot(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        error = await refused(notifier, a_claim(address="jürgen@example.org"))

    assert error.permanent
    assert "SMTPUTF8" in str(error)


async def test_message_over_the_relays_size_is_given_up(mailer: Mailer) -> None:
    async with smtp_sink(most_bytes=1000) as sink, mailer(sink) as notifier:
        error = await refused(notifier)

    assert error.permanent
    assert error.status == 552


async def test_words_of_the_relay_are_kept_without_controls(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("RCPT", "450 4.2.0 please\x1b[31m wait")
        error = await refused(notifier)

    assert error.detail == "4.2.0 please[31m wait"

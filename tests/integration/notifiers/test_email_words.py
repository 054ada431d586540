"""What is said of a mail relay that fails, word for word, and which connections are kept."""

import asyncio
import re
from datetime import timedelta

import pytest

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.canary import Canary
from monitor.domain.consents import Confirmation
from monitor.domain.errors import DeliveryError
from notifiers.email import EmailNotifier
from notifiers.entry import Entry
from notifiers.smtp_url import parse_smtp_url
from notifiers.verp import BounceAddress
from tests.integration.notifiers.conftest import WEB, Mailer
from tests.servers.certificates import Authority
from tests.servers.made import NCT, NOON, a_claim, a_target
from tests.servers.smtp import Hold, Mischief, smtp_sink


async def refused(notifier: EmailNotifier, claimed: ClaimedDelivery | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        await notifier.send(claimed or a_claim())
    return error.value


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
async def test_relay_that_hangs_is_said_not_to_answer(mailer: Mailer, stage: str) -> None:
    async with smtp_sink() as sink, mailer(sink, command_time=timedelta(seconds=0.2)) as notifier:
        sink.trouble(stage, Mischief.HANG)
        error = await refused(notifier)

    assert str(error) == (
        f"The mail relay 127.0.0.1:{sink.port} did not answer in time; check TRIALWATCH_SMTP_URL"
    )


async def test_relay_that_hangs_up_is_said_to_have_closed(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("RCPT", Mischief.DROP)
        error = await refused(notifier)

    # In between stand the words of the library.
    assert str(error).startswith(f"The mail relay 127.0.0.1:{sink.port} cannot be spoken to: ")
    assert str(error).endswith("; check TRIALWATCH_SMTP_URL")
    assert (error.carrier_down, error.uncertain, error.status) == (True, False, None)


async def test_relay_without_starttls_gets_no_mail_and_is_told_why(mailer: Mailer) -> None:
    async with smtp_sink() as sink:
        relay = parse_smtp_url(f"smtp://localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    assert str(error) == (
        f"The mail relay localhost:{sink.port} offers no STARTTLS, and mail does not travel in"
        " clear; check TRIALWATCH_SMTP_URL"
    )
    assert sink.mails == []


async def test_relay_with_a_strange_certificate_is_not_trusted_and_why_is_said(
    mailer: Mailer, authority: Authority
) -> None:
    async with smtp_sink(tls=authority.server("other.example")) as sink:
        relay = parse_smtp_url(f"smtps://localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            error = await refused(notifier)

    said = str(error)
    assert said.startswith(f"The mail relay localhost:{sink.port} is not trusted: ")
    assert "Hostname mismatch" in said
    assert said.endswith("; check TRIALWATCH_SMTP_URL")


async def test_relay_that_cannot_spell_an_address_is_told_of_whole(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        error = await refused(notifier, a_claim(address="jürgen@example.org"))

    assert str(error) == (
        "The mail relay cannot send to an address with such characters before the @ (it lacks"
        " SMTPUTF8): give another address, or use another relay"
    )
    assert (error.permanent, error.carrier_down) == (True, False)
    assert "MAIL" not in sink.commands


async def test_mail_to_ourselves_wants_an_address_that_it_comes_back_to(mailer: Mailer) -> None:
    canary = Canary(id="01KJ8Z9V3W0000000000000001-1", token="t" * 32, made_at=NOON)
    async with smtp_sink() as sink, mailer(sink) as notifier:
        with pytest.raises(ValueError, match="TRIALWATCH_BOUNCE_ADDRESS") as error:
            await notifier.carry(canary)

    assert str(error.value) == "a mail to ourselves wants TRIALWATCH_BOUNCE_ADDRESS"
    assert sink.connections == 0


async def test_every_mail_of_our_own_comes_back_with_what_the_relay_said(mailer: Mailer) -> None:
    bounces = BounceAddress.parse("bounces@trialwatch.example")
    canary = Canary(id="01KJ8Z9V3W0000000000000001-0", token="t" * 32, made_at=NOON)
    entry = Entry(
        recipient="ada@example.org", url=f"{WEB}/in/x", lasting=timedelta(hours=1), made_at=NOON
    )
    question = Confirmation(
        id="01KJ8Z9V3W0000000000000001-7",
        target=a_target(),
        token="t" * 32,
        nct_ids=(NCT,),
        asked_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    kept = Receipt(status=250, detail="2.0.0 kept")

    async with smtp_sink() as sink, mailer(sink, bounces=bounces) as notifier:
        assert await notifier.send(a_claim()) == kept
        assert await notifier.let_in(entry) == kept
        assert await notifier.ask(question) == kept
        assert await notifier.carry(canary) == kept

    alerts, way_in, asked, back = sink.mails
    assert [mail.recipients for mail in sink.mails[:3]] == [
        ("reader@clinic.example",),
        ("ada@example.org",),
        ("reader@clinic.example",),
    ]
    assert back.recipients == (back.sender,) == (bounces.sender_of(canary.id, canary.token),)
    assert way_in.sender == "alerts@trialwatch.example"
    assert asked.sender == bounces.sender_of(question.id, question.token)
    assert bounces.is_here(alerts.sender)


async def test_tried_relay_is_told_in_its_own_words(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("NOOP", "250 2.0.0 " + "still here " * 20)
        said = await notifier.probe()

    assert said.startswith("250 2.0.0 still here still here")
    assert 70 < len(said) <= 84
    assert said.endswith("…")


async def test_relay_that_refuses_to_be_tried_is_not_there_for_mail(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("NOOP", "454 4.7.0 later")
        with pytest.raises(DeliveryError) as error:
            await notifier.probe()

    assert str(error.value) == (
        "The mail relay does not take mail now (454 4.7.0): it will be tried again"
    )


@pytest.mark.parametrize("reply", ["450 4.3.0 not now", "500 5.5.1 what"])
async def test_rested_connection_that_does_not_say_well_is_left(mailer: Mailer, reply: str) -> None:
    async with smtp_sink() as sink, mailer(sink, trusted_time=timedelta(0)) as notifier:
        await notifier.send(a_claim())
        sink.trouble("NOOP", reply)
        await notifier.send(a_claim(number=8))

    assert (len(sink.mails), sink.connections) == (2, 2)


async def test_where_one_rested_connection_is_dead_another_is_taken(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, trusted_time=timedelta(0)) as notifier:
        holds = [Hold(), Hold()]
        sink.trouble("END", *holds)
        sending = [asyncio.create_task(notifier.send(a_claim(number=n))) for n in range(2)]
        for hold in holds:
            await hold.reached.wait()
        for hold in holds:
            hold.release.set()
        await asyncio.gather(*sending)
        sink.trouble("NOOP", "450 4.3.0 not now")
        await notifier.send(a_claim(number=3))

    assert (len(sink.mails), sink.connections) == (3, 2)


async def test_connection_used_just_now_is_not_asked_whether_it_lives(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, trusted_time=timedelta(hours=1)) as notifier:
        await notifier.send(a_claim())
        await notifier.send(a_claim(number=8))

    assert sink.commands == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_relay_that_cannot_forget_a_refused_reader_is_left(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        sink.trouble("RCPT", "550 5.1.1 no such user")
        sink.trouble("RSET", "500 5.5.1 what")
        await refused(notifier)
        await notifier.send(a_claim())

    assert (len(sink.mails), sink.connections) == (1, 2)


async def test_relay_is_told_how_long_a_mail_is_before_it_comes(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim())

    [mail] = sink.mails
    asked = b"MAIL FROM:<alerts@trialwatch.example> SIZE=%d\r\n" % len(mail.content)
    assert bytes(sink.clear).startswith(b"EHLO trialwatch.example\r\n" + asked)
    assert b"RCPT TO:<reader@clinic.example>\r\n" in sink.clear


async def test_relay_that_can_is_told_that_an_address_goes_beyond_ascii(mailer: Mailer) -> None:
    async with smtp_sink(smtputf8=True) as sink, mailer(sink) as notifier:
        await notifier.send(a_claim(address="jürgen@example.org"))
        await notifier.send(a_claim())

    first, second = re.findall(rb"MAIL FROM:[^\r]*", bytes(sink.clear))
    assert first.endswith(b" SMTPUTF8")
    assert b"SMTPUTF8" not in second
    assert "RCPT TO:<jürgen@example.org>\r\n".encode() in sink.clear

"""Mail through a real relay, when all goes well."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy

from notifiers.smtp_url import SmtpOptions, Tls, parse_smtp_url
from tests.integration.notifiers.conftest import WEB, Mailer
from tests.servers.certificates import Authority
from tests.servers.made import a_claim, an_alert
from tests.servers.smtp import Hold, Mischief, smtp_sink


async def test_mail_arrives_with_its_envelope(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        receipt = await notifier.send(a_claim())

    [mail] = sink.mails
    assert receipt.status == 250
    assert receipt.detail == "2.0.0 kept"
    assert mail.sender == "alerts@trialwatch.example"
    assert mail.recipients == ("reader@clinic.example",)


async def test_long_unsubscribe_address_survives_the_wire(mailer: Mailer) -> None:
    token = "aB3-_" * 60
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim(token=token))

    lines = sink.mails[0].content.split(b"\r\n")
    assert f"List-Unsubscribe: <{WEB}/u/{token}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


async def test_repeated_attempt_is_the_same_mail(mailer: Mailer) -> None:
    async with smtp_sink() as sink:
        for _ in range(2):
            async with mailer(sink) as notifier:
                await notifier.send(a_claim())

    first, second = sink.mails
    assert first == second


async def test_line_that_is_a_single_dot_survives(mailer: Mailer) -> None:
    alert = an_alert(title=".")
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim(alert))

    body = message_from_bytes(sink.mails[0].content, policy=policy.default).get_body(("plain",))
    assert body is not None
    assert "." in body.get_content().splitlines()


async def test_connection_is_used_again(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        for number in range(5):
            await notifier.send(a_claim(number=number))

    assert sink.connections == 1
    assert sink.commands.count("QUIT") == 1


async def test_many_sends_share_a_few_connections(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, connections=2) as notifier:
        await asyncio.gather(*(notifier.send(a_claim(number=n)) for n in range(20)))

    ids = {message_from_bytes(mail.content)["Message-ID"] for mail in sink.mails}
    assert len(ids) == 20
    assert sink.most_open == 2


async def test_idle_connection_is_closed_politely(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, idle_time=timedelta(0)) as notifier:
        goodbye = Hold()
        sink.trouble("QUIT", goodbye)
        await notifier.send(a_claim())
        async with asyncio.timeout(5):
            await goodbye.reached.wait()
        goodbye.release.set()


async def test_rested_connection_is_asked_before_use(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, trusted_time=timedelta(0)) as notifier:
        await notifier.send(a_claim())
        await notifier.send(a_claim())

    assert "NOOP" in sink.commands
    assert sink.connections == 1


async def test_connection_that_died_at_rest_is_replaced(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim())
        sink.drop_all()
        await notifier.send(a_claim())

    assert len(sink.mails) == 2
    assert sink.connections == 2


async def test_connection_that_is_refused_after_rest_is_replaced(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, trusted_time=timedelta(0)) as notifier:
        await notifier.send(a_claim())
        sink.trouble("NOOP", "421 4.3.2 closing")
        await notifier.send(a_claim())

    assert len(sink.mails) == 2


async def test_relay_that_closes_as_we_begin_is_asked_once_more(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim())
        for trouble in ("421 4.4.2 timeout", Mischief.DROP):
            sink.trouble("MAIL", trouble)
            await notifier.send(a_claim())

    assert len(sink.mails) == 3


async def test_several_connections_that_died_at_rest_cost_one_more_try(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, connections=3) as notifier:
        holds = [Hold() for _ in range(3)]
        sink.trouble("END", *holds)
        sending = [asyncio.create_task(notifier.send(a_claim(number=n))) for n in range(3)]
        for hold in holds:
            await hold.reached.wait()
            hold.release.set()
        await asyncio.gather(*sending)
        sink.trouble("MAIL", "421 4.4.2 timeout")
        receipt = await notifier.send(a_claim(number=4))

    assert receipt.status == 250
    assert sink.connections == 4


async def test_relay_can_be_tried_without_a_mail(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink) as notifier:
        said = await notifier.probe()

    assert said.startswith("250 ")
    assert sink.mails == []
    assert sink.commands == ["EHLO", "NOOP", "QUIT"]


async def test_relay_is_tried_over_a_connection_of_its_own(mailer: Mailer) -> None:
    # One at rest may stand although nobody is let in any more.
    async with smtp_sink() as sink, mailer(sink) as notifier:
        await notifier.send(a_claim())
        await notifier.probe()

    assert sink.connections == 2


async def test_starttls_protects_mail_and_password(mailer: Mailer, authority: Authority) -> None:
    async with smtp_sink(starttls=authority.server("localhost")) as sink:
        relay = parse_smtp_url(f"smtp://me:right@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            await notifier.send(a_claim())

    [mail] = sink.mails
    assert (mail.over_tls, mail.login) == (True, "me")
    assert bytes(sink.clear) == b"EHLO trialwatch.example\r\nSTARTTLS\r\n"


async def test_tls_from_the_first_byte(mailer: Mailer, authority: Authority) -> None:
    async with smtp_sink(tls=authority.server("localhost")) as sink:
        relay = parse_smtp_url(f"smtps://me:right@localhost:{sink.port}")
        async with mailer(sink, relay) as notifier:
            await notifier.send(a_claim())

    assert (sink.mails[0].over_tls, sink.mails[0].login) == (True, "me")


async def test_address_beyond_ascii_goes_through_a_relay_that_can(mailer: Mailer) -> None:
    async with smtp_sink(smtputf8=True) as sink, mailer(sink) as notifier:
        await notifier.send(a_claim(address="jürgen@example.org"))

    assert sink.mails[0].recipients == ("jürgen@example.org",)


async def test_relay_by_name_is_spoken_to_in_clear_only_when_told(mailer: Mailer) -> None:
    async with smtp_sink() as sink:
        relay = SmtpOptions(host="localhost", port=sink.port, tls=Tls.NEVER)
        async with mailer(sink, relay) as notifier:
            await notifier.send(a_claim())

    assert not sink.mails[0].over_tls


async def test_relay_gets_no_more_mails_a_minute_than_it_takes(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, mails_a_minute=1200) as notifier:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(notifier.send(a_claim(number=number)) for number in range(6)))
        took = asyncio.get_running_loop().time() - began

    assert len(sink.mails) == 6
    assert took >= 5 * 60 / 1200 - 0.01


async def test_relay_gets_no_more_connections_than_it_takes(mailer: Mailer) -> None:
    async with smtp_sink() as sink, mailer(sink, connections=1) as notifier:
        await asyncio.gather(*(notifier.send(a_claim(number=number)) for number in range(6)))

    assert (len(sink.mails), sink.most_open) == (6, 1)

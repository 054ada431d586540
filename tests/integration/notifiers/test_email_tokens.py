"""Mail through a relay that asks for an access token in place of a password."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from monitor.domain.errors import DeliveryError
from notifiers.email import EmailNotifier
from notifiers.oauth import TokenOptions
from notifiers.smtp_url import parse_smtp_url
from tests.integration.notifiers.conftest import Mailer
from tests.servers.certificates import Authority
from tests.servers.made import a_claim
from tests.servers.receiver import Behaviour, Receiver, drip, hang, raw, receiver, reset, status
from tests.servers.smtp import smtp_sink
from tests.servers.tokens import USER, TokenSink, asked, gives, refuses

#: What an operator is told of a relay that refuses a token made just now.
REFUSED = (
    "The mail relay refuses a new access token (535): every mail waits and no reader is to blame;"
    " check the user name in TRIALWATCH_SMTP_URL, and that TRIALWATCH_MAIL_TOKEN_CLIENT may send"
    " mail for it"
)
NAMES = (b"Bearer good", b"Bearer worse", b"Bearer best")


@dataclass
class Place:
    """A relay, the address that gives tokens, and a way to open mailers."""

    relay: TokenSink
    tokens: Receiver
    mailer: Mailer

    def open(self, **options: Any) -> AbstractAsyncContextManager[EmailNotifier]:
        usual = TokenOptions(
            url=f"https://localhost:{self.tokens.port}/token",
            client="us",
            secret="client-geheim",
            refresh="refresh-geheim",
            total_time=timedelta(seconds=1),
        )
        user = quote(options.pop("user", USER), safe="")
        url = f"smtp://{user}@localhost:{self.relay.port}"
        return self.mailer(self.relay, parse_smtp_url(url), tokens=replace(usual, **options))


@pytest.fixture(params=["both", "XOAUTH2", "OAUTHBEARER"])
def without(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What the relay does not offer."""
    ways = ("XOAUTH2", "OAUTHBEARER")
    return ("LOGIN", "PLAIN", *(way for way in ways if request.param not in {way, "both"}))


@pytest.fixture
async def place(
    authority: Authority, mailer: Mailer, without: tuple[str, ...]
) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        sink = TokenSink(good={"good"})
        tls = authority.server("localhost")
        await stack.enter_async_context(smtp_sink(starttls=tls, sink=sink, without=without))
        tokens = await stack.enter_async_context(
            receiver(tls=authority.server("localhost"), name="localhost")
        )
        yield Place(sink, tokens, mailer)


async def refused(notifier: EmailNotifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        await notifier.send(a_claim())
    assert error.value.carrier_down, "every mail waits"
    assert (error.value.permanent, error.value.bounce) == (False, None), "no reader is to blame"
    assert "geheim" not in str(error.value) + error.value.detail
    return error.value


async def test_token_is_fetched_once_and_signs_every_connection_in(place: Place) -> None:
    place.tokens.answer(gives("good"))
    async with place.open() as notifier:
        await asyncio.gather(*(notifier.send(a_claim(number=number)) for number in range(9)))

    assert [mail.login for mail in place.relay.mails] == [USER] * 9
    assert all(mail.over_tls for mail in place.relay.mails)
    assert place.relay.connections > 1
    assert len(place.tokens.requests) == 1
    assert asked(place.tokens) == {
        "grant_type": "refresh_token",
        "client_id": "us",
        "client_secret": "client-geheim",
        "refresh_token": "refresh-geheim",
    }
    assert b"good" not in place.relay.clear


async def test_client_without_a_refresh_token_asks_in_its_own_name(place: Place) -> None:
    place.tokens.answer(gives("good"))
    async with place.open(refresh="", scope="https://mail.example/.default") as notifier:
        await notifier.send(a_claim())

    assert asked(place.tokens) == {
        "grant_type": "client_credentials",
        "client_id": "us",
        "client_secret": "client-geheim",
        "scope": "https://mail.example/.default",
    }


async def test_kept_token_that_the_relay_refuses_is_replaced_in_the_same_send(
    place: Place,
) -> None:
    place.tokens.answer(gives("good"), gives("better"))
    async with place.open() as notifier:
        await notifier.send(a_claim())
        place.relay.good = {"better"}
        place.relay.drop_all()
        await notifier.send(a_claim(number=8))

    assert len(place.relay.mails) == 2
    assert asked(place.tokens)["refresh_token"] == "refresh-geheim"


async def test_token_about_to_end_is_not_used_and_a_newer_refresh_token_is(place: Place) -> None:
    place.tokens.answer(gives("good", expires_in=30, refresh_token="newer"), gives("good"))
    async with place.open() as notifier:
        await notifier.send(a_claim())
        place.relay.drop_all()
        await notifier.send(a_claim(number=8))

    assert asked(place.tokens)["refresh_token"] == "newer"


async def test_new_token_that_the_relay_refuses_stops_all_mail_and_says_so(place: Place) -> None:
    place.tokens.answer(gives("bad"), gives("good"))
    async with place.open() as notifier:
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert error.status == 535
    assert str(error) == REFUSED
    assert len(place.relay.mails) == 1, "what was wrong was put right, and mail goes out again"


async def test_second_token_that_is_refused_stops_all_mail_and_is_not_shown_again(
    place: Place,
) -> None:
    place.tokens.answer(gives("good"), gives("worse"), gives("best"))
    async with place.open() as notifier:
        await notifier.send(a_claim())
        place.relay.good = {"best"}
        place.relay.drop_all()
        error = await refused(notifier)
        await notifier.send(a_claim(number=8))

    assert (str(error), error.status) == (REFUSED, 535)
    assert error.detail
    shown = [next(name for name in NAMES if name in one) for one in place.relay.shown]
    assert shown == [b"Bearer good", b"Bearer good", b"Bearer worse", b"Bearer best"]
    assert len(place.relay.mails) == 2


@pytest.mark.parametrize("code", [421, 454])
async def test_kept_token_outlives_a_relay_that_cannot_judge_now(place: Place, code: int) -> None:
    place.tokens.answer(gives("good"))
    async with place.open() as notifier:
        await notifier.send(a_claim())
        place.relay.drop_all()
        place.relay.trouble("AUTH", f"{code} 4.7.0 later")
        error = await refused(notifier)
        await notifier.send(a_claim(number=8))

    assert error.status == code
    assert len(place.tokens.requests) == 1


@pytest.mark.parametrize("without", [("LOGIN", "PLAIN", "XOAUTH2")])
async def test_signs_in_a_user_name_that_mean_something_there_are_written_otherwise(
    place: Place,
) -> None:
    place.tokens.answer(gives("good"))
    async with place.open(user="a=b,c@clinic.example") as notifier:
        await refused(notifier)

    name, port = b"n,a=a=3Db=2Cc@clinic.example,", str(place.relay.port).encode()
    assert place.relay.shown == [
        name + b"\x01host=localhost\x01port=" + port + b"\x01auth=Bearer good\x01\x01"
    ]


async def test_relay_that_cannot_judge_now_is_no_fault_of_ours(place: Place) -> None:
    place.tokens.answer(gives("good"))
    async with place.open() as notifier:
        place.relay.trouble("AUTH", "454 4.7.0 later")
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert error.status == 454
    assert len(place.tokens.requests) == 1, "the token is still good"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuses(), "refuses us (400 invalid_grant)"),
        (status(401), "refuses us (401)"),
        (refuses("x" * 500), "refuses us (400 xxx"),
        (status(503), "answered with status 503"),
        (status(429), "answered with status 429"),
        (status(302, location="http://127.0.0.1:1/"), "answered with status 302"),
        (status(200, b"no json"), "gave no token"),
        (status(200, b"[]"), "gave no token"),
        (status(200, b"[" * 60_000), "gave no token"),
        (status(200, b'{"access_token": 7}'), "gave no token"),
        (gives("two\r\nlines"), "gave no token"),
        (gives("ünlike"), "gave no token"),
        (status(200, b" " * 100_000), "more than 65536 bytes"),
        (hang(), "did not answer in time"),
        (drip(b"HTTP/1.1 200 Made\r\ncontent-length: 99999\r\n\r\n", b" "), "did not answer"),
        (reset(), "cannot be asked"),
        (raw(b"nonsense\r\n\r\n"), "cannot be asked"),
    ],
)
@pytest.mark.parametrize("without", [("LOGIN", "PLAIN")])
async def test_address_that_gives_no_token_stops_all_mail_and_says_so(
    place: Place, answer: Behaviour, said: str
) -> None:
    place.tokens.answer(answer, gives("good"))
    async with place.open() as notifier:
        error = await refused(notifier)
        await notifier.send(a_claim())

    assert said in str(error)
    assert "TRIALWATCH_MAIL_TOKEN_" in str(error)
    assert place.relay.shown == [place.relay.shown[-1]], "only the good token was shown"


async def test_address_that_is_not_trusted_is_not_told_our_secrets(
    mailer: Mailer, authority: Authority
) -> None:
    tls, sink = authority.server("elsewhere.example"), TokenSink()
    async with (
        receiver(tls=tls, name="localhost") as tokens,
        smtp_sink(starttls=authority.server("localhost"), sink=sink),
        Place(sink, tokens, mailer).open() as notifier,
    ):
        await refused(notifier)

    assert tokens.requests == []


@pytest.mark.parametrize("without", [("XOAUTH2", "OAUTHBEARER")])
async def test_relay_that_takes_no_tokens_is_named(place: Place) -> None:
    place.tokens.answer(gives("good"))
    async with place.open() as notifier:
        error = await refused(notifier)

    assert str(error) == (
        f"The mail relay localhost:{place.relay.port} offers neither OAUTHBEARER nor XOAUTH2: every"
        " mail waits; take TRIALWATCH_MAIL_TOKEN_URL out and give it a password, or use another"
        " relay"
    )
    assert place.relay.shown == []


async def test_probe_signs_in_too(place: Place) -> None:
    place.tokens.answer(gives("good"))
    async with place.open() as notifier:
        assert (await notifier.probe()).startswith("250")
    assert place.relay.shown

"""Webhooks against real receivers, good and bad."""

import asyncio
import gzip
import logging
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from monitor.domain.errors import DeliveryError
from notifiers.webhook import WebhookNotifier
from tests.integration.notifiers.conftest import Poster
from tests.servers.certificates import Authority
from tests.servers.made import SECRET, a_change, a_webhook_claim, an_alert
from tests.servers.receiver import (
    Behaviour,
    Receiver,
    drip,
    endless,
    hang,
    raw,
    receiver,
    reset,
    status,
)


@contextmanager
def refusal() -> Iterator[pytest.ExceptionInfo[DeliveryError]]:
    with pytest.raises(DeliveryError) as refused:
        yield refused


async def refused(notifier: WebhookNotifier, far: Receiver, behaviour: Behaviour) -> DeliveryError:
    far.answer(behaviour)
    with refusal() as error:
        await notifier.send(a_webhook_claim(far.url))
    return error.value


async def test_signed_bytes_are_the_bytes_received(poster: Poster) -> None:
    alert = an_alert(a_change(sentence="Ein Ort ist dazugekommen: Ærøskøbing ↔ 東京"))
    async with receiver() as far, poster() as notifier:
        receipt = await notifier.send(a_webhook_claim(far.url, alert))

    [request] = far.requests
    assert receipt.status == 204
    assert request.line == "POST /hooks HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["webhook-id"] == "01KJ8Z9V3W0000000000000001-7"
    assert request.headers["user-agent"] == "trialwatch-webhooks/1.0"
    assert "cookie" not in request.headers


async def test_reference_library_verifies_what_arrives(authority: Authority) -> None:
    del authority
    # The library compares with the wall clock, so this attempt is made by it.
    from notifiers.webhook import WebhookOptions  # noqa: PLC0415  # beside its only use
    from tests.integration.notifiers.conftest import LOOPBACK, WEB  # noqa: PLC0415

    notifier = WebhookNotifier(
        WebhookOptions(web_url=WEB, allow=LOOPBACK), clock=lambda: datetime.now(UTC)
    )
    async with receiver() as far:
        await notifier.send(a_webhook_claim(far.url))
    await notifier.aclose()

    [request] = far.requests
    event = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert event["type"] == "trial.changed"


async def test_every_attempt_has_the_same_id_and_bytes(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        await refused(notifier, far, status(500))
        await notifier.send(a_webhook_claim(far.url))

    first, second = far.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_answer_is_kept_as_text(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        far.answer(status(200, "dänke\x00".encode()))
        receipt = await notifier.send(a_webhook_claim(far.url))

    assert receipt.detail == "dänke"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_redirect_is_never_followed(poster: Poster, code: int) -> None:
    async with receiver() as far, receiver() as elsewhere, poster() as notifier:
        error = await refused(notifier, far, status(code, location=elsewhere.url))

    assert error.status == code
    assert elsewhere.connections == 0


async def test_cookies_are_not_kept(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        far.answer(status(200, set_cookie="session=1; Path=/"))
        await notifier.send(a_webhook_claim(far.url))
        await notifier.send(a_webhook_claim(far.url))

    assert "cookie" not in far.requests[1].headers


async def test_address_and_secret_are_not_logged(
    poster: Poster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with receiver() as far, poster() as notifier:
        await notifier.send(a_webhook_claim(far.url + "/s3cret"))
        await refused(notifier, far, status(500))

    assert caplog.text == ""


async def test_proxy_of_the_environment_is_not_used(
    poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiver() as proxy, receiver() as far:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with poster() as notifier:
            await notifier.send(a_webhook_claim(far.url))

    assert proxy.connections == 0
    assert len(far.requests) == 1


async def test_retry_after_reaches_the_error(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        error = await refused(notifier, far, status(429, b"slow down", retry_after="90"))

    assert error.throttled
    assert error.retry_after == timedelta(seconds=90)
    assert error.detail == "slow down"


HEAD = b"HTTP/1.1 200 OK\r\n"


BROKE = "The connection broke before an answer came: "
NO_HTTP = "The receiver's answer is not HTTP: "


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (reset(), BROKE),
        (raw(b""), NO_HTTP),
        (raw(b"HTTP/1.1 2"), NO_HTTP),
        (raw(b"\x00\xff nonsense\r\n\r\n"), NO_HTTP),
        (raw(b"HTTP/1.1 banana OK\r\n\r\n"), NO_HTTP),
        (raw(HEAD + b"x-long: " + b"y" * 1_000_000 + b"\r\n\r\n"), NO_HTTP),
        (raw(b"HTTP/1.1 100 Continue\r\n\r\n"), NO_HTTP),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), NO_HTTP),
    ],
    ids=["reset", "close", "half", "noise", "no code", "1 MB header", "100 only", "ssh"],
)
async def test_what_is_no_answer_is_uncertain(
    poster: Poster, behaviour: Behaviour, says: str
) -> None:
    async with receiver() as far, poster() as notifier:
        error = await refused(notifier, far, behaviour)

    assert error.uncertain
    assert str(error).startswith(says)
    assert len(str(error)) > len(says), "it does not say what broke"
    assert not error.permanent
    assert error.status is None


@pytest.mark.parametrize(
    "behaviour",
    [
        raw(HEAD + b"transfer-encoding: chunked\r\n\r\nnot hex\r\n"),
        raw(HEAD + b"content-length: 1000\r\n\r\nshort"),
        raw(HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 20_000_000)),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 16384 + b"\r\n"),
        endless(HEAD + b"content-length: 10737418240\r\n\r\n"),
        drip(HEAD + b"content-length: 1000\r\n\r\n", b"x"),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"content-length: 0\r\n\r\n"),
    ],
    ids=["bad chunk", "short", "gzip bomb", "endless chunks", "10 GB", "drip", "after 100"],
)
async def test_status_is_the_answer_however_the_body_goes(
    poster: Poster, behaviour: Behaviour
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async with receiver() as far, poster(total_time=timedelta(seconds=1)) as notifier:
        far.answer(behaviour)
        receipt = await notifier.send(a_webhook_claim(far.url))

    assert receipt.status == 200
    assert len(receipt.detail.encode()) <= 4096
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kB


@pytest.mark.parametrize(
    "behaviour", [hang(), drip(b"", b"H"), drip(HEAD, b"a: b\r\n")], ids=["hang", "head", "headers"]
)
async def test_total_time_ends_whatever_drips(poster: Poster, behaviour: Behaviour) -> None:
    loop = asyncio.get_running_loop()
    async with receiver() as far, poster(total_time=timedelta(seconds=0.3)) as notifier:
        began = loop.time()
        error = await refused(notifier, far, behaviour)
        took = loop.time() - began

    assert error.uncertain
    assert str(error).startswith("The receiver did not answer within 0.3 seconds")
    assert took < 2


@pytest.mark.parametrize("start", [b"", HEAD, b"nonsense\r\n\r\n"])
async def test_receiver_without_an_answer_is_left_for_good(poster: Poster, start: bytes) -> None:
    async with receiver() as far, poster(total_time=timedelta(seconds=0.3)) as notifier:
        await refused(notifier, far, drip(start, b"H"))
        await far.until_left()

    assert far.connections == 1


async def test_hanging_receivers_do_not_hold_up_others(poster: Poster) -> None:
    async with (
        receiver() as stuck,
        receiver() as far,
        poster(total_time=timedelta(seconds=30)) as notifier,
    ):
        stuck.answer(*[hang()] * 60)
        hanging = [
            asyncio.create_task(notifier.send(a_webhook_claim(stuck.url))) for _ in range(60)
        ]
        await stuck.until(requests=60)
        async with asyncio.timeout(5):
            receipt = await notifier.send(a_webhook_claim(far.url))
        for task in hanging:
            task.cancel()
        ended = await asyncio.gather(*hanging, return_exceptions=True)

    assert receipt.status == 204
    assert all(isinstance(error, asyncio.CancelledError) for error in ended)


async def test_nobody_listening_is_not_uncertain(poster: Poster) -> None:
    async with receiver() as far:
        url = far.url
    async with poster() as notifier:
        with refusal() as error:
            await notifier.send(a_webhook_claim(url))

    assert not error.value.uncertain
    assert "cannot be reached" in str(error.value)


async def test_cancelled_send_leaves_no_connection(poster: Poster) -> None:
    async with receiver() as far, poster(total_time=timedelta(seconds=30)) as notifier:
        far.answer(drip(b"", b"H"))
        task = asyncio.create_task(notifier.send(a_webhook_claim(far.url)))
        await far.until(requests=1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await far.until_left()
        receipt = await notifier.send(a_webhook_claim(far.url))

    assert receipt.status == 204


async def test_name_stays_in_certificate_and_host(poster: Poster, authority: Authority) -> None:
    tls = authority.server("hooks.example")
    async with (
        receiver(tls=tls, name="hooks.example") as far,
        poster(resolve=lambda _, __: ("127.0.0.1",)) as notifier,
    ):
        await notifier.send(a_webhook_claim(far.url))

    assert far.requests[0].headers["host"] == f"hooks.example:{far.port}"


@pytest.mark.parametrize("case", ["wrong name", "expired", "unknown authority", "no TLS"])
async def test_server_that_cannot_be_trusted_gets_nothing(
    poster: Poster, authority: Authority, case: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.servers.certificates import make_authority  # noqa: PLC0415  # beside its only use

    tls = {
        "wrong name": authority.server("other.example"),
        "expired": authority.server("hooks.example", expired=True),
        "unknown authority": make_authority(tmp_path_factory.mktemp("other")).server(
            "hooks.example"
        ),
        "no TLS": None,
    }[case]
    async with (
        receiver(tls=tls, name="hooks.example") as far,
        poster(resolve=lambda _, __: ("127.0.0.1",), total_time=timedelta(seconds=1)) as notifier,
    ):
        with refusal() as error:
            await notifier.send(a_webhook_claim(f"https://hooks.example:{far.port}/"))

    assert far.requests == []
    assert not error.value.uncertain


async def test_second_address_is_tried_when_the_first_is_dead(poster: Poster) -> None:
    async with (
        receiver() as far,
        poster(resolve=lambda _, __: ("::1", "127.0.0.1")) as notifier,
    ):
        receipt = await notifier.send(a_webhook_claim(f"http://both.example:{far.port}/"))

    assert receipt.status == 204

"""What is said when a receiver fails, word for word, and what it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import DeliveryError
from monitor.domain.watches import SEALED
from notifiers.post import MOST_ANSWER_BYTES
from tests.integration.notifiers.conftest import Poster
from tests.servers.made import NOON, a_webhook_claim
from tests.servers.receiver import Behaviour, drip, hang, raw, receiver, reset, status

HEAD = b"HTTP/1.1 200 Made\r\n"


async def refusal(poster: Poster, answer: Behaviour) -> DeliveryError:
    async with receiver() as far, poster(total_time=timedelta(seconds=0.5)) as notifier:
        far.answer(answer)
        with pytest.raises(DeliveryError) as refused:
            await notifier.send(a_webhook_claim(far.url))
    return refused.value


@pytest.mark.parametrize(
    ("answer", "said", "timed_out"),
    [
        (hang(), "The receiver did not answer within 0.5 seconds", True),
        (drip(HEAD, b"a: b\r\n"), "The receiver did not answer within 0.5 seconds", True),
        (reset(), "The connection broke before an answer came: ", False),
        (raw(b"SSH-2.0\r\n\r\n"), "The receiver's answer is not HTTP: ", False),
    ],
)
async def test_answer_that_did_not_come_is_told_of(
    poster: Poster, answer: Behaviour, said: str, *, timed_out: bool
) -> None:
    error = await refusal(poster, answer)

    # What follows a colon are words of the library.
    assert str(error).startswith(said)
    assert (str(error) == said) is not said.endswith(": ")
    assert (error.timed_out, error.uncertain, error.permanent) == (timed_out, True, False)


async def test_receiver_that_is_not_there_was_sent_nothing(poster: Poster) -> None:
    async with receiver() as far:
        url = far.url
    async with poster() as notifier:
        with pytest.raises(DeliveryError) as refused:
            await notifier.send(a_webhook_claim(url))

    error = refused.value
    assert str(error).startswith("The receiver cannot be reached: ")
    assert (error.timed_out, error.uncertain, error.permanent) == (False, False, False)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            308,
            (
                "The receiver answered with a redirect (308 Permanent Redirect), which webhooks do not"
                " follow: give the address it redirects to"
            ),
        ),
        (400, "The receiver answered 400 Bad Request, and only 2xx means accepted"),
        (599, "The receiver answered 599, and only 2xx means accepted"),
        (
            410,
            "The receiver asks for no more webhooks (410 Gone): this target is switched off",
        ),
    ],
)
async def test_answer_that_does_not_count_is_told_by_its_status(
    poster: Poster, code: int, said: str
) -> None:
    error = await refusal(poster, status(code, b"their words"))

    assert (str(error), error.status, error.detail) == (said, code, "their words")


async def test_request_bears_what_a_receiver_goes_by(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        claimed = a_webhook_claim(far.url)
        await notifier.send(claimed)

    [request] = far.requests
    assert request.line == "POST /hooks HTTP/1.1"
    assert {name: request.headers[name] for name in request.headers if "signature" not in name} == {
        "host": f"127.0.0.1:{far.port}",
        "content-type": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
        "user-agent": "trialwatch-webhooks/1.0",
        "webhook-id": claimed.delivery.id,
        "webhook-timestamp": f"{NOON.timestamp():.0f}",
        "content-length": str(len(request.body)),
    }


async def test_beginning_of_an_answer_is_kept_and_the_rest_not_read(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        far.answer(status(200, b"x" * (MOST_ANSWER_BYTES + 1)), status(200, b"thanks\n"))
        long = await notifier.send(a_webhook_claim(far.url))
        short = await notifier.send(a_webhook_claim(far.url))

    assert (long.status, long.detail) == (200, "x" * 4096)
    assert (short.status, short.detail) == (200, "thanks")


async def test_answer_that_comes_letter_by_letter_is_read_to_its_end(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        far.answer(drip(HEAD + b"content-length: 100\r\n\r\n", b"x", every=0.001))
        receipt = await notifier.send(a_webhook_claim(far.url))

    assert (receipt.status, receipt.detail) == (200, "x" * 100)


async def test_target_whose_key_is_lost_is_sent_nothing_and_told_of(poster: Poster) -> None:
    async with receiver() as far, poster() as notifier:
        claimed = a_webhook_claim(far.url)
        sealed = replace(claimed.target, secret=f"{SEALED}abc:xyz")
        with pytest.raises(DeliveryError) as refused:
            await notifier.send(replace(claimed, target=sealed))

    assert far.requests == []
    assert str(refused.value) == (
        "its secret is sealed with a key that is not in TRIALWATCH_SECRETS_KEY_FILE, so it waits:"
        " put the key back, see `trialwatch secrets show`"
    )

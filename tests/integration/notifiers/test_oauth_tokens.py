"""Access tokens from a real address: what is asked, how long an answer lasts, what is said."""

import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from monitor.domain.errors import DeliveryError
from notifiers.oauth import TokenOptions, Tokens
from tests.servers.receiver import Behaviour, Receiver, hang, receiver, reset, status
from tests.servers.tokens import asked, gives, refuses

SETTINGS = (
    "every mail waits and no reader is to blame; check TRIALWATCH_MAIL_TOKEN_CLIENT,"
    " TRIALWATCH_MAIL_TOKEN_SECRET and TRIALWATCH_MAIL_TOKEN_REFRESH"
)


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Place:
    """An address that gives tokens, on loopback."""

    far: Receiver
    clock: Clock = field(default_factory=Clock)

    def tokens(self, **fields: Any) -> Tokens:
        usual: dict[str, Any] = {
            "url": f"http://127.0.0.1:{self.far.port}/token",
            "client": "us",
            "secret": "client-geheim",
            "refresh": "refresh-geheim",
            "total_time": timedelta(seconds=1),
        }
        options = TokenOptions(**{**usual, **fields})
        return Tokens(options, tls=ssl.create_default_context(), monotonic=self.clock)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with receiver() as far:
        yield Place(far)


def answers(**fields: Any) -> Behaviour:
    return status(200, json.dumps({"access_token": "one", **fields}).encode())


async def refusal(place: Place, answer: Behaviour) -> DeliveryError:
    place.far.answer(answer)
    with pytest.raises(DeliveryError) as refused:
        await place.tokens().get()
    error = refused.value
    assert (error.carrier_down, error.permanent, error.uncertain) == (True, False, False)
    assert "geheim" not in str(error) + error.detail
    return error


async def test_question_is_a_form_and_its_answer_plain_json(place: Place) -> None:
    place.far.answer(gives("one"))

    assert await place.tokens(scope="mail").get() == ("one", True)

    [request] = place.far.requests
    assert request.line == "POST /token HTTP/1.1"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked(place.far) == {
        "grant_type": "refresh_token",
        "client_id": "us",
        "client_secret": "client-geheim",
        "refresh_token": "refresh-geheim",
        "scope": "mail",
    }


@pytest.mark.parametrize(
    ("seconds", "lasts"),
    [
        (3600, 3540),
        (3600.5, 3540.5),
        ("3600", 3540),
        ("90.5", 30.5),
        (61, 1),
        (None, 240),
        (True, 240),
        ("soon", 240),
        ([600], 240),
        (10**400, 240),
    ],
)
async def test_token_is_given_out_until_a_minute_before_it_ends(
    place: Place, seconds: object, lasts: float
) -> None:
    place.far.answer(answers(expires_in=seconds), gives("two"))
    tokens = place.tokens()

    assert await tokens.get() == ("one", True)
    place.clock.now = 1000 + lasts - 0.25
    assert await tokens.get() == ("one", False)
    place.clock.now = 1000 + lasts
    assert await tokens.get() == ("two", True)


async def test_token_that_says_nothing_of_its_end_lasts_five_minutes_less_one(place: Place) -> None:
    place.far.answer(answers(), gives("two"))
    tokens = place.tokens()

    await tokens.get()
    place.clock.now = 1239.75
    assert await tokens.get() == ("one", False)
    place.clock.now = 1240
    assert await tokens.get() == ("two", True)


@pytest.mark.parametrize("seconds", [60, 59, 0, -5, float("nan")])
async def test_token_that_ends_within_a_minute_is_used_once(place: Place, seconds: float) -> None:
    place.far.answer(answers(expires_in=seconds), gives("two"))
    tokens = place.tokens()

    assert await tokens.get() == ("one", True)
    assert await tokens.get() == ("two", True)


async def test_only_the_token_that_was_refused_is_forgotten(place: Place) -> None:
    place.far.answer(gives("one"), gives("two"))
    tokens = place.tokens()
    tokens.forget("one")

    await tokens.get()
    tokens.forget("another")
    assert await tokens.get() == ("one", False)
    tokens.forget("one")
    assert await tokens.get() == ("two", True)


@pytest.mark.parametrize("refresh", ["", None, 7, ["newer"]])
async def test_refresh_token_stays_where_the_answer_brings_none(
    place: Place, refresh: object
) -> None:
    place.far.answer(gives("one", expires_in=0, refresh_token=refresh), gives("two"))
    tokens = place.tokens()

    await tokens.get()
    await tokens.get()

    assert asked(place.far)["refresh_token"] == "refresh-geheim"


async def test_client_of_its_own_right_takes_up_no_refresh_token(place: Place) -> None:
    place.far.answer(gives("one", expires_in=0, refresh_token="newer"), gives("two"))
    tokens = place.tokens(refresh="")

    await tokens.get()
    await tokens.get()

    assert asked(place.far) == {
        "grant_type": "client_credentials",
        "client_id": "us",
        "client_secret": "client-geheim",
    }


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (refuses(), 400, "400 invalid_grant"),
        (status(400), 400, "400"),
        (status(401, b'{"error": ""}'), 401, "401"),
        (status(403, b'{"error": 7}'), 403, "403 7"),
        (status(499, b"[]"), 499, "499"),
        (refuses("a" * 60), 400, "400 " + "a" * 60),
        (refuses("a" * 61), 400, "400 " + "a" * 59 + "…"),
        (refuses("two\nlines"), 400, "400 two lines"),
    ],
)
async def test_refusal_names_its_code_and_the_settings(
    place: Place, answer: Behaviour, code: int, words: str
) -> None:
    error = await refusal(place, answer)

    assert str(error) == f"The token address refuses us ({words}): {SETTINGS}"
    assert error.status == code


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (status(201, b'{"access_token": "one"}'), "answered with status 201"),
        (status(399), "answered with status 399"),
        (status(408), "answered with status 408"),
        (status(425), "answered with status 425"),
        (status(429), "answered with status 429"),
        (status(500), "answered with status 500"),
        (status(200, b"{}"), "gave no token in its answer"),
        (status(200, b'["access_token"]'), "gave no token in its answer"),
        (gives(""), "gave no token in its answer"),
        (gives("ünlike"), "gave no token in its answer"),
        (gives("two\nlines"), "gave no token in its answer"),
        (status(200, b" " * 65_537), "answered with more than 65536 bytes"),
        (hang(), "did not answer in time"),
        (reset(), "cannot be asked (ReadError)"),
    ],
)
async def test_address_that_gives_no_token_is_named_and_tried_again(
    place: Place, answer: Behaviour, cause: str
) -> None:
    error = await refusal(place, answer)

    assert str(error) == (
        f"The token address at 127.0.0.1 {cause}, so nobody can sign in to the mail relay: it will"
        " be tried again; check TRIALWATCH_MAIL_TOKEN_URL"
    )
    assert error.status is None


async def test_answer_may_be_as_long_as_it_may_be(place: Place) -> None:
    token = b'{"access_token": "one"}'
    place.far.answer(status(200, token + b" " * (65_536 - len(token))))

    assert await place.tokens().get() == ("one", True)

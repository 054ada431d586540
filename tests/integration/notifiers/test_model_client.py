"""One question to a model over real HTTP: how it is asked, and what is said when it fails."""

from datetime import timedelta

import pytest

from monitor.domain.errors import ModelError
from notifiers.model import MOST_ANSWER_BYTES, ModelClient, ModelOptions
from tests.servers.receiver import Behaviour, Receiver, hang, raw, receiver, reset, status


def client(far: Receiver, *, key: str = "", seconds: float = 5) -> ModelClient:
    url = f"http://127.0.0.1:{far.port}/v1/"
    return ModelClient(
        ModelOptions(url=url, name="tiny-1", key=key, total_time=timedelta(seconds=seconds))
    )


async def test_question_is_json_and_asks_for_nothing_packed() -> None:
    async with receiver() as far, client(far) as asking:
        far.answer(status(200, b"well"))
        assert await asking.ask({"rule": "Asthma"}) == b"well"

    [request] = far.requests
    assert (request.line, request.body) == (
        "POST /v1/chat/completions HTTP/1.1",
        b'{"rule": "Asthma"}',
    )
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert "authorization" not in request.headers
    assert asking.name == "tiny-1"


async def test_key_is_shown_where_there_is_one() -> None:
    async with receiver() as far, client(far, key="sk-secret") as asking:
        far.answer(status(200))
        await asking.ask({})

    assert far.requests[0].headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in repr(ModelOptions(url="u", name="n", key="sk-secret"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(201, b"well"), "answered with status 201"),
        (status(302, location="http://127.0.0.1:1/"), "answered with status 302"),
        (status(503), "answered with status 503"),
        (status(200, b"x" * (MOST_ANSWER_BYTES + 1)), "answered with more than 131072 bytes"),
        (hang(), "did not answer within 0.5 seconds"),
        (reset(), "cannot be asked (ReadError)"),
        (raw(b"garbage\r\n\r\n"), "cannot be asked (RemoteProtocolError)"),
    ],
)
async def test_answer_that_will_not_do_is_told_of(answer: Behaviour, said: str) -> None:
    async with receiver() as far, client(far, seconds=0.5) as asking:
        far.answer(answer)
        with pytest.raises(ModelError) as error:
            await asking.ask({})

    assert str(error.value) == said


async def test_answer_may_be_as_long_as_it_may_be() -> None:
    async with receiver() as far, client(far) as asking:
        far.answer(status(200, b"x" * MOST_ANSWER_BYTES))
        assert await asking.ask({}) == b"x" * 131_072


def test_model_is_waited_for_thirty_seconds() -> None:
    assert ModelOptions(url="u", name="n").total_time == timedelta(seconds=30)

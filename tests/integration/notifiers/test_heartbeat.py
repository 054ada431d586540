"""Signs of life over real connections on loopback."""

from datetime import timedelta
from pathlib import Path

import pytest

from notifiers.heartbeat import HeartbeatClient, HeartbeatError
from tests.servers.certificates import make_authority
from tests.servers.receiver import Behaviour, hang, receiver, status

SOON = timedelta(milliseconds=200)


async def test_sign_of_life_is_a_plain_question() -> None:
    async with receiver() as outside, HeartbeatClient(f"{outside.url}/key") as client:
        await client.beat()
        await client.beat()

    assert [request.line for request in outside.requests] == ["GET /hooks/key HTTP/1.1"] * 2
    assert {request.body for request in outside.requests} == {b""}
    assert outside.requests[0].headers["user-agent"] == "trialwatch"
    assert outside.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("code", [200, 204, 299])
async def test_any_2xx_is_a_sign_that_arrived(code: int) -> None:
    async with receiver() as outside, HeartbeatClient(outside.url) as client:
        outside.answer(status(code))
        await client.beat()

    assert len(outside.requests) == 1


async def test_sign_of_life_is_not_led_elsewhere() -> None:
    async with receiver() as outside, HeartbeatClient(outside.url) as client:
        outside.answer(status(302, location=outside.url), status(204))
        with pytest.raises(HeartbeatError, match="answered 302"):
            await client.beat()

    assert len(outside.requests) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(500), "^the address of the heartbeat answered 500$"),
        (status(300), "^the address of the heartbeat answered 300$"),
        (status(302), "^the address of the heartbeat answered 302$"),
        (hang(), "^the address of the heartbeat did not answer within 0 s$"),
    ],
)
async def test_sign_that_did_not_arrive_is_said_without_the_key(
    answer: Behaviour, words: str
) -> None:
    async with receiver() as outside:
        outside.answer(answer)
        async with HeartbeatClient(f"{outside.url}/geheim", patience=SOON) as client:
            with pytest.raises(HeartbeatError, match=words) as refused:
                await client.beat()

    assert "geheim" not in str(refused.value)


async def test_address_where_nobody_is_fails_in_plain_words() -> None:
    async with HeartbeatClient("http://127.0.0.1:9/geheim") as client:
        with pytest.raises(
            HeartbeatError,
            match=r"^the address of the heartbeat could not be asked \(ConnectError\)$",
        ) as refused:
            await client.beat()

    assert "geheim" not in str(refused.value)


async def test_authority_of_this_machine_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file()))
    async with (
        receiver(tls=authority.server("127.0.0.1")) as outside,
        HeartbeatClient(outside.url) as client,
    ):
        await client.beat()

    assert len(outside.requests) == 1

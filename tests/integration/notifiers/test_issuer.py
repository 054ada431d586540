"""The way to an institution: it ends in time, and leads where it was meant to."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.errors import ExchangeRefusedError, InstitutionDownError
from notifiers.issuer import IssuerClient
from tests.servers.certificates import make_authority
from tests.servers.receiver import Behaviour, Receiver, drip, hang, receiver, reset, status

SHORT = timedelta(milliseconds=300)


@pytest.fixture
async def far() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (hang(), "did not answer in time"),
        (drip(b"HTTP/1.1 200 Made\r\n\r\n", b" "), "did not answer in time"),
        (drip(b"HTTP/1.1 200 Made\r\n", b"x: y\r\n"), "did not answer in time"),
        (reset(), "cannot be asked"),
        (status(500), "answered with status 500"),
        (status(200, b"{" + b" " * 300_000), "more than 262144 bytes"),
    ],
)
async def test_slow_or_broken_answer_ends_in_time(
    far: Receiver, behaviour: Behaviour, words: str
) -> None:
    far.answer(behaviour, behaviour)
    client = IssuerClient(patience=SHORT)

    with pytest.raises(InstitutionDownError, match=words):
        await client.get(far.url)
    with pytest.raises(InstitutionDownError, match=words):
        await client.post(far.url, {"code": "secret-code"}, basic=("us", "secret"))


async def test_refusal_is_told_by_its_code_and_never_by_what_was_sent(far: Receiver) -> None:
    far.answer(status(400, b'{"error": "invalid_grant\\u0007", "error_description": "no"}'))

    with pytest.raises(ExchangeRefusedError) as refused:
        await IssuerClient().post(far.url, {"code": "secret-code"}, basic=("us", "secret"))

    assert str(refused.value) == "127.0.0.1 refuses the code (400 invalid_grant)"


async def test_compressed_answer_is_not_unpacked(far: Receiver) -> None:
    far.answer(status(200, b"\x1f\x8b\x08\x00" + b"\x00" * 100, content_encoding="gzip"))

    with pytest.raises(InstitutionDownError, match="no JSON"):
        await IssuerClient().get(far.url)

    assert far.requests[0].headers["accept-encoding"] == "identity"


async def test_certificate_that_nobody_vouches_for_is_not_talked_to(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    async with receiver(tls=authority.server("127.0.0.1")) as far:
        far.answer(status(200, b'{"a": 1}'))

        with pytest.raises(InstitutionDownError, match="cannot be asked"):
            await IssuerClient().get(far.url)
        assert far.requests == []
        assert await IssuerClient(tls=authority.client()).get(far.url) == {"a": 1}


async def test_token_and_password_go_in_the_header_that_is_meant_for_them(far: Receiver) -> None:
    far.answer(status(200, b"{}"), status(200, b"{}"), status(200, b"{}"))
    client = IssuerClient()

    await client.get(far.url)
    await client.get(far.url, bearer="token")
    await client.post(far.url, {"code": "a b"}, basic=("us:er", "a b"))

    asked, vouched, sent = far.requests
    assert "authorization" not in asked.headers
    assert vouched.headers["authorization"] == "Bearer token"
    words = b64encode(b"us%3Aer:a+b").decode()
    assert sent.headers["authorization"] == f"Basic {words}"
    assert (sent.line.partition(" ")[0], sent.body) == ("POST", b"code=a+b")

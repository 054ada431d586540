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
        (reset(), r"cannot be asked \(ReadError\)"),
        (status(500), "answered with status 500"),
        (status(404), "answered with status 404"),
        (status(201, b"{}"), "answered with status 201"),
        (status(302, location="http://127.0.0.1:1/"), "answered with status 302"),
        (status(200, b"{}" + b" " * 262_143), "answered with more than 262144 bytes"),
        (status(200, b"no json"), "answered with no JSON"),
        (status(200, b"[" * 100_000), "answered with no JSON"),
        (status(200, b"[]"), "answered with no JSON object"),
        (status(200, b"null"), "answered with no JSON object"),
    ],
)
async def test_slow_or_broken_answer_ends_in_time(
    far: Receiver, behaviour: Behaviour, words: str
) -> None:
    far.answer(behaviour, behaviour)
    client = IssuerClient(patience=SHORT)

    whole = f"^127.0.0.1 {words}$"
    with pytest.raises(InstitutionDownError, match=whole):
        await client.get(far.url)
    with pytest.raises(InstitutionDownError, match=whole):
        await client.post(far.url, {"code": "secret-code"}, basic=("us", "secret"))


async def test_answer_may_be_as_long_as_it_may_be(far: Receiver) -> None:
    far.answer(status(200, b"{}" + b" " * 262_142))

    assert await IssuerClient().get(far.url) == {}


@pytest.mark.parametrize(
    ("code", "body", "words"),
    [
        (400, b'{"error": "invalid_grant"}', "400 invalid_grant"),
        (401, b'{"error": 7}', "401 7"),
        (403, b"{}", "403 "),
        (400, b'{"error": "%s"}' % (b"a" * 60), "400 " + "a" * 60),
        (400, b'{"error": "%s"}' % (b"a" * 61), "400 " + "a" * 59 + "…"),
    ],
)
async def test_refused_code_is_told_with_the_reason(
    far: Receiver, code: int, body: bytes, words: str
) -> None:
    far.answer(status(code, body))

    with pytest.raises(ExchangeRefusedError) as refused:
        await IssuerClient().post(far.url, {"code": "secret-code"})

    assert str(refused.value) == f"127.0.0.1 refuses the code ({words})"


async def test_refusal_that_is_no_json_says_that_the_institution_is_down(far: Receiver) -> None:
    far.answer(status(400, b"<html>"))

    with pytest.raises(InstitutionDownError, match=r"^127\.0\.0\.1 answered with no JSON$"):
        await IssuerClient().post(far.url, {"code": "secret-code"})


async def test_address_that_cannot_be_one_is_down_without_a_name() -> None:
    with pytest.raises(InstitutionDownError, match=r"^ cannot be asked \(UnsupportedProtocol\)$"):
        await IssuerClient().get("/nowhere")


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
    assert [one.headers["accept"] for one in far.requests] == ["application/json"] * 3
    assert [one.headers["accept-encoding"] for one in far.requests] == ["identity"] * 3
    assert (asked.line, asked.body) == ("GET /hooks HTTP/1.1", b"")
    assert "authorization" not in asked.headers
    assert vouched.headers["authorization"] == "Bearer token"
    words = b64encode(b"us%3Aer:a+b").decode()
    assert sent.headers["authorization"] == f"Basic {words}"
    assert (sent.line.partition(" ")[0], sent.body) == ("POST", b"code=a+b")

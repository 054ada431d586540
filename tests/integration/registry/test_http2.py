"""HTTP/2 and TLS for real: hypercorn with a certificate made for the occasion."""

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config, Sockets

from monitor.domain.errors import RegistryUnavailableError
from monitor.domain.trial import NctId
from monitor.registry.client import open_registry
from monitor.registry.options import RegistryOptions
from simulator.app import make_app
from tests.fakes.registry import SteppingTime, a_study
from tests.integration.registry.conftest import NUMBERS, Trials, a_source
from tests.servers.certificates import make_authority

LARGE = NctId("NCT99000199")
#: More than the window of an HTTP/2 connection, and hard to pack.
_LARGE_BYTES = 40_000_000
ASKED = [NctId(number) for number in NUMBERS]


@dataclass
class Secure:
    url: str
    trusting: ssl.SSLContext
    #: HTTP version of each request, as the server saw it.
    versions: list[str] = field(default_factory=list)


@pytest.fixture(params=[("h2", "http/1.1"), ("http/1.1",)], ids=["h2", "h1"])
async def secure(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Secure]:
    authority = make_authority(tmp_path)
    config = _config(authority.server_file("127.0.0.1"), list(request.param))
    sockets = config.create_sockets()
    sockets.secure_sockets[0].listen()
    port = sockets.secure_sockets[0].getsockname()[1]
    running = Secure(url=f"https://127.0.0.1:{port}/api/v2", trusting=authority.client())
    async with _serving(config, sockets, running):
        yield running


def _config(certificate: Path, protocols: list[str]) -> Config:
    config = Config()
    config.bind = ["127.0.0.1:0"]
    config.certfile = config.keyfile = str(certificate)
    config.alpn_protocols = protocols
    config.graceful_timeout = 1
    config.errorlog = None
    return config


@cache
def _noise(size: int) -> str:
    return random.Random(7).randbytes(size // 2).hex()


@contextlib.asynccontextmanager
async def _serving(config: Config, sockets: Sockets, running: Secure) -> AsyncIterator[None]:
    trials: Trials = {number: {0: a_study(number)} for number in NUMBERS}
    large = a_study(LARGE, descriptionModule={"briefSummary": _noise(_LARGE_BYTES)})
    app: Any = make_app(a_source({**trials, LARGE: {0: large}}))

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            running.versions.append(scope["http_version"])
        await app(scope, receive, send)

    stop = asyncio.Event()
    config.create_sockets = lambda: sockets  # type: ignore[method-assign]  # bound before, to know the port
    task = asyncio.create_task(serve(noting, config, shutdown_trigger=stop.wait))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_http2_is_used_where_offered(secure: Secure, request: pytest.FixtureRequest) -> None:
    offered = "2" if "h2" in request.node.callspec.id else "1.1"
    options = RegistryOptions(url=secure.url, rate=0)

    async with open_registry(
        options, timing=SteppingTime().timing(), tls=secure.trusting
    ) as client:
        release = await client.release(None)
        batch = await client.fetch(ASKED)
        again = await client.release(release)

    assert [study.nct_id for study in batch.studies] == ASKED
    assert again is None
    assert secure.versions == [offered] * 3


async def test_unread_rest_of_a_body_does_not_hold_up_what_follows(secure: Secure) -> None:
    time = SteppingTime()
    options = RegistryOptions(
        url=secure.url, rate=0, body_cap_bytes=20_000, read_timeout=timedelta(seconds=5)
    )

    async with open_registry(options, timing=time.timing(), tls=secure.trusting) as client:
        batch = await client.fetch([LARGE, ASKED[0]])
        release = await client.release(None)

    assert [aside.nct_id for aside in batch.kept_aside] == [LARGE]
    assert [study.nct_id for study in batch.studies] == ASKED[:1]
    assert release is not None
    assert time.rests == []


async def test_oversized_record_does_not_take_what_is_asked_for_beside_it(
    secure: Secure,
) -> None:
    options = RegistryOptions(
        url=secure.url, rate=0, body_cap_bytes=20_000, read_timeout=timedelta(seconds=5)
    )
    timing = SteppingTime().timing()

    async with open_registry(options, timing=timing, tls=secure.trusting) as client:
        large, *others = await asyncio.gather(
            client.fetch([LARGE]), *(client.fetch([one]) for one in ASKED)
        )

    assert [aside.nct_id for aside in large.kept_aside] == [LARGE]
    assert [study.nct_id for batch in others for study in batch.studies] == ASKED


async def test_unknown_certificate_is_refused_in_words(secure: Secure) -> None:
    options = RegistryOptions(url=secure.url, rate=0, attempts=1)

    async with open_registry(options, timing=SteppingTime().timing()) as client:
        with pytest.raises(RegistryUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.release(None)

    assert secure.versions == []

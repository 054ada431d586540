"""What is too long is not read to its end, whoever sends it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.web.members import an_operator
from tests.unit.web.site import visiting
from trialwatch.bootstrap import Service
from trialwatch.web.bodies import MOST_BYTES

PIECE = b"&a=" + b"1" * 64 * 1024


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/api/v1/lists", "application/json"),
    ],
)
async def test_endless_body_of_a_stranger_is_turned_away(
    service: Service, address: str, media_type: str
) -> None:
    an_operator(service)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4 * MOST_BYTES:
            sent += len(PIECE)
            yield PIECE

    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        answer = await client.post(address, content=endless(), headers={"content-type": media_type})

    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert sent <= MOST_BYTES + 2 * len(PIECE)


async def test_longest_paste_is_taken(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/lists", data={"name": "Long", "numbers": "\U0001f9ea" * 199_000})

    assert answer.status_code != httpx.codes.REQUEST_ENTITY_TOO_LARGE

"""The way out of every mail: looking does nothing, one click does, and says what is true."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from storage.engine import Database
from storage.tables import subscriptions
from tests.unit.web.site import CHANGES, QUIET, a_service, visiting, watch
from trialwatch.bootstrap import Service

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def service(database: Database) -> Service:
    """Two trials watched one by one, and a list watched as a whole."""
    service = a_service(database)
    watch(service, CHANGES, QUIET)
    watch(service, CHANGES, list_name="robots")
    return service


@pytest.fixture
async def reader(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody far away, who reads a mail."""
    async with visiting(service, peer="198.51.100.7", host="watch.example") as client:
        yield client


def tokens(service: Service, *, ended: bool = False) -> dict[str, str | None]:
    """Return tokens of subscriptions, with the trial each is about."""
    gone = subscriptions.c.ended_at.is_not(None)
    query = select(subscriptions).where(gone if ended else ~gone).order_by(subscriptions.c.id)
    with service.database.reading() as connection:
        return {row.token: row.nct_id for row in connection.execute(query)}


async def test_looking_shows_a_button_and_ends_nothing(
    service: Service, reader: httpx.AsyncClient
) -> None:
    before = tokens(service)

    for token in before:
        answer = await reader.get(f"/u/{token}")
        assert answer.status_code == 200
        assert f'<form method="post" action="/u/{token}">' in answer.text
        assert (await reader.head(f"/u/{token}")).status_code in {200, 405}

    assert tokens(service) == before


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
async def test_one_click_ends_it_with_a_short_answer_and_no_redirect(
    service: Service, reader: httpx.AsyncClient, kind: str
) -> None:
    token, *others = tokens(service)
    form = {"data": ONE_CLICK} if kind == "urlencoded" else _multipart()

    answer = await reader.post(f"/u/{token}", **form)

    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert list(tokens(service)) == others


def _multipart() -> dict[str, object]:
    return {"files": {name: (None, value) for name, value in ONE_CLICK.items()}}


async def test_button_ends_it_and_says_what_it_was(
    service: Service, reader: httpx.AsyncClient
) -> None:
    for token, nct_id in tokens(service).items():
        answer = await reader.post(f"/u/{token}", data={"page": "1"})

        assert answer.status_code == 200
        assert "You are unsubscribed" in answer.text
        assert (f"about {nct_id} " in answer.text) is (nct_id is not None)
        assert ("&ldquo;robots&rdquo;" in answer.text) is (nct_id is None)

    assert not tokens(service)


async def test_second_click_is_as_good_as_the_first(
    service: Service, reader: httpx.AsyncClient
) -> None:
    token, *others = tokens(service)

    answers = [await reader.post(f"/u/{token}", data=ONE_CLICK) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert list(tokens(service)) == others


@pytest.mark.parametrize("token", ["unknown", "x" * 65, "x" * 5000, "%00", "%F0%9F%98%80"])
async def test_unknown_token_ends_nothing_and_says_so(
    service: Service, reader: httpx.AsyncClient, token: str
) -> None:
    before = tokens(service)

    click = await reader.post(f"/u/{token}", data=ONE_CLICK)
    button = await reader.post(f"/u/{token}", data={"page": "1"})

    assert (click.status_code, click.text) == (404, "There is no such subscription.\n")
    assert button.status_code == 404
    assert "There is no such subscription" in button.text
    assert tokens(service) == before


async def test_token_of_any_shape_is_escaped(reader: httpx.AsyncClient) -> None:
    answer = await reader.get('/u/"><script>alert(1)<')

    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1000))),
        ("text/plain", b"List-Unsubscribe=One-Click"),
    ],
)
async def test_odd_bodies_break_nothing(
    service: Service, reader: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    answer = await reader.post("/u/unknown", content=body, headers={"content-type": kind})

    assert answer.status_code in {400, 404}
    assert len(tokens(service)) == 6


async def test_endless_body_is_not_taken_in(service: Service, reader: httpx.AsyncClient) -> None:
    token = next(iter(tokens(service)))
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 65536

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await reader.post(f"/u/{token}", content=endless(), headers=kind)

    assert answer.status_code == 400
    assert sent < 32
    assert token in tokens(service)

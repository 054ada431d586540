"""The way out of every mail: looking does nothing, one click does, and says what is true."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from storage.engine import Database
from storage.tables import subscriptions, targets
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


async def wish(reader: httpx.AsyncClient, token: str, **fields: str) -> httpx.Response:
    return await reader.post(f"/u/{token}", data={"page": "1", **fields})


async def test_everything_to_the_address_is_ended_by_one_mails_link(
    service: Service, reader: httpx.AsyncClient
) -> None:
    token = next(iter(tokens(service)))
    offered = (await reader.get(f"/u/{token}")).text
    assert "r...@clinic.example is told of 2 watch lists here." in offered
    assert "reader@clinic.example" not in offered

    answer = await wish(reader, token, wish="all")

    assert answer.status_code == 200
    assert "You are unsubscribed from everything" in answer.text
    by_mail = select(targets.c.id).where(targets.c.channel == "email")
    query = select(subscriptions.c.ended_at).where(subscriptions.c.target_id.in_(by_mail))
    with service.database.reading() as connection:
        assert None not in connection.scalars(query).all()
    assert tokens(service), "what goes to the webhook goes on"
    assert "is told of no watch list here any more" in (await reader.get(f"/u/{token}")).text


async def test_pause_until_a_day_and_its_end(service: Service, reader: httpx.AsyncClient) -> None:
    token = next(iter(tokens(service)))
    before = tokens(service)

    paused = await wish(reader, token, wish="pause", until="2026-04-01")

    assert paused.status_code == 200
    assert "No news goes to r...@clinic.example before April 1, 2026" in paused.text
    assert tokens(service) == before, "nothing is ended"
    assert "are paused until April 1, 2026" in (await reader.get(f"/u/{token}")).text
    on = await wish(reader, token, wish="resume")
    assert "Nothing is paused any more" in on.text
    assert "are paused until" not in (await reader.get(f"/u/{token}")).text


@pytest.mark.parametrize("until", ["", "soon", "2026-03-09", "2020-01-01", "2036-01-01", "9" * 99])
async def test_day_that_is_none_or_not_soon_changes_nothing(
    service: Service, reader: httpx.AsyncClient, until: str
) -> None:
    token = next(iter(tokens(service)))

    answer = await wish(reader, token, wish="pause", until=until)

    assert answer.status_code == 422
    assert "Nothing was changed. Give a day from 2026-03-10 to 2027-03-10." in answer.text
    assert "are paused until" not in (await reader.get(f"/u/{token}")).text


async def test_pause_of_an_address_that_hears_nothing_says_so(
    service: Service, reader: httpx.AsyncClient
) -> None:
    token = next(iter(tokens(service)))
    await wish(reader, token, wish="all")

    answer = await wish(reader, token, wish="pause", until="2026-04-01")

    assert "There is nothing to pause" in answer.text


@pytest.mark.parametrize("asked", ["all", "pause", "resume"])
async def test_wish_with_a_token_of_nobody_does_nothing(
    service: Service, reader: httpx.AsyncClient, asked: str
) -> None:
    before = tokens(service)

    answer = await wish(reader, "nobody", wish=asked, until="2026-04-01")

    assert answer.status_code == 404
    assert tokens(service) == before


async def test_button_of_a_mail_program_ends_no_more_than_the_mails_own(
    service: Service, reader: httpx.AsyncClient
) -> None:
    token, *others = tokens(service)

    await reader.post(f"/u/{token}", data={**ONE_CLICK, "wish": "all"})

    assert list(tokens(service)) == others

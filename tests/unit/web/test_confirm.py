"""The page behind a confirmation mail: looking does nothing, the button agrees to what is seen."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.watches import Channel
from storage.engine import Database
from storage.tables import confirmations, consents, targets
from tests.builders import NOON
from tests.unit.web.site import CHANGES, QUIET, READER, a_service, visiting
from trialwatch.bootstrap import Service

TOKEN = "t" * 32
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


@pytest.fixture
def service(database: Database) -> Service:
    """An address that somebody else entered is asked."""
    service = a_service(database)
    tokens = iter(["unsubscribe", TOKEN])
    with service.open_work() as work:
        watch_trials(
            work,
            [CHANGES, QUIET],
            Joining(
                addresses=[(Channel.EMAIL, READER)],
                asked_by="198.51.100.7",
                new_secret=lambda: "",
                new_token=lambda: next(tokens),
            ),
            list_name="<b>robots</b>",
            now=NOON,
        )
        work.commit()
    return service


@pytest.fixture
async def reader(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody far away, who reads a mail."""
    async with visiting(service, peer="198.51.100.9", host="watch.example") as client:
        yield client


def state(service: Service) -> tuple[str, int]:
    with service.database.reading() as connection:
        found = connection.execute(select(targets.c.state)).scalar_one()
        return found, len(connection.execute(select(consents)).all())


async def seen(reader: httpx.AsyncClient) -> str:
    found = _SEEN.search((await reader.get(f"/c/{TOKEN}")).text)
    assert found is not None
    return found[1]


async def test_looking_shows_what_it_is_about_and_agrees_to_nothing(
    service: Service, reader: httpx.AsyncClient
) -> None:
    answer = await reader.get(f"/c/{TOKEN}")

    assert answer.status_code == 200
    for shown in (CHANGES, QUIET, "&lt;b&gt;robots&lt;/b&gt;", "r...@clinic.example"):
        assert shown in answer.text
    assert READER not in answer.text
    assert f'<form method="post" action="/c/{TOKEN}">' in answer.text
    assert "<script" not in answer.text
    assert (await reader.head(f"/c/{TOKEN}")).status_code in {200, 405}
    assert state(service) == ("unconfirmed", 0)


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
async def test_button_agrees_without_redirect_or_cookie(
    service: Service, reader: httpx.AsyncClient, kind: str
) -> None:
    form = {"seen": await seen(reader)}
    body = (
        {"data": form}
        if kind == "urlencoded"
        else {"files": {name: (None, value) for name, value in form.items()}}
    )

    answer = await reader.post(f"/c/{TOKEN}", **body)

    assert answer.status_code == 200
    assert "You will get these mails" in answer.text
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert state(service) == ("active", 1)
    with service.database.reading() as connection:
        kept = connection.execute(select(consents)).one()
    assert (kept.how, kept.origin) == ("link", "198.51.100.9")
    assert "NCT99000001, NCT99000002" in kept.text


async def test_second_press_is_as_good_as_the_first(
    service: Service, reader: httpx.AsyncClient
) -> None:
    form = {"seen": await seen(reader)}

    answers = [await reader.post(f"/c/{TOKEN}", data=form) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert state(service) == ("active", 1)


@pytest.mark.parametrize("form", [{}, {"seen": "0" * 32}, {"seen": "<script>"}])
async def test_press_without_having_seen_shows_it_once_more(
    service: Service, reader: httpx.AsyncClient, form: dict[str, str]
) -> None:
    answer = await reader.post(f"/c/{TOKEN}", data=form)

    assert answer.status_code == 409
    assert "Please look once more" in answer.text
    assert state(service) == ("unconfirmed", 0)


async def test_link_that_expired_says_so(service: Service) -> None:
    late = replace(service, clock=lambda: NOON + timedelta(days=8))
    async with visiting(late, peer="198.51.100.9", host="watch.example") as reader:
        looked = await reader.get(f"/c/{TOKEN}")
        pressed = await reader.post(f"/c/{TOKEN}", data={"seen": "0" * 32})

    assert (looked.status_code, pressed.status_code) == (410, 410)
    assert "works no longer" in looked.text
    assert state(service) == ("unconfirmed", 0)


@pytest.mark.parametrize("token", ["unknown", "x" * 65, "x" * 5000, "%00", "%F0%9F%98%80"])
async def test_unknown_token_agrees_to_nothing(
    service: Service, reader: httpx.AsyncClient, token: str
) -> None:
    for answer in (await reader.get(f"/c/{token}"), await reader.post(f"/c/{token}")):
        assert answer.status_code == 404
        assert "nothing to agree to" in answer.text
    assert state(service) == ("unconfirmed", 0)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1000))),
        ("text/plain", b"seen=1"),
    ],
)
async def test_odd_bodies_break_nothing(
    service: Service, reader: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    answer = await reader.post(f"/c/{TOKEN}", content=body, headers={"content-type": kind})

    assert answer.status_code in {400, 409}
    assert state(service) == ("unconfirmed", 0)
    with service.database.reading() as connection:
        assert connection.execute(select(confirmations.c.answered_at)).scalar_one() is None

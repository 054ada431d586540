"""Signing in and out, and what cannot be got in by."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from monitor.domain.errors import DeliveryError
from notifiers.entry import Entry
from storage.engine import Database
from tests.unit.web.members import OPERATORS, PASSWORD, a_link, a_person, an_operator, signed_in
from tests.unit.web.site import a_service, visiting
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app
from trialwatch.web.entry import inside
from trialwatch.web.mailing import Mailing


class Mailbox:
    """Takes sign-in links as a relay would."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.broken = False

    async def let_in(self, entry: Entry) -> None:
        if self.broken:
            raise DeliveryError("the relay is away", carrier_down=True)
        self.entries.append(entry)


@pytest.fixture
def service(database: Database) -> Service:
    service = a_service(database)
    an_operator(service)
    return service


@pytest.fixture
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(service, None) as client:
        yield client


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def app(service: Service, mailbox: Mailbox) -> FastAPI:
    return make_app(service, None, mailbox.let_in)


@pytest.fixture
async def by_mail(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    road = httpx.ASGITransport(app, client=("203.0.113.5", 50_000))
    async with httpx.AsyncClient(transport=road, base_url="http://watch.example") as client:
        yield client
        await app.state.mailing.settle()


async def test_stranger_is_led_to_the_entrance_and_back(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/lists?a=b&c=d")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/lists%3Fa%3Db%26c%3Dd"
    page = await stranger.get(answer.headers["location"])
    assert 'name="goes_to" value="/lists?a=b&amp;c=d"' in page.text


async def test_neighbours_sign_in_too_once_the_operator_does(service: Service) -> None:
    async with visiting(service) as neighbour:
        assert (await neighbour.get("/")).status_code == 303


async def test_password_opens_and_signing_out_closes(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post(
        "/sign-in", data={"email": OPERATORS, "password": PASSWORD, "goes_to": "/lists"}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/lists")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await stranger.get("/lists")).status_code == 200
    used = dict(stranger.cookies)
    await stranger.post("/sign-out")
    stranger.cookies.update(used)
    assert (await stranger.get("/lists")).status_code == 303, "the session is over, not forgotten"


async def test_cookie_of_an_https_site_goes_nowhere_else(database: Database) -> None:
    service = a_service(database, WEB_URL="https://watch.example")
    an_operator(service)
    async with signed_in(service, None) as stranger:
        answer = await stranger.post("/sign-in", data={"email": OPERATORS, "password": PASSWORD})

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-trialwatch=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (OPERATORS, "four other words"),
        (OPERATORS, ""),
        ("nobody@example.org", PASSWORD),
        ("member@example.org", ""),
    ],
)
async def test_wrong_and_unknown_get_the_same_answer(
    service: Service, stranger: httpx.AsyncClient, email: str, password: str
) -> None:
    a_person(service, "member")

    answer = await stranger.post("/sign-in", data={"email": email, "password": password})

    assert answer.status_code == 401
    assert "do not fit together" in answer.text
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down(stranger: httpx.AsyncClient) -> None:
    data = {"email": OPERATORS, "password": "guess"}
    codes = [(await stranger.post("/sign-in", data=data)).status_code for _ in range(9)]

    assert codes == [*[401] * 8, 429]
    right = {"email": OPERATORS, "password": PASSWORD}
    assert (await stranger.post("/sign-in", data=right)).status_code == 429


async def test_link_shows_a_button_and_signs_in_once(
    service: Service, stranger: httpx.AsyncClient
) -> None:
    token = a_link(service, a_person(service, "mo"))

    for _ in range(2):
        page = await stranger.get(f"/sign-in/{token}")
        assert "Sign in as mo" in page.text
    assert (await stranger.get("/")).status_code == 303, "looking at a link signs nobody in"
    assert (await stranger.post(f"/sign-in/{token}")).status_code == 303
    assert (await stranger.get("/")).status_code == 200
    assert (await stranger.post(f"/sign-in/{token}")).status_code == 404
    assert (await stranger.get(f"/sign-in/{token}")).status_code == 404


async def test_a_session_is_new_at_every_sign_in(
    service: Service, stranger: httpx.AsyncClient
) -> None:
    stranger.cookies.set("trialwatch", "fixed-by-somebody-else")
    await stranger.post("/sign-in", data={"email": OPERATORS, "password": PASSWORD})

    values = {cookie.value for cookie in stranger.cookies.jar}
    async with signed_in(service, None) as other:
        other.cookies.set("trialwatch", "fixed-by-somebody-else")
        assert (await other.get("/")).status_code == 303
    assert len(values) == 2


async def test_link_is_mailed_to_who_is_known_and_nobody_else(
    app: FastAPI, by_mail: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    pages = [
        (await by_mail.post("/sign-in", data={"email": email, "by": "link"})).text
        for email in (OPERATORS, "nobody@example.org")
    ]
    await app.state.mailing.settle()

    assert [entry.recipient for entry in mailbox.entries] == [OPERATORS]
    assert pages[0].replace(OPERATORS, "X") == pages[1].replace("nobody@example.org", "X")
    path = mailbox.entries[0].url.partition("//")[2].partition("/")[2]
    assert (await by_mail.post(f"/{path}")).status_code == 303


async def test_link_is_looked_up_and_made_behind_the_answer(mailbox: Mailbox) -> None:
    mailing = Mailing(mailbox.let_in)
    looked_up: list[str] = []

    mailing.start(lambda: looked_up.append(OPERATORS))
    at_the_answer = tuple(looked_up)
    await mailing.settle()

    assert (at_the_answer, looked_up) == ((), [OPERATORS])
    assert mailbox.entries == []


async def test_link_goes_to_the_address_as_the_account_has_it_and_capitals_count_as_one(
    app: FastAPI, by_mail: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    for number in range(6):
        typed = OPERATORS[:number].upper() + OPERATORS[number:]
        await by_mail.post("/sign-in", data={"email": typed, "by": "link"})
    await app.state.mailing.settle()

    assert [entry.recipient for entry in mailbox.entries] == [OPERATORS] * 4


async def test_links_to_one_address_are_few(
    app: FastAPI, by_mail: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    for _ in range(6):
        await by_mail.post("/sign-in", data={"email": OPERATORS, "by": "link"})
    await app.state.mailing.settle()

    assert len(mailbox.entries) == 4


async def test_relay_that_is_away_is_logged_without_the_address(
    app: FastAPI, by_mail: httpx.AsyncClient, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.broken = True
    answer = await by_mail.post("/sign-in", data={"email": OPERATORS, "by": "link"})
    await app.state.mailing.settle()

    assert answer.status_code == 200
    assert "could not be mailed" in caplog.text
    assert OPERATORS not in caplog.text


async def test_no_mail_server_offers_no_link(stranger: httpx.AsyncClient) -> None:
    assert "Mail me a link" not in (await stranger.get("/sign-in")).text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/sign-in", "/a\nb", ""],
)
def test_nobody_is_led_elsewhere_after_signing_in(elsewhere: str) -> None:
    assert inside(elsewhere) == "/"


async def test_other_sites_cannot_sign_anybody_in(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post(
        "/sign-in",
        data={"email": OPERATORS, "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers

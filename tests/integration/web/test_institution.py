"""Signing in by an institution, through a real provider on loopback."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from monitor.domain.people import Person, Role
from storage.engine import Database
from storage.tables import institution_tries
from tests.integration.web.institutions import (
    a_browser,
    a_service_of,
    at_the_provider,
    begin,
    go_through,
    is_in,
)
from tests.servers.issuer import IssuerServer, ec_key
from tests.servers.receiver import status
from tests.unit.web.members import OPERATORS, PASSWORD, a_person, signed_in
from tests.unit.web.site import a_service
from trialwatch.bootstrap import Service


def _pinned(service: Service, person: Person) -> list[str]:
    with service.database.open_snapshot() as work:
        return [pin.subject for pin in work.pins.of_person(person.id)]


async def test_member_is_signed_in_and_led_to_the_page_they_wanted(
    browser: httpx.AsyncClient, trusting: Service, ada: Person
) -> None:
    answer = await go_through(browser, "/lists?a=b")

    assert (answer.status_code, answer.headers["location"]) == (303, "/lists?a=b")
    page = await browser.get("/account")
    assert "ada@example.org" in page.text
    assert _pinned(trusting, ada) == ["ada-17"]


async def test_button_is_there_where_an_institution_is_set_and_nowhere_else(
    browser: httpx.AsyncClient, database: Database
) -> None:
    page = await browser.get("/sign-in?next=/lists%3Fa%3Db")

    assert (
        'href="/institution?next=/lists%3Fa%3Db">Sign in with Example University</a>' in page.text
    )
    without = a_service(database)
    async with signed_in(without, None) as stranger:
        assert "/institution" not in (await stranger.get("/sign-in")).text
        assert (await stranger.get("/institution")).status_code == 404
        assert (await stranger.get("/institution/back?state=a&code=b")).status_code == 404


async def test_tied_account_is_found_whatever_its_address_is_by_now(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    await go_through(browser)
    await browser.post("/sign-out")
    provider.person |= {"email": "married@example.org", "email_verified": False}

    answer = await go_through(browser)

    assert answer.status_code == 303
    assert "ada@example.org" in (await browser.get("/account")).text


async def test_nobody_is_added_by_an_institution(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service
) -> None:
    provider.person |= {"sub": "eve", "email": "eve@example.org"}

    answer = await go_through(browser)

    assert answer.status_code == 403
    assert "Nobody signs in here with the address" in answer.text
    with trusting.database.open_snapshot() as work:
        assert work.people.with_email("eve@example.org") is None
        assert work.pins.holder(provider.issuer, "eve") is None


async def test_rights_are_the_accounts_own(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service
) -> None:
    a_person(trusting, "rea", Role.READER)
    provider.person = {"sub": "rea", "email": "rea@example.org", "email_verified": True}
    provider.claims = {"role": "operator", "groups": ["admins"]}

    await go_through(browser)

    assert "(reader)" in (await browser.get("/account")).text
    assert (await browser.get("/people")).status_code == 404


async def test_account_page_shows_the_institution_and_takes_it_off(
    browser: httpx.AsyncClient, trusting: Service, ada: Person, provider: IssuerServer
) -> None:
    await go_through(browser)

    assert provider.issuer in (await browser.get("/account")).text
    assert (await browser.post("/account/institution/end")).status_code == 303
    assert _pinned(trusting, ada) == []
    assert provider.issuer not in (await browser.get("/account")).text
    assert (await browser.post("/account/institution/end")).status_code == 404


async def test_session_is_new_and_the_cookie_of_the_way_is_gone(
    browser: httpx.AsyncClient,
) -> None:
    browser.cookies.set("trialwatch", "fixed-by-somebody-else", domain="watch.example")

    answer = await go_through(browser)

    cookies = answer.headers.get_list("set-cookie")
    (session,) = [one for one in cookies if one.startswith("trialwatch=")]
    assert "fixed-by-somebody-else" not in session
    assert "HttpOnly" in session
    (gone,) = [one for one in cookies if one.startswith("trialwatch-institution=")]
    assert "Max-Age=0" in gone


async def test_cookie_of_an_https_site_goes_nowhere_else(
    database: Database, provider: IssuerServer
) -> None:
    service = a_service_of(database, provider, WEB_URL="https://watch.example")
    async with a_browser(service) as browser:
        answer = await browser.get("/institution")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-trialwatch-institution=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["redirect_uri"] == ["https://watch.example/institution/back"]


async def test_address_is_asked_for_where_the_token_does_not_hold_it(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.userinfo = dict(provider.person)
    provider.person = {"sub": "ada-17"}

    assert (await go_through(browser)).status_code == 303

    (asked,) = provider.asked("/userinfo")
    assert asked.headers["authorization"] == "Bearer at-1"


async def test_client_shows_its_secret_as_the_provider_wants_it(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    assert (await go_through(browser)).status_code == 303

    (asked,) = provider.asked("/token")
    assert "authorization" not in asked.headers


async def test_document_and_keys_are_asked_for_once_an_hour(
    browser: httpx.AsyncClient, provider: IssuerServer
) -> None:
    for _ in range(3):
        assert (await go_through(browser)).status_code == 303

    assert len(provider.asked("/.well-known/openid-configuration")) == 1
    assert len(provider.asked("/keys")) == 1


async def test_new_keys_of_the_provider_are_taken(
    browser: httpx.AsyncClient, provider: IssuerServer, trusting: Service
) -> None:
    await go_through(browser)
    for _ in range(60):
        trusting.clock()  # moves a second at each look
    provider.key, provider.algorithm = ec_key("second"), "ES256"

    answer = await go_through(browser)

    assert answer.status_code == 303
    assert len(provider.asked("/keys")) == 2


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_provider_that_is_down_leaves_the_other_ways_open(
    browser: httpx.AsyncClient, provider: IssuerServer, path: str
) -> None:
    provider.instead[path] = status(503)
    address = await browser.get("/institution")
    answer = (
        await browser.get(await at_the_provider(address.headers["location"]))
        if address.status_code == 303
        else address
    )

    assert answer.status_code == 503
    assert "does not answer as it should" in answer.text
    assert 'name="password"' in answer.text
    entered = await browser.post("/sign-in", data={"email": OPERATORS, "password": PASSWORD})
    assert entered.status_code == 303
    assert await is_in(browser)


async def test_secret_and_what_is_kept_are_in_no_address(
    browser: httpx.AsyncClient, trusting: Service
) -> None:
    address = await begin(browser)

    query = parse_qs(urlsplit(address).query)
    assert "s3cret" not in address
    with trusting.database.reading() as connection:
        (row,) = connection.execute(select(institution_tries))
    kept = repr(tuple(row))
    assert query["state"][0] not in kept
    assert query["nonce"][0] not in kept
    assert browser.cookies["trialwatch-institution"] not in kept

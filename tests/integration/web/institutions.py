"""A browser that goes between our pages and an institution's provider."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from storage.engine import Database
from tests.servers.issuer import CLIENT, SECRET, IssuerServer
from tests.unit.web.members import an_operator, signed_in
from tests.unit.web.site import a_service
from trialwatch.bootstrap import Service

NOT_BELIEVED = "could not be believed"
ENDED = "was used already, took too long or was begun in another browser"


def a_service_of(database: Database, provider: IssuerServer, **settings: str) -> Service:
    """Return a service that lets people of an institution in, and whose operator signs in."""
    usual = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT": CLIENT,
        "OIDC_SECRET": SECRET,
        "OIDC_LABEL": "Example University",
        "WEB_URL": "http://watch.example",
    }
    service = a_service(database, **(usual | settings))
    an_operator(service)
    return service


@asynccontextmanager
async def a_browser(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody is signed in with."""
    async with signed_in(service, None) as client:
        yield client


async def begin(browser: httpx.AsyncClient, goes_to: str = "/") -> str:
    """Click the button; return the provider's address that the browser is sent to."""
    answer = await browser.get("/institution", params={"next": goes_to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def at_the_provider(address: str) -> str:
    """Sign in at the provider; return the address of ours that the browser is sent back to."""
    async with httpx.AsyncClient(trust_env=False) as road:
        answer = await road.get(address)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def go_through(browser: httpx.AsyncClient, goes_to: str = "/") -> httpx.Response:
    """Sign in by the institution, from the button to our answer at the end."""
    return await browser.get(await at_the_provider(await begin(browser, goes_to)))


async def is_in(browser: httpx.AsyncClient) -> bool:
    """Tell whether somebody is signed in."""
    return (await browser.get("/account")).status_code == 200


async def is_refused(browser: httpx.AsyncClient, words: str, *, code: int = 403) -> httpx.Response:
    """Go through, and see that it is refused in these words and that nobody is signed in."""
    answer = await go_through(browser)
    assert (answer.status_code, words in answer.text) == (code, True), answer.text[-2000:]
    assert 'name="password"' in answer.text, "the other ways are there"
    assert not await is_in(browser)
    return answer


def encoded(part: object) -> str:
    """Return a part of a token."""
    plain = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()

"""Browsers with passkeys, on pages that are reached by https."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI

from config.settings import load
from monitor.domain.passkeys import Passkey
from monitor.domain.people import Person
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.authenticator import Authenticator, Page
from tests.unit.web.members import session_of
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app

ORIGIN = "https://watch.example"
HERE = Page(ORIGIN)
MINUTE = timedelta(minutes=1)
ENTRANCE, ACCOUNT = "/sign-in-by-passkey", "/account/passkeys"


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def a_site(database: Database, clock: Clock, web_url: str = ORIGIN) -> Service:
    settings = load({"TRIALWATCH_WEB_URL": web_url})
    return Service(settings=settings, database=database, clock=clock, owner="test")


@asynccontextmanager
async def browsing(
    site: Service | FastAPI, person: Person | None = None, peer: str = "203.0.113.5"
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, on the pages as they are reached by https."""
    app = site if isinstance(site, FastAPI) else make_app(site, None)
    service: Service = app.state.service
    road = httpx.ASGITransport(app, client=(peer, 50_000))
    url = service.settings.web_url
    async with httpx.AsyncClient(transport=road, base_url=url) as client:
        if person is not None:
            name = "__Host-trialwatch" if url.startswith("https") else "trialwatch"
            client.cookies.set(name, session_of(service, person))
        yield client


async def asked(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.post(f"{path}/options")
    assert answer.status_code == 200, answer.text
    return answer.text


async def add(
    client: httpx.AsyncClient, device: Authenticator, name: str = "my phone", page: Page = HERE
) -> httpx.Response:
    text = device.create(await asked(client, ACCOUNT), page)
    return await client.post(ACCOUNT, data={"name": name, "credential": text})


async def enter(
    client: httpx.AsyncClient, device: Authenticator, page: Page = HERE, goes_to: str = "/lists"
) -> httpx.Response:
    text = device.get(await asked(client, ENTRANCE), page)
    return await client.post(ENTRANCE, data={"credential": text, "goes_to": goes_to})


def passkeys_of(service: Service, person: Person) -> tuple[Passkey, ...]:
    with service.database.open_snapshot() as work:
        return work.passkeys.of_person(person.id)


def passkeys_are_well(service: Service) -> bool:
    with service.database.open_snapshot() as work:
        everybody = work.people.everybody()
        return all(
            one.copied_at is None
            for person in everybody
            for one in work.passkeys.of_person(person.id)
        )

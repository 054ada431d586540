"""Ada, her browser and her device; somebody else's browser; a clock that is set."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.people import Person
from storage.engine import Database
from tests.fakes.authenticator import Authenticator
from tests.unit.web.members import a_person, an_operator
from tests.unit.web.passkeys.browsers import Clock, a_site, add, browsing
from trialwatch.bootstrap import Service


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(database: Database, clock: Clock) -> Service:
    service = a_site(database, clock)
    an_operator(service)
    return service


@pytest.fixture
def ada(service: Service) -> Person:
    return a_person(service, "ada")


@pytest.fixture
async def browser(service: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Hers, signed in a minute ago."""
    async with browsing(service, ada) as client:
        yield client


@pytest.fixture
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(service) as client:
        yield client


@pytest.fixture
async def device(browser: httpx.AsyncClient) -> Authenticator:
    """A device with a passkey of hers, added."""
    device = Authenticator()
    assert (await add(browser, device)).status_code == 303
    return device

"""Pages over a real SQLite database that the real use cases have filled."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.people import Person
from storage.engine import Database
from tests.unit.web.members import a_person, an_operator, signed_in
from tests.unit.web.site import a_service, fill, visiting
from trialwatch.bootstrap import Service


@pytest.fixture
async def service(database: Database) -> Service:
    """A service that has watched, found a change and sent it."""
    service = a_service(database)
    await fill(service)
    return service


@pytest.fixture
async def visitor(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor on this machine."""
    async with visiting(service) as client:
        yield client


@pytest.fixture
def ada(service: Service) -> Person:
    """A member, on a service whose operator signs in."""
    an_operator(service)
    return a_person(service, "ada")


@pytest.fixture
async def client(service: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Her browser, signed in."""
    async with signed_in(service, ada) as client:
        yield client

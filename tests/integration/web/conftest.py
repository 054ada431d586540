"""An institution's provider, and a service that trusts it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.people import Person
from storage.engine import Database
from tests.integration.web.institutions import a_browser, a_service_of
from tests.servers.issuer import IssuerServer, issuer_server
from tests.unit.web.members import a_person
from trialwatch.bootstrap import Service


@pytest.fixture
async def provider() -> AsyncIterator[IssuerServer]:
    """An institution's provider on loopback."""
    async with issuer_server() as running:
        yield running


@pytest.fixture
def trusting(database: Database, provider: IssuerServer) -> Service:
    """A service that trusts it."""
    return a_service_of(database, provider)


@pytest.fixture
def ada(trusting: Service) -> Person:
    """A member, whom the provider knows too."""
    return a_person(trusting, "ada")


@pytest.fixture
async def browser(trusting: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Her browser; nobody is signed in."""
    del ada
    async with a_browser(trusting) as client:
        yield client

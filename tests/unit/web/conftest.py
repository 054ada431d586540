"""Pages over a real SQLite database that the real use cases have filled."""

from collections.abc import AsyncIterator

import httpx
import pytest

from storage.engine import Database
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

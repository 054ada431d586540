"""What the pages ask of the registry: over one client and at one pace, and not too often."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from fastapi import Request

from monitor.domain.errors import SearchRefusedError
from monitor.registry.client import RegistryClient
from trialwatch.bootstrap import Service
from trialwatch.outside import registry_of
from trialwatch.web.limits import Limit
from trialwatch.web.visitors import Visitor

_Answer = TypeVar("_Answer")

#: Searches that one person may try and keep in an hour.
MOST_AN_HOUR = 60


@dataclass(slots=True)
class Asking:
    """Asks the registry for whoever is on the pages."""

    service: Service
    #: None where each question opens a client of its own.
    client: RegistryClient | None = None
    _of_person: Limit = field(
        default_factory=lambda: Limit(most=MOST_AN_HOUR, within=timedelta(hours=1))
    )

    def count(self, person_id: int, now: datetime) -> None:
        """Count a question of somebody.

        Raises:
            SearchRefusedError: They have asked too often.
        """
        if not self._of_person.allows(str(person_id), now):
            raise SearchRefusedError(
                f"{MOST_AN_HOUR} searches an hour are the most, for the registry's sake. Try again"
                " a little later."
            )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RegistryClient]:
        """Open the way to the registry."""
        if self.client is not None:
            yield self.client
            return
        async with registry_of(self.service) as client:
            yield client


async def ask_registry(
    request: Request, visitor: Visitor, question: Callable[[RegistryClient], Awaitable[_Answer]]
) -> _Answer:
    """Ask the registry for a visitor.

    Raises:
        SearchRefusedError: They ask too often.
        RegistryError: No usable answer.
    """
    asking = asking_of(request)
    asking.count(visitor.id, asking.service.clock())
    async with asking.open() as registry:
        return await question(registry)


def asking_of(request: Request) -> Asking:
    """Return what asks the registry for the pages of this application."""
    asking: Asking = request.app.state.asking
    return asking

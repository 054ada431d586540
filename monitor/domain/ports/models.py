"""A writer beside ours."""

from collections.abc import Mapping
from typing import Protocol

from monitor.domain.changes import Json


class Model(Protocol):
    """A language model that words rules, behind the same check as our own writer."""

    @property
    def name(self) -> str:
        """What its server calls it."""
        ...

    async def ask(self, question: Mapping[str, Json]) -> bytes:
        """Return the body of its answer.

        Raises:
            ModelError: No proper answer came in time.
        """
        ...

"""One question to an OpenAI-compatible model, bounded in time and in what is read of the answer.

Off unless an operator names an address. What is asked and whether the answer may stand is
decided in ``monitor.summaries.rewording``; nothing of a reader ever comes here.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

import httpx

from monitor.domain.changes import Json
from monitor.domain.errors import ModelError
from notifiers.bounded import read_at_most

#: Longer answers are no plain sentences for one rule.
MOST_ANSWER_BYTES: Final = 128 * 1024
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Which model is asked, and how."""

    #: Base address, such as ``http://127.0.0.1:11434/v1``.
    url: str
    name: str
    key: str = field(default="", repr=False)
    total_time: timedelta = timedelta(seconds=30)


class ModelClient:
    """Asks the model; to be closed."""

    def __init__(self, options: ModelOptions) -> None:
        self.name = options.name
        self._url = f"{options.url.rstrip('/')}/chat/completions"
        self._total_time = options.total_time.total_seconds()
        headers = {"authorization": f"Bearer {options.key}"} if options.key else {}
        self._client = httpx.AsyncClient(
            # A redirect could carry the key elsewhere, a proxy of the environment the text.
            follow_redirects=False,
            trust_env=False,
            timeout=self._total_time,
            # A connection that the server closed at rest would lose a question; a new one costs
            # nothing beside an answer.
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"accept-encoding": "identity", **headers},
        )

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(self, question: Mapping[str, Json]) -> bytes:
        """Return the answer's body.

        Raises:
            ModelError: No proper answer came in time, or too much of it.
        """
        try:
            async with asyncio.timeout(self._total_time):
                return await self._answer(json.dumps(question).encode())
        except TimeoutError as error:
            raise ModelError(f"did not answer within {self._total_time:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelError(f"cannot be asked ({type(error).__name__})") from error

    async def _answer(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json"}
        async with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
            if answer.status_code != _OK:
                raise ModelError(f"answered with status {answer.status_code}")
            answered = await read_at_most(answer, MOST_ANSWER_BYTES)
        if answered is None:
            raise ModelError(f"answered with more than {MOST_ANSWER_BYTES} bytes")
        return answered

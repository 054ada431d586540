"""A sign of life to whoever watches from outside: an address that is asked while all is well."""

import asyncio
import ssl
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx

from monitor.domain.errors import TrialwatchError

#: The whole of it, whatever drips.
PATIENCE = timedelta(seconds=10)


class HeartbeatError(TrialwatchError):
    """The sign of life did not arrive. The words hold no part of the address: it is a key."""


class HeartbeatClient:
    """Asks one address; to be closed."""

    def __init__(self, url: str, *, patience: timedelta = PATIENCE) -> None:
        self._url = url
        self._patience = patience.total_seconds()
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            verify=ssl.create_default_context(),
            trust_env=False,
            timeout=self._patience,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"accept-encoding": "identity", "user-agent": "trialwatch"},
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

    async def beat(self) -> None:
        """Ask the address; its answer is not read.

        Raises:
            HeartbeatError: It did not answer well in time.
        """
        try:
            async with (
                asyncio.timeout(self._patience),
                self._client.stream("GET", self._url) as answer,
            ):
                status = answer.status_code
        except TimeoutError as error:
            raise HeartbeatError(
                f"the address of the heartbeat did not answer within {self._patience:.0f} s"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HeartbeatError(
                f"the address of the heartbeat could not be asked ({type(error).__name__})"
            ) from None
        if not httpx.codes.is_success(status):
            raise HeartbeatError(f"the address of the heartbeat answered {status}")

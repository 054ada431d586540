"""Events into NATS JetStream, for programs of the operator's: one message a delivery.

The message has the delivery's id, by which the stream drops what it holds already; a delivery is
done when the stream has said that it is kept. The library is an extra and loads only when a server
is named. What a message holds is the body of a webhook (``notifiers.payload``).
"""

import asyncio
import importlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.errors import DeliveryError, InvalidAddressError
from notifiers.payload import CONTENT_TYPES, webhook_body

#: Begins all subjects; ``trial.changed`` and the trial's number follow.
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,50}(\.[A-Za-z0-9_-]{1,50}){0,5}")


class StreamMissingError(ImportError):
    """The library that speaks to NATS is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """How the server is reached."""

    #: ``nats://user:password@host:4222``. Secret: never logged.
    url: str
    #: Address of our pages, for links.
    web_url: str
    #: For the connection, and for the stream's word that it keeps a message.
    patience: timedelta = timedelta(seconds=5)


def check_subject(text: str) -> str:
    """Return the beginning of subjects that somebody typed.

    Raises:
        InvalidAddressError: It cannot begin a subject.
    """
    subject = text.strip()
    if not _SUBJECT.fullmatch(subject):
        raise InvalidAddressError(
            "a stream's subjects begin with words of letters, digits, - and _, a dot between two:"
            " trialwatch or clinic.trials"
        )
    return subject


class StreamNotifier:
    """Publishes alerts. Plays the ``Notifier`` port."""

    def __init__(self, options: StreamOptions) -> None:
        """Load the library.

        Raises:
            StreamMissingError: It is not installed.
        """
        self._options = options
        self._nats = _library("nats")
        self._errors = _library("nats.js.errors")
        self._client: Any = None
        self._one_at_a_time = asyncio.Lock()

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once a stream keeps the message.

        Raises:
            DeliveryError: The server cannot be reached or no stream keeps it. It is never the
                message's fault: it waits.
        """
        body = webhook_body(claimed, web_url=self._options.web_url)
        subject = f"{claimed.target.address}.{claimed.delivery.type.value}.{claimed.alert.nct_id}"
        headers = {
            "Nats-Msg-Id": claimed.delivery.id,
            "Content-Type": CONTENT_TYPES[claimed.target.format],
        }
        seconds = self._options.patience.total_seconds()
        try:
            stream = (await self._connected()).jetstream()
            kept = await stream.publish(subject, body, timeout=seconds, headers=headers)
        except self._errors.NoStreamResponseError as error:
            raise _waits(
                f"no stream of the NATS server takes {claimed.target.address}.>: make one"
            ) from error
        except self._errors.APIError as error:
            raise _waits("the stream does not keep it", error.code, str(error)) from error
        except (self._nats.errors.Error, OSError) as error:
            raise _waits(f"the NATS server does not answer ({type(error).__name__})") from error
        again = ", which had it already" if kept.duplicate else ""
        return Receipt(status=200, detail=f"kept by the stream {kept.stream}{again}")

    async def aclose(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            await self._client.close()

    async def _connected(self) -> Any:
        """Return a connection that stands; a new one where the last was cut."""
        async with self._one_at_a_time:
            if self._client is None or not self._client.is_connected:
                await self.aclose()
                self._client = await self._nats.connect(
                    self._options.url,
                    name="trialwatch",
                    # A send that fails waits in the outbox, not in this process.
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=self._options.patience.total_seconds(),
                    error_cb=_say_nothing,
                )
            return self._client


async def _say_nothing(error: Exception) -> None:
    """Leave errors to the sends they concern: the library would log addresses."""
    del error


def _waits(reason: str, status: int | None = None, detail: str = "") -> DeliveryError:
    return DeliveryError(reason, carrier_down=True, status=status, detail=detail)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise StreamMissingError(
            "TRIALWATCH_NATS_URL names a server, and what speaks to it is not installed:"
            " pip install 'trialwatch[stream]', or leave the setting out"
        ) from error

"""A mail that the service sends itself, to see that mail goes out and comes in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.domain.alerts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One mail to ourselves."""

    #: ``<26 characters>-0``, the id of its mail.
    id: str
    #: What its address is signed with.
    token: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCanary:
    """A mail to ourselves that is held by one worker, to be sent."""

    canary: Canary
    owner: str
    #: Attempts begun, this one among them.
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryState:
    """How the newest mail to ourselves stands."""

    canary: Canary
    #: Since when one is awaited and none came in; None while none is awaited.
    waiting_since: datetime | None
    #: When somebody last looked whether one is to be made or is missing.
    looked_at: datetime
    #: When the mail server took the newest, None as long as it did not.
    taken_at: datetime | None
    #: Reply or status code of whoever refused the newest last, empty for nobody.
    status: str
    #: When one came in last, None when none ever did.
    back_at: datetime | None


class Canaries(Protocol):
    """The newest mail to ourselves, and what became of it."""

    def state(self) -> CanaryState | None:
        """Return how it stands, None before the first; it is held until the transaction ends."""
        ...

    def make(self, canary: Canary, *, waiting_since: datetime) -> None:
        """Put a new one in the place of the last; it is due at once, and counts as looked at."""
        ...

    def look(self, now: datetime, *, waiting_since: datetime | None) -> None:
        """Note that somebody looked."""
        ...

    def claim(self, now: datetime, *, until: datetime, owner: str) -> ClaimedCanary | None:
        """Claim the one that is due, until ``until``, when it comes due again; None of none."""
        ...

    def record(
        self,
        claimed: ClaimedCanary,
        *,
        due_at: datetime | None,
        taken_at: datetime | None,
        status: str,
    ) -> bool:
        """Write down how an attempt ended; False when the claim was no longer ours."""
        ...

    def key_of(self, canary_id: str) -> str | None:
        """Return what the address of the newest is signed with, None for any other."""
        ...

    def came_in(self, canary_id: str, *, at: datetime) -> None:
        """Note that the newest came in; none is awaited, and it is sent no more."""
        ...

    def sent_back(self, canary_id: str, *, status: str) -> None:
        """Note that a mail server could not bring the newest here."""
        ...


class CanaryCarrier(Protocol):
    """Carries a mail to ourselves."""

    async def carry(self, canary: Canary) -> Receipt:
        """Return once the mail server took it.

        Raises:
            DeliveryError: It refused, did not answer or cannot be reached.
        """
        ...

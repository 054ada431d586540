"""Signing in by an institution's own account (OpenID Connect), and the ports to what it takes.

A pin ties an account to what its institution calls it: a subject, which stays the same when a
name or an address changes. A try is a sign-in under way, from the click to the way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from monitor.domain.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """The one issuer of identities that is trusted, and what we are called there."""

    #: Exactly as it names itself.
    issuer: str
    client: str
    secret: str = field(repr=False)
    #: What stands on the button.
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What an account is tied to."""

    issuer: str
    #: What the issuer calls somebody; never given to another. Personal: never logged.
    subject: str
    pinned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A sign-in under way, as it is kept: digests of what the browser and the issuer hold."""

    state: bytes
    #: Of the cookie in the browser that began it.
    browser: bytes
    nonce: bytes
    goes_to: str
    ends_at: datetime


class Pins(Protocol):
    """Accounts tied to what their institution calls them, and sign-ins under way."""

    def holder(self, issuer: str, subject: str) -> Person | None:
        """Return whose account is tied to a subject."""
        ...

    def of_person(self, person_id: int) -> tuple[Pin, ...]:
        """Return what somebody's account is tied to, oldest first."""
        ...

    def pin(self, person_id: int, issuer: str, subject: str, *, now: datetime) -> bool:
        """Tie an account; False when it or the subject is tied already, and nothing changes."""
        ...

    def take_off(self, person_id: int) -> bool:
        """Untie an account; False when it is tied to nothing."""
        ...

    def begin(self, begun: Try, *, now: datetime) -> None:
        """Keep a sign-in under way; those past their time go."""
        ...

    def is_under_way(self, state: bytes, browser: bytes, *, now: datetime) -> bool:
        """Return whether this browser began a sign-in with this state, without using it up."""
        ...

    def use(self, state: bytes, browser: bytes, *, now: datetime) -> Try | None:
        """Return the sign-in that this browser began with this state; it works once."""
        ...


class IssuerRoad(Protocol):
    """The way to an issuer's addresses."""

    async def get(self, url: str, *, bearer: str = "") -> Mapping[str, Any]:
        """Return the JSON object at an address.

        Raises:
            InstitutionDownError: There is none to be had.
        """
        ...

    async def post(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> Mapping[str, Any]:
        """Send a form, with a name and a password where one is given; return the JSON object.

        Raises:
            InstitutionDownError: There is no answer to be had.
            ExchangeRefusedError: The issuer refuses what was sent.
        """
        ...

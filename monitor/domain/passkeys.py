"""Passkeys that people sign in with, and the port to their rows.

A passkey's private half never leaves its owner's device; what is kept here opens nothing.
https://www.w3.org/TR/webauthn-3/
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from monitor.domain.people import Person

#: How long a browser may take to answer: people look for their keys.
TO_ANSWER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """Somebody's passkey, as they see it."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None
    #: When a copy of it was seen; it signs nobody in since. None for all that are well.
    copied_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a passkey proves itself by."""

    #: Name that its device gave it, up to 1,023 bytes.
    id: bytes
    #: Public half, as COSE writes it.
    public_key: bytes
    #: Who it is for, as the device knows them: chance, not a name.
    handle: bytes
    #: How often its device has used it; 0 for ever where it does not count.
    sign_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A passkey with whose it is and what it proves itself by."""

    passkey: Passkey
    person: Person
    credential: Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a browser was asked to have signed; it is answered once, or never."""

    value: bytes
    #: Whom a passkey is to be added for, None where somebody wants to sign in.
    person_id: int | None = None
    #: Who the new passkey is for, as its device will know them; empty for a sign-in.
    handle: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a passkey says of itself before anything of it is believed."""

    credential_id: bytes
    #: Whom its device knows it to be for; empty where it does not say.
    handle: bytes
    #: The whole answer of the browser.
    text: str


class Passkeys(Protocol):
    """Passkeys, and the challenges on their way."""

    def ask(self, digest: bytes, challenge: Challenge, *, now: datetime, until: datetime) -> None:
        """Keep a challenge for the browser that holds what ``digest`` is of.

        Those past their time go.
        """
        ...

    def take(self, digest: bytes, *, now: datetime) -> Challenge | None:
        """Return a browser's challenge and forget it; None when it has none in time."""
        ...

    def add(self, person_id: int, credential: Credential, *, name: str, now: datetime) -> bool:
        """Keep a new passkey; False when one of this id is kept already."""
        ...

    def of_person(self, person_id: int) -> tuple[Passkey, ...]:
        """Return somebody's passkeys, oldest first."""
        ...

    def credentials_of(self, person_id: int) -> tuple[Credential, ...]:
        """Return what somebody's passkeys prove themselves by, oldest first."""
        ...

    def find(self, credential_id: bytes) -> Held | None:
        """Return the passkey that a device names so, None when none is kept."""
        ...

    def use(self, passkey_id: int, *, sign_count: int, now: datetime) -> bool:
        """Note a use; False when the count says that this or a later use was seen already.

        Devices that do not count always say 0. A passkey whose copy was seen is used by nobody.
        """
        ...

    def mark_copied(self, passkey_id: int, *, now: datetime) -> None:
        """Note that a copy of a passkey was seen."""
        ...

    def end(self, person_id: int, passkey_id: int) -> bool:
        """Take off one of somebody's passkeys; False when they have no such passkey."""
        ...

    def end_all(self, person_id: int) -> None:
        """Take off all of somebody's passkeys, and end what was asked of them."""
        ...

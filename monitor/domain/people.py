"""Who signs in, what they may do, and the port to their rows.

Sessions, sign-in links and keys are kept as digests: whoever reads the database cannot sign in
with what stands there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from monitor.domain.looks import AS_WRITTEN, Look

#: The person whose word the command line is; there from the first start.
OPERATOR = 1


class Role(StrEnum):
    """What somebody may do on this trialwatch as a whole."""

    #: Sees and changes everything that belongs to no one else, and looks after people.
    OPERATOR = "operator"
    #: Has lists and targets of their own.
    MEMBER = "member"
    #: Sees the lists that are shared with them, and is told of them.
    READER = "reader"


class Scope(StrEnum):
    """What a key lets a tool do."""

    READ = "read"
    WRITE = "write"


class ListRole(StrEnum):
    """What somebody may do with a watch list."""

    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"

    @property
    def may_edit(self) -> bool:
        """Whether trials may be put on the list and taken off it."""
        return self is not ListRole.READER


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in."""

    id: int
    name: str
    #: Normalised address, empty where none is known. Personal: never logged.
    email: str
    role: Role
    has_password: bool
    look: Look = AS_WRITTEN

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a way for them to prove who they are."""
        return bool(self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A tool's key to the interface, without the key itself."""

    id: int
    name: str
    scope: Scope
    created_at: datetime
    #: When it was used last, to the hour; None when it never was.
    used_at: datetime | None


class People(Protocol):
    """Those who may sign in, and what they sign in with."""

    def get(self, person_id: int) -> Person | None:
        """Return a person, None when there is none with this number."""
        ...

    def with_email(self, email: str) -> Person | None:
        """Return the person with this normalised address."""
        ...

    def everybody(self, *, after: int = 0, limit: int | None = None) -> tuple[Person, ...]:
        """Return all by number, the operator first; those after one of them, at most so many."""
        ...

    def anybody_can_sign_in(self) -> bool:
        """Return whether there is somebody with an address to sign in with."""
        ...

    def add(self, *, name: str, email: str, role: Role, now: datetime) -> Person:
        """Add a person.

        Raises:
            EmailTakenError: Somebody has this address already.
        """
        ...

    def change(self, person_id: int, *, name: str | None = None, role: Role | None = None) -> None:
        """Set what is given."""
        ...

    def set_look(self, person_id: int, look: Look) -> None:
        """Set how somebody reads dates, numbers and times of day."""
        ...

    def set_email(self, person_id: int, email: str) -> None:
        """Set the address somebody signs in with.

        Raises:
            EmailTakenError: Somebody else has it already.
        """
        ...

    def password_of(self, person_id: int) -> str:
        """Return the hash of somebody's password, empty when they have none."""
        ...

    def set_password(self, person_id: int, hashed: str) -> None:
        """Keep the hash of a new password; an empty one takes it away."""
        ...

    def open_session(
        self, digest: bytes, person_id: int, *, now: datetime, until: datetime
    ) -> None:
        """Keep a session; those past their time go."""
        ...

    def in_session(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whose sign-in this is, None when it is over or never was."""
        ...

    def signed_in_at(self, digest: bytes) -> datetime | None:
        """Return when a session was opened, None when there is none."""
        ...

    def end_session(self, digest: bytes) -> None:
        """End a session."""
        ...

    def end_sessions(self, person_id: int) -> None:
        """End all sessions of somebody, and all links on their way to them."""
        ...

    def add_link(self, digest: bytes, person_id: int, *, now: datetime, until: datetime) -> None:
        """Keep a sign-in link; those past their time go."""
        ...

    def whose_link(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whom a link would sign in, without using it up."""
        ...

    def use_link(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whom a link signs in; it works once."""
        ...

    def add_key(
        self, digest: bytes, person_id: int, *, name: str, scope: Scope, now: datetime
    ) -> Key:
        """Keep a new key."""
        ...

    def keys(self, person_id: int) -> tuple[Key, ...]:
        """Return somebody's keys that still work, oldest first."""
        ...

    def with_key(self, digest: bytes) -> tuple[Person, Scope] | None:
        """Return whose key this is and what it lets them do."""
        ...

    def is_noted(self, digest: bytes, *, now: datetime) -> bool:
        """Return whether a key's use was noted a short while ago."""
        ...

    def note_use(self, digest: bytes, *, now: datetime) -> None:
        """Note that a key was used, unless that was noted a short while ago."""
        ...

    def end_keys(self, person_id: int) -> None:
        """End all keys of somebody's tools."""
        ...

    def end_key(self, person_id: int, key_id: int) -> bool:
        """End one of somebody's keys; False when they have no such key."""
        ...

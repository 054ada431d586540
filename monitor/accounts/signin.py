"""Signing in: by a mailed link, or by a password. Ports are passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.accounts.passwords import matches, rejected
from monitor.domain.people import People, Person
from monitor.domain.signing import Token, new_token, shown_token

#: How long somebody stays signed in.
SESSION = timedelta(days=30)
#: How long a mailed link works.
LINK = timedelta(minutes=30)
#: How long a link from the command line works: it travels by hand.
HANDED_LINK = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody, and the session that proves it from now on."""

    person: Person
    session: Token


def make_link(people: People, person: Person, *, now: datetime, lasting: timedelta = LINK) -> Token:
    """Return a link's token that signs somebody in once."""
    token = new_token()
    people.add_link(token.digest, person.id, now=now, until=now + lasting)
    return token


def enter_by_link(people: People, text: str, *, now: datetime) -> SignedIn | None:
    """Sign in whom a link was made for; None when it was used, is too old or is no link."""
    token = shown_token(text)
    person = people.use_link(token.digest, now=now) if token else None
    return None if person is None else open_session(people, person, now=now)


def check_password(people: People, email: str, password: str) -> Person | None:
    """Return whose address and password these are; None when they do not fit. Reads only.

    Takes as long for an address that nobody has.
    """
    person = people.with_email(email)
    hashed = people.password_of(person.id) if person else ""
    if not hashed or person is None:
        rejected(password)
        return None
    return person if matches(hashed, password) else None


def open_session(people: People, person: Person, *, now: datetime) -> SignedIn:
    """Sign somebody in who has proved who they are."""
    session = new_token()
    people.open_session(session.digest, person.id, now=now, until=now + SESSION)
    return SignedIn(person=person, session=session)


def who_is_in(people: People, text: str, *, now: datetime) -> Person | None:
    """Return who is signed in with a session's token."""
    token = shown_token(text)
    return people.in_session(token.digest, now=now) if token else None

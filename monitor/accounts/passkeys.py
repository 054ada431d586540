"""Passkeys: added after a fresh sign-in, and signed in with. Ports are passed in.

A challenge is kept for the browser that asked, by a cookie of chance; it is used up by its first
answer, right or wrong.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Final

from monitor.accounts.parties import Party
from monitor.accounts.signin import SignedIn, open_session
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import TO_ANSWER, Challenge, Credential, Held, Passkeys, Shown
from monitor.domain.people import People, Person
from monitor.domain.signing import Token, new_token, shown_token

#: How old a sign-in may be for a passkey to be added by it.
FRESH: Final = timedelta(minutes=10)
MOST_PASSKEYS: Final = 10
LONGEST_NAME: Final = 60
_CHANCE_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a browser is asked, and what it shows to answer."""

    #: For ``navigator.credentials``, as JSON.
    options: str
    #: For a cookie.
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A passkey that answered for itself."""

    held: Held
    #: How often it says it was used; whether that can be is not judged yet.
    count: int


def is_fresh(signed_in_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a sign-in is young enough for a passkey to be added by it."""
    return signed_in_at is not None and now - signed_in_at <= FRESH


def new_challenge() -> bytes:
    """Return chance that nobody can have had signed before."""
    return token_bytes(_CHANCE_BYTES)


def new_handle() -> bytes:
    """Return what a device may know somebody by: chance, so that it tells nobody who they are."""
    return token_bytes(_CHANCE_BYTES)


def ask_to_add(passkeys: Passkeys, person: Person, party: Party, *, now: datetime) -> Question:
    """Ask somebody's browser to make a passkey.

    Raises:
        PasskeyRefusedError: They have as many as may be.
    """
    from monitor.accounts.ceremonies import asked_to_add  # noqa: PLC0415  # see there

    held = passkeys.credentials_of(person.id)
    if len(held) >= MOST_PASSKEYS:
        raise PasskeyRefusedError(f"{MOST_PASSKEYS} passkeys are the most; take one off first")
    handle = held[0].handle if held else new_handle()
    challenge = Challenge(value=new_challenge(), person_id=person.id, handle=handle)
    options = asked_to_add(party, person, challenge.value, handle=handle, held=held)
    return _ask(passkeys, challenge, options, now=now)


def ask_to_sign_in(passkeys: Passkeys, party: Party, *, now: datetime) -> Question:
    """Ask a browser for any passkey it has for these pages."""
    from monitor.accounts.ceremonies import asked_to_sign_in  # noqa: PLC0415  # see there

    challenge = Challenge(value=new_challenge())
    return _ask(passkeys, challenge, asked_to_sign_in(party, challenge.value), now=now)


def _ask(passkeys: Passkeys, challenge: Challenge, options: str, *, now: datetime) -> Question:
    token = new_token()
    passkeys.ask(token.digest, challenge, now=now, until=now + TO_ANSWER)
    return Question(options=options, token=token)


def take_challenge(passkeys: Passkeys, cookie: str, *, now: datetime) -> Challenge | None:
    """Return what a browser was asked, and use it up; None when it was asked nothing in time."""
    token = shown_token(cookie)
    return passkeys.take(token.digest, now=now) if token else None


def new_passkey(challenge: Challenge | None, person: Person, party: Party, text: str) -> Credential:
    """Return the passkey that somebody's browser made.

    Raises:
        PasskeyRefusedError: It is no answer to what this browser was asked for this person.
    """
    from monitor.accounts.ceremonies import added  # noqa: PLC0415  # see there

    if challenge is None or challenge.person_id != person.id:
        raise PasskeyRefusedError("That took too long, or was answered already. Try again")
    return added(party, challenge.value, text, handle=challenge.handle)


def keep_passkey(
    passkeys: Passkeys, person: Person, credential: Credential, *, name: str, now: datetime
) -> None:
    """Keep a new passkey.

    Raises:
        PasskeyRefusedError: They have as many as may be, or it is kept already.
    """
    if len(passkeys.of_person(person.id)) >= MOST_PASSKEYS:
        raise PasskeyRefusedError(f"{MOST_PASSKEYS} passkeys are the most; take one off first")
    if not passkeys.add(person.id, credential, name=name, now=now):
        raise PasskeyRefusedError("This passkey was added before")


def check_passkey(
    challenge: Challenge | None, held: Held | None, party: Party, answer: Shown
) -> Proof:
    """Return the passkey that answered, once all that it says but the count is proved.

    Raises:
        PasskeyRefusedError: It is not known, or is no answer to what this browser was asked.
    """
    from monitor.accounts.ceremonies import proved  # noqa: PLC0415  # see there

    if challenge is None or challenge.person_id is not None:
        raise PasskeyRefusedError("That took too long, or was answered already. Try again")
    if held is None:
        raise PasskeyRefusedError(
            "This passkey is not known here, or was taken off. Sign in another way"
        )
    return Proof(held=held, count=proved(party, challenge.value, answer, held))


def enter_by_passkey(
    people: People, passkeys: Passkeys, proof: Proof, *, now: datetime
) -> SignedIn | None:
    """Sign in whose passkey proved itself; None when there is a copy of it, which is noted.

    A count that does not go up was said before: by this device, or by another that has its key.
    Which of the two is its owner's cannot be known, so neither signs in from then on.
    """
    passkey = proof.held.passkey
    if passkeys.use(passkey.id, sign_count=proof.count, now=now):
        return open_session(people, proof.held.person, now=now)
    passkeys.mark_copied(passkey.id, now=now)
    return None

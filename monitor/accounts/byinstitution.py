"""Signing in by an institution: to it and back, and whose account it is. Ports are passed in.

Source:
    OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 (who answers); RFC 9700.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from monitor.accounts.discovery import Metadata
from monitor.accounts.signin import SignedIn, open_session
from monitor.domain.errors import NotLetInError, ProofRefusedError
from monitor.domain.institutions import Pins, Try
from monitor.domain.people import People, Person
from monitor.domain.signing import Token, new_token, shown_token

#: How long somebody may take at their institution.
TRY: Final = timedelta(minutes=10)
_UNVERIFIED = (
    "Your institution did not say that it knows an e-mail address of yours, so no account is found"
    " by it. Sign in another way, or ask who runs this trialwatch."
)
_UNKNOWN = (
    "Nobody signs in here with the address that your institution gave. Who runs this trialwatch"
    " lets people in."
)
_TIED = (
    "The account with this address is tied to another account of your institution. Sign in another"
    " way and take it off on the page Account, or ask who runs this trialwatch."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in just begun."""

    #: Where the browser goes.
    address: str
    #: What it keeps as a cookie meanwhile.
    browser: Token
    kept: Try


def begin(
    metadata: Metadata, client: str, *, comes_back: str, goes_to: str, now: datetime
) -> Begun:
    """Return where somebody signs in, and what is kept of it until they come back.

    Args:
        metadata: The issuer's.
        client: What we are called there.
        comes_back: The address of ours that the browser is sent back to.
        goes_to: The page of ours that they wanted.
        now: The time, UTC and aware.
    """
    state, browser, nonce = new_token(), new_token(), new_token()
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": comes_back,
        "scope": "openid email",
        "state": state.text,
        "nonce": nonce.text,
        "code_challenge": _encoded(sha256(verifier_of(browser, state).encode()).digest()),
        "code_challenge_method": "S256",
    }
    joined = "&" if "?" in metadata.authorization else "?"
    return Begun(
        address=f"{metadata.authorization}{joined}{urlencode(asked)}",
        browser=browser,
        kept=Try(
            state=state.digest,
            browser=browser.digest,
            nonce=nonce.digest,
            goes_to=goes_to,
            ends_at=now + TRY,
        ),
    )


def verifier_of(browser: Token, state: Token) -> str:
    """Return what the challenge is made of (RFC 7636, 4.1).

    It is made of the cookie, so that who reads the database has it not.
    """
    return _encoded(hmac.digest(browser.text.encode(), state.text.encode(), "sha256"))


def come_back(pins: Pins, state: str, browser: str, *, now: datetime) -> Try | None:
    """Return the sign-in that a browser comes back from; it works once, and for that browser."""
    shown, cookie = shown_token(state), shown_token(browser)
    if shown is None or cookie is None:
        return None
    return pins.use(shown.digest, cookie.digest, now=now)


def is_under_way(pins: Pins, state: str, browser: str, *, now: datetime) -> bool:
    """Return whether a browser has such a sign-in under way. Reads only."""
    shown, cookie = shown_token(state), shown_token(browser)
    if shown is None or cookie is None:
        return False
    return pins.is_under_way(shown.digest, cookie.digest, now=now)


def check_who_answers(metadata: Metadata, said: str | None) -> None:
    """Return if the answer is of the issuer that was asked (RFC 9207, 2.4).

    Raises:
        ProofRefusedError: It is of another, or does not say although it always does.
    """
    if said is None and not metadata.names_itself:
        return
    if said != metadata.issuer:
        raise ProofRefusedError("the answer is of another issuer")


def enter(
    people: People, pins: Pins, *, issuer: str, subject: str, email: str, now: datetime
) -> SignedIn:
    """Sign in whom an institution vouches for.

    An account that is tied to the subject is theirs, whatever its address by now. Otherwise the
    one with the verified address is, and is tied from now on, unless it is tied to another
    subject there. Nobody is added: people are let in by who runs this.

    Args:
        people: Those who may sign in.
        pins: What they are tied to.
        issuer: Who vouches.
        subject: What it calls them.
        email: The address it verified, normalised; empty when there is none.
        now: The time, UTC and aware.

    Raises:
        NotLetInError: None of these.
    """
    person = pins.holder(issuer, subject)
    if person is None:
        person = _by_address(people, email)
        if not pins.pin(person.id, issuer, subject, now=now):
            raise NotLetInError(_TIED)
    return open_session(people, person, now=now)


def _by_address(people: People, email: str) -> Person:
    if not email:
        raise NotLetInError(_UNVERIFIED)
    person = people.with_email(email)
    if person is None:
        raise NotLetInError(_UNKNOWN)
    return person


def _encoded(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()

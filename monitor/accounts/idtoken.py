"""Is an ID token what it says, from whom it says, for us, for this sign-in and of now?

Plain functions: keys, token and time come in, claims go out. What is signed is judged by
joserfc, which is loaded when the first token comes: most services never see one. What it means is
judged here.

Source:
    OpenID Connect Core 1.0, 2 and 3.1.3.7; RFC 8725 (what goes wrong with such tokens).
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from monitor.domain.errors import InstitutionDownError, ProofRefusedError, UnknownKeyError
from monitor.domain.signing import Token

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

#: How far two clocks may be apart.
_APART: Final = timedelta(seconds=60)
#: A token is made when a code is exchanged; an older one is of another time.
_OLDEST: Final = timedelta(minutes=10)
_MOST_KEYS: Final = 50
_LONGEST_TOKEN: Final = 32 * 1024
#: OpenID Connect Core, 2: at most 255 ASCII characters.
_LONGEST_SUBJECT: Final = 255
#: RSA below is weak (RFC 7518, 3.3), above takes long.
_RSA_BYTES: Final = range(256, 1025)
_LONGEST_EXPONENT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token has to say."""

    issuer: str
    client: str
    #: Digest of the nonce that this sign-in was begun with.
    nonce: bytes
    algorithms: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an institution says of who signed in there."""

    subject: str
    #: As it says it, empty where it says none or does not say that it is verified.
    verified_email: str = ""


def read_keys(document: Mapping[str, Any]) -> "KeySet":
    """Return the keys of an issuer that tokens may be signed with; others are left out.

    Raises:
        InstitutionDownError: There is none.
    """
    from joserfc.errors import JoseError  # noqa: PLC0415  # see the top
    from joserfc.jwk import KeySet, import_key  # noqa: PLC0415  # see the top

    listed = document.get("keys")
    usable = [one for one in (listed if isinstance(listed, list) else []) if _is_usable(one)]
    keys = []
    for one in usable[:_MOST_KEYS]:
        # One that cannot be read, of a new kind perhaps, does not spoil the others.
        with suppress(JoseError, ValueError, TypeError, KeyError):
            keys.append(import_key(one))
    if not keys:
        raise InstitutionDownError("it names no key that tokens could be signed with")
    return KeySet(keys)


def check_id_token(text: object, keys: "KeySet", expected: Expected, *, now: datetime) -> Claims:
    """Return what a token says, once everything about it is right.

    Args:
        text: The token as it came.
        keys: The issuer's.
        expected: What it has to say.
        now: The time, UTC and aware.

    Raises:
        UnknownKeyError: It is signed with a key that is not among these.
        ProofRefusedError: Anything else about it is wrong.
    """
    claims = _signed(text, keys, expected.algorithms)
    if claims.get("iss") != expected.issuer:
        raise ProofRefusedError("the token is of another issuer")
    _check_audience(claims, expected.client)
    _check_times(claims, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(Token(nonce).digest, expected.nonce):
        raise ProofRefusedError("the token is of another sign-in")
    return Claims(subject=_subject(claims), verified_email=verified_email(claims))


def verified_email(claims: Mapping[str, Any]) -> str:
    """Return the address that an issuer calls verified, and nothing less than that."""
    email = claims.get("email")
    verified = claims.get("email_verified") is True
    return email if verified and isinstance(email, str) else ""


def _signed(text: object, keys: "KeySet", algorithms: Sequence[str]) -> Mapping[str, Any]:
    from joserfc.errors import InvalidKeyIdError, JoseError  # noqa: PLC0415  # see the top
    from joserfc.jws import JWSRegistry  # noqa: PLC0415  # see the top
    from joserfc.jwt import decode  # noqa: PLC0415  # see the top

    if not isinstance(text, str) or len(text) > _LONGEST_TOKEN:
        raise ProofRefusedError("there is no token in the answer")
    if not algorithms:
        # The library would take its own choice, HS256 among it.
        raise ProofRefusedError("no way of signing is allowed")
    # Words that a header may hold beside ours are let be; critical ones are refused still.
    registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    try:
        return decode(text, keys, registry=registry).claims
    except InvalidKeyIdError as error:
        raise UnknownKeyError("the token is signed with a key that is not known") from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProofRefusedError(
            f"the token is not signed as it should be ({type(error).__name__})"
        ) from error


def _check_audience(claims: Mapping[str, Any], client: str) -> None:
    said = claims.get("aud")
    audience = [said] if isinstance(said, str) else said
    if not isinstance(audience, list) or client not in audience:
        raise ProofRefusedError("the token is for somebody else")
    party = claims.get("azp")
    if party != client and (party is not None or len(audience) > 1):
        raise ProofRefusedError("the token was made for somebody else")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    at, apart = now.timestamp(), _APART.total_seconds()
    # Written so that what is no number (nan) is refused.
    if not _seconds(claims, "exp") > at - apart:
        raise ProofRefusedError("the token is past its time")
    if not at - _OLDEST.total_seconds() <= _seconds(claims, "iat") <= at + apart:
        raise ProofRefusedError("the token was not made just now")
    if "nbf" in claims and not _seconds(claims, "nbf") <= at + apart:
        raise ProofRefusedError("the token is before its time")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise ProofRefusedError(f"the token does not say its {name}")
    try:
        return float(said)
    except OverflowError as error:
        raise ProofRefusedError(f"the token's {name} is no time") from error


def _subject(claims: Mapping[str, Any]) -> str:
    said = claims.get("sub")
    if (
        not isinstance(said, str)
        or not 0 < len(said) <= _LONGEST_SUBJECT
        or not said.isascii()
        or not said.isprintable()
    ):
        raise ProofRefusedError("the token does not say who it is about")
    return said


def _is_usable(key: object) -> bool:
    """Tell whether a key may sign tokens: public, of a kind we take, of a fair size."""
    if not isinstance(key, dict) or key.get("use", "sig") != "sig" or "d" in key:
        return False
    if key.get("kty") == "RSA":
        exponent = key.get("e")
        fair = isinstance(exponent, str) and len(exponent) <= _LONGEST_EXPONENT
        return fair and _length(key.get("n")) in _RSA_BYTES
    return key.get("kty") in {"EC", "OKP"}


def _length(number: object) -> int:
    """Return how many bytes a number in base64url takes; 0 when it is none."""
    if not isinstance(number, str):
        return 0
    try:
        return len(urlsafe_b64decode(number + "=" * (-len(number) % 4)).lstrip(b"\0"))
    except ValueError:
        return 0

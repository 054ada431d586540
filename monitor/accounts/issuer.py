"""An issuer as it is asked: what it says of itself and its keys are kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from monitor.accounts.discovery import Metadata, document_of, read_metadata
from monitor.accounts.idtoken import (
    Claims,
    Expected,
    check_id_token,
    read_keys,
    verified_email,
)
from monitor.domain.errors import InstitutionDownError, ProofRefusedError, UnknownKeyError
from monitor.domain.institutions import Institution, IssuerRoad

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

_T = TypeVar("_T")

#: How long an answer is used.
KEPT: Final = timedelta(hours=1)
#: How long an issuer that did not answer is not asked again: who waits is told at once.
PAUSE: Final = timedelta(seconds=15)
#: Keys are asked for out of turn no more often: tokens with made-up keys are cheap to send.
KEYS_AGAIN: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Kept(Generic[_T]):
    """An answer that is kept for a while, and asked for by one at a time."""

    fetch: Callable[[datetime], Awaitable[_T]]
    _value: _T | None = None
    _fetched_at: datetime | None = None
    _failure: InstitutionDownError | None = None
    _failed_at: datetime | None = None
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, now: datetime, *, no_older: timedelta = KEPT) -> _T:
        """Return the answer, asked for anew where it is older.

        Raises:
            InstitutionDownError: There is none, or was none a short while ago.
        """
        async with self._one_by_one:
            if self._value is not None and _within(self._fetched_at, now, no_older):
                return self._value
            if self._failure is not None and _within(self._failed_at, now, PAUSE):
                raise InstitutionDownError(str(self._failure)) from self._failure
            try:
                self._value = await self.fetch(now)
            except InstitutionDownError as error:
                self._failure, self._failed_at = error, now
                raise
            self._fetched_at, self._failure = now, None
            return self._value


def _within(at: datetime | None, now: datetime, lasting: timedelta) -> bool:
    return at is not None and now - at < lasting


class Issuer:
    """Asks one issuer."""

    def __init__(self, institution: Institution, road: IssuerRoad) -> None:
        self.institution = institution
        self._road = road
        self._metadata = Kept(self._fetch_metadata)
        self._keys = Kept(self._fetch_keys)

    async def metadata(self, now: datetime) -> Metadata:
        """Return where and how the issuer is asked.

        Raises:
            InstitutionDownError: It does not say.
        """
        return await self._metadata.get(now)

    async def keys(self, now: datetime) -> "KeySet":
        """Return the keys it signs with.

        Raises:
            InstitutionDownError: It does not say.
        """
        return await self._keys.get(now)

    async def claims(
        self, code: str, *, verifier: str, nonce: bytes, comes_back: str, now: datetime
    ) -> Claims:
        """Exchange a code, and return what the issuer says of who signed in.

        Args:
            code: As the browser brought it.
            verifier: What the challenge of this sign-in was made of.
            nonce: Digest of this sign-in's nonce.
            comes_back: The address that the browser was sent back to.
            now: The time, UTC and aware.

        Raises:
            InstitutionDownError: No usable answer.
            ExchangeRefusedError: It takes no such code.
            ProofRefusedError: Its answer cannot be believed.
        """
        metadata = await self.metadata(now)
        ours = self.institution
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": comes_back,
            "code_verifier": verifier,
        }
        basic = (ours.client, ours.secret) if metadata.basic else None
        if basic is None:
            form |= {"client_id": ours.client, "client_secret": ours.secret}
        answer = await self._road.post(metadata.token, form, basic=basic)
        expected = Expected(
            issuer=ours.issuer, client=ours.client, nonce=nonce, algorithms=metadata.algorithms
        )
        claims = await self._checked(answer.get("id_token"), expected, now)
        if claims.verified_email:
            return claims
        return await self._asked_further(claims, metadata, answer.get("access_token"))

    async def _checked(self, text: object, expected: Expected, now: datetime) -> Claims:
        try:
            return check_id_token(text, await self.keys(now), expected, now=now)
        except UnknownKeyError:
            # Issuers change their keys; what is signed with a new one is looked at once more.
            keys = await self._keys.get(now, no_older=KEYS_AGAIN)
            return check_id_token(text, keys, expected, now=now)

    async def _asked_further(self, claims: Claims, metadata: Metadata, token: object) -> Claims:
        """Ask for the address where the token does not hold it (Core, 5.4)."""
        if not metadata.userinfo or not isinstance(token, str) or not _is_plain(token):
            return claims
        said = await self._road.get(metadata.userinfo, bearer=token)
        if said.get("sub") != claims.subject:
            raise ProofRefusedError("what is said of somebody is of somebody else")
        return Claims(subject=claims.subject, verified_email=verified_email(said))

    async def _fetch_metadata(self, _now: datetime) -> Metadata:
        issuer = self.institution.issuer
        return read_metadata(await self._road.get(document_of(issuer)), issuer)

    async def _fetch_keys(self, now: datetime) -> "KeySet":
        metadata = await self.metadata(now)
        return read_keys(await self._road.get(metadata.keys))


def _is_plain(token: str) -> bool:
    """Tell whether a token may stand in a header."""
    return token.isascii() and token.isprintable() and " " not in token

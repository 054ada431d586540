"""A passkey's device in software, and the browser before it: real keys, real signatures.

It writes what goes over the wire by itself, without the library that reads it. What it is told to
say wrongly it signs all the same, as a thief's device would.
https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import token_bytes
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

Key: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True, slots=True)
class Page:
    """Where the browser is, and what it and the device say of it."""

    origin: str
    #: Whose name is signed; the browser takes it from the question.
    rp_id: str | None = None
    verified: bool = True
    present: bool = True
    in_a_frame: bool = False
    kind: str | None = None
    challenge: bytes | None = None


@dataclass(slots=True)
class Authenticator:
    """One passkey."""

    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: token_bytes(32))
    handle: bytes = b""
    #: What it says next time; None for a device that does not count.
    count: int | None = 1

    def copied(self) -> "Authenticator":
        """Return a thief's copy, as it is now."""
        return replace(self)

    def create(self, options: str, page: Page) -> str:
        """Make the passkey and return what the browser sends, as JSON."""
        asked = json.loads(options)
        self.handle = unbase64(asked["user"]["id"])
        data = self._data(page.rp_id or asked["rp"]["id"], page, ATTESTED)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor(public(self.key))
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        said = _client_data("webauthn.create", asked["challenge"], page)
        return self._credential(clientDataJSON=said, attestationObject=attestation)

    def get(self, options: str, page: Page) -> str:
        """Answer a question and return what the browser sends, as JSON."""
        asked = json.loads(options)
        data = self._data(page.rp_id or asked["rpId"], page)
        said = _client_data("webauthn.get", asked["challenge"], page)
        signature = signed(self.key, data + sha256(said).digest())
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        return self._credential(**parts, userHandle=self.handle)

    def _data(self, rp_id: str, page: Page, flags: int = 0) -> bytes:
        flags |= USER_PRESENT * page.present | USER_VERIFIED * page.verified
        count = self.count or 0
        if self.count is not None:
            self.count += 1
        return sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _credential(self, **response: bytes) -> str:
        name = base64(self.id)
        parts = {part: base64(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def _client_data(kind: str, challenge: str, page: Page) -> bytes:
    said = {
        "type": page.kind or kind,
        "challenge": base64(page.challenge) if page.challenge else challenge,
        "origin": page.origin,
        "crossOrigin": page.in_a_frame,
    }
    return json.dumps(said).encode()


def signed(key: Key, message: bytes) -> bytes:
    """Return a signature as the key's algorithm writes it."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(SHA256()))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, PKCS1v15(), SHA256())
    return key.sign(message)


def public(key: Key) -> dict[int, int | bytes]:
    """Return the public half as COSE writes it (RFC 9053)."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}


def cbor(value: Any) -> bytes:
    """Return numbers, bytes, texts and maps as CBOR (RFC 8949)."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    assert isinstance(value, Mapping)
    inside = b"".join(cbor(key) + cbor(one) for key, one in value.items())
    return _head(5, len(value)) + inside


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(size for size in (1, 2, 4) if number < 256**size)
    return bytes([kind << 5 | 23 + size.bit_length()]) + number.to_bytes(size, "big")


def base64(value: bytes) -> str:
    """Return bytes in the letters of addresses, without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def unbase64(text: str) -> bytes:
    """Return what such letters stand for."""
    return urlsafe_b64decode(text + "===")

"""DKIM: the key in DNS, and what the signatures of a message cover. Nothing is verified here.

Source:
    RFC 6376, RFC 8301 (key lengths, no SHA-1), RFC 8463 (ed25519), RFC 8058 (what to cover).
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from notifiers.standing.dns import Lookup
from notifiers.standing.findings import Finding, Level
from notifiers.standing.tags import tags

_LEAST_BITS: Final = 1024
_GOOD_BITS: Final = 2048
_ED25519_BYTES: Final = 32
#: What a signature has to cover, so that mail programs show their unsubscribe button.
MUST_COVER: Final = ("from", "list-unsubscribe", "list-unsubscribe-post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One ``DKIM-Signature`` of a message."""

    domain: str
    selector: str
    algorithm: str
    covers: frozenset[str]
    #: Only so many bytes of the body are covered; what follows may be anybody's.
    partial: bool
    expires_at: datetime | None


def signatures(headers: Iterable[str]) -> tuple[Signature, ...]:
    """Return what ``DKIM-Signature`` headers say, those without a domain left out."""
    read = (tags("".join(header.split())) for header in headers)
    return tuple(
        Signature(
            domain=one["d"].lower(),
            selector=one.get("s", ""),
            algorithm=one.get("a", "").lower(),
            covers=frozenset(one.get("h", "").lower().split(":")),
            partial="l" in one,
            expires_at=_time(one.get("x", "")),
        )
        for one in read
        if one.get("d")
    )


def _time(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds[:11]), UTC) if seconds.isdigit() else None


def examine_key(domain: str, selector: str, lookup: Lookup) -> Finding:
    """Return how the key of a selector stands.

    Raises:
        DnsError: No name server answered.
    """
    name = f"{selector}._domainkey.{domain}"
    texts = [text for text in lookup(name, "TXT") if "p" in tags(text)]
    if not texts:
        return _bad(f"{name} holds no DKIM key: publish the one that your relay signs with")
    if len(texts) > 1:
        return _bad(f"{name} holds {len(texts)} keys, and receivers may take the wrong one")
    return _examine_record(name, tags(texts[0]))


def _examine_record(name: str, record: Mapping[str, str]) -> Finding:
    if not record["p"]:
        return _bad(f"{name}: the key was revoked (p= is empty): sign with another selector")
    kind = record.get("k", "rsa").lower()
    bits = _bits(kind, record["p"])
    if bits is None:
        return _bad(f"{name}: the key cannot be read as {kind[:20]}: publish it again")
    if bits < _LEAST_BITS and kind == "rsa":
        return _bad(f"{name}: the key has {bits} bits, and receivers want {_LEAST_BITS} at least")
    weak = _weakness(kind, bits, record.get("t", ""))
    if weak:
        return _note(f"{name} {weak}")
    return Finding(check="dkim", level=Level.WELL, text=f"{name} holds an RSA key of {bits} bits")


def _weakness(kind: str, bits: int, flags: str) -> str:
    """Return what is worth knowing of a key that can be used, empty for nothing."""
    if "y" in flags.lower().split(":"):
        return "is marked as a test (t=y), and receivers may take no notice of it"
    if kind == "ed25519":
        return "holds an ed25519 key, which some receivers do not know: add an RSA key"
    return f"holds a key of {bits} bits; {_GOOD_BITS} are usual" if bits < _GOOD_BITS else ""


def _bits(kind: str, text: str) -> int | None:
    """Return the length of a public key, None when it cannot be read."""
    try:
        key = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind == "ed25519":
        return len(key) * 8 if len(key) == _ED25519_BYTES else None
    return _modulus_bits(key) if kind == "rsa" else None


def _modulus_bits(der: bytes) -> int | None:
    """Return the bits of an RSA modulus within DER: the longest number in it."""
    longest: int | None = None
    at = 0
    while at < len(der):
        tag, length, at = _head(der, at)
        if length < 0 or at + length > len(der):
            return None
        if tag == _BIT_STRING:
            at += 1  # unused bits, none
        elif tag == _INTEGER:
            number = int.from_bytes(der[at : at + length], "big")
            longest = max(longest or 0, number.bit_length())
            at += length
        elif tag != _SEQUENCE:
            at += length
    return longest


_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03
_LONG_FORM = 0x80


def _head(der: bytes, at: int) -> tuple[int, int, int]:
    """Return tag, length and where the content begins; a length below zero for nonsense."""
    tag, first = der[at], der[at + 1] if at + 1 < len(der) else -1
    if first < _LONG_FORM:
        return tag, first, at + 2
    count = first - _LONG_FORM
    return tag, int.from_bytes(der[at + 2 : at + 2 + count], "big"), at + 2 + count


def examine_coverage(found: Iterable[Signature], *, now: datetime) -> Finding:
    """Return whether a signature for us covers what makes the unsubscribe button appear.

    Args:
        found: The signatures of a message whose domain is aligned with that of From.
        now: The time.
    """
    ours = tuple(found)
    if not ours:
        return _bad(
            "No DKIM signature in the message is for the domain of From: let the relay sign with"
            " its key"
        )
    missing = {one: [name for name in MUST_COVER if name not in one.covers] for one in ours}
    best = min(ours, key=lambda one: len(missing[one]))
    by = f"the signature of {best.domain} (selector {best.selector})"
    if missing[best]:
        return _bad(
            f"{by} does not cover {', '.join(missing[best])}, so mail programs do not trust the"
            " unsubscribe button: add them to the headers that the relay signs"
        )
    if best.algorithm.endswith("sha1"):
        return _bad(f"{by} uses SHA-1, which receivers no longer count: sign with rsa-sha256")
    if best.expires_at is not None and best.expires_at <= now:
        return _note(
            f"{by} covers all it should; it expired at {best.expires_at:%Y-%m-%d %H:%M} UTC"
        )
    if best.partial:
        return _note(
            f"{by} covers only part of the body (l=), and others can add to it: sign it all"
        )
    return Finding(
        check="dkim h=",
        level=Level.WELL,
        text=f"{by} covers From and both List-Unsubscribe headers",
    )


def _bad(text: str) -> Finding:
    return Finding(check="dkim", level=Level.BAD, text=text)


def _note(text: str) -> Finding:
    return Finding(check="dkim", level=Level.NOTE, text=text)

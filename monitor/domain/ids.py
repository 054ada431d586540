"""Ids that sort by time and never come twice, and keys that nobody can guess."""

import secrets
from datetime import datetime

#: Crockford's base 32: no I, L, O, U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime) -> str:
    """Return 26 characters: 48 bits of milliseconds, then 80 bits of randomness.

    Source:
        The ULID layout, https://github.com/ulid/spec.
    """
    return _written(now, secrets.randbits(80))


def first_id(at: datetime) -> str:
    """Return what no id made at that moment or later sorts before."""
    return _written(at, 0)


def _written(at: datetime, chance: int) -> str:
    number = (int(at.timestamp() * 1000) << 80) | chance
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def link_key() -> str:
    """Return the key of an address that is open to whoever has it: 32 characters of chance."""
    return secrets.token_urlsafe(24)

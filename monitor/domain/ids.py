"""Ids that sort by time and never come twice."""

import secrets
from datetime import datetime

#: Crockford's base 32: no I, L, O, U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime) -> str:
    """Return 26 characters: 48 bits of milliseconds, then 80 bits of randomness.

    Source:
        The ULID layout, https://github.com/ulid/spec.
    """
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))

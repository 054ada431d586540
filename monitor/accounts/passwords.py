"""Passwords: argon2id, and how long a password has to be.

Rules of NIST SP 800-63B, 5.1.1.2: length counts, kinds of character do not.
"""

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from monitor.domain.errors import WeakPasswordError

SHORTEST: Final = 10
#: Longer ones would only make us work.
LONGEST: Final = 200
#: OWASP's least for argon2id: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """Return what is stored of a password.

    Raises:
        WeakPasswordError: It is too short, too long or one character over and over.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise WeakPasswordError(f"A password has at least {SHORTEST} characters; take a few words")
    if len(plain) > LONGEST:
        raise WeakPasswordError(f"A password has at most {LONGEST} characters")
    if len(set(plain)) <= 2:  # noqa: PLR2004  # aaaaaaaaaa, ababababab
        raise WeakPasswordError("This password is too easy to guess; take a few words")
    return _HASHER.hash(plain)


def matches(stored: str, password: str) -> bool:
    """Return whether a password is the one that was stored."""
    try:
        return _HASHER.verify(stored, _plain(password)[:LONGEST])
    except VerificationError:
        return False


def rejected(password: str) -> None:
    """Take as long as a look at a stored password takes."""
    matches(_of_nobody(), password)


@cache
def _of_nobody() -> str:
    return _HASHER.hash("nobody signs in with this")


def _plain(password: str) -> str:
    """Return the same characters however a keyboard puts them together."""
    return unicodedata.normalize("NFKC", password)

"""Tokens of sessions, links and keys: made from chance, kept as digests."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

#: What a key begins with, so that it is known for one where it leaks.
KEY_PREFIX = "tw_"
#: Longer ones are nobody's, and not worth a digest.
LONGEST_TOKEN = 100
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What its holder shows. Secret: never logged, never stored."""

    text: str

    def __repr__(self) -> str:
        return "Token(...)"

    @property
    def digest(self) -> bytes:
        """What is stored: 256 bits of chance need no slow hash."""
        return sha256(self.text.encode("utf-8", "replace")).digest()


def new_token(prefix: str = "") -> Token:
    """Return a token that nobody can guess."""
    return Token(prefix + secrets.token_urlsafe(_BYTES))


def shown_token(text: str) -> Token | None:
    """Return a token somebody shows, None when it is too long to be one."""
    return Token(text) if 0 < len(text) <= LONGEST_TOKEN else None

"""Sender addresses that say which delivery a returned mail is about, and cannot be made up.

``bounces+<delivery>.<proof>@example.org``: the proof is an HMAC under the delivery's unsubscribe
token, which nobody knows but us and the reader. Mail servers on the way may change case, so case
carries nothing. Ids of notices are written shorter, since there is room for 64 characters.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final, Self

from monitor.domain.events import NOTICES
from notifiers.addresses import check_email_address

_LOCAL: Final = re.compile(
    r"([0-9a-z]{20,40}-\d{1,19})(?:-([frd])(\d{1,19}-\d{1,9}))?\.([a-z2-7]{16})", re.IGNORECASE
)
#: The last part of a notice's type, by its letter here.
_NOTICES: Final = {type_.short[0]: type_.short for type_ in NOTICES}
_NOTICE_ID: Final = re.compile(rf"(.+-\d+)-({'|'.join(_NOTICES.values())})-(\d+-\d+)")
#: RFC 5321, 4.5.3.1.1: so many characters stand before an @.
_LONGEST_LOCAL: Final = 64
_PROOF_BYTES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a sender address names."""

    delivery_id: str
    proof: str

    def is_ours(self, token: str) -> bool:
        """Return whether the proof is the one made with ``token``."""
        return hmac.compare_digest(self.proof, _proof(self.delivery_id, token))


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceAddress:
    """Where returned mail goes: ``bounces@example.org``."""

    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address.

        Raises:
            InvalidAddressError: It is none.
            ValueError: Its first part leaves no room for what is put into it.
        """
        local, _, domain = check_email_address(text).rpartition("@")
        # 26 characters of a delivery's alert, a target's number, the proof, and their marks.
        if not local.isascii() or "+" in local or len(local) > _LONGEST_LOCAL - 26 - 8 - 16 - 3:
            raise ValueError("give it a short first part without +: bounces@example.org")
        return cls(local=local.lower(), domain=domain)

    def sender_of(self, delivery_id: str, token: str) -> str:
        """Return the envelope sender of a mail, empty where there is no room for it."""
        found = _NOTICE_ID.fullmatch(delivery_id)
        short = f"{found[1]}-{found[2][0]}{found[3]}" if found else delivery_id
        local = f"{self.local}+{short.lower()}.{_proof(delivery_id, token)}"
        return f"{local}@{self.domain}" if len(local) <= _LONGEST_LOCAL else ""

    def is_here(self, recipient: str) -> bool:
        """Return whether mail to ``recipient`` is ours to take."""
        local, _, domain = recipient.strip("<>").lower().rpartition("@")
        return domain == self.domain and local.partition("+")[0] == self.local

    def read(self, recipient: str) -> Returned | None:
        """Return what an address we gave out names, None for any other."""
        if not self.is_here(recipient):
            return None
        local = recipient.strip("<>").rpartition("@")[0]
        found = _LOCAL.fullmatch(local.partition("+")[2])
        if not found:
            return None
        notice = f"-{_NOTICES[found[2].lower()]}-{found[3]}" if found[2] else ""
        return Returned(delivery_id=found[1].upper() + notice, proof=found[4].lower())


def _proof(delivery_id: str, token: str) -> str:
    digest = hmac.digest(token.encode(), delivery_id.upper().encode(), hashlib.sha256)
    return base64.b32encode(digest[:_PROOF_BYTES]).decode().lower()

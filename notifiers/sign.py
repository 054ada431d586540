"""Signatures of webhooks.

Source:
    Standard Webhooks 1.0.0, symmetric signatures,
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_STAMP: Final = re.compile(r"[0-9]{1,12}")
#: What the reference libraries allow.
_TOLERANCE: Final = timedelta(minutes=5)
_FEWEST_BYTES, _MOST_BYTES = 24, 64


def new_secret() -> str:
    """Return ``whsec_`` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` header of one attempt.

    Args:
        secret: ``whsec_...`` of the target.
        message_id: The ``webhook-id`` header; holds no full stop.
        timestamp: The ``webhook-timestamp`` header: seconds since 1970 UTC.
        body: The very bytes that are sent.

    Raises:
        ValueError: The secret is none, or the id holds a full stop.
    """
    if "." in message_id:
        raise ValueError(f"A webhook-id must not hold a full stop: {message_id!r}")
    signed = b"%s.%d.%s" % (message_id.encode("ascii"), timestamp, body)
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def is_signed(secret: str, *, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Return whether a request that came in was signed with ``secret``, five minutes ago at most.

    Args:
        secret: ``whsec_...``.
        headers: By name, in lower case.
        body: The very bytes that came.
        now: The time.

    Raises:
        ValueError: The secret is none.
    """
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id.isascii() or "." in message_id or not _STAMP.fullmatch(stamp):
        return False
    if abs(now.timestamp() - int(stamp)) > _TOLERANCE.total_seconds():
        return False
    ours = sign(secret, message_id=message_id, timestamp=int(stamp), body=body).encode()
    shown = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    # Each is compared, so that how long it takes tells nothing.
    return any([hmac.compare_digest(ours, one) for one in shown])  # noqa: C419


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError("The secret of this webhook is damaged: it is not whsec_ and 24-64 bytes")
    return key

"""Signatures of webhooks.

Source:
    Standard Webhooks 1.0.0, symmetric signatures,
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_SECRET_BYTES = 32
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


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError("The secret of this webhook is damaged: it is not whsec_ and 24-64 bytes")
    return key

"""Quoted-printable, piece by piece."""

import binascii


def quoted(text: str) -> bytes:
    """Encode whole lines, so that pieces encoded apart can be put together."""
    whole = text if text.endswith("\n") else text + "\n"
    lines = whole.replace("\n", "\r\n").encode("utf-8", "replace")
    return binascii.b2a_qp(lines, istext=True)

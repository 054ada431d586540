"""Under which name passkeys know these pages, and whether browsers make any for them."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The pages, as browsers and passkeys know them."""

    #: A host's name: ``trials.example.org``.
    id: str
    #: The address up to the path: ``https://trials.example.org``.
    origin: str


def party_of(web_url: str) -> Party | None:
    """Return how passkeys know the pages, None where browsers make none.

    They make none for plain http except on ``localhost``, and none for a bare IP address.

    Source:
        https://www.w3.org/TR/webauthn-3/#relying-party-identifier
    """
    try:
        parts = urlsplit(web_url)
        name, port = _as_browsers_write(parts.hostname or ""), parts.port
    except ValueError:
        return None
    local = name == "localhost" or name.endswith(".localhost")
    if not name or _is_number(name) or (parts.scheme != "https" and not local):
        return None
    ending = "" if port in {None, _PORTS.get(parts.scheme)} else f":{port}"
    return Party(id=name, origin=f"{parts.scheme}://{name}{ending}")


def _as_browsers_write(name: str) -> str:
    """Return a name in the letters that go over the wire; ``ValueError`` for one that cannot."""
    return name.encode("idna").decode("ascii").lower()


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

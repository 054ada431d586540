"""What an institution says of itself, read and judged before anything of it is used.

Source:
    OpenID Connect Discovery 1.0, 3 and 4.3; RFC 8414, 2; RFC 9207, 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from monitor.domain.errors import InstitutionDownError
from monitor.domain.hosts import is_loopback

#: Signatures made with a key that the issuer alone has. Never `none`; never HS..., whose key we
#: would share, and which a program that mixes keys up would check with a public one.
ASYMMETRIC: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
#: What an issuer signs with that does not say (Discovery 3).
_USUAL: Final = ["RS256"]
_BASIC, _POST = "client_secret_basic", "client_secret_post"
_LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Where an issuer is asked, and how."""

    issuer: str
    #: Where people are sent to sign in.
    authorization: str
    #: Where a code is exchanged.
    token: str
    keys: str
    #: Where more is said of somebody; empty where nowhere.
    userinfo: str
    algorithms: tuple[str, ...]
    #: Whether our secret goes into the header, and not into the form.
    basic: bool
    #: Whether it names itself on the way back.
    names_itself: bool


def document_of(issuer: str) -> str:
    """Return where an issuer says what it is."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def is_safe(address: str, *, here_too: bool = True) -> bool:
    """Return whether secrets may be sent to an address: by https, or on this machine.

    Args:
        address: As somebody wrote it.
        here_too: Whether plain http will do on this machine.
    """
    if len(address) > _LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or " " in address or "#" in address or "@" in parts.netloc:
        return False
    in_clear = parts.scheme == "http" and here_too and is_loopback(host)
    return parts.scheme == "https" or in_clear


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """Return what is used of a discovery document.

    Args:
        document: As it came.
        issuer: Who we asked; the document has to be of the same, to the letter.

    Raises:
        InstitutionDownError: It is of another issuer, or cannot be used.
    """
    if document.get("issuer") != issuer:
        raise InstitutionDownError("the discovery document is of another issuer")
    return Metadata(
        issuer=issuer,
        authorization=_address(document, "authorization_endpoint", issuer),
        token=_address(document, "token_endpoint", issuer),
        keys=_address(document, "jwks_uri", issuer),
        userinfo=_address(document, "userinfo_endpoint", issuer, needed=False),
        algorithms=_algorithms(document),
        basic=_is_basic(document),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: Mapping[str, Any], name: str, issuer: str, *, needed: bool = True) -> str:
    found = document.get(name)
    if found is None and not needed:
        return ""
    # An issuer elsewhere has no business with servers of this machine.
    here_too = urlsplit(issuer).scheme == "http"
    if not isinstance(found, str) or not is_safe(found, here_too=here_too):
        raise InstitutionDownError(f"its {name} is missing, or is no https address")
    return found


def _algorithms(document: Mapping[str, Any]) -> tuple[str, ...]:
    said = _words(document, "id_token_signing_alg_values_supported") or _USUAL
    allowed = tuple(name for name in ASYMMETRIC if name in said)
    if not allowed:
        raise InstitutionDownError(f"it signs with none of {', '.join(ASYMMETRIC)}")
    return allowed


def _is_basic(document: Mapping[str, Any]) -> bool:
    said = _words(document, "token_endpoint_auth_methods_supported") or [_BASIC]
    if _BASIC not in said and _POST not in said:
        raise InstitutionDownError(f"it takes neither {_BASIC} nor {_POST}")
    return _BASIC in said


def _words(document: Mapping[str, Any], name: str) -> list[Any]:
    said = document.get(name)
    return said if isinstance(said, list) else []

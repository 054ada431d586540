"""The address of the mail relay, as an operator writes it. Nothing is connected to here."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class Tls(StrEnum):
    """How a connection to the relay is protected."""

    #: TLS from the first byte (``smtps://``).
    TLS = "tls"
    #: STARTTLS, and no mail without it.
    STARTTLS = "starttls"
    #: In clear, to a relay on this machine or this network only, and never with a password.
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpOptions:
    """Where the mail relay is and how it is spoken to."""

    host: str
    port: int
    tls: Tls
    username: str = ""
    #: Secret: never logged.
    password: str = field(default="", repr=False)


_SCHEMES: Final = {
    "smtp": Tls.STARTTLS,
    "smtp+starttls": Tls.STARTTLS,
    "smtps": Tls.TLS,
}
_PORTS: Final = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.NEVER: 25}
#: Ends of names that never leave a local network, and names without a dot.
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")
_EXAMPLE = "smtp://user:password@mail.example.org:587"


def parse_smtp_url(text: str) -> SmtpOptions:
    """Return the relay that ``TRIALWATCH_SMTP_URL`` names.

    ``smtp://`` and ``smtp+starttls://`` need STARTTLS, ``smtps://`` is TLS from the start,
    ``smtp://host?starttls=never`` is in clear and only for a relay close by. A user name or
    password with ``/``, ``@``, ``:``, ``?`` or ``#`` in it is written percent-encoded.

    Raises:
        ValueError: It cannot be used; the message says why, and holds no password.
    """
    parts = _split(text.strip())
    host, port = _host(parts), _port(parts)
    tls = _tls(parts)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not username:
        raise ValueError("the mail relay's address holds a password and no user name: add it")
    if tls is Tls.NEVER:
        _refuse_in_clear(host, has_credentials=bool(username))
    return SmtpOptions(
        host=host, port=port or _PORTS[tls], tls=tls, username=username, password=password
    )


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValueError(f"the mail relay's address cannot be read: write {_EXAMPLE}") from error
    if parts.scheme not in _SCHEMES:
        allowed = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise ValueError(f"the mail relay's address has to begin with one of {allowed}")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(
            "the mail relay's address goes on after the port; if that is part of the password,"
            " write / as %2F, # as %23 and @ as %40"
        )
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host or any(character.isspace() or not character.isprintable() for character in host):
        raise ValueError(f"the mail relay's address names no host: write {_EXAMPLE}")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("the mail relay's port has to be a number from 1 to 65535") from error
    if port == 0:
        raise ValueError("the mail relay's port has to be a number from 1 to 65535")
    return port


def _tls(parts: SplitResult) -> Tls:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if not options:
        return _SCHEMES[parts.scheme]
    if options != [("starttls", "never")]:
        raise ValueError("the only option of the mail relay's address is ?starttls=never")
    if parts.scheme != "smtp":
        raise ValueError(f"?starttls=never goes with smtp://, not with {parts.scheme}://")
    return Tls.NEVER


def _refuse_in_clear(host: str, *, has_credentials: bool) -> None:
    if has_credentials:
        raise ValueError(
            "with ?starttls=never the password would travel in clear: leave out user and password,"
            " or leave out ?starttls=never"
        )
    if not _is_close_by(host):
        raise ValueError(
            f"?starttls=never is for a relay on this machine or private network, and {host} is"
            " neither: leave it out, so that mail travels encrypted"
        )


def _is_close_by(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        # A name without a dot (localhost, a container's name) is only ever a local one.
        return "." not in host or host.endswith(_LOCAL_NAMES)
    return address.is_loopback or (address.is_private and not address.is_unspecified)

"""Which addresses a webhook may reach.

A name is resolved once, every address it stands for is judged, and the connection goes to a
judged address and no other: what a name says a second later does not matter. Nothing is opened
to an address that was refused. How the bytes travel belongs to ``notifiers.pinned``.

Source:
    IANA special-purpose address registries for IPv4 and IPv6, as of 2026.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

import httpx

from monitor.domain.errors import InvalidAddressError
from notifiers.clean import one_line

Network: TypeAlias = IPv4Network | IPv6Network

#: Turns host and port into numeric addresses; blocks, so it is called in a thread.
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

#: Not of the public internet. ``ipaddress.is_global`` misses some of these (multicast,
#: 192.88.99.0/24), so the list is our own.
_DENIED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
#: Public IPv6 is this and nothing else; mapped, NAT64, local and multicast lie outside of it.
_PUBLIC_V6 = ip_network("2000::/3")
_DENIED_V6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

_LONGEST_URL = 2048
_DEFAULT_PORTS = {"https": 443, "http": 80}
_FIRST_FREE_PORT = 1024


class AddressRefusedError(InvalidAddressError):
    """A webhook's name leads to an address that webhooks do not go to."""


def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Return the numeric addresses of ``host`` in the system's order.

    Raises:
        OSError: The name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_webhook_url(
    url: str, allow: Iterable[Network] = (), resolve: Resolve = resolve_host
) -> str:
    """Return the address of a webhook in its normal form, if webhooks may go there now.

    Args:
        url: As somebody typed it.
        allow: Networks that are let through although they are private, and where plain http
            will do.
        resolve: Looks a name up; blocks.

    Raises:
        InvalidAddressError: It is no such address, or leads where webhooks do not go.
    """
    parsed = _parsed(url)
    host, port = _host(parsed), port_of(parsed)
    try:
        judged_addresses(host, port, secure=parsed.scheme == "https", allow=allow, resolve=resolve)
    except (OSError, UnicodeError) as error:
        raise InvalidAddressError(
            f"The host of {_shown(url)} cannot be found: check its spelling, or try again later"
        ) from error
    return str(parsed.copy_with(fragment=None))


def judged_addresses(
    host: str, port: int, *, secure: bool, allow: Iterable[Network], resolve: Resolve
) -> tuple[str, ...]:
    """Return the addresses of ``host``, all of which may be connected to.

    One address that is refused refuses the name: a name that means two things is not trusted
    with either.

    Raises:
        AddressRefusedError: At least one address, or the port, is not for webhooks.
        OSError: The name cannot be resolved.
    """
    if not _is_port_for_webhooks(port):
        raise AddressRefusedError(
            f"Webhooks go to port 443, 80, or 1024 and above, not to {port}: choose another port"
        )
    networks = tuple(allow)
    addresses = tuple(resolve(host, port))
    if not addresses:
        raise OSError(f"no address for {host}")
    if not all(is_allowed(address, networks) for address in addresses):
        raise AddressRefusedError(
            "The host is not on the public internet, and webhooks go nowhere else: use a public"
            " address, or let its network through with TRIALWATCH_WEBHOOK_ALLOW"
        )
    if not secure and not all(_lies_in(address, networks) for address in addresses):
        raise AddressRefusedError(
            "Webhooks go over https; plain http only to networks in TRIALWATCH_WEBHOOK_ALLOW:"
            " change the address to https"
        )
    return addresses


def is_allowed(address: str, allow: Iterable[Network] = ()) -> bool:
    """Tell whether a webhook may connect to this numeric address."""
    try:
        number = ip_address(address)
    except ValueError:
        return False
    return any(number in network for network in allow) or _is_public(number)


def is_within(url: str, networks: Iterable[Network], resolve: Resolve = resolve_host) -> bool:
    """Tell whether a checked address leads into ``networks`` and nowhere else; blocks."""
    parsed, known = httpx.URL(url), tuple(networks)
    try:
        addresses = resolve(_host(parsed), port_of(parsed)) if known else ()
    except (OSError, UnicodeError):
        return False
    return bool(addresses) and all(_lies_in(address, known) for address in addresses)


def port_of(url: httpx.URL) -> int:
    """Return the port a web address means."""
    return _DEFAULT_PORTS.get(url.scheme, 0) if url.port is None else url.port


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    if isinstance(number, IPv4Address):
        return not any(number in network for network in _DENIED_V4)
    return number in _PUBLIC_V6 and not any(number in network for network in _DENIED_V6)


def _lies_in(address: str, networks: Iterable[Network]) -> bool:
    number = ip_address(address)
    return any(number in network for network in networks)


def _is_port_for_webhooks(port: int) -> bool:
    return port in _DEFAULT_PORTS.values() or _FIRST_FREE_PORT <= port <= 65535  # noqa: PLR2004  # highest port


def _parsed(url: str) -> httpx.URL:
    text = url.strip()
    if len(text) > _LONGEST_URL:
        raise InvalidAddressError(
            f"{_shown(text)} is too long: {_LONGEST_URL} characters at most; use a shorter address"
        )
    try:
        parsed = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InvalidAddressError(
            f"{_shown(text)} is not a web address: it looks like https://example.org/hooks"
        ) from error
    _refuse_odd(text, parsed)
    return parsed


def _refuse_odd(text: str, parsed: httpx.URL) -> None:
    if parsed.scheme not in _DEFAULT_PORTS:
        raise InvalidAddressError(f"{_shown(text)} does not begin with https://: webhooks need it")
    if parsed.userinfo:
        raise InvalidAddressError(
            f"{_shown(text)} holds a user name or password: leave it out, signatures prove who sends"
        )
    if "\\" in text or any(character.isspace() for character in text):
        raise InvalidAddressError(f"{_shown(text)} holds a blank or a backslash: leave it out")


def _host(parsed: httpx.URL) -> str:
    host = parsed.raw_host.decode("ascii")
    if not host:
        raise InvalidAddressError("The web address names no host: it looks like https://host/path")
    return host


def _shown(url: str) -> str:
    """The address without what may be secret in it: user, password, path, query."""
    scheme, found, rest = one_line(url).partition("://")
    host = rest.split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1]
    return repr(f"{scheme}://{host}"[:80] if found else scheme[:80])

"""Asking name servers. What answers mean is decided elsewhere."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeAlias

import dns.exception
import dns.resolver

from monitor.domain.errors import TrialwatchError

#: Returns the records of a name and type (``TXT``, ``MX``), none when there are none; blocks.
Lookup: TypeAlias = Callable[[str, str], tuple[str, ...]]

#: For one answer, other name servers and repeats included.
_PATIENCE_SECONDS = 8.0
_PORT = 53


class DnsError(TrialwatchError):
    """No name server gave an answer: nothing is known of the name."""


def lookup_of(server: str = "") -> Lookup:
    """Return what asks the system's name servers, or the one at ``address`` or ``address:port``.

    Raises:
        ValueError: ``server`` is no numeric address.
    """
    try:
        resolver = dns.resolver.Resolver(configure=not server)
    except dns.resolver.NoResolverConfiguration as error:
        raise DnsError(
            "This machine names no name server (/etc/resolv.conf): name one with --dns"
        ) from error
    resolver.lifetime = _PATIENCE_SECONDS
    if server:
        address, port = _address(server)
        resolver.nameservers, resolver.port = [address], port

    def lookup(name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except dns.exception.DNSException as error:
            raise DnsError(
                f"No name server answered for {name} ({type(error).__name__}), so nothing is"
                " known of it: try again later, or name another with --dns"
            ) from error
        return tuple(_words(record, kind) for record in answer.rrset or ())

    return lookup


def _words(record: object, kind: str) -> str:
    if kind == "TXT":
        # A long text travels in pieces that belong together without a blank.
        pieces: tuple[bytes, ...] = getattr(record, "strings", ())
        return b"".join(pieces).decode("utf-8", "replace")
    return str(record)


def _address(server: str) -> tuple[str, int]:
    host, found, port = server.rpartition(":")
    # "::1" and "[::1]" are addresses without a port.
    if not found or server.endswith("]") or (":" in host and not host.startswith("[")):
        host, port = server, str(_PORT)
    try:
        return str(ip_address(host.strip("[]"))), int(port)
    except ValueError as error:
        raise ValueError(
            f"--dns: read {server[:60]!r}; write a numeric address: 192.0.2.53, or 127.0.0.1:5353"
        ) from error

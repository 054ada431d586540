"""Networks, as settings name several of them."""

from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network


def split(value: object) -> object:
    """Return a text with commas as its parts; what is no text stays for the checker to judge."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value

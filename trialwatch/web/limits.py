"""How often somebody may try something; kept in memory, forgotten at a restart."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from monitor.domain.hosts import is_loopback

#: Most names remembered; the one longest unseen goes first.
_MOST = 10_000


@dataclass(slots=True)
class Limit:
    """At most ``most`` tries of one name in ``within``."""

    most: int
    within: timedelta
    _tries: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)

    def allows(self, name: str, now: datetime) -> bool:
        """Count a try, and return whether it may be made."""
        tries = [at for at in self._tries.pop(name, ()) if at > now - self.within]
        allowed = len(tries) < self.most
        # One that is turned away does not count, or knocking would keep a door shut for ever.
        self._tries[name] = [*tries, now] if allowed else tries
        if len(self._tries) > _MOST:
            self._tries.popitem(last=False)
        return allowed

    def forget(self, name: str) -> None:
        """Forget what was counted of a name."""
        self._tries.pop(name, None)


def origin_of(peer: str, forwarded_for: str) -> str:
    """Return the address a request comes from, as far as that is known.

    Args:
        peer: The other end of the connection.
        forwarded_for: The header that a proxy adds to; only its last entry is the proxy's own
            word, and only a proxy on this machine is believed.
    """
    said = forwarded_for.rpartition(",")[2].strip()
    if not said or not is_loopback(peer):
        return peer
    try:
        return str(ip_address(said))
    except ValueError:
        return peer


def network_of(peer: str) -> str:
    """Return whose tries count together: an address, or the /64 one customer has of IPv6."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)

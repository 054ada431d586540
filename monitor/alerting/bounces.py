"""When an address is sent to no more. Pure: what came back goes in, yes or no comes out."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.domain.bounces import Bounce, BounceKind

#: So many days on which mail came back from a mailbox that may be well again ...
_SOFT_DAYS = 3
#: ... over at least this time ...
_SOFT_SPAN = timedelta(days=7)
#: ... and no more than this ago.
_SOFT_MEMORY = timedelta(days=30)
_AT_ONCE = frozenset({BounceKind.HARD, BounceKind.COMPLAINT})


def is_given_up(bounces: Sequence[Bounce]) -> bool:
    """Return whether nothing more is to be sent to an address.

    At once when there is no such mailbox, or its reader complained. A mailbox that is full or out
    of reach is given up when mail came back on three days over at least a week. Mail that was
    refused for what it is says nothing of the mailbox.

    Args:
        bounces: What came back from it since it was last allowed, in any order.
    """
    if any(bounce.kind in _AT_ONCE for bounce in bounces):
        return True
    soft = sorted(bounce.at for bounce in bounces if bounce.kind is BounceKind.SOFT)
    recent = [at for at in soft if at > soft[-1] - _SOFT_MEMORY] if soft else []
    days = {at.date() for at in recent}
    return len(days) >= _SOFT_DAYS and recent[-1] - recent[0] >= _SOFT_SPAN


def kind_of(status: str) -> BounceKind:
    """Return what an enhanced status code says of the mailbox. RFC 3463."""
    parts = status.split(".")
    topic = parts[1] if len(parts) == 3 else ""  # noqa: PLR2004  # class, subject, detail
    if topic == "1" and parts[0] == "5":
        return BounceKind.HARD if parts[2] not in _SENDERS else BounceKind.REFUSED
    return BounceKind.REFUSED if topic in {"6", "7"} else BounceKind.SOFT


#: 5.1.7 and 5.1.8 are about the sender's address.
_SENDERS = frozenset({"7", "8"})

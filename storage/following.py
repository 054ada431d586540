"""Whether a replica is asked, by how the last tries with it went. Pure: the time comes in."""

from dataclasses import dataclass, replace
from datetime import timedelta

#: A replica that could not be read is left alone for this long, then one read tries it again.
LEFT_ALONE = timedelta(seconds=2)
#: So many tries in a row that came to nothing are told to the operator: one may be chance.
_TOLD_AFTER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a server has come in the log of which primary."""

    #: Number that a primary and its replicas share.
    system: int
    #: Bytes of the log behind it: written to disk on a primary, replayed on a replica.
    reached: int
    is_replica: bool = False
    #: Whether its user may read what is kept there.
    may_read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How a replica stands."""

    #: Why it is not read; empty while it is.
    trouble: str = ""
    #: Tries in a row that came to nothing.
    failed: int = 0
    #: Seconds of a monotonic clock before which nobody tries it.
    until: float = 0.0

    @property
    def is_told(self) -> bool:
        """Whether the operator is to know."""
        return self.failed >= _TOLD_AFTER


def begins_try(before: Following, at: float) -> Following | None:
    """Return how it stands while this read tries the replica; None where it is to leave it alone.

    After trouble one read tries, and those beside it do not wait with it.
    """
    if not before.trouble:
        return before
    if at < before.until:
        return None
    return replace(before, until=at + LEFT_ALONE.total_seconds())


def after_trouble(before: Following, why: str, at: float) -> Following:
    """Return how it stands after a try that came to nothing."""
    return Following(trouble=why, failed=before.failed + 1, until=at + LEFT_ALONE.total_seconds())


def differs(primary: Place, replica: Place) -> str:
    """Return why a server cannot stand for its primary, however long one waits; empty if it can."""
    if not replica.is_replica:
        return "is no replica: it takes writes of its own"
    if replica.system != primary.system:
        return "is a replica of another server"
    if not replica.may_read:
        return (
            "lets its user read no tables of ours: on the primary, GRANT SELECT ON ALL TABLES IN"
            " SCHEMA public to it, and look whether the name of the database is right"
        )
    return ""


def is_ahead(primary: Place, replica: Place) -> bool:
    """Return whether a replica has more than its primary had when that was asked.

    It may have come in the meantime. What is still more than the primary has when asked again,
    the primary never wrote: it was set back, and the replica shows what is no more.
    """
    return replica.reached > primary.reached


def lag(primary: Place, replica: Place) -> int:
    """Return the bytes of the primary's log that a replica has not replayed."""
    return max(0, primary.reached - replica.reached)

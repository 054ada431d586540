"""What a number of trials came to in a sweep."""

from dataclasses import dataclass

from monitor.domain.alerts import Alert
from monitor.domain.ports import KeptAside
from monitor.domain.trial import NctId


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a number of trials came to. Adds up."""

    baselines: tuple[NctId, ...] = ()
    unchanged: int = 0
    #: New versions, also those in which nothing that counts changed.
    versions: int = 0
    alerts: tuple[Alert, ...] = ()
    deliveries: int = 0
    refused: tuple[KeptAside, ...] = ()
    #: Never seen, and the registry does not know the number.
    unknown: tuple[NctId, ...] = ()
    #: (old number, number under which the registry keeps it now).
    merged: tuple[tuple[NctId, NctId], ...] = ()
    #: Paths in new versions that trialwatch does not know: kept, not compared.
    unknown_fields: frozenset[str] = frozenset()

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(
            baselines=self.baselines + other.baselines,
            unchanged=self.unchanged + other.unchanged,
            versions=self.versions + other.versions,
            alerts=self.alerts + other.alerts,
            deliveries=self.deliveries + other.deliveries,
            refused=self.refused + other.refused,
            unknown=self.unknown + other.unknown,
            merged=self.merged + other.merged,
            unknown_fields=self.unknown_fields | other.unknown_fields,
        )

"""Rows about trials: how they stand, their versions, changes, words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.domain.alerts import Alert
from monitor.domain.ports.sources import KeptAside, Release
from monitor.domain.summaries import Summary
from monitor.domain.trial import Lineage, NctId, TrialState, Version, VersionInfo


class Trials(Protocol):
    """One row a trial that is or was watched."""

    def due(self, release: str) -> tuple[NctId, ...]:
        """Return watched trials that no sweep has settled for ``release`` yet, by number."""
        ...

    def hold(self, nct_ids: Iterable[NctId]) -> Mapping[NctId, TrialState]:
        """Read the rows and hold them until the transaction ends, against other sweeps."""
        ...

    def save(self, states: Iterable[TrialState]) -> None:
        """Insert or overwrite rows."""
        ...

    def get(self, nct_id: NctId) -> TrialState | None:
        """Return the row, None when the trial was never watched."""
        ...

    def with_baseline(self) -> tuple[NctId, ...]:
        """Return all trials that have a version stored, watched or not any more, by number."""
        ...

    def with_history_left(self) -> tuple[NctId, ...]:
        """Return watched trials with a baseline whose history is not all looked at, by number."""
        ...


class Versions(Protocol):
    """Every distinct version of a trial, kept for good."""

    def add(self, version: Version) -> None:
        """Store a version; its number is one more than the newest stored.

        Raises:
            StorageError: The number is not the next.
        """
        ...

    def add_before(self, version: Version) -> None:
        """Store a version from before the watch; its number is one less than the oldest stored.

        Raises:
            StorageError: The number is not the next, or there is no baseline yet.
        """
        ...

    def oldest(self, nct_id: NctId) -> int | None:
        """Return the number of the oldest version stored, None before the baseline."""
        ...

    def read(self, nct_id: NctId, number: int) -> Version:
        """Return a version byte for byte.

        Raises:
            VersionNotFoundError: There is no such version.
        """
        ...

    def of_trial(self, nct_id: NctId) -> tuple[VersionInfo, ...]:
        """Return all versions of a trial, oldest first, without their bytes."""
        ...


class Alerts(Protocol):
    """Changes and the alerts that carry them."""

    def add(self, alert: Alert) -> bool:
        """Store an alert with its changes; False when exactly these were stored before."""
        ...

    def fan_out(self, alert: Alert, *, now: datetime) -> int:
        """Make one pending delivery per target that is to hear of ``alert``; return how many.

        A target hears once, however many of its lists hold the trial. Disabled targets and
        ended subscriptions hear nothing; so does a subscription whose least severity is above
        the alert's. Silent alerts reach nobody, nor do those about the time before the watch.
        Asking twice makes nothing new.
        """
        ...

    def of_trial(self, nct_id: NctId, *, limit: int) -> tuple[Alert, ...]:
        """Return the newest alerts of a trial, newest first, silent ones among them."""
        ...


class Summaries(Protocol):
    """The trial in plain English, one per version."""

    def save(self, summary: Summary) -> None:
        """Store the summary of (trial, version); what another lexicon wrote gives way."""
        ...

    def newest(self, nct_id: NctId) -> Summary | None:
        """Return the summary of the newest version, as it was written last."""
        ...


class Lineages(Protocol):
    """Names that stay with a rule through all versions of a trial."""

    def save(self, lineage: Lineage) -> None:
        """Insert or overwrite the names of (trial, version)."""
        ...

    def read(self, nct_id: NctId, version: int) -> Lineage | None:
        """Return the names of a version's rules, None when none are stored."""
        ...

    def of_trial(self, nct_id: NctId) -> tuple[Lineage, ...]:
        """Return the names of all versions that have some stored, oldest first."""
        ...


class Releases(Protocol):
    """What is known of the registry itself."""

    def known(self) -> Release | None:
        """Return the release seen last."""
        ...

    def saw(self, release: Release, *, now: datetime) -> None:
        """Note that the registry answered and serves ``release``; ends any trouble noted."""
        ...

    def trouble(self, text: str, *, now: datetime) -> None:
        """Note why the registry could not be asked; shown to the operator until it is over."""
        ...

    def keep_aside(self, aside: KeptAside, *, release: str, now: datetime) -> None:
        """Store an answer that could not be believed, for the operator (newest per trial)."""
        ...

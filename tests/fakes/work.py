"""The database in memory: plays ``OpenWork`` in tests of use cases.

Held to the same contract as the real one by tests/integration/storage. One unit of work at a
time, as in SQLite; what is not committed is gone.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.domain.errors import StorageError
from tests.fakes.bounces import FakeBounces
from tests.fakes.canaries import FakeCanaries
from tests.fakes.consents import FakeConsents
from tests.fakes.deliveries import FakeDeliveries
from tests.fakes.letterboxes import FakeLetterboxes
from tests.fakes.publiclinks import FakePublicLinks
from tests.fakes.records import (
    FakeAlerts,
    FakeLineages,
    FakeReleases,
    FakeSummaries,
    FakeTrials,
    FakeVersions,
)
from tests.fakes.rows import FakeRows
from tests.fakes.searches import FakeSearches
from tests.fakes.timings import FakeTimings
from tests.fakes.watches import FakeWatches
from tests.fakes.whole import FakeWhole

#: Long enough for any test's other thread to finish.
_PATIENCE_SECONDS = 10.0


class FakeDatabase:
    """Holds rows; ``open_work`` matches ``OpenWork``."""

    def __init__(self) -> None:
        #: What has been committed; tests may look, and put things here before they begin.
        self.rows = FakeRows()
        self._turn = threading.Lock()

    @contextmanager
    def open_work(self) -> Iterator["FakeWork"]:
        """Open one transaction; leaving without ``commit`` undoes it."""
        if not self._turn.acquire(timeout=_PATIENCE_SECONDS):
            raise StorageError("The database is locked: a unit of work was opened inside another")
        try:
            yield FakeWork(self)
        finally:
            self._turn.release()


class FakeWork:
    """One transaction."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        rows = database.rows.copied()
        self._rows = rows
        self.trials = FakeTrials(rows)
        self.versions = FakeVersions(rows)
        self.alerts = FakeAlerts(rows)
        self.summaries = FakeSummaries(rows)
        self.lineages = FakeLineages(rows)
        self.watches = FakeWatches(rows)
        self.public_links = FakePublicLinks(rows)
        self.timings = FakeTimings(rows)
        self.searches = FakeSearches(rows)
        self.letterboxes = FakeLetterboxes(rows)
        self.deliveries = FakeDeliveries(rows)
        self.bounces = FakeBounces(rows)
        self.canaries = FakeCanaries(rows)
        self.consents = FakeConsents(rows)
        self.releases = FakeReleases(rows)
        self.whole = FakeWhole(rows)

    def commit(self) -> None:
        """Keep everything done so far."""
        self._database.rows = self._rows.copied()

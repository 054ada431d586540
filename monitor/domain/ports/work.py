"""One transaction over all rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from monitor.domain.canary import Canaries
from monitor.domain.ports.outbox import Bounces, Deliveries
from monitor.domain.ports.readers import Consents, Letterboxes, PublicLinks, Timings, Watches
from monitor.domain.ports.records import Alerts, Lineages, Releases, Summaries, Trials, Versions
from monitor.domain.ports.searches import Searches
from monitor.domain.ports.whole import WholeRows


class Work(Protocol):
    """One transaction over all rows. Nothing is kept unless ``commit`` is called."""

    @property
    def trials(self) -> Trials:
        """Rows of watched trials."""
        ...

    @property
    def versions(self) -> Versions:
        """Versions of their records."""
        ...

    @property
    def alerts(self) -> Alerts:
        """Changes and alerts."""
        ...

    @property
    def summaries(self) -> Summaries:
        """Trials in plain English."""
        ...

    @property
    def lineages(self) -> Lineages:
        """Names of rules through all versions."""
        ...

    @property
    def watches(self) -> Watches:
        """Lists, targets, subscriptions."""
        ...

    @property
    def public_links(self) -> PublicLinks:
        """Public pages of lists."""
        ...

    @property
    def searches(self) -> Searches:
        """Saved searches."""
        ...

    @property
    def timings(self) -> Timings:
        """When readers want to be told."""
        ...

    @property
    def letterboxes(self) -> Letterboxes:
        """Addresses, as their readers meet them."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """The outbox."""
        ...

    @property
    def bounces(self) -> Bounces:
        """Mail that came back."""
        ...

    @property
    def canaries(self) -> Canaries:
        """Mail to ourselves."""
        ...

    @property
    def consents(self) -> Consents:
        """Who agreed to be written to."""
        ...

    @property
    def whole(self) -> WholeRows:
        """All studies of the registry."""
        ...

    @property
    def releases(self) -> Releases:
        """The registry itself."""
        ...

    def commit(self) -> None:
        """Keep everything done so far, all at once."""
        ...


#: Opens a transaction; leaving it without ``commit`` undoes it.
OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]

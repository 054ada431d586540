"""One transaction over all rows."""

from functools import cached_property

from sqlalchemy import Connection

from monitor.domain.people import OPERATOR
from storage.alerts import SqlAlerts
from storage.bounces import SqlBounces
from storage.canaries import SqlCanaries
from storage.consents import SqlConsents
from storage.deliveries import SqlDeliveries
from storage.letterboxes import SqlLetterboxes
from storage.lineages import SqlLineages
from storage.lists import SqlLists
from storage.notes import SqlNotes
from storage.passkeys import SqlPasskeys
from storage.people import SqlPeople
from storage.pins import SqlPins
from storage.publiclinks import SqlPublicLinks
from storage.releases import SqlReleases
from storage.searches import SqlSearches
from storage.summaries import SqlSummaries
from storage.timings import SqlTimings
from storage.trials import SqlTrials
from storage.versions import SqlVersions
from storage.watches import SqlWatches
from storage.whole import SqlWhole


class SqlWork:
    """Plays ``monitor.domain.ports.Work``."""

    def __init__(self, connection: Connection, subscriber: int = OPERATOR) -> None:
        self._connection = connection
        self._subscriber = subscriber

    @cached_property
    def trials(self) -> SqlTrials:
        """Rows of watched trials."""
        return SqlTrials(self._connection)

    @cached_property
    def versions(self) -> SqlVersions:
        """Versions of their records."""
        return SqlVersions(self._connection)

    @cached_property
    def alerts(self) -> SqlAlerts:
        """Changes and alerts."""
        return SqlAlerts(self._connection)

    @cached_property
    def summaries(self) -> SqlSummaries:
        """Trials in plain English."""
        return SqlSummaries(self._connection)

    @cached_property
    def lineages(self) -> SqlLineages:
        """Names of rules through all versions."""
        return SqlLineages(self._connection)

    @cached_property
    def watches(self) -> SqlWatches:
        """Lists, targets, subscriptions."""
        return SqlWatches(self._connection, self._subscriber)

    @cached_property
    def public_links(self) -> SqlPublicLinks:
        """Public pages of lists."""
        return SqlPublicLinks(self._connection)

    @cached_property
    def searches(self) -> SqlSearches:
        """Saved searches."""
        return SqlSearches(self._connection, self._subscriber)

    @cached_property
    def timings(self) -> SqlTimings:
        """When readers want to be told."""
        return SqlTimings(self._connection, self._subscriber)

    @cached_property
    def letterboxes(self) -> SqlLetterboxes:
        """Addresses, as their readers meet them."""
        return SqlLetterboxes(self._connection)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        """The outbox."""
        return SqlDeliveries(self._connection)

    @cached_property
    def bounces(self) -> SqlBounces:
        """Mail that came back."""
        return SqlBounces(self._connection)

    @cached_property
    def canaries(self) -> SqlCanaries:
        """Mail to ourselves."""
        return SqlCanaries(self._connection)

    @cached_property
    def consents(self) -> SqlConsents:
        """Who agreed to be written to."""
        return SqlConsents(self._connection)

    @cached_property
    def people(self) -> SqlPeople:
        """Those who may sign in."""
        return SqlPeople(self._connection)

    @cached_property
    def pins(self) -> SqlPins:
        """Who signs in by an institution."""
        return SqlPins(self._connection)

    @cached_property
    def passkeys(self) -> SqlPasskeys:
        """What some of them sign in with."""
        return SqlPasskeys(self._connection)

    @cached_property
    def lists(self) -> SqlLists:
        """Watch lists by number, and who sees them."""
        return SqlLists(self._connection)

    @cached_property
    def notes(self) -> SqlNotes:
        """What is written beside trials on lists."""
        return SqlNotes(self._connection)

    @cached_property
    def whole(self) -> SqlWhole:
        """All studies of the registry."""
        return SqlWhole(self._connection)

    @cached_property
    def releases(self) -> SqlReleases:
        """The registry itself."""
        return SqlReleases(self._connection)

    def commit(self) -> None:
        """Keep everything done so far, all at once."""
        self._connection.commit()

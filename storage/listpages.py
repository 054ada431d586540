"""What the page of one list shows: its trials, who is told, what changed lately."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, select

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.notes import Note
from monitor.domain.timings import Timing
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState, shown_address
from storage.alerts import with_changes
from storage.engine import Database
from storage.listorder import Order, beyond, last_told, ordered
from storage.notes import has_tag, note_of
from storage.rows import AnyRow
from storage.tables import alerts, subscriptions, targets, timings, trials, watch_lists, watches
from storage.timings import CHOICE, OF_SUBSCRIPTION, timing_of
from storage.trials import is_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOnList:
    """A trial that stands on a list."""

    nct_id: NctId
    brief_title: str
    #: Empty until the baseline.
    overall_status: str
    seen_at: datetime | None
    gone: bool
    #: The registry said that it knows no such number.
    unknown: bool
    #: Release of the newest change that anybody is told of; None where there is none yet.
    changed_in: str | None = None
    note: Note = field(default_factory=Note)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """A live subscription of somebody's target."""

    id: int
    list_id: int
    list_name: str
    nct_id: NctId | None
    target_id: int
    channel: Channel
    #: As its owner may see it.
    address: str
    state: TargetState
    min_severity: Severity
    topics: frozenset[Topic]
    #: None for at once.
    timing: Timing | None
    #: None for everywhere.
    near_to: Near | None
    token: str

    @property
    def hours(self) -> str:
        """The hours in words; empty for at once."""
        return "" if self.timing is None else self.timing.words

    @property
    def near(self) -> str:
        """What is near in words (``within 50 km of Leeds``); empty for everywhere."""
        return "" if self.near_to is None else self.near_to.words


def trials_on(
    database: Database,
    list_id: int,
    *,
    after: NctId | None = None,
    limit: int | None = None,
    tag: str = "",
    order: Order = Order.NUMBER,
) -> tuple[TrialOnList, ...]:
    """Return trials of a list in an order, those after one of them, at most so many.

    ``tag`` narrows them to those that have it.
    """
    chosen = (
        select(trials.c.nct_id)
        .join(watches, watches.c.nct_id == trials.c.nct_id)
        .where(watches.c.list_id == list_id)
        .order_by(*ordered(order))
        .limit(limit)
    )
    if tag:
        chosen = chosen.where(has_tag(tag))
    with database.reading() as connection:
        if after is not None:
            chosen = chosen.where(beyond(connection, order, after))
        # What is shown of a trial is read for those that are shown.
        page = chosen.subquery()
        query = (
            select(trials, watches.c.note, watches.c.tags, alerts.c.release)
            .join(page, page.c.nct_id == trials.c.nct_id)
            .join(watches, and_(watches.c.nct_id == page.c.nct_id, watches.c.list_id == list_id))
            .outerjoin(alerts, alerts.c.id == last_told().scalar_subquery())
            .order_by(*ordered(order))
        )
        return tuple(map(_on_list, connection.execute(query)))


def _on_list(row: AnyRow) -> TrialOnList:
    return TrialOnList(
        nct_id=row.nct_id,
        brief_title=row.brief_title,
        overall_status=row.overall_status,
        seen_at=row.seen_at,
        gone=row.gone,
        unknown=is_unknown(row),
        changed_in=row.release,
        note=note_of(row),
    )


def told(database: Database, person_id: int, *, list_id: int | None = None) -> tuple[ToldRow, ...]:
    """Return what somebody's targets are told of, of one list or of all, oldest first."""
    query = (
        select(
            subscriptions,
            watch_lists.c.name,
            targets.c.channel,
            targets.c.address,
            targets.c.state,
            timings.c.id.label("timing_id"),
            *CHOICE,
        )
        .join(targets, targets.c.id == subscriptions.c.target_id)
        .join(watch_lists, watch_lists.c.id == subscriptions.c.list_id)
        .join(timings, OF_SUBSCRIPTION, isouter=True)
        .where(subscriptions.c.ended_at.is_(None), targets.c.subscriber_id == person_id)
        .order_by(subscriptions.c.id)
    )
    if list_id is not None:
        query = query.where(subscriptions.c.list_id == list_id)
    with database.reading() as connection:
        return tuple(map(_told, connection.execute(query)))


def _told(row: AnyRow) -> ToldRow:
    channel = Channel(row.channel)
    return ToldRow(
        id=row.id,
        list_id=row.list_id,
        list_name=row.name,
        nct_id=row.nct_id,
        target_id=row.target_id,
        channel=channel,
        address=shown_address(channel, row.address),
        state=TargetState(row.state),
        min_severity=Severity(row.min_severity),
        topics=frozenset(map(Topic, row.topics.split())),
        timing=None if row.timing_id is None else timing_of(row),
        near_to=None if row.near is None else Near.read(row.near),
        token=row.token,
    )


def alerts_of_list(
    database: Database, list_id: int, *, since: str, limit: int
) -> tuple[Alert, ...]:
    """Return the alerts of a list's trials, those from before the watch among them.

    Args:
        database: Where they are.
        list_id: The list.
        since: First release of interest, as the registry dates it (``2026-03-09``).
        limit: Most of them; the newest releases count.
    """
    query = (
        select(alerts)
        .join(watches, watches.c.nct_id == alerts.c.nct_id)
        .where(watches.c.list_id == list_id, alerts.c.release >= since)
        .where(alerts.c.severity > Severity.SILENT.value)
        .order_by(alerts.c.release.desc(), alerts.c.id)
        .limit(limit)
    )
    with database.reading() as connection:
        return with_changes(connection, connection.execute(query).all())

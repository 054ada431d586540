"""Changes, the alerts that carry them, and the fan-out to targets."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)

from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.changes import Change, Severity
from monitor.domain.events import KINDS, EventType, of_type
from monitor.domain.trial import NctId
from storage.alertrows import alert_of, alert_row, change_of, change_row, identity
from storage.columns import Utc
from storage.feedplaces import next_place
from storage.hearers import ALERT, MADE_AT, new_deliveries
from storage.nearby import heard_by
from storage.rows import AnyRow
from storage.tables import (
    alerts,
    changes,
    deliveries,
    timings,
)
from storage.timings import hold
from storage.waking import Wake, wake


class SqlAlerts:
    """Plays ``monitor.domain.ports.Alerts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert) -> bool:
        """Store an alert with its changes; False when exactly these were stored before.

        A change that an earlier alert carried already stays with that one: it is told once.
        """
        fresh = self._not_stored(alert.changes)
        if not fresh and (alert.changes or self._is_stored(alert)):
            return False
        severity = max((change.severity for change in fresh), default=Severity.SILENT)
        place = 0 if alert.before_watch else self._next_place(alert.nct_id)
        row = alert_row(alert, severity, place)
        row["feed_place"] = next_place(self._connection, alert.created_at)
        self._connection.execute(insert(alerts), row)
        rows = [change_row(alert, place, change) for place, change in enumerate(fresh)]
        if rows:
            self._connection.execute(insert(changes), rows)
        return True

    def _not_stored(self, given: Collection[Change]) -> tuple[Change, ...]:
        key = (changes.c.nct_id, changes.c.from_version, changes.c.to_version)
        pairs = {(change.nct_id, change.from_version, change.to_version) for change in given}
        query = select(*key, changes.c.kind, changes.c.subject_sha256).where(
            tuple_(*key).in_(sorted(pairs))
        )
        stored = {tuple(row) for row in self._connection.execute(query)} if pairs else set()
        return tuple(change for change in given if identity(change) not in stored)

    def _next_place(self, nct_id: NctId) -> int:
        found = self._connection.execute(_LAST_PLACE, {"its_trial": nct_id})
        return int(found.scalar_one()) + 1

    def _is_stored(self, alert: Alert) -> bool:
        query = select(alerts.c.id).where(alerts.c.id == alert.id)
        return self._connection.execute(query).first() is not None

    def fan_out(self, alert: Alert, *, now: datetime) -> int:
        """Make one pending delivery per target that is to hear of ``alert``; return how many.

        One statement a type of event, however many targets. Of a target's subscriptions that match,
        the one to the whole list gives its unsubscribe address, the oldest first; one that is told
        sooner comes before one that is told later. Where hours were chosen the delivery waits.
        Who asked for places near theirs hears only of what is left of the alert then, those who
        did not come first; who named several places by several lists hears of all of them.
        """
        made = 0
        heard = heard_by(self._connection, alert)
        whole = EventType.SEARCH_MATCHED if alert.search else EventType.TRIAL_CHANGED
        for type_ in (whole, *(() if alert.search else KINDS)):
            for concerned in heard.parts(type_) if of_type(alert.told, type_) else ():
                new = new_deliveries(self._connection.dialect.name, type_, concerned)
                values = {ALERT.key: alert.id, MADE_AT.key: now}
                made += self._connection.execute(new, values).rowcount
        if made:
            heard.widen(self._connection)
            self._wake(alert, now)
            wake(self._connection, Wake.DELIVER)
        return made

    def _wake(self, alert: Alert, now: datetime) -> None:
        """Have choices without a next hour looked at, now that something waits for them."""
        its_own = {"first": f"{alert.id}-", "behind": f"{alert.id}."}
        # Who strikes hours meanwhile cannot see what waits since now, and leaves no next hour behind.
        hold(self._connection, _WAITED_FOR, its_own)
        self._connection.execute(_WAKE, its_own | {"made_at": now})

    def of_trial(self, nct_id: NctId, *, limit: int) -> tuple[Alert, ...]:
        """Return the newest alerts of a trial, newest first, silent ones among them."""
        query = (
            select(alerts)
            .where(alerts.c.nct_id == nct_id)
            .order_by(alerts.c.id.desc())
            .limit(limit)
        )
        return with_changes(self._connection, self._connection.execute(query).all())


_LAST_PLACE = select(func.coalesce(func.max(alerts.c.sequence), 0)).where(
    alerts.c.nct_id == bindparam("its_trial")
)
_WAITED_FOR = select(deliveries.c.timing_id).where(
    # Ids begin with the alert's: a range of the primary key.
    deliveries.c.id >= bindparam("first"),
    deliveries.c.id < bindparam("behind"),
    deliveries.c.state == DeliveryState.WAITING.value,
)
_WAKE = (
    update(timings)
    .where(timings.c.next_at.is_(None), timings.c.id.in_(_WAITED_FOR))
    .values(next_at=bindparam("made_at", type_=Utc))
)


def alerts_by_id(connection: Connection, ids: Collection[str]) -> Mapping[str, Alert]:
    """Return stored alerts as they were given."""
    rows = connection.execute(select(alerts).where(alerts.c.id.in_(set(ids)))).all()
    return {alert.id: alert for alert in with_changes(connection, rows)}


def with_changes(connection: Connection, rows: Collection[AnyRow]) -> tuple[Alert, ...]:
    """Return the alerts of rows of ``alerts``, in the same order, with one query for all."""
    query = (
        select(changes)
        .where(changes.c.alert_id.in_([row.id for row in rows]))
        .order_by(changes.c.alert_id, changes.c.position)
    )
    of_alert: dict[str, list[Change]] = defaultdict(list)
    for row in connection.execute(query):
        of_alert[row.alert_id].append(change_of(row))
    return tuple(alert_of(row, tuple(of_alert[row.id])) for row in rows)

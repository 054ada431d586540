"""Several alerts in one delivery: which one carries the others, and what becomes of them.

The first carries the rest. It keeps that place, and with it the message's id, also when its own
alert is no longer wanted.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from monitor.domain.alerts import DeliveryState, Digest
from monitor.domain.near import Near, read_nears
from monitor.summaries.nearby import narrowed
from storage.alerts import alerts_by_id
from storage.cancelling import IS_CARRIER
from storage.rows import AnyRow
from storage.tables import alerts, deliveries

#: Trials that one message has room for in any case, and steps of each.
_MOST_TRIALS = 60
_MOST_STEPS = 6
_carrier = deliveries.alias("carrier")
_IS_INSIDE = or_(
    deliveries.c.state == DeliveryState.BUNDLED.value,
    and_(IS_CARRIER, deliveries.c.left_out.is_not(True)),
)
_ITS_STATE = select(_carrier.c.state).where(_carrier.c.id == bindparam("its_id")).scalar_subquery()
_IS_SETTLED = exists().where(
    _carrier.c.id == bindparam("its_id"), _carrier.c.state != DeliveryState.PENDING.value
)
_FOLLOW = (
    update(deliveries)
    .where(
        deliveries.c.bundle_id == bindparam("its_id"),
        deliveries.c.state == DeliveryState.BUNDLED.value,
        _IS_SETTLED,
    )
    .values(state=_ITS_STATE)
)


def follow(connection: Connection, delivery_id: str) -> None:
    """Let what a delivery carried stand where it stands, once that is settled."""
    connection.execute(_FOLLOW, {"its_id": delivery_id})


def digests(connection: Connection, ids: Collection[str]) -> Mapping[str, Digest]:
    """Return what deliveries that carry others are about, by their ids."""
    if not ids:
        return {}
    query = (
        select(
            deliveries.c.bundle_id,
            deliveries.c.alert_id,
            alerts.c.nct_id,
            alerts.c.severity,
            alerts.c.search_id,
            deliveries.c.near,
        )
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(deliveries.c.bundle_id.in_(ids), _IS_INSIDE)
        .order_by(alerts.c.nct_id, alerts.c.to_version)
    )
    inside: dict[str, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(query):
        inside[row.bundle_id].append(row)
    chosen = {each: _weightiest(rows) for each, rows in inside.items()}
    of_searches = {each: {row.search_id for row in rows} - {None} for each, rows in inside.items()}
    nears = {each: {row.alert_id: near_of(row) for row in rows} for each, rows in inside.items()}
    found = alerts_by_id(connection, {one for _, ids_ in chosen.values() for one in ids_})
    return {
        each: Digest(
            alerts=tuple(narrowed(found[one], *nears[each][one]) for one in ids_),
            trials=subjects - len(of_searches[each]),
            searches=len(of_searches[each]),
        )
        for each, (subjects, ids_) in chosen.items()
    }


def near_of(row: AnyRow) -> tuple[Near, ...]:
    """Return what a delivery in a row was narrowed to, nothing for all places."""
    return read_nears(row.near)


def _weightiest(rows: Sequence[AnyRow]) -> tuple[int, tuple[str, ...]]:
    """Return how many trials and searches there are, and the alerts of the weightiest of them.

    Trials come by their weightiest alert, of the same weight the one told of last first; the
    alerts of a trial in the order of its versions.
    """
    of_trial: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        of_trial[row.nct_id].append(row)
    ranked = sorted(
        of_trial.values(),
        key=lambda steps: (max(step.severity for step in steps), steps[-1].alert_id),
        reverse=True,
    )
    kept = [step.alert_id for steps in ranked[:_MOST_TRIALS] for step in steps[-_MOST_STEPS:]]
    return len(ranked), tuple(kept)

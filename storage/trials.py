"""One row a trial that is or was watched."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, Connection, and_, exists, select, update

from monitor.domain.trial import HISTORY_DONE, NctId, TrialState
from storage.rows import AnyRow, in_groups, insert_new, overwrite
from storage.tables import trials, watches

#: Most numbers in one statement.
_GROUP = 1000
_FIELDS = tuple(field.name for field in fields(TrialState))
_COLUMNS = tuple(trials.c[name] for name in _FIELDS)
#: As ``TrialState.unknown``.
IS_UNKNOWN = and_(trials.c.latest_version == 0, trials.c.missing_since.is_not(None))


def is_unknown(row: AnyRow) -> bool:
    """Return ``TrialState.unknown`` of a row of ``trials``."""
    return not row.latest_version and row.missing_since is not None


class SqlTrials:
    """Plays ``monitor.domain.ports.Trials``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, release: str) -> tuple[NctId, ...]:
        """Return watched trials that no sweep has settled for ``release`` yet, by number."""
        query = (
            select(trials.c.nct_id)
            .where(
                trials.c.swept_release.is_distinct_from(release),
                exists().where(watches.c.nct_id == trials.c.nct_id),
            )
            .order_by(trials.c.nct_id)
        )
        return tuple(self._connection.scalars(query))

    def with_baseline(self) -> tuple[NctId, ...]:
        """Return all trials that have a version stored, watched or not any more, by number."""
        query = select(trials.c.nct_id).where(trials.c.latest_version > 0)
        return tuple(self._connection.scalars(query.order_by(trials.c.nct_id)))

    def hold(self, nct_ids: Iterable[NctId]) -> Mapping[NctId, TrialState]:
        """Read the rows and hold them until the transaction ends, against other sweeps.

        A number without a row gets one, for only a row can be held.
        """
        # In one order everywhere, so that two sweeps cannot wait for each other.
        wanted = sorted(set(nct_ids))
        held: dict[NctId, TrialState] = {}
        for group in in_groups(wanted, _GROUP):
            held |= self._hold(group)
            missing = [nct_id for nct_id in group if nct_id not in held]
            for nct_id in missing:
                know(self._connection, nct_id)
            held |= self._hold(missing) if missing else {}
        return held

    def _hold(self, group: list[NctId]) -> dict[NctId, TrialState]:
        query = (
            select(*_COLUMNS)
            .where(trials.c.nct_id.in_(group))
            .order_by(trials.c.nct_id)
            .with_for_update()
        )
        return {row.nct_id: state_of(row) for row in self._connection.execute(query)}

    def save(self, states: Iterable[TrialState]) -> None:
        """Insert or overwrite rows."""
        overwrite(self._connection, trials, [_row_of(state) for state in states])

    def get(self, nct_id: NctId) -> TrialState | None:
        """Return the row, None when the trial was never watched."""
        query = select(*_COLUMNS).where(trials.c.nct_id == nct_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else state_of(row)

    def with_history_left(self) -> tuple[NctId, ...]:
        """Return watched trials with a baseline whose history is not all looked at, by number."""
        left = trials.c.history_left
        query = (
            select(trials.c.nct_id)
            .where(
                trials.c.latest_version > 0,
                left.is_(None) | (left != HISTORY_DONE),
                exists().where(watches.c.nct_id == trials.c.nct_id),
            )
            .order_by(trials.c.nct_id)
        )
        return tuple(self._connection.scalars(query))


def know(connection: Connection, nct_id: NctId) -> None:
    """Make the row of a trial if it has none."""
    insert_new(connection, trials, _row_of(TrialState(nct_id=nct_id)))


def put_down(connection: Connection, nct_ids: Iterable[NctId]) -> None:
    """Mark those of the trials that stand on no list any more as paused."""
    for group in in_groups(nct_ids, _GROUP):
        on_none = ~exists().where(watches.c.nct_id == trials.c.nct_id)
        off = update(trials).where(trials.c.nct_id.in_(group), on_none)
        connection.execute(off.values(paused=True))


def columns_of_state() -> tuple[Column[Any], ...]:
    """Return the columns that ``state_of`` reads."""
    return _COLUMNS


def state_of(row: AnyRow) -> TrialState:
    """Return the state a row of ``trials`` holds."""
    return TrialState(**{name: getattr(row, name) for name in _FIELDS})


def _row_of(state: TrialState) -> dict[str, object]:
    return {name: getattr(state, name) for name in _FIELDS}

"""All studies of the registry, a page at a time; the rows are those of watched trials."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from monitor.domain.trial import NctId, TrialState, Version
from monitor.domain.whole import Pass
from storage.codec import pack
from storage.rows import in_groups, overwrite
from storage.tables import registry_pass, trials, versions
from storage.trials import columns_of_state, state_of

#: There is one registry, so its table has one row.
_ONE: Final = 1
_GROUP: Final = 1000


class SqlWhole:
    """Plays ``monitor.domain.ports.WholeRows``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self) -> Pass | None:
        """Return how far the newest going-through has come, None before the first."""
        columns = [column for column in registry_pass.c if column.name != "id"]
        row = self._connection.execute(select(*columns)).one_or_none()
        return None if row is None else Pass(**row._mapping)  # noqa: SLF001 (its public name)

    def save(self, here: Pass) -> None:
        """Overwrite how far it has come."""
        overwrite(self._connection, registry_pass, [{"id": _ONE, **asdict(here)}])

    def held(self, nct_ids: Collection[NctId]) -> Mapping[NctId, TrialState]:
        """Read the rows there are and hold them until the transaction ends; makes none."""
        held: dict[NctId, TrialState] = {}
        for group in in_groups(sorted(nct_ids), _GROUP):
            query = (
                select(*columns_of_state())
                .where(trials.c.nct_id.in_(group))
                .order_by(trials.c.nct_id)
                .with_for_update()
            )
            held |= {row.nct_id: state_of(row) for row in self._connection.execute(query)}
        return held

    def mark(self, nct_ids: Collection[NctId], state: TrialState) -> None:
        """Note of studies that are as they were: release and time are those of ``state``."""
        for group in in_groups(nct_ids, _GROUP):
            self._connection.execute(
                update(trials)
                .where(trials.c.nct_id.in_(group))
                .values(
                    swept_release=state.swept_release, seen_at=state.seen_at, missing_since=None
                )
            )

    def add_first(self, first: Collection[Version]) -> None:
        """Store first versions of trials whose rows are there."""
        if first:
            self._connection.execute(insert(versions), [_row_of(one) for one in first])

    def left(self, release: str, *, limit: int) -> tuple[NctId, ...]:
        """Return held studies that ``release`` did not show, by number.

        Not those that are known to be gone or merged.
        """
        query = (
            select(trials.c.nct_id)
            .where(
                trials.c.latest_version > 0,
                trials.c.swept_release.is_distinct_from(release),
                trials.c.gone.is_(False),
                trials.c.merged_into.is_(None),
            )
            .order_by(trials.c.nct_id)
            .limit(limit)
        )
        return tuple(self._connection.scalars(query))

    def count(self, release: str) -> int:
        """Return how many studies ``release`` was found to have."""
        settled = (
            select(func.count())
            .select_from(trials)
            .where(
                trials.c.swept_release == release,
                trials.c.missing_since.is_(None),
                trials.c.merged_into.is_(None),
            )
        )
        return self._connection.scalar(settled) or 0


def _row_of(version: Version) -> dict[str, object]:
    return {
        "nct_id": version.nct_id,
        "number": version.number,
        "release": version.release,
        "fetched_at": version.fetched_at,
        "content_sha256": version.content_sha256,
        "raw_bytes": len(version.raw),
        "whole": True,
        "body": pack(version.raw),
    }

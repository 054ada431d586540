"""A trial's whole past in a fixed number of queries, however many versions there are."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from monitor.domain.changes import Change
from monitor.domain.trial import BASELINE, NctId, Version, before_watch
from storage.alertrows import change_of
from storage.codec import unpack
from storage.engine import Database
from storage.rows import AnyRow
from storage.tables import alerts, changes, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was found from one version to the next, silent changes among it."""

    release: str
    from_version: int
    to_version: int
    #: Most important first.
    changes: tuple[Change, ...]

    @property
    def before_watch(self) -> bool:
        """Whether it is about the time before the watch began."""
        return before_watch(self.from_version)


def steps(database: Database, nct_id: NctId) -> tuple[Step, ...]:
    """Return all that was found about a trial, oldest first, with two queries."""
    query = (
        select(alerts.c.id, alerts.c.release, alerts.c.from_version, alerts.c.to_version)
        .where(alerts.c.nct_id == nct_id)
        .order_by(alerts.c.to_version, alerts.c.id)
    )
    each = (
        select(changes)
        .join(alerts, alerts.c.id == changes.c.alert_id)
        .where(alerts.c.nct_id == nct_id)
        .order_by(changes.c.alert_id, changes.c.position)
    )
    found: dict[str, list[Change]] = defaultdict(list)
    with database.reading() as connection:
        rows = connection.execute(query).all()
        for row in connection.execute(each):
            found[row.alert_id].append(change_of(row))
    return tuple(
        Step(
            release=row.release,
            from_version=row.from_version,
            to_version=row.to_version,
            changes=tuple(found[row.id]),
        )
        for row in rows
    )


def records(database: Database, nct_id: NctId) -> tuple[Version, ...]:
    """Return every version of a trial's record, oldest first, with one query."""
    query = select(versions).where(versions.c.nct_id == nct_id).order_by(versions.c.number)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    since = [row for row in rows if row.number >= BASELINE]
    # The past is packed from the baseline backwards.
    past = [row for row in reversed(rows) if row.number < BASELINE]
    first = list(_unpacked(since[:1], b""))
    before = list(_unpacked(past, first[0].raw if first else b""))
    return (*reversed(before), *_unpacked(since, b""))


def _unpacked(rows: list[AnyRow], beside: bytes) -> Iterator[Version]:
    for row in rows:
        prefix = b"" if row.whole else beside
        beside = unpack(row.body, prefix=prefix, of=f"version {row.number} of {row.nct_id}")
        yield Version(
            nct_id=row.nct_id,
            number=row.number,
            release=row.release,
            raw=beside,
            content_sha256=row.content_sha256,
            fetched_at=row.fetched_at,
        )

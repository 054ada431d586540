"""Every distinct version of a trial, packed against its neighbour on the baseline's side.

What came after the baseline is packed against the version before it. What is from before the
watch is stored newest first, and packed against the version after it.
"""

from sqlalchemy import Connection, func, insert, select

from monitor.domain.errors import StorageError, VersionNotFoundError
from monitor.domain.trial import NctId, Version, VersionInfo, before_watch
from storage.codec import pack, stands_alone, unpack
from storage.tables import versions


class SqlVersions:
    """Plays ``monitor.domain.ports.Versions``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: Version) -> None:
        """Store a version; its number is one more than the newest stored.

        Raises:
            StorageError: The number is not the next.
        """
        newest = self._newest(version.nct_id)
        if version.number != newest + 1:
            raise StorageError(
                f"Version {version.number} of {version.nct_id} was not stored: the newest is "
                f"{newest}, so another sweep stored one meanwhile; sweep again"
            )
        self._store(version, beside=newest)

    def add_before(self, version: Version) -> None:
        """Store a version from before the watch; its number is one less than the oldest stored.

        Raises:
            StorageError: The number is not the next, or there is no baseline yet.
        """
        oldest = self.oldest(version.nct_id)
        if oldest is None or version.number != oldest - 1:
            held = "none is stored yet" if oldest is None else f"the oldest is {oldest}"
            raise StorageError(
                f"Version {version.number} of {version.nct_id} was not stored: {held}, and past "
                "versions go down one by one from the baseline"
            )
        self._store(version, beside=oldest)

    def _store(self, version: Version, *, beside: int) -> None:
        whole = stands_alone(version.number)
        prefix = b"" if whole else self._raw(version.nct_id, beside)
        self._connection.execute(
            insert(versions).values(
                nct_id=version.nct_id,
                number=version.number,
                release=version.release,
                fetched_at=version.fetched_at,
                content_sha256=version.content_sha256,
                raw_bytes=len(version.raw),
                whole=whole,
                body=pack(version.raw, prefix=prefix),
            )
        )

    def read(self, nct_id: NctId, number: int) -> Version:
        """Return a version byte for byte.

        Raises:
            VersionNotFoundError: There is no such version.
            StorageError: Its bytes are damaged.
        """
        query = select(versions.c.release, versions.c.content_sha256, versions.c.fetched_at).where(
            versions.c.nct_id == nct_id, versions.c.number == number
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            oldest, newest = self.oldest(nct_id), self._newest(nct_id)
            raise VersionNotFoundError(_absent(nct_id, number, oldest, newest))
        return Version(
            nct_id=nct_id,
            number=number,
            release=row.release,
            raw=self._raw(nct_id, number),
            content_sha256=row.content_sha256,
            fetched_at=row.fetched_at,
        )

    def of_trial(self, nct_id: NctId) -> tuple[VersionInfo, ...]:
        """Return all versions of a trial, oldest first, without their bytes."""
        query = (
            select(
                versions.c.number,
                versions.c.release,
                versions.c.fetched_at,
                versions.c.raw_bytes,
                func.length(versions.c.body).label("stored_bytes"),
            )
            .where(versions.c.nct_id == nct_id)
            .order_by(versions.c.number)
        )
        return tuple(
            VersionInfo(nct_id=nct_id, **row._mapping)  # noqa: SLF001 (its public name)
            for row in self._connection.execute(query)
        )

    def oldest(self, nct_id: NctId) -> int | None:
        """Return the number of the oldest version stored, None before the baseline."""
        query = select(func.min(versions.c.number)).where(versions.c.nct_id == nct_id)
        oldest: int | None = self._connection.scalar(query)
        return oldest

    def _newest(self, nct_id: NctId) -> int:
        query = select(func.max(versions.c.number)).where(versions.c.nct_id == nct_id)
        return self._connection.scalar(query) or 0

    def _raw(self, nct_id: NctId, number: int) -> bytes:
        """Unpack from the nearest version on the baseline's side that stands alone."""
        each, past = versions.c.number, before_watch(number)
        whole = select(func.min(each) if past else func.max(each)).where(
            versions.c.nct_id == nct_id,
            each >= number if past else each <= number,
            versions.c.whole,
        )
        start = whole.scalar_subquery()
        span = each.between(number, start) if past else each.between(start, number)
        query = (
            select(each, versions.c.body, versions.c.whole)
            .where(versions.c.nct_id == nct_id, span)
            .order_by(each.desc() if past else each)
        )
        raw = b""
        for row in self._connection.execute(query):
            prefix = b"" if row.whole else raw
            raw = unpack(row.body, prefix=prefix, of=f"version {row.number} of {nct_id}")
        return raw


def _absent(nct_id: NctId, number: int, oldest: int | None, newest: int) -> str:
    if oldest is None:
        return f"No version of {nct_id} is stored; watch it and let a sweep fetch it first"
    return f"{nct_id} has no version {number}; stored are {oldest} to {newest}"

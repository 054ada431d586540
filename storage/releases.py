"""What is known of the registry itself, and the answers it gave that cannot be believed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.domain.ports import KeptAside, Release
from storage.codec import pack
from storage.rows import insert_into, overwrite
from storage.tables import refusals, registry

#: There is one registry, so its table has one row.
_ONE = 1


class SqlReleases:
    """Plays ``monitor.domain.ports.Releases``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self) -> Release | None:
        """Return the release seen last."""
        query = select(registry.c.data_timestamp, registry.c.etag)
        row = self._connection.execute(query).one_or_none()
        if row is None or row.data_timestamp is None:
            return None
        return Release(data_timestamp=row.data_timestamp, etag=row.etag)

    def saw(self, release: Release, *, now: datetime) -> None:
        """Note that the registry answered and serves ``release``; ends any trouble noted."""
        self._note(
            data_timestamp=release.data_timestamp,
            etag=release.etag,
            seen_at=now,
            trouble=None,
            trouble_since=None,
        )

    def trouble(self, text: str, *, now: datetime) -> None:
        """Note why the registry could not be asked; shown to the operator until it is over."""
        row = {"id": _ONE, "trouble": text, "trouble_since": now}
        new = insert_into(self._connection, registry).values(row)
        since = func.coalesce(registry.c.trouble_since, new.excluded["trouble_since"])
        news = {"trouble": new.excluded["trouble"], "trouble_since": since}
        self._connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=news))

    def keep_aside(self, aside: KeptAside, *, release: str, now: datetime) -> None:
        """Store an answer that could not be believed, for the operator (newest per trial)."""
        row = {
            "nct_id": aside.nct_id,
            "reason": aside.reason,
            "release": release,
            "kept_at": now,
            "raw_bytes": len(aside.raw),
            "body": pack(aside.raw),
        }
        overwrite(self._connection, refusals, [row])

    def _note(self, **fields: Any) -> None:
        overwrite(self._connection, registry, [{"id": _ONE, **fields}])

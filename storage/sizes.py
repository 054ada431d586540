"""How much room everything takes, table by table, and what a version costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, text

from storage.engine import Database
from storage.schema import check_readable
from storage.tables import metadata, versions

#: With indexes; SQLite counts pages, where it was built to.
_PAGES = text(
    "SELECT its.tbl_name, sum(pages.pgsize) AS pages_bytes FROM dbstat AS pages"
    " JOIN sqlite_master AS its ON its.name = pages.name"
    " WHERE pages.aggregate = 1 GROUP BY its.tbl_name"
)
_MODULES = text("SELECT name FROM pragma_module_list")
_OF_FILE = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
#: With indexes, long values and, for what lies in parts, all parts.
_OF_TABLES = text(
    "SELECT name, coalesce((SELECT sum(pg_total_relation_size(relid))"
    " FROM pg_partition_tree(quote_ident(name)::regclass)),"
    " pg_total_relation_size(quote_ident(name)::regclass))::bigint AS size_bytes"
    " FROM unnest(CAST(:names AS text[])) AS name"
)
_PARTS = text("SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass(:name)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """One table."""

    table: str
    rows: int
    #: On the disk, with its indexes; None where SQLite cannot say.
    size_bytes: int | None
    #: Tables that it lies in, 0 for one of a piece.
    parts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSizes:
    """What stored versions cost."""

    versions: int
    #: As the registry sent them, and as they are kept.
    raw_bytes: int
    packed_bytes: int
    #: Of a version kept as what differs from the one before; None when there is none.
    median_difference_bytes: int | None

    @property
    def bytes_per_version(self) -> float:
        """Mean, whole copies among them."""
        return self.packed_bytes / self.versions if self.versions else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The whole database."""

    tables: tuple[TableSize, ...]
    versions: VersionSizes
    #: The file, or all tables together.
    total_bytes: int


def sizes(database: Database) -> Sizes:
    """Measure; every row of every table is counted, so it takes a while where there are many.

    Raises:
        StorageError: The database cannot be used.
    """
    check_readable(database)
    with database.reading() as connection:
        there = set(inspect(connection).get_table_names())
        names = [name for name in metadata.tables if name in there]
        found = _on_server(connection, names) if not database.is_sqlite else _in_file(connection)
        tables = tuple(_table(connection, name, found.get(name)) for name in sorted(names))
        total = connection.scalar(_OF_FILE) if database.is_sqlite else sum(found.values())
        return Sizes(tables=tables, versions=_versions(connection), total_bytes=int(total or 0))


def size_of(database: Database) -> int:
    """Return how many bytes the database takes on disk, all tables together; nothing is counted."""
    with database.reading() as connection:
        if database.is_sqlite:
            return int(connection.scalar(_OF_FILE) or 0)
        return sum(_on_server(connection, sorted(metadata.tables)).values())


def _table(connection: Connection, name: str, size_bytes: int | None) -> TableSize:
    rows = connection.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
    parts = 0
    if connection.dialect.name == "postgresql":
        parts = connection.scalar(_PARTS, {"name": name}) or 0
    return TableSize(table=name, rows=rows, size_bytes=size_bytes, parts=parts)


def _on_server(connection: Connection, names: list[str]) -> Mapping[str, int]:
    rows = connection.execute(_OF_TABLES, {"names": names})
    return {row.name: row.size_bytes for row in rows}


def _in_file(connection: Connection) -> Mapping[str, int]:
    if "dbstat" not in connection.scalars(_MODULES).all():
        return {}
    return {row.tbl_name: row.pages_bytes for row in connection.execute(_PAGES)}


def _versions(connection: Connection) -> VersionSizes:
    packed = func.length(versions.c.body)
    count, raw, kept = connection.execute(
        select(func.count(), func.sum(versions.c.raw_bytes), func.sum(packed))
    ).one()
    differences = select(packed).where(versions.c.whole.is_(False))
    many = connection.scalar(select(func.count()).select_from(differences.subquery())) or 0
    middle = differences.order_by(packed).offset(many // 2).limit(1)
    return VersionSizes(
        versions=count,
        raw_bytes=int(raw or 0),
        packed_bytes=int(kept or 0),
        median_difference_bytes=connection.scalar(middle) if many else None,
    )

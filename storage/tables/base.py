"""What every table shares."""

from typing import Any

from sqlalchemy import (
    Column,
    Identity,
    Index,
    MetaData,
    text,
)

from storage.columns import BIG

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def number() -> Column[Any]:
    """A row number that is never given twice."""
    return Column("id", BIG, Identity(always=False), primary_key=True)


def index_where(condition: str, name: str, *columns: Column[Any], unique: bool = False) -> Index:
    """An index of the rows alone that fit a condition, spelled in SQL."""
    where = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def kept(name: str, kind: Any) -> Column[Any]:
    """A column that is never NULL."""
    return Column(name, kind, nullable=False)

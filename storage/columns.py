"""The kinds of column that SQLite and PostgreSQL must both hold alike."""

import re
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text, TypeDecorator
from sqlalchemy.engine import Dialect

#: What no database takes as text: NUL, and halves of UTF-16 pairs that JSON can smuggle in.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Utc(TypeDecorator[datetime]):
    """A time, UTC and aware. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a time to UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a time its zone back; SQLite keeps none."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text from outside. What a database cannot hold becomes U+FFFD instead of an error."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        del dialect
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


#: Ids compare byte by byte, whatever the language of the PostgreSQL cluster.
ID = Text().with_variant(Text(collation="C"), "postgresql")
#: SQLite numbers rows by itself only under the exact type INTEGER.
BIG = BigInteger().with_variant(Integer(), "sqlite")

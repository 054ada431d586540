"""How much is kept, in numbers; nothing of anybody."""

from sqlalchemy import func, select

from storage.engine import Database
from storage.readmodels import Holdings
from storage.schema import revision_of
from storage.tables import refusals, versions


def holdings(database: Database) -> Holdings:
    """Return how much is kept."""
    with database.reading() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (versions, refusals)
        ]
        revision = revision_of(connection, shown_as=database.shown_as)
    return Holdings(versions=counted[0], kept_aside=counted[1], schema=revision or "")

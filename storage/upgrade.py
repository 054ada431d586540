"""Making the tables, and bringing older ones up to date.

One transaction under one lock: whoever dies in the middle leaves what was there before, and two
processes that upgrade at once take turns. The migrations are in ``storage/migrations``.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import Database
from storage.schema import HEAD, SchemaState, examine, note_oldest

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number does that nobody else locks; these are the letters "trialw".
_LOCK = 0x747269616C77


def upgrade(database: Database) -> bool:
    """Make or mend the tables; return whether there was anything to do.

    Raises:
        StorageError: The database is another program's, from the future, half made, locked or
            out of reach. Nothing was changed.
    """
    with database.writing() as connection:
        done = upgrade_within(connection, shown_as=database.shown_as)
        connection.commit()
    return done


def upgrade_within(connection: Connection, *, shown_as: str) -> bool:
    """Do the same in an open transaction, which the caller commits.

    Tables that are newer than this program, and that it can go on with, stay as they are.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if examine(connection, shown_as=shown_as) in {SchemaState.CURRENT, SchemaState.AHEAD}:
        return False
    settings = config(connection)
    command.upgrade(settings, HEAD)
    note_oldest(connection, oldest(settings))
    return True


def oldest(settings: Config) -> str:
    """Return the revision that a program must know to go on with the newest tables.

    Each migration says what it ``needs``: nothing where the release before goes on as it is, the
    revision since which nobody uses what it takes away, or itself where nobody can go on.
    """
    scripts = ScriptDirectory.from_config(settings).walk_revisions()
    needed: list[str] = [one.module.needs for one in scripts if one.module.needs is not None]
    return max(needed)


def config(connection: Connection) -> Config:
    """Return Alembic's settings; the migrations run on ``connection``, in its transaction."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings

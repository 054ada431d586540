"""How Alembic runs the migrations: on the connection ``storage.upgrade`` hands over.

For a new migration, see CONTRIBUTING; ``alembic revision`` has no database of its own here.
"""

from alembic import context

from storage.engine import VERSION_TABLE
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes tables by copying them; see Alembic's "batch" migrations.
    render_as_batch=True,
)
context.run_migrations()

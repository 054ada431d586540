"""Keys of the public pages of lists. What such a page shows is read in ``storage.publicpages``."""

from sqlalchemy import Connection, select, update

from monitor.domain.people import OPERATOR
from storage.tables import watch_lists


class SqlPublicLinks:
    """Plays ``monitor.domain.ports.PublicLinks``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_number(self, name: str) -> int | None:
        """Return the number of the operator's list of this name."""
        query = select(watch_lists.c.id).where(
            watch_lists.c.subscriber_id == OPERATOR,
            watch_lists.c.name == name,
            watch_lists.c.removed_at.is_(None),
        )
        number: int | None = self._connection.scalar(query)
        return number

    def token_of(self, list_id: int) -> str | None:
        """Return the key that opens a list's public page, None while it has none."""
        query = select(watch_lists.c.public_token).where(watch_lists.c.id == list_id)
        token: str | None = self._connection.scalar(query)
        return token

    def open(self, list_id: int, *, token: str) -> str:
        """Give a list a public page unless it has one; return the key that opens it."""
        new = update(watch_lists).where(
            watch_lists.c.id == list_id, watch_lists.c.public_token.is_(None)
        )
        self._connection.execute(new.values(public_token=token))
        return self.token_of(list_id) or ""

    def close(self, list_id: int) -> bool:
        """Take a list's public page away; False when it had none."""
        old = update(watch_lists).where(
            watch_lists.c.id == list_id, watch_lists.c.public_token.is_not(None)
        )
        return (
            self._connection.execute(old.values(public_token=None, public_notes=False)).rowcount > 0
        )

    def shows_notes(self, list_id: int) -> bool:
        """Return whether a list's public page shows notes and tags."""
        query = select(watch_lists.c.public_notes).where(watch_lists.c.id == list_id)
        return bool(self._connection.scalar(query))

    def show_notes(self, list_id: int, *, shown: bool) -> None:
        """Let a list's public page show notes and tags, or no more; nothing while it has none."""
        its = (watch_lists.c.id == list_id, watch_lists.c.public_token.is_not(None))
        self._connection.execute(update(watch_lists).where(*its).values(public_notes=shown))

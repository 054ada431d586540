"""Notes and tags beside the trials of lists; who may read and write them is asked of lists."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, update

from monitor.domain.notes import Note, together
from monitor.domain.people import ListRole
from monitor.domain.trial import NctId
from storage.lists import ListRow, SqlLists
from storage.rows import AnyRow
from storage.spaced import has_word, spaced
from storage.tables import watches


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A list that a trial stands on, and what is written there."""

    list_id: int
    list_name: str
    role: ListRole
    note: Note


class SqlNotes:
    """Columns of ``watches``; a note goes when its trial is taken off the list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, list_id: int, nct_id: NctId) -> Note | None:
        """Return what stands beside a trial, None when it is not on the list."""
        query = select(watches.c.note, watches.c.tags).where(*_its(list_id, nct_id))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else note_of(row)

    def write(self, list_id: int, nct_id: NctId, note: Note) -> bool:
        """Write a note in place of the one before; False when the trial is not on the list."""
        values = {"note": note.text, "tags": spaced(note.tags)}
        new = update(watches).where(*_its(list_id, nct_id)).values(values)
        return self._connection.execute(new).rowcount > 0

    def of_trial(self, nct_id: NctId, person_id: int) -> tuple[Noted, ...]:
        """Return the lists that somebody sees a trial on, in the order of their lists."""
        query = select(watches).where(watches.c.nct_id == nct_id)
        rows = {row.list_id: row for row in self._connection.execute(query)}
        seen = SqlLists(self._connection).seen_by(person_id) if rows else ()
        return tuple(_noted(one, rows[one.id]) for one in seen if one.id in rows)

    def tags_on(self, list_id: int) -> Mapping[str, int]:
        """Return the tags of a list in alphabetical order, and how many trials have each."""
        query = select(watches.c.tags).where(watches.c.list_id == list_id, watches.c.tags != "")
        found = Counter(tag for tags in self._connection.scalars(query) for tag in tags.split())
        return dict(sorted(found.items()))

    def join(self, old: NctId, new: NctId) -> None:
        """Let the notes of a trial follow to the one it became, on lists that hold both."""
        written = (watches.c.note != "") | (watches.c.tags != "")
        query = select(watches).where(watches.c.nct_id == old, written)
        for row in self._connection.execute(query).all():
            there = self.get(row.list_id, new)
            if there is not None:
                self.write(row.list_id, new, together(there, note_of(row)))


def note_of(row: AnyRow) -> Note:
    """Return what is written in a row of ``watches``."""
    return Note(text=row.note, tags=tuple(row.tags.split()))


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return whether a watch has a tag, for use in a query."""
    return has_word(watches.c.tags, tag)


def _its(list_id: int, nct_id: NctId) -> tuple[ColumnElement[bool], ...]:
    return (watches.c.list_id == list_id, watches.c.nct_id == nct_id)


def _noted(one: ListRow, row: AnyRow) -> Noted:
    return Noted(list_id=one.id, list_name=one.name, role=one.role, note=note_of(row))

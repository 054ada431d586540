"""Public pages of lists in memory. A list's number is its place among all names, from 1."""

from tests.fakes.rows import FakeRows


class FakePublicLinks:
    """Plays ``PublicLinks``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def list_number(self, name: str) -> int | None:
        names = self._names()
        return names.index(name) + 1 if name in names else None

    def token_of(self, list_id: int) -> str | None:
        return self._rows.public.get(self._names()[list_id - 1])

    def open(self, list_id: int, *, token: str) -> str:
        return self._rows.public.setdefault(self._names()[list_id - 1], token)

    def close(self, list_id: int) -> bool:
        name = self._names()[list_id - 1]
        self._rows.public_notes.pop(name, None)
        return self._rows.public.pop(name, None) is not None

    def shows_notes(self, list_id: int) -> bool:
        return self._rows.public_notes.get(self._names()[list_id - 1], False)

    def show_notes(self, list_id: int, *, shown: bool) -> None:
        name = self._names()[list_id - 1]
        self._rows.public_notes[name] = shown and name in self._rows.public

    def _names(self) -> list[str]:
        return sorted({name for name, _ in self._rows.watches})

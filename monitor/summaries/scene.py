"""What a writer of change sentences works with: one difference and the two records.

Values of a difference are JSON of unknown hands: every look into them goes through here and
gives a usable value, whatever is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.domain.changes import Difference, Json
from monitor.registry.record import Study
from monitor.summaries.prose import clean

#: Sentences, and what they mean for a reader (may be empty).
Told: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One difference, and the records of both sides."""

    difference: Difference
    before: Study
    after: Study

    @property
    def kind(self) -> str:
        """The kind of the difference."""
        return self.difference.kind

    @property
    def subject(self) -> str:
        """What the difference is about, as the detection names it."""
        return self.difference.subject

    @property
    def old(self) -> Json:
        """The value before."""
        return self.difference.before

    @property
    def new(self) -> Json:
        """The value after."""
        return self.difference.after

    def note(self, name: str) -> Json:
        """Return a note of the detection, None when it made none."""
        return at(self.difference.notes, name)


def at(value: Json, name: str) -> Json:
    """Return a member of an object; None when there is no object or no such member."""
    return value.get(name) if isinstance(value, Mapping) else None


def text_of(value: Json) -> str:
    """Return a value as one clean line; ``""`` for nothing, lists joined with commas."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(part for part in map(text_of, value) if part)
    return clean(str(value))


def text_at(value: Json, name: str) -> str:
    """Return a member of an object as one clean line."""
    return text_of(at(value, name))


def raw_at(value: Json, name: str) -> str | None:
    """Return a member that is text, as it is; None otherwise."""
    member = at(value, name)
    return member if isinstance(member, str) else None


def raw_of(value: Json) -> str | None:
    """Return a value that is text, as it is; None otherwise."""
    return value if isinstance(value, str) else None


def texts_of(value: Json) -> tuple[str, ...]:
    """Return a list of texts; a lone text is a list of one."""
    if isinstance(value, str):
        return (clean(value),)
    if isinstance(value, Sequence):
        return tuple(text for text in map(text_of, value) if text)
    return ()


def count_at(value: Json, name: str) -> int | None:
    """Return a member that is a whole number; None otherwise."""
    member = at(value, name)
    return member if isinstance(member, int) and not isinstance(member, bool) else None

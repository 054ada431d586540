"""What people write beside a trial on their list: a note, and tags to find it by. Pure.

Personal words: shown to who sees the list, in mails and logs never.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_NOTE: Final = 2_000
MOST_TAGS: Final = 10
LONGEST_TAG: Final = 30
#: Longest text that may hold tags.
LONGEST_TAGS: Final = MOST_TAGS * (LONGEST_TAG + 2)
_BETWEEN: Final = re.compile(r"[\s,;]+")
_TAG: Final = re.compile(r"[^\W_][\w.+/-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What stands beside a trial on one list."""

    text: str = ""
    #: In alphabetical order, each once.
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is written."""
        return bool(self.text or self.tags)


class NoteError(ValueError):
    """It cannot be kept as it was typed.

    Attributes:
        field: ``text`` or ``tags``.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def read_note(text: str, tags: str | Iterable[str]) -> Note:
    """Return what somebody typed, tidied.

    Args:
        text: Any printable words, over several lines.
        tags: Words with spaces or commas between, or one by one.

    Raises:
        NoteError: Too long, too many, or a tag that is no word.
    """
    tidy = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    if len(tidy) > LONGEST_NOTE:
        raise NoteError("text", f"A note is at most {LONGEST_NOTE:,} characters.")
    if not all(sign.isprintable() or sign in "\n\t" for sign in tidy):
        raise NoteError("text", "There is something in the note that cannot be printed.")
    return Note(text=tidy, tags=_tags(tags))


def _tags(tags: str | Iterable[str]) -> tuple[str, ...]:
    typed = tags if isinstance(tags, str) else " ".join(tags)
    found = sorted({read_tag(word) for word in _BETWEEN.split(typed) if word.strip("#")})
    if len(found) > MOST_TAGS:
        raise NoteError("tags", f"{MOST_TAGS} tags beside a trial are the most.")
    return tuple(found)


def read_tag(word: str) -> str:
    """Return a tag as it is kept: lower case, without the sign that some put before it.

    Raises:
        NoteError: It is no word.
    """
    tag = word.strip().lstrip("#").lower()
    if len(tag) > LONGEST_TAG or not _TAG.fullmatch(tag):
        raise NoteError(
            "tags",
            f"A tag is one word of at most {LONGEST_TAG} letters, digits and hyphens,"
            f" and {word.strip()[: LONGEST_TAG + 10]!r} is none.",
        )
    return tag


def together(one: Note, other: Note) -> Note:
    """Return what two notes say, where their trials became one; the first stands first."""
    texts = dict.fromkeys(text for text in (one.text, other.text) if text)
    tags = sorted({*one.tags, *other.tags})[:MOST_TAGS]
    return Note(text="\n".join(texts)[:LONGEST_NOTE], tags=tuple(tags))

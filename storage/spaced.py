"""Several words in one column: a blank before and after each, so that one is found by itself."""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement


def spaced(words: Iterable[str]) -> str:
    """Return words as such a column keeps them, each once; empty for none."""
    kept = " ".join(sorted(set(words)))
    return f" {kept} " if kept else ""


def has_word(column: Column[str], word: str) -> ColumnElement[bool]:
    """Return whether a word is among those that such a column keeps."""
    return column.contains(f" {word} ", autoescape=True)

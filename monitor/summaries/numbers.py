"""Counts in words: one place, two places, no one."""

_PLURALS = {
    "person": "people",
    "more person": "more people",
    "country": "countries",
    "study": "studies",
    "new study": "new studies",
    "search": "searches",
    "piece of data": "pieces of data",
}


def plural(noun: str) -> str:
    """Return the plural of one of our own nouns."""
    return _PLURALS.get(noun, f"{noun}s")


def counted(number: int, noun: str) -> str:
    """Return ``1 place``, ``12 places``, ``1,200 people``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def verb(number: int, one: str, many: str) -> str:
    """Return the form of a verb that goes with ``number``."""
    return one if number == 1 else many

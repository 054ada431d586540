"""How much two texts are one text after an edit. Pure likeness; what follows from it is elsewhere."""

from monitor.eligibility.ratios import ratio

#: A text shorter than this ("Given IV") is shared by things that have nothing else in common.
_TELLING_LENGTH = 40


def likeness(one: str, other: str) -> float:
    """Return how alike two canonical texts are, 0 to 1, case left out; an empty one is like none."""
    if not one or not other:
        return 0.0
    return ratio(one.casefold(), other.casefold())


def within(one: str, other: str) -> bool:
    """Tell whether all words of one text are in the other."""
    mine, theirs = set(one.casefold().split()), set(other.casefold().split())
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def same_story(one: str, other: str, *, alike: float = 0.9) -> float:
    """Return the likeness of two descriptions long enough to be about one thing, else 0."""
    if min(len(one), len(other)) < _TELLING_LENGTH:
        return 0.0
    found = likeness(one, other)
    return found if found >= alike else 0.0

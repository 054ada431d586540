"""Old things to new things when nothing has an id: by key first, then by likeness.

Knows nothing of trials. Every pass is a multiset: two things of one key are two things.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
#: Above this many pairs to score in one group, order stands in for likeness.
MOST_SCORED = 40_000


@dataclass(slots=True, kw_only=True)
class Pairing(Generic[Thing]):
    """Who belongs to whom so far; indices into ``old`` and ``new``."""

    old: Sequence[Thing]
    new: Sequence[Thing]
    pairs: list[tuple[int, int]] = field(default_factory=list)
    gone: list[int] = field(init=False)
    come: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.gone = list(range(len(self.old)))
        self.come = list(range(len(self.new)))

    def match(self, key: Callable[[Thing], Hashable | None]) -> None:
        """Pair the leftovers of the same key in their order; a key of None pairs with nothing."""
        if not self.gone or not self.come:
            return
        waiting = self.grouped(self.come, self.new, key)
        taken = []
        for index in self.gone:
            others = waiting.get(key(self.old[index]))
            if others:
                taken.append((index, others.pop()))
        self.take(taken)

    def match_alike(
        self,
        likeness: Callable[[Thing, Thing], float],
        *,
        within: Callable[[Thing], Hashable | None] = lambda _thing: "",
    ) -> None:
        """Pair the leftovers of the same group by likeness, best first; 0 or less never pairs."""
        groups = self.grouped(self.come, self.new, within)
        taken = []
        for group, olds in self.grouped(self.gone, self.old, within).items():
            taken += self._best_first(olds[::-1], groups.get(group, [])[::-1], likeness)
        self.take(taken)

    def _best_first(
        self, olds: list[int], news: list[int], likeness: Callable[[Thing, Thing], float]
    ) -> list[tuple[int, int]]:
        if len(olds) * len(news) > MOST_SCORED:
            return list(zip(olds, news, strict=False))
        scored = [(likeness(self.old[i], self.new[j]), i, j) for i in olds for j in news]
        return best_first(scored)

    @staticmethod
    def grouped(
        indices: Sequence[int], things: Sequence[Thing], key: Callable[[Thing], Hashable | None]
    ) -> dict[Hashable, list[int]]:
        """Return ``indices`` by key, each group backwards so that ``pop`` gives the first."""
        groups: dict[Hashable, list[int]] = {}
        for index in reversed(indices):
            if (group := key(things[index])) is not None:
                groups.setdefault(group, []).append(index)
        return groups

    def take(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Settle ``pairs`` for good."""
        if not pairs:
            return
        self.pairs.extend(pairs)
        olds, news = {i for i, _ in pairs}, {j for _, j in pairs}
        self.gone = [index for index in self.gone if index not in olds]
        self.come = [index for index in self.come if index not in news]

    def matched(self) -> list[tuple[Thing, Thing]]:
        """Return the pairs as things, in the order of the new ones."""
        return [(self.old[i], self.new[j]) for i, j in sorted(self.pairs, key=lambda p: p[1])]

    def left(self) -> list[Thing]:
        """Return the old things without a partner."""
        return [self.old[index] for index in self.gone]

    def arrived(self) -> list[Thing]:
        """Return the new things without a partner."""
        return [self.new[index] for index in self.come]


def best_first(scored: Sequence[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """Return one-to-one pairs, the best score first, ties in order; 0 or less never pairs."""
    olds: set[int] = set()
    news: set[int] = set()
    taken = []
    for score, i, j in sorted(scored, key=lambda one: (-one[0], abs(one[1] - one[2]), one[1])):
        if score > 0 and i not in olds and j not in news:
            olds.add(i)
            news.add(j)
            taken.append((i, j))
    return taken

"""What is written once for many readers, and kept for as long as its readers are told."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by what they were made from; those asked for last are kept, and no more than so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        #: How many were made.
        self.made = 0

    def of(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of ``key``, made by ``make`` where it is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = self._values[key] = make()
        self.made += 1
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value

"""A registry's search in memory behind the ``Finder`` port.

Scriptable: what each search finds, how trials stand, a release, failures to come.
"""

from collections import deque
from collections.abc import Collection, Mapping

from monitor.domain.errors import RegistryError
from monitor.domain.ports import Release
from monitor.domain.searches import Found, Hit, Parameters
from monitor.domain.trial import NctId
from tests.fakes.registry import FIRST_STAMP


class FakeFinder:
    """Answers every search from ``hits`` unless its parameters stand in ``other``."""

    def __init__(self, *hits: Hit) -> None:
        self.hits: tuple[Hit, ...] = hits
        self.other: dict[Parameters, tuple[Hit, ...]] = {}
        #: Counted instead of the hits when it is set.
        self.total: int | None = None
        #: How trials stand that are looked at; all hits by themselves.
        self.standing: dict[NctId, Hit] = {}
        self.stamp = FIRST_STAMP
        #: What was asked: ``find``, ``find_all``, ``sight``, ``release``.
        self.asked: list[str] = []
        self._failures: deque[RegistryError] = deque()
        self._publishes_at: int | None = None

    def publish(self, stamp: str, *hits: Hit) -> None:
        """Bring out a release in which these are found."""
        self.stamp, self.hits = stamp, hits

    def publish_while_searching(self, stamp: str) -> None:
        """Bring out a release between the next search and the question for the release."""
        self._next_stamp = stamp
        self._publishes_at = len(self.asked) + 1

    def fail(self, error: RegistryError) -> None:
        """Let the next search raise ``error``."""
        self._failures.append(error)

    async def release(self, known: Release | None) -> Release | None:
        self.asked.append("release")
        same = known and known.data_timestamp == self.stamp
        return None if same else Release(data_timestamp=self.stamp)

    async def find(self, parameters: Parameters, *, most: int) -> Found:
        found = self._found("find", parameters)
        return Found(total=found.total, hits=found.hits[:most])

    async def find_all(self, parameters: Parameters, *, most: int) -> Found:
        found = self._found("find_all", parameters)
        return found if found.total <= most else Found(total=found.total, hits=())

    async def sight(self, nct_ids: Collection[NctId]) -> Mapping[NctId, Hit]:
        self.asked.append("sight")
        return {one: self.standing[one] for one in nct_ids if one in self.standing}

    def _found(self, verb: str, parameters: Parameters) -> Found:
        self.asked.append(verb)
        if self._publishes_at is not None and len(self.asked) >= self._publishes_at:
            self.stamp, self._publishes_at = self._next_stamp, None
        if self._failures:
            raise self._failures.popleft()
        hits = self.other.get(parameters, self.hits)
        return Found(total=len(hits) if self.total is None else self.total, hits=hits)

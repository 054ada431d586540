"""The registry's history in memory: plays ``History``."""

from collections.abc import Callable, Mapping, Sequence

from monitor.domain.ports import PastVersion
from monitor.domain.trial import NctId


class FakeHistory:
    """Answers from what tests put in; ``fail_at`` lets one request fail."""

    def __init__(self, past: Mapping[NctId, Sequence[tuple[str, bytes | None]]]) -> None:
        #: Trial to (date, record) by the registry's number; None cannot be read.
        self.past = {nct_id: list(versions) for nct_id, versions in past.items()}
        #: What was asked: a trial's list, or (trial, number).
        self.asked: list[NctId | tuple[NctId, int]] = []
        self.failures: dict[NctId | tuple[NctId, int], Exception] = {}
        #: Called after each request.
        self.then: Callable[[], None] = lambda: None

    async def past_versions(self, nct_id: NctId) -> tuple[PastVersion, ...] | None:
        """Return the list, None when there is none."""
        self._ask(nct_id)
        listed = self.past.get(nct_id)
        if listed is None:
            return None
        return tuple(
            PastVersion(number=number, date=date) for number, (date, _) in enumerate(listed)
        )

    async def past_record(self, nct_id: NctId, number: int) -> bytes | None:
        """Return one record."""
        self._ask((nct_id, number))
        return self.past[nct_id][number][1]

    def _ask(self, what: NctId | tuple[NctId, int]) -> None:
        self.asked.append(what)
        self.then()
        if what in self.failures:
            raise self.failures[what]

"""All studies, in memory."""

from collections.abc import Collection, Mapping

from monitor.domain.trial import NctId, TrialState, Version
from monitor.domain.whole import Pass
from tests.fakes.rows import FakeRows


class FakeWhole:
    """Plays ``WholeRows``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def known(self) -> Pass | None:
        return self._rows.registry_pass.get("newest")

    def save(self, here: Pass) -> None:
        self._rows.registry_pass["newest"] = here

    def held(self, nct_ids: Collection[NctId]) -> Mapping[NctId, TrialState]:
        return {one: self._rows.trials[one] for one in nct_ids if one in self._rows.trials}

    def mark(self, nct_ids: Collection[NctId], state: TrialState) -> None:
        for one in nct_ids:
            self._rows.trials[one] = self._rows.trials[one].evolve(
                swept_release=state.swept_release, seen_at=state.seen_at, missing_since=None
            )

    def add_first(self, first: Collection[Version]) -> None:
        self._rows.versions |= {(one.nct_id, one.number): one for one in first}

    def left(self, release: str, *, limit: int) -> tuple[NctId, ...]:
        left = [
            state.nct_id
            for state in self._rows.trials.values()
            if state.latest_version
            and state.swept_release != release
            and not (state.gone or state.merged_into)
        ]
        return tuple(sorted(left)[:limit])

    def count(self, release: str) -> int:
        return sum(
            state.swept_release == release and not (state.missing_since or state.merged_into)
            for state in self._rows.trials.values()
        )

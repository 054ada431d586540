"""A registry of any size, made on demand: nothing is kept per study.

A study is a skeleton (``skeleton.json``) cut once into fixed text and gaps; the gaps
are filled from its state (``simulator.evolve``) with words from ``simulator.wording``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files

from simulator.evolve import REAL, SITE_POOL, EditKind, State, Step, state_at, step_in
from simulator.filling import criterion, gaps, last_update, sites_of
from simulator.source import NCT_ID, Calendar, SourceError, Study

#: Number of the first generated study.
_FIRST_NCT = 99_000_001
#: As many studies as there are numbers from there on.
MOST_STUDIES = 999_999
_FIRST_DAY = date(2026, 3, 2)
_GAP = re.compile(r'"@(\w+)@":0,|"@=(\w+)@"|@(\w+)@')


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that a release changes: what a watcher must find, or must pass over."""

    nct_id: str
    release: int
    kind: EditKind
    #: Whether it means anything; bookkeeping does not.
    real: bool
    before: str
    after: str


class GeneratedStudies:
    """A source of ``studies`` made-up studies, the same for the same seed."""

    def __init__(self, studies: int, *, seed: int = 0) -> None:
        if not 1 <= studies <= MOST_STUDIES:
            raise SourceError(f"can generate 1 to {MOST_STUDIES} studies, not {studies}")
        self._studies = studies
        self._seed = seed
        self._calendar = Calendar((_FIRST_DAY,))

    @property
    def calendar(self) -> Calendar:
        """When releases come out: every weekday, without end."""
        return self._calendar

    def size(self, _release: int) -> int:
        """Return how many studies there are."""
        return self._studies

    def find(self, nct_id: str, release: int) -> Study | None:
        """Return the study of that number, ``None`` when it is not one of these."""
        index = int(nct_id[3:]) - _FIRST_NCT if NCT_ID.fullmatch(nct_id) else -1
        return self._study(index, release) if 0 <= index < self._studies else None

    def canonical(self, _alias: str, _release: int) -> str | None:
        """Return ``None``: generated studies have no aliases."""
        return None

    def scan(self, release: int, start: int) -> Iterator[tuple[int, Study]]:
        """Walk the studies in the order of their numbers."""
        return ((index, self._study(index, release)) for index in range(start, self._studies))

    def truth(self, release: int) -> Iterator[Edit]:
        """Tell every edit that ``release`` brings compared with the release before."""
        for index in range(self._studies):
            step = step_in(self._seed, index, release)
            if step:
                yield _edit(_nct_id(index), step, self._calendar)

    def _study(self, index: int, release: int) -> Study:
        state = state_at(self._seed, index, release)
        nct_id = _nct_id(index)
        return Study(
            nct_id=nct_id,
            overall_status=state.status,
            last_update_posted=last_update(state, self._calendar),
            body=partial(_rendered, nct_id, state, self._calendar),
        )


def _nct_id(index: int) -> str:
    return f"NCT{_FIRST_NCT + index:08d}"


@cache
def _skeleton() -> tuple[str, ...]:
    """Return fixed text and names of gaps in turn."""
    text = json.loads(files("simulator").joinpath("skeleton.json").read_text("utf-8"))
    whole = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    parts: list[str] = []
    end = 0
    for gap in _GAP.finditer(whole):
        parts += (whole[end : gap.start()], gap[1] or gap[2] or gap[3])
        end = gap.end()
    return (*parts, whole[end:])


def _rendered(nct_id: str, state: State, calendar: Calendar) -> bytes:
    parts = list(_skeleton())
    values: Mapping[str, str] = gaps(nct_id, state, calendar)
    parts[1::2] = [values[name] for name in parts[1::2]]
    return "".join(parts).encode()


def _edit(nct_id: str, step: Step, calendar: Calendar) -> Edit:
    before, after = _told(step, calendar)
    return Edit(
        nct_id=nct_id,
        release=step.release,
        kind=step.kind,
        real=step.kind in REAL,
        before=before,
        after=after,
    )


def _told(step: Step, calendar: Calendar) -> tuple[str, str]:
    """Return the changed thing before and after, as the record words it."""
    if step.kind is EditKind.SITE_ADDED:
        added = (step.before.first_site + step.before.sites) % SITE_POOL
        return "", sites_of()[added]["facility"]
    if step.kind is EditKind.SITE_REMOVED:
        return sites_of()[step.before.first_site]["facility"], ""
    if step.kind is EditKind.ELIGIBILITY:
        return criterion(step.before), criterion(step.after)
    named = {
        EditKind.STATUS: "status",
        EditKind.COMPLETION: "completion",
        EditKind.ENROLLMENT: "enrollment",
        EditKind.CONTACT: "contact_name",
    }.get(step.kind)
    if named is None:
        return "", ""
    before, after = (gaps("", state, calendar)[named] for state in (step.before, step.after))
    return before, after

"""A registry in memory behind the ``Registry`` port, and made-up records for it.

Scriptable: studies by number, release stamps, failures to come. It keeps no rule of the real
registry beyond what the port promises; the contract suite holds it to that.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from monitor.domain.errors import RegistryError
from monitor.domain.ports import FetchedBatch, FetchedStudy, KeptAside, Release
from monitor.domain.trial import NctId
from monitor.registry.pace import TimeAndChance

FIRST_STAMP = "2026-03-02T09:00:05"


def a_study(nct_id: str, *, aliases: tuple[str, ...] = (), **modules: Any) -> bytes:
    """Return the JSON of a made-up study; ``modules`` replace whole modules by their names."""
    identification: dict[str, Any] = {"nctId": nct_id}
    if aliases:
        identification["nctIdAliases"] = list(aliases)
    protocol: dict[str, Any] = {
        "identificationModule": {**identification, "briefTitle": "Lanterin for Tired Robots"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "lastUpdatePostDateStruct": {"date": "2026-02-20", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Nowhere Labs", "class": "OTHER"}},
        "descriptionModule": {"briefSummary": "Tests whether lanterin wakes robots."},
        "conditionsModule": {"conditions": ["Robot Fatigue"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
        "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Lanterin"}]},
        "outcomesModule": {"primaryOutcomes": [{"measure": "Awake", "timeFrame": "1 day"}]},
        "eligibilityModule": {"eligibilityCriteria": _CRITERIA, "sex": "ALL"},
        "contactsLocationsModule": {"locations": [_place(number) for number in range(8)]},
        **modules,
    }
    derived = {"miscInfoModule": {"versionHolder": FIRST_STAMP[:10]}}
    study = {"protocolSection": protocol, "derivedSection": derived, "hasResults": False}
    return msgspec.json.encode(study)


_CRITERIA = "Inclusion Criteria:\n\n" + "\n".join(
    f"* Robot of series {number} with a full battery and a signed form" for number in range(9)
)


def _place(number: int) -> dict[str, str]:
    return {"facility": f"Workshop {number}", "city": "Nowhere", "country": "Freedonia"}


class FakeRegistry:
    """Answers from a mapping; ``fail`` lets the next calls fail."""

    def __init__(self, studies: Mapping[str, bytes] | None = None) -> None:
        self.studies: dict[str, bytes] = dict(studies or {})
        self.stamp = FIRST_STAMP
        #: Numbers whose studies come as something that cannot be believed, with the reason.
        self.damaged: dict[str, str] = {}
        #: What was asked, in order: ``("release", ())``, ``("fetch", ids)``, ``("look", ids)``.
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self._failures: deque[RegistryError | None] = deque()

    def fail(self, error: RegistryError, *, after: int = 0) -> None:
        """Let one call raise ``error``, after ``after`` calls that go well."""
        self._failures.extend([None] * after)
        self._failures.append(error)

    def publish(self, stamp: str, **studies: bytes | None) -> None:
        """Bring out a release; a study given as None is gone from it."""
        self.stamp = stamp
        for nct_id, raw in studies.items():
            if raw is None:
                self.studies.pop(nct_id, None)
            else:
                self.studies[nct_id] = raw

    async def release(self, known: Release | None) -> Release | None:
        """Return the release, None when its stamp is the known one."""
        self._ask("release")
        if known and known.data_timestamp == self.stamp:
            return None
        return Release(data_timestamp=self.stamp, etag=f'"fake/{self.stamp}"')

    async def fetch(self, nct_ids: Collection[NctId]) -> FetchedBatch:
        """Return the studies with these numbers."""
        asked = tuple(dict.fromkeys(nct_ids))
        self._ask("fetch", *asked)
        damaged = {one: self.damaged[one] for one in asked if one in self.damaged}
        found = {one: self._find(one) for one in asked if one not in damaged}
        return FetchedBatch(
            studies=tuple(study for study in found.values() if study),
            missing=tuple(one for one, study in found.items() if study is None),
            kept_aside=tuple(
                KeptAside(nct_id=one, reason=reason, raw=b"") for one, reason in damaged.items()
            ),
        )

    async def look(self, nct_id: NctId) -> FetchedStudy | None:
        """Return one study, None when there is none with this number or alias."""
        self._ask("look", nct_id)
        return self._find(nct_id)

    def _ask(self, verb: str, *nct_ids: str) -> None:
        self.asked.append((verb, nct_ids))
        failure = self._failures.popleft() if self._failures else None
        if failure:
            raise failure

    def _find(self, nct_id: NctId) -> FetchedStudy | None:
        for number, raw in self.studies.items():
            if nct_id == number or nct_id in _aliases(raw):
                return FetchedStudy(requested=nct_id, nct_id=NctId(number), raw=raw)
        return None


def _aliases(raw: bytes) -> tuple[str, ...]:
    identification = msgspec.json.decode(raw)["protocolSection"]["identificationModule"]
    return tuple(identification.get("nctIdAliases", ()))


class SteppingTime:
    """A clock that moves only when somebody sleeps, so that waiting takes no time."""

    def __init__(self, *, chance: float = 0.0) -> None:
        self.seconds = 1000.0
        #: Every sleep asked for, in order.
        self.rests: list[float] = []
        self._chance = chance

    def timing(self) -> TimeAndChance:
        """Return the clocks for a client."""
        return TimeAndChance(
            monotonic=lambda: self.seconds,
            sleep=self.sleep,
            clock=self.now,
            chance=lambda: self._chance,
        )

    async def sleep(self, seconds: float) -> None:
        """Move on by ``seconds``, and let others run."""
        self.rests.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def now(self) -> datetime:
        """Return the time of day, UTC; it moves with the rest."""
        return _MORNING + timedelta(seconds=self.seconds - 1000)


_MORNING = datetime(2026, 3, 2, 15, tzinfo=UTC)

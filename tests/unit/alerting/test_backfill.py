"""The past of a newly watched trial: fetched, compared, kept, and told to nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
import pytest

from monitor.alerting.backfill import BackfillReport, backfill
from monitor.alerting.poll import SweepReport, sweep
from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.errors import RegistryBlockedError, RegistryUnavailableError
from monitor.domain.trial import HISTORY_DONE, NctId
from tests.builders import NOON, agreed_target
from tests.fakes.history import FakeHistory
from tests.fakes.registry import FakeRegistry, a_study
from tests.fakes.work import FakeDatabase

ONE, TWO = NctId("NCT99000001"), NctId("NCT99000002")
STATUSES = ("NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED", "RECRUITING")
DATES = ("2024-01-10", "2024-06-01", "2025-02-03", "2026-02-17")


def full(nct_id: NctId, status: str, day: str, **modules: Any) -> bytes:
    """A record as API v2 gives it."""
    upkeep = {"overallStatus": status, "lastUpdateSubmitDate": day}
    return a_study(nct_id, statusModule=upkeep, **modules)


def past_of(record: bytes) -> bytes:
    """The same as the history gives it."""
    section = msgspec.json.decode(record)["protocolSection"]
    return msgspec.json.encode({"protocolSection": section})


def past(nct_id: NctId) -> list[tuple[str, bytes | None]]:
    """Four submitted versions, the last of which is the baseline."""
    return [
        (day, past_of(full(nct_id, status, day)))
        for day, status in zip(DATES, STATUSES, strict=True)
    ]


@dataclass
class Scene:
    """Two watched trials with a baseline, a reader of both, and their history."""

    history: FakeHistory = field(
        default_factory=lambda: FakeHistory({ONE: past(ONE), TWO: past(TWO)})
    )
    registry: FakeRegistry = field(
        default_factory=lambda: FakeRegistry(
            {nct_id: full(nct_id, STATUSES[-1], DATES[-1]) for nct_id in (ONE, TWO)}
        )
    )
    database: FakeDatabase = field(default_factory=FakeDatabase)
    now: datetime = NOON

    async def sweep(self) -> SweepReport:
        return await sweep(self.database.open_work, self.registry, clock=lambda: self.now)

    async def fill(
        self, go_on: Callable[[], bool] = lambda: True, chance: float = 0.0
    ) -> BackfillReport:
        return await backfill(
            self.database.open_work,
            self.history,
            clock=lambda: self.now,
            go_on=go_on,
            chance=lambda: chance,
        )

    def numbers(self, nct_id: NctId = ONE) -> list[int]:
        return sorted(number for of, number in self.database.rows.versions if of == nct_id)

    def steps(self, nct_id: NctId = ONE) -> list[tuple[int, int, object, object]]:
        """What is on record of the status: (from, to, before, after), newest first."""
        with self.database.open_work() as work:
            alerts = work.alerts.of_trial(nct_id, limit=600)
        return [
            (change.from_version, change.to_version, change.before, change.after)
            for alert in alerts
            for change in alert.changes
            if change.kind == "status"
        ]

    def left(self, nct_id: NctId = ONE) -> int | None:
        return self.database.rows.trials[nct_id].history_left


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    with scene.database.open_work() as work:
        target = agreed_target(work, "reader@clinic.example")
        for nct_id in (ONE, TWO):
            work.watches.add(nct_id, list_name="a", now=NOON)
        work.watches.subscribe(
            target,
            list_name="a",
            nct_id=None,
            min_severity=Severity.SILENT,
            token="token",
            now=NOON,
        )
        work.commit()
    await scene.sweep()
    return scene


async def test_past_is_kept_below_the_baseline_and_compared(scene: Scene) -> None:
    report = await scene.fill()

    assert scene.numbers() == scene.numbers(TWO) == [-2, -1, 0, 1]
    assert scene.steps() == [
        (0, 1, "SUSPENDED", "RECRUITING"),
        (-1, 0, "RECRUITING", "SUSPENDED"),
        (-2, -1, "NOT_YET_RECRUITING", "RECRUITING"),
    ]
    versions = scene.database.rows.versions
    assert [versions[ONE, number].release for number in (-2, -1, 0)] == list(DATES[:3])
    assert versions[ONE, 0].raw == past(ONE)[2][1]
    assert (report.versions, report.done) == (6, [ONE, TWO])


async def test_nobody_is_told_of_the_past(scene: Scene) -> None:
    await scene.fill()

    alerts = [a for a in scene.database.rows.alerts.values() if a.nct_id == ONE]
    assert len(alerts) == 3
    assert all(alert.before_watch for alert in alerts)
    assert not scene.database.rows.deliveries


async def test_past_is_looked_at_once(scene: Scene) -> None:
    await scene.fill()
    scene.history.asked.clear()

    report = await scene.fill()

    assert scene.history.asked == []
    assert report == BackfillReport()
    assert scene.left() == HISTORY_DONE


async def test_what_changes_afterwards_is_told_as_ever(scene: Scene) -> None:
    await scene.fill()
    scene.registry.publish("2026-03-10T09:00:05", NCT99000001=full(ONE, "SUSPENDED", "2026-03-08"))

    report = await scene.sweep()

    [alert] = report.settled.alerts
    assert (alert.from_version, alert.to_version, alert.before_watch) == (1, 2, False)
    assert len(scene.database.rows.deliveries) == 1
    assert scene.steps()[0] == (1, 2, "RECRUITING", "SUSPENDED")


async def test_versions_after_the_baseline_are_not_of_the_past(scene: Scene) -> None:
    scene.history.past[ONE].append(("2026-03-08", past_of(full(ONE, "COMPLETED", "2026-03-08"))))

    await scene.fill()

    assert (ONE, 4) not in scene.history.asked
    assert scene.numbers() == [-2, -1, 0, 1]


async def test_no_change_is_made_up_from_what_history_leaves_out(scene: Scene) -> None:
    whole = msgspec.json.decode(full(ONE, "RECRUITING", DATES[-1]))
    whole |= {"hasResults": True, "resultsSection": {"moreInfoModule": {}}}
    whole["derivedSection"]["miscInfoModule"]["removedCountries"] = ["Freedonia"]
    whole["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": "2026-02-19"}
    versions = scene.database.rows.versions
    versions[ONE, 1] = replace(versions[ONE, 1], raw=msgspec.json.encode(whole))

    await scene.fill()

    kinds = {change.kind for alert in _alerts(scene) for change in alert.changes}
    assert kinds == {"status"}
    assert scene.numbers() == [-2, -1, 0, 1]


def _alerts(scene: Scene) -> list[Alert]:
    return [alert for alert in scene.database.rows.alerts.values() if alert.nct_id == ONE]


async def test_two_versions_of_the_baselines_day_are_told_apart(scene: Scene) -> None:
    scene.history.past[ONE].insert(
        3, (DATES[3], past_of(full(ONE, "ENROLLING_BY_INVITATION", DATES[3])))
    )

    await scene.fill()

    assert scene.numbers() == [-3, -2, -1, 0, 1]
    assert scene.steps()[0] == (0, 1, "ENROLLING_BY_INVITATION", "RECRUITING")


async def test_trial_without_history_is_passed_over_for_good(scene: Scene) -> None:
    del scene.history.past[ONE]

    report = await scene.fill()
    again = await scene.fill()

    assert (report.absent, report.done) == ([ONE], [TWO])
    assert again == BackfillReport()
    assert scene.numbers() == [1]


async def test_version_that_cannot_be_read_ends_the_past_there(scene: Scene) -> None:
    scene.history.past[ONE][1] = (DATES[1], None)

    await scene.fill()

    assert scene.numbers() == [0, 1]
    assert scene.left() == HISTORY_DONE


async def test_refusal_ends_the_round_and_says_why(scene: Scene) -> None:
    scene.history.failures[ONE, 1] = RegistryBlockedError("no entry")

    report = await scene.fill()

    assert report.blocked == "no entry"
    assert scene.history.asked == [ONE, (ONE, 3), (ONE, 2), (ONE, 1)]
    assert scene.left() == 1


@pytest.mark.parametrize("failed", [ONE, (ONE, 1)])
async def test_fault_ends_the_round_and_the_next_goes_on(scene: Scene, failed: Any) -> None:
    scene.history.failures[failed] = RegistryUnavailableError("out for lunch")
    first = await scene.fill()
    scene.history.failures.clear()

    second = await scene.fill()

    assert (first.trouble, first.done, first.blocked) == ("out for lunch", [], "")
    assert second.done == [ONE, TWO]
    assert scene.numbers() == [-2, -1, 0, 1]
    assert len(scene.steps()) == 3


async def test_trial_that_fails_does_not_keep_the_others_waiting(scene: Scene) -> None:
    scene.history.failures[ONE] = RegistryUnavailableError("out for lunch")

    report = await scene.fill(chance=0.5)

    assert report.done == [TWO]


async def test_round_that_dies_is_gone_on_with_where_it_was(scene: Scene) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def die() -> None:
        if scene.history.asked[-1] == (ONE, 1):
            raise Killed

    scene.history.then = die
    with pytest.raises(Killed):
        await scene.fill()
    assert scene.numbers() == [0, 1]
    scene.history.then = lambda: None
    scene.history.asked.clear()

    await scene.fill()

    assert scene.history.asked[:3] == [ONE, (ONE, 1), (ONE, 0)]
    assert scene.numbers() == [-2, -1, 0, 1]
    assert [step[:2] for step in scene.steps()] == [(0, 1), (-1, 0), (-2, -1)]


async def test_round_stops_when_its_time_is_up(scene: Scene) -> None:
    await scene.fill(go_on=lambda: len(scene.history.asked) < 3)

    assert scene.history.asked == [ONE, (ONE, 3), (ONE, 2)]
    assert scene.left() == 1


async def test_version_that_another_process_kept_is_left_as_it_is(scene: Scene) -> None:
    def other_keeps_it_first() -> None:
        if scene.history.asked[-1] == (ONE, 3):
            rows = scene.database.rows
            rows.trials[ONE] = rows.trials[ONE].evolve(history_left=2)

    scene.history.then = other_keeps_it_first

    await scene.fill()

    assert scene.numbers() == [-2, -1, 0, 1]
    assert len(scene.steps()) == 3


async def test_past_is_bounded() -> None:
    scene = Scene()
    status = ("RECRUITING", "SUSPENDED")
    many = [
        ("2020-01-01", past_of(full(ONE, status[number % 2], "2020-01-01")))
        for number in range(503)
    ]
    scene.history.past = {ONE: [*many, (DATES[-1], past(ONE)[-1][1])]}
    with scene.database.open_work() as work:
        work.watches.add(ONE, list_name="a", now=NOON)
        work.commit()
    await scene.sweep()

    report = await scene.fill()

    assert report.versions == 500
    assert scene.numbers()[0] == -499
    assert scene.left() == HISTORY_DONE
    assert [step[0] for step in scene.steps()] == sorted(
        (s[0] for s in scene.steps()), reverse=True
    )


async def test_names_of_rules_reach_back_into_the_past(scene: Scene) -> None:
    text = "Inclusion Criteria:\n\n* Robot of age 5 or older with a battery\n* Signed form on file"
    older = full(ONE, "SUSPENDED", DATES[2], eligibilityModule={"eligibilityCriteria": text})
    scene.history.past[ONE] = [(DATES[2], past_of(older)), (DATES[3], past(ONE)[3][1])]

    await scene.fill()

    lineages = scene.database.rows.lineages
    assert lineages[ONE, 0].ids.keys() == {"I.1", "I.2"}
    assert lineages[ONE, 1].ids.keys() >= {f"I.{number}" for number in range(1, 10)}

"""One sweep after another: what is asked, what is kept, who is told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest

from monitor.alerting.poll import SweepReport, sweep
from monitor.alerting.watching import Joining, watch_trials
from monitor.detection import default_weights, read_weights
from monitor.domain.changes import Severity
from monitor.domain.errors import RegistryBlockedError, RegistryUnavailableError
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from tests.builders import NOON, agreed_target
from tests.fakes.registry import FIRST_STAMP, FakeRegistry, a_study
from tests.fakes.work import FakeDatabase

ONE, TWO, THREE = (NctId(f"NCT9900000{number}") for number in (1, 2, 3))
#: Stamps of releases after the first, in order.
_SUSPENDED = {"overallStatus": "SUSPENDED"}
DAYS = [f"2026-03-{day:02}T09:00:05" for day in (3, 4, 5, 6, 9)]


@dataclass
class Scene:
    """A registry in memory, a database in memory, and one reader of every watched trial."""

    registry: FakeRegistry
    database: FakeDatabase = field(default_factory=FakeDatabase)
    now: datetime = NOON

    def watch(self, *nct_ids: NctId) -> None:
        with self.database.open_work() as work:
            target = agreed_target(work, "reader@clinic.example")
            for nct_id in nct_ids:
                work.watches.add(nct_id, list_name="a", now=self.now)
            work.watches.subscribe(
                target,
                list_name="a",
                nct_id=None,
                min_severity=Severity.MINOR,
                token="token",
                now=self.now,
            )
            work.commit()

    async def sweep(self) -> SweepReport:
        self.now += timedelta(hours=1)
        self.registry.asked.clear()
        return await sweep(self.database.open_work, self.registry, clock=lambda: self.now)

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.registry.asked]


STATUS = {"overallStatus": "RECRUITING", "statusVerifiedDate": "2026-02"}


def study(nct_id: NctId, status: str = "RECRUITING") -> bytes:
    return a_study(nct_id, statusModule=STATUS | {"overallStatus": status})


def kinds(report: SweepReport) -> list[tuple[str, str]]:
    return [(a.nct_id, change.kind) for a in report.settled.alerts for change in a.changes]


@pytest.fixture
async def scene() -> Scene:
    """Two trials whose baseline was taken."""
    scene = Scene(FakeRegistry({ONE: study(ONE), TWO: study(TWO)}))
    scene.watch(ONE, TWO)
    await scene.sweep()
    return scene


async def test_first_sight_is_a_baseline_and_alerts_nobody() -> None:
    scene = Scene(FakeRegistry({ONE: study(ONE)}))
    scene.watch(ONE)

    report = await scene.sweep()

    assert report.settled.baselines == (ONE,)
    assert not report.settled.alerts
    assert not scene.database.rows.deliveries


async def test_nothing_new_costs_one_request(scene: Scene) -> None:
    report = await scene.sweep()

    assert scene.verbs == ["release"]
    assert report.asked == 0


async def test_new_release_without_a_change_raises_nothing(scene: Scene) -> None:
    scene.registry.publish(DAYS[0])

    report = await scene.sweep()

    assert scene.verbs == ["release", "fetch", "release"]
    assert report.settled.unchanged == 2
    assert not report.settled.alerts


async def test_change_is_found_kept_and_told_in_one_commit(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE, "SUSPENDED"))

    report = await scene.sweep()

    assert kinds(report) == [(ONE, "status")]
    [alert] = report.settled.alerts
    assert (alert.from_version, alert.to_version) == (1, 2)
    assert alert.changes[0].before == "RECRUITING"
    assert alert.changes[0].sentence
    rows = scene.database.rows
    assert rows.versions[ONE, 2].raw == study(ONE, "SUSPENDED")
    assert len(rows.deliveries) == report.settled.deliveries == 1


async def test_same_release_swept_twice_tells_nothing_twice(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE, "SUSPENDED"))
    await scene.sweep()
    rows = scene.database.rows
    for nct_id, state in list(rows.trials.items()):
        rows.trials[nct_id] = state.evolve(swept_release=None)

    report = await scene.sweep()

    assert report.asked == 2
    assert not report.settled.alerts
    assert len(scene.database.rows.deliveries) == 1


async def test_there_and_back_and_there_again_is_three_changes(scene: Scene) -> None:
    found = []
    for stamp, status in zip(DAYS, ["SUSPENDED", "RECRUITING", "SUSPENDED"], strict=False):
        scene.registry.publish(stamp, NCT99000001=study(ONE, status))
        found += kinds(await scene.sweep())

    assert found == [(ONE, "status")] * 3
    assert len(scene.database.rows.deliveries) == 3


async def test_trial_watched_later_gets_its_baseline_without_a_new_release(scene: Scene) -> None:
    scene.registry.studies[THREE] = study(THREE)
    scene.watch(THREE)

    report = await scene.sweep()

    assert report.settled.baselines == (THREE,)
    assert ("fetch", (THREE,)) in scene.registry.asked


async def test_sweep_that_dies_half_way_goes_on_where_it_was() -> None:
    numbers = [NctId(f"NCT{99000001 + index}") for index in range(250)]
    scene = Scene(FakeRegistry({number: study(number) for number in numbers}))
    scene.watch(*numbers)
    scene.registry.fail(RegistryUnavailableError("the line is cut"), after=3)
    with pytest.raises(RegistryUnavailableError):
        await scene.sweep()

    report = await scene.sweep()

    assert [len(ids) for verb, ids in scene.registry.asked if verb == "fetch"] == [50]
    assert report.settled.baselines == tuple(numbers[200:])
    assert len(scene.database.rows.versions) == 250


async def test_release_that_moves_during_the_sweep_loses_no_trial(scene: Scene) -> None:
    class Moving(FakeRegistry):
        async def fetch(self, nct_ids: object) -> object:  # type: ignore[override]  # see below
            """Bring out the next release as soon as this one was fetched from, once."""
            fetched = await super().fetch(nct_ids)  # type: ignore[arg-type]  # as it came
            if self.stamp == DAYS[0]:
                self.publish(DAYS[1], NCT99000001=study(ONE, "TERMINATED"))
            return fetched

    moving = Moving(scene.registry.studies)
    moving.publish(DAYS[0])
    scene.registry = moving

    report = await scene.sweep()

    assert report.release == DAYS[1]
    assert kinds(report) == [(ONE, "status")]


async def test_blocked_registry_is_told_and_is_no_news(scene: Scene) -> None:
    scene.registry.publish(DAYS[0])
    scene.registry.fail(RegistryBlockedError("403"))

    with pytest.raises(RegistryBlockedError):
        await scene.sweep()

    assert [text for text, _ in scene.database.rows.trouble.values()] == ["403"]
    assert not scene.database.rows.deliveries


async def test_trouble_is_over_once_the_registry_answers(scene: Scene) -> None:
    scene.registry.fail(RegistryUnavailableError("down"))
    with pytest.raises(RegistryUnavailableError):
        await scene.sweep()

    await scene.sweep()

    assert not scene.database.rows.trouble


async def test_trial_is_gone_only_after_two_releases_without_it(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=None)
    first = await scene.sweep()
    scene.registry.publish(DAYS[1])
    second = await scene.sweep()
    scene.registry.publish(DAYS[2])
    third = await scene.sweep()

    assert [kinds(report) for report in (first, second, third)] == [[], [(ONE, "record.gone")], []]
    assert scene.database.rows.trials[ONE].missing_since == DAYS[0]


async def test_trial_that_returns_before_it_was_gone_is_no_news(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=None)
    await scene.sweep()
    scene.registry.publish(DAYS[1], NCT99000001=study(ONE))

    report = await scene.sweep()

    assert not report.settled.alerts
    assert scene.database.rows.trials[ONE].missing_since is None


async def test_trial_that_comes_back_is_told_with_what_changed(scene: Scene) -> None:
    for stamp in DAYS[:2]:
        scene.registry.publish(stamp, NCT99000001=None)
        await scene.sweep()
    scene.registry.publish(DAYS[2], NCT99000001=study(ONE, "COMPLETED"))

    report = await scene.sweep()

    assert sorted(kinds(report)) == [(ONE, "record.back"), (ONE, "status")]
    assert len(report.settled.alerts) == 1


async def test_vanishing_twice_is_told_twice(scene: Scene) -> None:
    told = []
    releases = [None, None, study(ONE), None, None]
    for stamp, raw in zip(DAYS, releases, strict=True):
        scene.registry.publish(stamp, NCT99000001=raw)
        told += kinds(await scene.sweep())

    assert told == [(ONE, "record.gone"), (ONE, "record.back"), (ONE, "record.gone")]


async def test_outage_while_looking_is_no_vanished_trial(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=None)
    await scene.sweep()
    scene.registry.publish(DAYS[1])
    scene.registry.fail(RegistryUnavailableError("502"), after=2)

    report = await scene.sweep()

    assert not report.settled.alerts
    assert report.unsettled == {ONE: "502"}
    assert not scene.database.rows.trials[ONE].gone


async def test_number_the_registry_never_knew_is_named(scene: Scene) -> None:
    scene.watch(THREE)

    report = await scene.sweep()

    assert report.settled.unknown == (THREE,)
    assert not report.settled.alerts


async def test_merged_trial_is_told_and_its_watch_follows(scene: Scene) -> None:
    scene.registry.publish(DAYS[0], NCT99000001=None, NCT99000003=a_study(THREE, aliases=(ONE,)))

    report = await scene.sweep()
    scene.registry.publish(
        DAYS[1], NCT99000003=a_study(THREE, aliases=(ONE,), statusModule=_SUSPENDED)
    )
    later = await scene.sweep()

    assert kinds(report) == [(ONE, "record.merged")]
    assert report.settled.baselines == (THREE,)
    assert [nct_id for _, nct_id in scene.database.rows.watches] == [TWO, THREE]
    assert kinds(later) == [(THREE, "status")]
    assert later.settled.deliveries == 1


async def test_shadow_of_a_record_is_kept_aside_and_the_good_one_stays(scene: Scene) -> None:
    bare = {"nctId": ONE, "briefTitle": "Lanterin for Tired Robots"}
    shadow = msgspec.json.encode({"protocolSection": {"identificationModule": bare}})
    scene.registry.publish(DAYS[0], NCT99000001=shadow)

    report = await scene.sweep()
    scene.registry.publish(DAYS[1], NCT99000001=study(ONE, "SUSPENDED"))
    later = await scene.sweep()

    assert [aside.nct_id for aside in report.settled.refused] == [ONE]
    assert report.settled.deliveries == 0
    assert kinds(later) == [(ONE, "status")]
    assert scene.database.rows.kept_aside[ONE][1] == DAYS[0]


async def test_refused_record_is_taken_when_the_operator_believes_it(scene: Scene) -> None:
    places = {"locations": [{"facility": "Workshop 1", "city": "Nowhere", "country": "Freedonia"}]}
    shrunk = a_study(ONE, contactsLocationsModule=places, statusModule=STATUS)
    scene.registry.publish(DAYS[0], NCT99000001=shrunk)
    refused = await scene.sweep()

    believed = await sweep(
        scene.database.open_work,
        scene.registry,
        clock=lambda: scene.now,
        believed=frozenset({ONE}),
    )

    assert [aside.nct_id for aside in refused.settled.refused] == [ONE]
    assert {kind for _, kind in kinds(believed)} == {"site.removed"}
    assert believed.asked == 1


async def test_whole_record_after_a_thin_baseline_is_no_news() -> None:
    bare = {"nctId": ONE, "briefTitle": "Lanterin for Tired Robots"}
    thin = {"identificationModule": bare, "statusModule": {"overallStatus": "RECRUITING"}}
    scene = Scene(FakeRegistry({ONE: msgspec.json.encode({"protocolSection": thin})}))
    scene.watch(ONE)
    await scene.sweep()
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE))

    report = await scene.sweep()

    assert not report.settled.alerts
    assert report.settled.versions == 1


async def test_field_the_registry_added_is_kept_and_reported(scene: Scene) -> None:
    raw = study(ONE, "SUSPENDED").replace(b'{"protocolSection"', b'{"novelty":7,"protocolSection"')
    scene.registry.publish(DAYS[0], NCT99000001=raw)

    report = await scene.sweep()

    assert report.settled.unknown_fields == {"novelty"}
    assert kinds(report) == [(ONE, "status")]
    assert scene.database.rows.versions[ONE, 2].raw == raw


async def test_operator_decides_what_matters(scene: Scene) -> None:
    own = read_weights('[status]\nseverity = "silent"\n', over=default_weights())
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE, "SUSPENDED"))

    report = await sweep(
        scene.database.open_work, scene.registry, clock=lambda: scene.now, weights=own
    )

    assert kinds(report) == [(ONE, "status")]
    assert report.settled.deliveries == 0


async def test_change_while_nobody_watched_is_kept_and_not_told(scene: Scene) -> None:
    with scene.database.open_work() as work:
        work.watches.remove(ONE, list_name=None)
        work.commit()
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE, "SUSPENDED"))
    await scene.sweep()
    scene.watch(ONE)

    first = await scene.sweep()
    scene.registry.publish(DAYS[1], NCT99000001=study(ONE, "TERMINATED"))
    second = await scene.sweep()

    assert kinds(first) == kinds(second) == [(ONE, "status")]
    assert (first.settled.deliveries, second.settled.deliveries) == (0, 1)


async def test_trial_put_down_and_taken_up_at_once_misses_nothing(scene: Scene) -> None:
    with scene.database.open_work() as work:
        work.watches.remove(ONE, list_name=None)
        watch_trials(
            work,
            [ONE],
            Joining(
                addresses=[(Channel.EMAIL, "reader@clinic.example")],
                new_secret=str,
                new_token=lambda: "again",
            ),
            list_name="a",
            now=NOON,
        )
        work.commit()
    scene.registry.publish(DAYS[0], NCT99000001=study(ONE, "SUSPENDED"))

    report = await scene.sweep()

    assert report.settled.deliveries == 1


async def test_answer_that_cannot_be_read_is_kept_aside(scene: Scene) -> None:
    scene.registry.publish(DAYS[0])
    scene.registry.damaged[ONE] = "not JSON"

    report = await scene.sweep()

    assert [(aside.nct_id, aside.reason) for aside in report.settled.refused] == [(ONE, "not JSON")]
    assert report.settled.unchanged == 1


async def test_record_goes_stale_once_and_again_after_it_was_verified() -> None:
    def record(verified: str, day: str) -> bytes:
        status = {"overallStatus": "ACTIVE_NOT_RECRUITING", "statusVerifiedDate": verified}
        raw = a_study(ONE, statusModule=status)
        return raw.replace(FIRST_STAMP[:10].encode(), day.encode())

    scene = Scene(FakeRegistry({ONE: record("2024-03", FIRST_STAMP[:10])}))
    scene.watch(ONE)
    told = [kinds(await scene.sweep())]
    for day, verified in [
        ("2026-04-01", "2024-03"),
        ("2026-04-02", "2024-03"),
        ("2026-04-03", "2026-04"),
        ("2028-05-02", "2026-04"),
    ]:
        scene.registry.publish(f"{day}T09:00:05", NCT99000001=record(verified, day))
        told.append([kind for kind in kinds(await scene.sweep()) if kind[1] == "record.stale"])

    assert told == [[], [(ONE, "record.stale")], [], [], [(ONE, "record.stale")]]


async def test_record_stale_at_first_sight_is_no_news() -> None:
    status = {"overallStatus": "RECRUITING", "statusVerifiedDate": "2019-03"}
    scene = Scene(FakeRegistry({ONE: a_study(ONE, statusModule=status)}))
    scene.watch(ONE)
    await scene.sweep()
    scene.registry.publish(DAYS[0])

    report = await scene.sweep()

    assert not report.settled.alerts


def test_stamps_of_the_fake_are_in_order() -> None:
    assert sorted([FIRST_STAMP, *DAYS]) == [FIRST_STAMP, *DAYS]

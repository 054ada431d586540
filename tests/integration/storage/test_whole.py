"""Keeping all studies: contract of ``WholeRows`` and what comes of it, on every database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from monitor.alerting.poll import sweep
from monitor.alerting.watching import Joining, watch_trials
from monitor.alerting.whole import WholeReport, keep_registry
from monitor.domain.errors import RegistryUnavailableError
from monitor.domain.ports import OpenWork
from monitor.domain.trial import NctId, TrialState
from monitor.domain.watched import Watched
from monitor.domain.watches import Channel
from monitor.domain.whole import Pass
from tests.builders import NOON, OTHER_TRIAL, RELEASE, TRIAL, a_state, a_version
from tests.fakes.registry import FIRST_STAMP
from tests.fakes.wholeregistry import FakeWholeRegistry, stamped

NUMBERS = tuple(NctId(f"NCT9900000{number}") for number in range(1, 8))
ONE, TWO, *_, LAST = NUMBERS
SECOND, THIRD, FOURTH = (f"2026-03-0{day}T09:00:05" for day in (3, 4, 5))


@dataclass
class Scene:
    """A registry of seven studies, and a database."""

    open_work: OpenWork
    registry: FakeWholeRegistry = field(
        default_factory=lambda: FakeWholeRegistry({one: stamped(one) for one in NUMBERS})
    )
    now: datetime = NOON

    async def keep(self, *, pages: int = 1000) -> WholeReport:
        self.now += timedelta(hours=1)
        self.registry.asked.clear()
        left = iter(range(pages))
        return await keep_registry(
            self.open_work,
            self.registry,
            clock=lambda: self.now,
            go_on=lambda: next(left, None) is not None,
        )

    def watch(self, *nct_ids: NctId) -> tuple[Watched, ...]:
        with self.open_work() as work:
            watched = watch_trials(
                work,
                nct_ids,
                Joining(
                    addresses=[(Channel.EMAIL, "reader@clinic.example")],
                    new_secret=lambda: "secret",
                    new_token=lambda: f"token-{nct_ids}",
                ),
                list_name=None,
                now=self.now,
            )
            work.commit()
        return watched

    def kinds(self, nct_id: NctId) -> list[str]:
        with self.open_work() as work:
            alerts = work.alerts.of_trial(nct_id, limit=100)
        return [change.kind for alert in alerts for change in alert.changes]

    def statuses(self) -> dict[NctId, str]:
        with self.open_work() as work:
            states = [(one, work.trials.get(one)) for one in NUMBERS]
        return {one: state.overall_status for one, state in states if state}

    def versions(self, nct_id: NctId) -> int:
        with self.open_work() as work:
            return len(work.versions.of_trial(nct_id))

    @property
    def pages(self) -> list[str]:
        return [asked[0] for verb, asked in self.registry.asked if verb == "page"]


@pytest.fixture
def scene(open_work: OpenWork) -> Scene:
    return Scene(open_work)


async def test_first_load_keeps_every_study_and_tells_nobody(scene: Scene) -> None:
    report = await scene.keep()

    assert (report.first, report.pages, report.whole) == (7, 4, True)
    assert (report.alerts, report.deliveries) == (0, 0)
    assert set(scene.statuses()) == set(NUMBERS)
    assert [scene.versions(one) for one in NUMBERS] == [1] * 7


async def test_release_that_was_kept_is_not_gone_through_again(scene: Scene) -> None:
    await scene.keep()

    assert (await scene.keep()).pages == 0
    assert scene.pages == []


async def test_new_release_stores_what_changed_alone(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})

    report = await scene.keep()

    assert (report.unchanged, report.versions, report.first) == (6, 1, 0)
    assert (scene.versions(ONE), scene.versions(TWO)) == (2, 1)


async def test_change_of_a_study_nobody_watches_is_kept_and_told_to_nobody(scene: Scene) -> None:
    await scene.keep()
    scene.watch(TWO)
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED", TWO: "COMPLETED"})

    report = await scene.keep()

    assert scene.kinds(ONE)
    assert (report.alerts, report.deliveries) == (2, 1)


async def test_watch_is_answered_from_what_is_held(scene: Scene) -> None:
    await scene.keep()
    scene.registry.asked.clear()

    (watched,) = scene.watch(ONE)

    assert scene.registry.asked == []
    assert watched.held is not None
    assert (watched.held.version, watched.held.release) == (1, "2026-03-02")
    assert watched.held.seen_at == scene.now
    with scene.open_work() as work:
        summary = work.summaries.newest(ONE)
        assert summary is not None
        assert summary.version == 1
        assert work.lineages.read(ONE, 1) is not None


async def test_watch_has_words_for_the_version_held_whatever_came_before(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})
    await scene.keep()
    with scene.open_work() as work:
        assert work.summaries.newest(ONE) is None

    (watched,) = scene.watch(ONE)

    assert watched.held is not None
    assert (watched.held.version, watched.held.release) == (2, "2026-03-03")
    with scene.open_work() as work:
        summary = work.summaries.newest(ONE)
        assert summary is not None
        assert (summary.version, bool(summary.sections)) == (2, True)


async def test_watched_study_that_is_held_is_not_asked_for_again_for_its_release(
    scene: Scene,
) -> None:
    await scene.keep()
    scene.watch(ONE)

    report = await sweep(scene.open_work, scene.registry, clock=lambda: scene.now)

    assert report.asked == 0


async def test_what_changes_after_a_watch_on_a_held_study_is_told(scene: Scene) -> None:
    await scene.keep()
    scene.watch(ONE)
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})

    report = await sweep(scene.open_work, scene.registry, clock=lambda: scene.now)

    assert report.settled.deliveries == 1


async def test_watch_while_a_release_is_gone_through_is_told_of_its_change(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{LAST: "SUSPENDED"})
    await scene.keep(pages=1)
    (watched,) = scene.watch(LAST)
    assert watched.held is not None
    assert watched.held.release == "2026-03-02"

    assert (await scene.keep()).deliveries == 1


async def test_what_happened_long_before_a_watch_is_not_told(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})
    # Nobody goes through all studies any more; the watched ones are looked at.
    await sweep(scene.open_work, scene.registry, clock=lambda: scene.now)
    scene.now += timedelta(days=30)
    scene.watch(ONE)

    report = await sweep(scene.open_work, scene.registry, clock=lambda: scene.now)

    assert report.settled.deliveries == 0
    assert scene.versions(ONE) == 2


async def test_watch_on_a_number_that_is_not_held_says_so(scene: Scene) -> None:
    await scene.keep()

    (watched,) = scene.watch(NctId("NCT99000099"))

    assert watched.held is None


async def test_run_that_was_left_off_goes_on_with_the_next_page(scene: Scene) -> None:
    await scene.keep(pages=2)
    assert scene.pages == ["", NUMBERS[1]]

    report = await scene.keep()

    assert scene.pages == [NUMBERS[3], NUMBERS[5]]
    assert report.whole
    assert (report.first, report.unseen) == (3, 0)


async def test_release_in_the_middle_begins_with_the_first_page_again(scene: Scene) -> None:
    def publish(token: str | None) -> None:
        if token == NUMBERS[3] and scene.registry.stamp == FIRST_STAMP:
            scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})

    scene.registry.before_page = publish

    report = await scene.keep()

    assert scene.pages == ["", NUMBERS[1], NUMBERS[3], "", NUMBERS[1], NUMBERS[3], NUMBERS[5]]
    assert (report.release, report.whole, report.first) == (SECOND, True, 7)
    # The first page was of the old release, so what changed in between is a version of its own.
    assert (scene.versions(ONE), report.versions, report.deliveries) == (2, 1, 0)


async def test_release_while_a_run_rests_begins_anew(scene: Scene) -> None:
    await scene.keep(pages=2)
    scene.registry.bring_out(SECOND)

    report = await scene.keep()

    assert scene.pages[0] == ""
    assert (report.release, report.unchanged, report.first) == (SECOND, 4, 3)


async def test_token_that_is_not_taken_back_begins_anew(scene: Scene) -> None:
    await scene.keep(pages=2)
    scene.registry.refused = frozenset([NUMBERS[3]])

    def forgive(token: str | None) -> None:
        scene.registry.refused = scene.registry.refused if token else frozenset()

    scene.registry.before_page = forgive

    assert (await scene.keep()).whole
    assert scene.pages[:2] == [NUMBERS[3], ""]


async def test_tokens_never_taken_back_end_with_trouble_and_what_came_is_kept(
    scene: Scene,
) -> None:
    scene.registry.refused = frozenset([NUMBERS[1]])

    with pytest.raises(RegistryUnavailableError, match="do not fit together"):
        await scene.keep()

    assert set(scene.statuses()) == {ONE, TWO}


async def test_study_that_is_gone_is_kept_as_a_change_in_the_second_release(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: None})
    await scene.keep()
    assert scene.kinds(ONE) == []

    scene.registry.bring_out(THIRD)
    report = await scene.keep()

    assert scene.kinds(ONE) == ["record.gone"]
    assert report.deliveries == 0

    scene.registry.bring_out(FOURTH)
    await scene.keep()
    assert ("look", (ONE,)) not in scene.registry.asked


async def test_study_that_was_never_held_is_not_told_as_gone(scene: Scene) -> None:
    await scene.keep(pages=1)
    scene.registry.bring_out(SECOND, **{LAST: None})
    await scene.keep()
    scene.registry.bring_out(THIRD)
    await scene.keep()

    assert scene.kinds(LAST) == []
    with scene.open_work() as work:
        assert work.trials.get(LAST) is None


async def test_held_study_that_no_page_shows_is_asked_for_by_number(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})
    scene.registry.hidden = frozenset([ONE])

    report = await scene.keep()

    assert ("fetch", (ONE,)) in scene.registry.asked
    assert (report.versions, report.unseen, report.whole) == (1, 0, True)


async def test_study_that_is_counted_and_never_shown_is_looked_for_and_said(scene: Scene) -> None:
    scene.registry.hidden = frozenset([ONE])

    report = await scene.keep()

    assert scene.pages.count("") == 3
    assert (report.unseen, report.whole) == (1, True)


async def test_watched_study_is_told_once_whichever_way_it_is_seen(scene: Scene) -> None:
    await scene.keep()
    scene.watch(ONE)
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})

    swept = await sweep(scene.open_work, scene.registry, clock=lambda: scene.now)
    report = await scene.keep()

    assert (swept.settled.deliveries, report.deliveries) == (1, 0)
    assert report.unchanged == 7


def test_place_of_a_run_comes_back_as_it_was_saved(open_work: OpenWork) -> None:
    here = Pass(
        release=RELEASE,
        begun_at=NOON,
        token="next",
        holder="2026-03-09",
        pages=3,
        studies=3000,
        total=580_000,
        starts=1,
    )
    with open_work() as work:
        assert work.whole.known() is None
        work.whole.save(here.anew())
        work.whole.save(here)
        work.commit()
    with open_work() as work:
        assert work.whole.known() == here


def test_only_rows_there_are_are_held(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        assert work.whole.held([TRIAL, OTHER_TRIAL]) == {TRIAL: a_state()}
        assert work.trials.get(OTHER_TRIAL) is None


def test_marking_notes_release_and_time_and_nothing_else(open_work: OpenWork) -> None:
    later = NOON + timedelta(days=1)
    before = a_state(missing_since=RELEASE, paused=True)
    with open_work() as work:
        work.trials.save([before, TrialState(nct_id=OTHER_TRIAL)])
        work.whole.mark([TRIAL], a_state(swept_release=SECOND, seen_at=later))
        expected = before.evolve(swept_release=SECOND, seen_at=later, missing_since=None)
        assert work.trials.get(TRIAL) == expected
        assert work.trials.get(OTHER_TRIAL) == TrialState(nct_id=OTHER_TRIAL)


def test_first_versions_read_byte_for_byte(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state(), a_state(nct_id=OTHER_TRIAL)])
        work.whole.add_first([a_version(), a_version(nct_id=OTHER_TRIAL)])
        work.whole.add_first([])
        assert work.versions.read(OTHER_TRIAL, 1) == a_version(nct_id=OTHER_TRIAL)


def test_left_are_held_studies_of_another_release(open_work: OpenWork) -> None:
    states = [
        a_state(nct_id=NctId("NCT99000011")),
        a_state(nct_id=NctId("NCT99000012"), swept_release=SECOND),
        a_state(nct_id=NctId("NCT99000013"), swept_release=None),
        a_state(nct_id=NctId("NCT99000014"), swept_release=SECOND, gone=True),
        a_state(nct_id=NctId("NCT99000015"), swept_release=SECOND, merged_into=TRIAL),
        a_state(nct_id=NctId("NCT99000016"), swept_release=SECOND, latest_version=0),
    ]
    with open_work() as work:
        work.trials.save(states)
        assert work.whole.left(RELEASE, limit=10) == ("NCT99000012", "NCT99000013")
        assert work.whole.left(RELEASE, limit=1) == ("NCT99000012",)
        assert work.whole.count(SECOND) == 3

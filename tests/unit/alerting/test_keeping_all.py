"""Going through all studies: where it goes on, when it begins anew, and when it gives up."""

from dataclasses import dataclass, field, replace

import pytest

from monitor.alerting.settled import Settled
from monitor.alerting.whole import WholeReport, keep_registry
from monitor.domain.errors import RegistryUnavailableError
from monitor.domain.ports import KeptAside
from monitor.domain.ports.whole import StudyPage
from monitor.domain.trial import NctId
from monitor.domain.whole import Pass
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_state, an_alert
from tests.fakes.registry import FIRST_STAMP
from tests.fakes.wholeregistry import FakeWholeRegistry, stamped
from tests.fakes.work import FakeDatabase

FIVE = tuple(NctId(f"NCT9900000{number}") for number in range(1, 6))
ONE, TWO, THREE, FOUR, LAST = FIVE
SECOND = "2026-03-03T09:00:05"
DO_NOT_FIT = (
    "The pages of all studies do not fit together, however often they are asked for. What came is"
    " kept; the rest is tried again later."
)


class Bent(FakeWholeRegistry):
    """Shows pages otherwise than they are: ``bend`` is put over the page of a token, so often."""

    def __init__(self) -> None:
        super().__init__({one: stamped(one) for one in FIVE})
        self.bend: dict[str | None, dict[str, object]] = {}
        self.times = 1000

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        page = await super().page_of_all(token)
        if page is None or token not in self.bend or not self.times:
            return page
        self.times -= 1
        return replace(page, **self.bend[token])  # type: ignore[arg-type]  # checked by the dataclass

    @property
    def pages(self) -> list[str]:
        return [asked[0] for verb, asked in self.asked if verb == "page"]


@dataclass
class Scene:
    """A registry of five studies, two a page, and a database in memory."""

    registry: Bent = field(default_factory=Bent)
    database: FakeDatabase = field(default_factory=FakeDatabase)
    places: list[Pass] = field(default_factory=list)

    async def keep(self, *, pages: int = 1000) -> WholeReport:
        self.registry.asked.clear()
        left = iter(range(pages))
        return await keep_registry(
            self.database.open_work,
            self.registry,
            clock=lambda: NOON,
            go_on=lambda: next(left, None) is not None,
            on_page=self.places.append,
        )

    async def trouble(self) -> str:
        """Keep, see it fail, and return why; the operator reads the same."""
        with pytest.raises(RegistryUnavailableError) as refused:
            await self.keep()
        assert self.database.rows.trouble == {"now": (str(refused.value), NOON)}
        return str(refused.value)

    @property
    def place(self) -> Pass:
        return self.database.rows.registry_pass["newest"]


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_run_reports_all_that_it_came_to(scene: Scene) -> None:
    assert await scene.keep() == WholeReport(release=FIRST_STAMP, pages=3, first=5, whole=True)

    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})

    assert await scene.keep() == WholeReport(
        release=SECOND, pages=3, unchanged=4, versions=1, alerts=1, whole=True
    )


async def test_studies_that_nobody_watches_stay_paused_whatever_becomes_of_them(
    scene: Scene,
) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND, **{ONE: "SUSPENDED"})
    scene.registry.hidden = frozenset([TWO])

    await scene.keep()

    rows = scene.database.rows.trials.values()
    assert [(row.paused, row.swept_release) for row in rows] == [(True, SECOND)] * 5


async def test_run_that_has_nothing_to_do_says_that_all_is_whole(scene: Scene) -> None:
    await scene.keep()

    assert await scene.keep() == WholeReport(release=FIRST_STAMP, whole=True)


async def test_each_page_is_told_with_the_place_after_it(scene: Scene) -> None:
    await scene.keep()

    usual = Pass(release=FIRST_STAMP, begun_at=NOON, holder="2026-03-02", total=5)
    assert scene.places == [
        usual.evolve(pages=1, studies=2, token=TWO),
        usual.evolve(pages=2, studies=4, token=FOUR),
        usual.evolve(pages=3, studies=5, token=None),
    ]
    assert scene.place == scene.places[-1].evolve(ended_at=NOON)


async def test_run_that_may_not_go_on_leaves_off_before_a_page(scene: Scene) -> None:
    report = await scene.keep(pages=1)

    assert report == WholeReport(release=FIRST_STAMP, pages=1, first=2)
    assert scene.registry.pages == [""]
    assert (scene.place.token, scene.place.ended_at) == (TWO, None)


async def test_run_that_may_not_even_begin_has_noted_its_release(scene: Scene) -> None:
    report = await scene.keep(pages=0)

    assert report == WholeReport(release=FIRST_STAMP)
    assert scene.place == Pass(release=FIRST_STAMP, begun_at=NOON)


async def test_run_that_may_not_go_on_after_the_last_page_ends_later(scene: Scene) -> None:
    await scene.keep()
    scene.registry.bring_out(SECOND)
    scene.registry.hidden = frozenset([ONE])

    first = await scene.keep(pages=2)
    second = await scene.keep()

    assert (first.pages, first.whole) == (2, False)
    assert scene.registry.pages == []
    assert (second.unchanged, second.whole) == (1, True)


async def test_failure_is_noted_for_the_operator_and_told_to_who_asked(scene: Scene) -> None:
    scene.registry.fail(RegistryUnavailableError("502"), after=1)

    assert await scene.trouble() == "502"


@pytest.mark.parametrize(
    "bend",
    [
        {TWO: {"holders": frozenset({"2026-03-03"})}},
        {None: {"holders": frozenset({"2026-03-02", "2026-03-03"})}},
        {TWO: {"token": TWO}},
    ],
    ids=["next page of another release", "page of two releases", "token that leads to itself"],
)
async def test_pages_that_do_not_fit_are_begun_anew(
    scene: Scene, bend: dict[str | None, dict[str, object]]
) -> None:
    scene.registry.bend, scene.registry.times = bend, 1

    report = await scene.keep()

    assert scene.registry.pages.count("") == 2
    assert (report.whole, report.unseen, scene.place.starts) == (True, 0, 1)
    assert set(scene.database.rows.trials) == set(FIVE)


async def test_pages_that_never_fit_are_given_up_after_five_starts(scene: Scene) -> None:
    scene.registry.bend = {None: {"holders": frozenset({"2026-03-02", "2026-03-03"})}}

    assert await scene.trouble() == DO_NOT_FIT
    assert scene.registry.pages == [""] * 5


async def test_page_of_no_release_goes_with_any(scene: Scene) -> None:
    scene.registry.bend = {TWO: {"holders": frozenset()}}

    report = await scene.keep()

    assert (report.pages, report.whole) == (3, True)
    assert scene.place.holder == "2026-03-02"


@pytest.mark.parametrize(("total", "fits"), [(0, False), (1, True)])
async def test_more_than_twice_what_was_counted_are_not_believed(
    scene: Scene, total: int, *, fits: bool
) -> None:
    # Before the third page of two, four were shown: twice one, and a page.
    scene.registry.studies["NCT99000006"] = stamped("NCT99000006")
    scene.registry.bend = {None: {"total": total}}

    if fits:
        assert (await scene.keep()).pages == 3
    else:
        assert await scene.trouble() == DO_NOT_FIT


async def test_twice_what_was_counted_is_where_belief_ends(scene: Scene) -> None:
    # Before the fifth page of one, four were shown: more than twice one, and a page.
    scene.registry.size = 1
    scene.registry.bend = {None: {"total": 1}}

    assert await scene.trouble() == DO_NOT_FIT


async def test_studies_that_are_counted_and_not_shown_are_looked_for_three_times(
    scene: Scene,
) -> None:
    scene.registry.bend = {None: {"total": 7}}

    report = await scene.keep()

    assert scene.registry.pages.count("") == 3
    assert (report.unseen, report.whole, scene.place.starts) == (2, True, 2)


async def test_fewer_counted_than_shown_is_no_lack(scene: Scene) -> None:
    scene.registry.bend = {None: {"total": 4}}

    report = await scene.keep()

    assert (report.unseen, report.whole, scene.registry.pages.count("")) == (0, True, 1)


async def test_held_studies_that_no_page_shows_are_asked_for_a_hundred_at_a_time(
    scene: Scene,
) -> None:
    for number in range(99000101, 99000202):
        nct_id = NctId(f"NCT{number}")
        scene.registry.studies[nct_id] = stamped(nct_id)
    await scene.keep()
    scene.registry.bring_out(SECOND)
    scene.registry.hidden = frozenset(one for one in scene.registry.studies if one > LAST)

    report = await scene.keep()

    fetched = [ids for verb, ids in scene.registry.asked if verb == "fetch"]
    assert [len(ids) for ids in fetched] == [100, 1]
    assert (report.unchanged, report.whole) == (106, True)


async def test_when_thousands_are_not_shown_the_pages_are_not_believed(scene: Scene) -> None:
    held = (NctId(f"NCT{98000001 + number}") for number in range(5_001))
    scene.database.rows.trials |= {nct_id: a_state(nct_id=nct_id) for nct_id in held}

    assert await scene.trouble() == (
        "The pages of all studies ended without more than 5000 that are held. Nothing was taken"
        " from that; it is tried again later."
    )
    assert [verb for verb, _ in scene.registry.asked].count("fetch") == 0


def test_report_counts_what_studies_came_to() -> None:
    aside = KeptAside(nct_id=TRIAL, reason="not JSON", raw=b"?")
    settled = Settled(
        baselines=(TRIAL, OTHER_TRIAL),
        unchanged=3,
        versions=4,
        alerts=(an_alert(),),
        deliveries=5,
        refused=(aside,),
    )
    report = WholeReport()

    for _ in range(2):
        report.add(settled)

    assert report == WholeReport(
        first=4, unchanged=6, versions=8, alerts=2, deliveries=10, refused=2
    )

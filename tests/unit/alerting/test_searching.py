"""Saved searches by release: tried, kept, asked again, and never taken from half an answer."""

import pytest

from monitor.alerting.searching import try_search
from monitor.alerting.searchrounds import SearchReport, evaluate_searches
from monitor.domain.changes import Severity
from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SearchRefusedError,
)
from monitor.domain.ports import Release
from monitor.domain.searches import Hit, Query
from monitor.domain.trial import NctId
from tests.builders import NOON, agreed_target
from tests.fakes.finder import FakeFinder
from tests.fakes.registry import FIRST_STAMP
from tests.fakes.work import FakeDatabase
from tests.unit.alerting.robots import ROBOTS, keep

SECOND, THIRD = "2026-03-03T09:00:05", "2026-03-04T09:00:05"
CLOCKS = Query(parameters=(("query.cond", "clocks"),), words='condition "clocks"')


def a_hit(number: int, status: str = "RECRUITING") -> Hit:
    return Hit(nct_id=NctId(f"NCT990000{number:02d}"), title=f"Robots {number}", status=status)


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def swept(database: FakeDatabase, stamp: str) -> None:
    """Let a sweep have seen a release."""
    with database.open_work() as work:
        work.releases.saw(Release(data_timestamp=stamp), now=NOON)
        work.commit()


def told_by_mail(database: FakeDatabase) -> None:
    with database.open_work() as work:
        target = agreed_target(work, "ada@example.org")
        work.watches.subscribe(
            target,
            list_name="machines",
            nct_id=None,
            min_severity=Severity.MINOR,
            token="t",
            now=NOON,
        )
        work.commit()


async def evaluated(database: FakeDatabase, finder: FakeFinder) -> SearchReport:
    return await evaluate_searches(database.open_work, finder, clock=lambda: NOON)


async def next_release(
    database: FakeDatabase, finder: FakeFinder, stamp: str, *hits: Hit
) -> SearchReport:
    finder.publish(stamp, *hits)
    swept(database, stamp)
    return await evaluated(database, finder)


async def test_trying_shows_ten_and_keeps_nothing(database: FakeDatabase) -> None:
    found = await try_search(FakeFinder(*(a_hit(number) for number in range(1, 31))), ROBOTS)

    assert (found.total, len(found.hits)) == (30, 10)
    assert database.rows.searches == {}


async def test_search_the_registry_refuses_is_refused_with_its_words() -> None:
    finder = FakeFinder()
    finder.fail(RegistryRefusedError("400", words="Too complicated query"))

    with pytest.raises(SearchRefusedError, match='says: "Too complicated query"') as refused:
        await try_search(finder, ROBOTS)

    assert "use fewer words" in str(refused.value)


async def test_kept_search_has_its_baseline_and_tells_nobody(database: FakeDatabase) -> None:
    told_by_mail(database)

    search = await keep(database, FakeFinder(a_hit(1), a_hit(2)))

    assert (search.trials, search.step, search.evaluated_release) == (2, 1, FIRST_STAMP)
    assert len(database.rows.found[search.id]) == 2
    assert database.rows.deliveries == {}


async def test_search_that_finds_nothing_may_be_kept(database: FakeDatabase) -> None:
    assert (await keep(database, FakeFinder())).trials == 0


async def test_search_too_broad_is_refused_with_its_count(database: FakeDatabase) -> None:
    finder = FakeFinder()
    finder.total = 5300

    with pytest.raises(SearchRefusedError, match=r"finds 5,300 trials, more than 1,000") as refused:
        await keep(database, finder)

    assert "Make it narrower" in str(refused.value)
    assert database.rows.searches == {}


async def test_name_is_given_once_on_a_list(database: FakeDatabase) -> None:
    await keep(database, FakeFinder())

    with pytest.raises(SearchRefusedError, match="already"):
        await keep(database, FakeFinder())


async def test_release_that_moves_while_a_search_is_made_keeps_nothing(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(a_hit(1))
    finder.publish_while_searching(SECOND)

    with pytest.raises(RegistryUnavailableError, match="try again"):
        await keep(database, finder)

    assert database.rows.searches == {}


async def test_nothing_is_asked_when_no_search_is_due(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder)
    swept(database, FIRST_STAMP)
    finder.asked.clear()

    report = await evaluated(database, finder)

    assert (report, finder.asked) == (SearchReport(), [])


async def test_trial_that_enters_reaches_those_of_the_list(database: FakeDatabase) -> None:
    told_by_mail(database)
    finder = FakeFinder(a_hit(1))
    await keep(database, finder)

    report = await next_release(database, finder, SECOND, a_hit(1), a_hit(2))

    assert (report.evaluated, len(report.alerts), report.deliveries) == (1, 1, 1)
    [delivery] = database.rows.deliveries.values()
    assert (delivery.delivery.type, delivery.delivery.list_name) == ("search.matched", "machines")


async def test_release_evaluated_once_is_not_asked_for_again(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder)
    await next_release(database, finder, SECOND, a_hit(1), a_hit(2))
    finder.asked.clear()

    assert await evaluated(database, finder) == SearchReport()
    assert finder.asked == []


async def test_trials_that_left_are_looked_at(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1), a_hit(2))
    await keep(database, finder)
    finder.standing[a_hit(2).nct_id] = a_hit(2, "COMPLETED")

    report = await next_release(database, finder, SECOND, a_hit(1))

    [alert] = report.alerts
    assert alert.changes[0].after == {"title": "Robots 2", "status": "COMPLETED"}


async def test_release_that_moves_in_between_is_left_to_the_next_round(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder)
    finder.publish(SECOND)
    swept(database, SECOND)
    finder.publish_while_searching(THIRD)

    first = await evaluated(database, finder)
    second = await next_release(database, finder, THIRD, a_hit(1), a_hit(2))

    assert first == SearchReport()
    assert database.rows.searches[1].evaluated_release == THIRD
    assert [change.kind for change in second.alerts[0].changes] == ["search.entered"]


async def test_failure_of_one_search_is_noted_and_leaves_the_others(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder, ROBOTS, name="Robots")
    await keep(database, finder, CLOCKS, name="Clocks")
    finder.publish(SECOND, a_hit(1), a_hit(2))
    swept(database, SECOND)
    finder.fail(RegistryUnavailableError("pages do not fit together"))

    report = await evaluated(database, finder)

    assert (report.evaluated, report.unsettled) == (1, {1: "pages do not fit together"})
    assert database.rows.searches[1].trouble == "pages do not fit together"
    assert database.rows.searches[1].evaluated_release == FIRST_STAMP

    again = await evaluated(database, finder)

    assert (again.evaluated, database.rows.searches[1].trouble) == (1, "")


async def test_registry_that_fails_and_fails_is_left_alone(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    for number in range(6):
        query = Query(parameters=(("query.cond", f"robots {number}"),), words="robots")
        await keep(database, finder, query, name=f"Robots {number}")
    finder.publish(SECOND)
    swept(database, SECOND)
    finder.asked.clear()
    for _ in range(6):
        finder.fail(RegistryUnavailableError("down"))

    report = await evaluated(database, finder)

    assert len(report.unsettled) == 3
    assert finder.asked == ["find_all"] * 3


async def test_round_that_has_no_more_time_is_gone_on_with_later(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder, ROBOTS, name="Robots")
    await keep(database, finder, CLOCKS, name="Clocks")
    finder.publish(SECOND, a_hit(1), a_hit(2))
    swept(database, SECOND)
    turns = iter((True, False))

    first = await evaluate_searches(
        database.open_work, finder, clock=lambda: NOON, go_on=lambda: next(turns)
    )
    second = await evaluated(database, finder)

    assert (first.evaluated, second.evaluated) == (1, 1)


async def test_refusal_of_us_ends_the_round(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder)
    finder.publish(SECOND)
    swept(database, SECOND)
    finder.fail(RegistryBlockedError("403"))

    with pytest.raises(RegistryBlockedError):
        await evaluated(database, finder)

    assert len(database.rows.found[1]) == 1


async def test_searches_that_ask_for_the_same_are_asked_once(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder, name="Mine")
    await keep(database, finder, name="Yours")
    finder.asked.clear()

    report = await next_release(database, finder, SECOND, a_hit(1), a_hit(2))

    assert (report.evaluated, len(report.alerts)) == (2, 2)
    assert finder.asked == ["find_all", "release"]


async def test_followed_trial_is_put_on_the_list_as_a_baseline(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    await keep(database, finder, follow=True)

    await next_release(database, finder, SECOND, a_hit(1), a_hit(2))

    assert list(database.rows.watches) == [("machines", "NCT99000002")]
    assert database.rows.trials[a_hit(2).nct_id].latest_version == 0


async def test_removed_search_is_asked_for_no_more(database: FakeDatabase) -> None:
    finder = FakeFinder(a_hit(1))
    search = await keep(database, finder)
    with database.open_work() as work:
        assert work.searches.remove(search.id, now=NOON) is not None
        work.commit()

    assert await next_release(database, finder, SECOND, a_hit(2)) == SearchReport()

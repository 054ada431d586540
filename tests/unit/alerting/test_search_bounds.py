"""Saved searches at their bounds, what is said of one refused, and what a round leaves behind."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pytest

from monitor.alerting.searching import FirstLook, first_look, try_search
from monitor.alerting.searchrounds import SearchReport, evaluate_searches
from monitor.domain.changes import Severity
from monitor.domain.errors import (
    RegistryRefusedError,
    RegistryUnavailableError,
    SearchRefusedError,
)
from monitor.domain.ports import Release
from monitor.domain.searches import Found, Hit, Parameters, Query
from monitor.domain.trial import NctId
from tests.builders import NOON, agreed_target
from tests.fakes.finder import FakeFinder
from tests.fakes.registry import FIRST_STAMP
from tests.fakes.work import FakeDatabase
from tests.unit.alerting.robots import ROBOTS, keep

SECOND = "2026-03-03T09:00:05"
HELP = (
    "Nothing was kept. Look at quotes and brackets, use fewer words (it takes about twelve), or"
    " make the search at https://clinicaltrials.gov and give its address with --from"
)


def hits(count: int, status: str = "RECRUITING") -> tuple[Hit, ...]:
    numbers = range(99000001, 99000001 + count)
    return tuple(Hit(nct_id=NctId(f"NCT{one}"), title=f"R {one}", status=status) for one in numbers)


def about(word: str) -> Query:
    return Query(parameters=(("query.cond", word),), words=word)


def told_by_mail(database: FakeDatabase) -> None:
    with database.open_work() as work:
        work.watches.subscribe(
            agreed_target(work, "ada@example.org"),
            list_name="machines",
            nct_id=None,
            min_severity=Severity.MINOR,
            token="t",
            now=NOON,
        )
        work.commit()


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


async def evaluated(
    database: FakeDatabase, finder: FakeFinder, stamp: str, *, now: datetime = NOON
) -> SearchReport:
    with database.open_work() as work:
        work.releases.saw(Release(data_timestamp=stamp), now=now)
        work.commit()
    finder.stamp = stamp
    return await evaluate_searches(database.open_work, finder, clock=lambda: now)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Too complicated query",
            'The registry does not understand this search and says: "Too complicated query".',
        ),
        ("", "The registry does not understand this search."),
    ],
)
async def test_search_that_is_not_understood_is_refused_with_what_helps(
    words: str, said: str
) -> None:
    for ask in (try_search, first_look):
        finder = FakeFinder()
        finder.fail(RegistryRefusedError("400", words=words))

        with pytest.raises(SearchRefusedError) as refused:
            await ask(finder, ROBOTS)

        assert str(refused.value) == f"{said} {HELP}"


async def test_search_may_find_a_thousand_and_not_one_more() -> None:
    finder = FakeFinder()
    finder.total = 1000
    assert (await first_look(finder, ROBOTS)).found.total == 1000

    finder.total += 1

    with pytest.raises(SearchRefusedError) as refused:
        await first_look(finder, ROBOTS)

    assert str(refused.value) == (
        "This search finds 1,001 trials, more than 1,000: every release would bring news of trials"
        " that hardly concern you. Make it narrower: a country, a status such as recruiting, a"
        " phase, a second word"
    )


async def test_release_that_moves_during_the_first_look_is_said_so() -> None:
    finder = FakeFinder(*hits(1))
    finder.publish_while_searching(SECOND)

    with pytest.raises(RegistryUnavailableError) as refused:
        await first_look(finder, ROBOTS)

    assert str(refused.value) == (
        "The registry brought out a new release while it was asked. Nothing was kept; try again"
    )


async def test_first_look_says_what_was_found_and_of_which_release() -> None:
    release = Release(data_timestamp=FIRST_STAMP)

    assert await first_look(FakeFinder(*hits(2)), ROBOTS) == FirstLook(
        query=ROBOTS, found=Found(total=2, hits=hits(2)), release=release
    )


@pytest.mark.parametrize(("found_too", "watched"), [(True, 2), (False, 0)])
async def test_trials_found_at_first_are_put_on_the_list_only_on_asking(
    database: FakeDatabase, watched: int, *, found_too: bool
) -> None:
    await keep(database, FakeFinder(*hits(2)), follow=True, found_too=found_too)

    assert len(database.rows.watches) == watched


async def test_search_that_grew_too_large_is_halted_and_looked_into_no_further(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(*hits(1))
    search = await keep(database, finder)
    finder.asked.clear()
    finder.total = 2001

    report = await evaluated(database, finder, SECOND)

    assert [change.kind for change in report.alerts[0].changes] == ["search.halted"]
    assert finder.asked == ["find_all", "release"], "trials that left are not looked at"
    known = database.rows.searches[search.id]
    assert (known.halted, known.trials) == (True, 1)


async def test_search_of_two_thousand_is_followed_still(database: FakeDatabase) -> None:
    finder = FakeFinder(*hits(1))
    search = await keep(database, finder)
    finder.total = 2000

    await evaluated(database, finder, SECOND)

    known = database.rows.searches[search.id]
    assert (known.halted, known.trials) == (False, 2000)


async def test_search_that_the_registry_refuses_by_now_is_halted_with_its_words(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(*hits(1))
    search = await keep(database, finder)
    finder.fail(RegistryRefusedError("400", words="Too complicated query"))

    report = await evaluated(database, finder, SECOND)

    assert (report.evaluated, report.unsettled) == (1, {})
    assert [change.kind for change in report.alerts[0].changes] == ["search.halted"]
    assert "Too complicated query" in database.rows.searches[search.id].trouble


async def test_two_hundred_trials_that_left_are_looked_at_and_no_more(
    database: FakeDatabase,
) -> None:
    class Counting(FakeFinder):
        looked: tuple[NctId, ...] = ()

        async def sight(self, nct_ids: Collection[NctId]) -> Mapping[NctId, Hit]:
            self.looked = tuple(nct_ids)
            return await super().sight(nct_ids)

    finder = Counting(*hits(201))
    await keep(database, finder)
    finder.hits = ()

    await evaluated(database, finder, SECOND)

    assert finder.looked == tuple(hit.nct_id for hit in hits(200))


async def test_no_trial_is_looked_at_when_none_left(database: FakeDatabase) -> None:
    finder = FakeFinder(*hits(2))
    await keep(database, finder)
    finder.asked.clear()

    report = await evaluated(database, finder, SECOND)

    assert finder.asked == ["find_all", "release"]
    assert report == SearchReport(evaluated=1)


async def test_trouble_is_noted_from_its_beginning_with_every_attempt(
    database: FakeDatabase,
) -> None:
    finder = FakeFinder(*hits(1))
    search = await keep(database, finder)
    later = NOON + timedelta(hours=1)

    for now, words in ((NOON, "502"), (later, "503")):
        finder.fail(RegistryUnavailableError(words))
        await evaluated(database, finder, SECOND, now=now)

    noted = database.rows.searches[search.id]
    assert (noted.trouble, noted.trouble_since, noted.tried_at) == ("503", NOON, later)
    assert noted.evaluated_release == FIRST_STAMP


async def test_failures_count_only_in_a_row(database: FakeDatabase) -> None:
    class Flaky(FakeFinder):
        failing: frozenset[str] = frozenset()

        async def find_all(self, parameters: Parameters, *, most: int) -> Found:
            found = await super().find_all(parameters, most=most)
            if dict(parameters)["query.cond"] in self.failing:
                raise RegistryUnavailableError("502")
            return found

    finder = Flaky(*hits(1))
    for word in "abcdef":
        await keep(database, finder, about(word), name=word)
    finder.failing = frozenset("abde")

    report = await evaluated(database, finder, SECOND)

    assert report.unsettled == dict.fromkeys((1, 2, 4, 5), "502")
    assert report.evaluated == 2


async def test_round_adds_up_what_each_search_came_to(database: FakeDatabase) -> None:
    told_by_mail(database)
    finder = FakeFinder(*hits(1))
    for word in "ab":
        await keep(database, finder, about(word), name=word)
    finder.hits = hits(2)

    report = await evaluated(database, finder, SECOND)

    assert (report.evaluated, len(report.alerts), report.deliveries) == (2, 2, 2)


async def test_search_evaluated_meanwhile_by_another_process_is_not_told_twice(
    database: FakeDatabase,
) -> None:
    class Other(FakeFinder):
        async def release(self, known: Release | None) -> Release | None:
            row = database.rows.searches.get(1)
            if row is not None and known is not None and known.data_timestamp == SECOND:
                database.rows.searches[1] = row.evolve(evaluated_release=SECOND)
            return await super().release(known)

    finder = Other(*hits(1))
    await keep(database, finder)
    finder.hits = hits(2)

    assert await evaluated(database, finder, SECOND) == SearchReport()
    assert len(database.rows.found[1]) == 1

"""What a sweep says while it goes on, and what is said when the registry gives no answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from monitor.alerting.poll import SweepReport, look_at, note_trouble, served, sweep
from monitor.alerting.settled import Settled
from monitor.domain.errors import RegistryBlockedError, RegistryError, RegistryUnavailableError
from monitor.domain.ports import FetchedStudy, Release
from monitor.domain.trial import NctId
from tests.builders import NOON
from tests.fakes.registry import FIRST_STAMP, FakeRegistry, a_study
from tests.fakes.work import FakeDatabase

FIVE = tuple(NctId(f"NCT9900000{number}") for number in range(1, 6))
ONE, TWO, *_ = FIVE


class SilentRegistry(FakeRegistry):
    """Says that nothing is new, whatever is known."""

    async def release(self, known: Release | None) -> Release | None:
        del known
        return None


class Measured:
    """Keeps which parts of the way were measured."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, dict[str, str | int]]] = []

    @contextmanager
    def span(self, name: str, *, trace: str = "", **facts: str | int) -> Iterator[None]:
        del trace
        self.parts.append((name, facts))
        yield


def watched(*nct_ids: NctId) -> FakeDatabase:
    database = FakeDatabase()
    with database.open_work() as work:
        for nct_id in nct_ids:
            work.watches.add(nct_id, list_name="a", now=NOON)
        work.commit()
    return database


def a_registry(*nct_ids: NctId) -> FakeRegistry:
    return FakeRegistry({nct_id: a_study(nct_id) for nct_id in nct_ids})


async def swept(database: FakeDatabase, registry: FakeRegistry) -> SweepReport:
    return await sweep(database.open_work, registry, clock=lambda: NOON)


async def test_each_batch_is_told_with_what_it_came_to_and_how_far_the_pass_is() -> None:
    told: list[tuple[Settled, int, int]] = []

    report = await sweep(
        watched(*FIVE).open_work,
        a_registry(*FIVE),
        clock=lambda: NOON,
        batch_size=2,
        on_batch=lambda *batch: told.append(batch),
    )

    assert [(batch.baselines, done, total) for batch, done, total in told] == [
        (FIVE[:2], 2, 5),
        (FIVE[2:4], 4, 5),
        (FIVE[4:], 5, 5),
    ]
    assert report == SweepReport(
        release=FIRST_STAMP, asked=5, settled=Settled(baselines=FIVE), unsettled={}
    )


async def test_a_hundred_are_asked_for_at_once() -> None:
    many = tuple(NctId(f"NCT{99000001 + place}") for place in range(101))
    registry = a_registry(*many)

    await swept(watched(*many), registry)

    assert [len(ids) for verb, ids in registry.asked if verb == "fetch"] == [100, 1]


async def test_log_says_how_many_came(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await swept(watched(ONE, TWO), a_registry(ONE))

    (line,) = [each for each in caplog.records if "fetched" in each.getMessage()]
    assert line.getMessage() == "fetched 1 of 2 trials"
    facts = {name: vars(line)[name] for name in ("step", "release", "came", "missing")}
    assert facts == {"step": "fetch", "release": FIRST_STAMP, "came": 1, "missing": 1}


async def test_fetching_and_settling_are_measured_with_the_number_of_trials() -> None:
    spans = Measured()

    await sweep(watched(ONE, TWO).open_work, a_registry(ONE), clock=lambda: NOON, spans=spans)

    assert spans.parts == [("fetch", {"trials": 2}), ("settle", {"trials": 2})]


async def test_registry_that_has_nothing_new_before_anything_is_known_is_trouble() -> None:
    database = watched(ONE)

    with pytest.raises(RegistryError) as refused:
        await swept(database, SilentRegistry())

    assert str(refused.value) == (
        "The registry answered that nothing is new, but nothing is known yet. Try again; if it"
        " stays so, see `trialwatch doctor`."
    )
    assert database.rows.trouble == {"now": (str(refused.value), NOON)}


async def test_release_that_is_known_is_served_still_where_nothing_is_new() -> None:
    database, known = FakeDatabase(), Release(data_timestamp=FIRST_STAMP)
    with database.open_work() as work:
        work.releases.saw(known, now=NOON)
        work.commit()

    assert await served(database.open_work, SilentRegistry(), lambda: NOON) == known


async def test_new_release_is_served_and_noted() -> None:
    database = FakeDatabase()

    release = await served(database.open_work, FakeRegistry(), lambda: NOON)

    assert release.data_timestamp == FIRST_STAMP
    assert database.rows.release == {"known": release}


async def test_looking_at_a_trial_gives_it_or_nothing_or_why_not() -> None:
    registry, down = a_registry(ONE), RegistryUnavailableError("502")

    found, none = await look_at(registry, ONE), await look_at(registry, TWO)
    registry.fail(down)

    assert found == FetchedStudy(requested=ONE, nct_id=ONE, raw=a_study(ONE))
    assert none is None
    assert await look_at(registry, ONE) is down


async def test_registry_that_refuses_us_ends_the_sweep_while_looking_too() -> None:
    database, registry = watched(ONE, TWO), a_registry(ONE)
    registry.fail(RegistryBlockedError("403"), after=2)

    with pytest.raises(RegistryBlockedError):
        await swept(database, registry)

    assert [verb for verb, _ in registry.asked] == ["release", "fetch", "look"]
    assert database.rows.trouble == {"now": ("403", NOON)}


async def test_release_that_moves_for_ever_is_left_to_the_next_sweep() -> None:
    class Restless(FakeRegistry):
        async def release(self, known: Release | None) -> Release | None:
            self.stamp = f"2026-03-02T09:00:{len(self.asked):02}"
            return await super().release(known)

    registry = Restless({ONE: a_study(ONE)})

    report = await swept(watched(ONE), registry)

    assert [verb for verb, _ in registry.asked].count("fetch") == 5
    assert report.asked == 5


def test_trouble_is_dated_from_its_beginning() -> None:
    database = FakeDatabase()

    note_trouble(database.open_work, RegistryError("502"), now=NOON)
    note_trouble(database.open_work, RegistryError("503"), now=NOON + timedelta(hours=1))

    assert database.rows.trouble == {"now": ("503", NOON)}

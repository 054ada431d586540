"""When the service fetches the past: where it is wanted, while there is time, until refused."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from config.settings import Settings
from monitor.alerting.backfill import BackfillReport
from monitor.alerting.poll import sweep
from monitor.domain.errors import RegistryBlockedError, RegistryUnavailableError
from monitor.domain.trial import NctId
from tests.builders import NOON
from tests.fakes.history import FakeHistory
from tests.fakes.registry import FakeRegistry, a_study
from trialwatch.bootstrap import Service, open_service
from trialwatch.past import LookBack
from trialwatch.roundlog import log_past
from trialwatch.sweeping import Sweeping, sweep_and_look_back
from trialwatch.tell import Tell

if TYPE_CHECKING:
    from monitor.registry.client import RegistryClient

ONE, TWO = NctId("NCT99000001"), NctId("NCT99000002")
DAY = "2026-02-17"
LATER = NOON + timedelta(minutes=15)


def long_enough() -> bool:
    return True


def record(nct_id: NctId) -> bytes:
    return a_study(
        nct_id, statusModule={"overallStatus": "RECRUITING", "lastUpdateSubmitDate": DAY}
    )


class Times:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory({nct_id: [(DAY, record(nct_id))] for nct_id in (ONE, TWO)})


@pytest.fixture
def opened(tmp_path: Path, times: Times) -> Iterator[Callable[[bool], Service]]:
    """Opens a service, the past wanted or not, in which two trials are watched."""
    managers = []

    def open_one(wanted: bool) -> Service:  # noqa: FBT001 (the choice is all there is)
        settings = Settings(data_dir=tmp_path, registry_history=wanted)
        manager = open_service(settings, clock=times)
        managers.append(manager)
        service = manager.__enter__()
        with service.open_work() as work:
            for nct_id in (ONE, TWO):
                work.watches.add(nct_id, list_name="a", now=NOON)
            work.commit()
        return service

    yield open_one
    for manager in managers:
        manager.__exit__(None, None, None)


async def seen(service: Service) -> Service:
    registry = FakeRegistry({nct_id: record(nct_id) for nct_id in (ONE, TWO)})
    await sweep(service.open_work, registry, clock=service.clock)
    return service


async def test_past_is_left_alone_unless_it_is_wanted(
    opened: Callable[[bool], Service], history: FakeHistory
) -> None:
    service = await seen(opened(False))

    assert await LookBack(service, history).go_on(long_enough) == BackfillReport()
    assert history.asked == []


async def test_refusal_holds_until_the_next_start(
    opened: Callable[[bool], Service], history: FakeHistory
) -> None:
    service = await seen(opened(True))
    history.failures = dict.fromkeys((ONE, TWO), RegistryBlockedError("no entry"))
    look = LookBack(service, history)

    first = await look.go_on(long_enough)
    second = await look.go_on(long_enough)
    asked = len(history.asked)
    third = await LookBack(service, history).go_on(long_enough)

    assert (first.blocked, second.blocked, third.blocked) == ("no entry", "", "no entry")
    assert asked == 1


async def test_fault_that_may_pass_is_tried_again(
    opened: Callable[[bool], Service], history: FakeHistory
) -> None:
    service = await seen(opened(True))
    history.failures = dict.fromkeys((ONE, TWO), RegistryUnavailableError("out"))
    look = LookBack(service, history)
    await look.go_on(long_enough)
    history.failures.clear()

    assert sorted((await look.go_on(long_enough)).done) == [ONE, TWO]


async def test_next_sweep_is_not_kept_waiting(
    opened: Callable[[bool], Service], history: FakeHistory, times: Times
) -> None:
    service = await seen(opened(True))

    def take_long() -> None:
        times.now = LATER

    history.then = take_long

    await LookBack(service, history).go_on(lambda: times.now < LATER)

    assert len(history.asked) == 1


async def test_stopping_ends_the_round(
    opened: Callable[[bool], Service], history: FakeHistory
) -> None:
    service = await seen(opened(True))
    stopping = asyncio.Event()
    history.then = stopping.set
    registry = FakeRegistry({nct_id: record(nct_id) for nct_id in (ONE, TWO)})
    parts = Sweeping(
        service,
        # Nothing is sought and not all is kept, so it is only swept.
        cast("RegistryClient", registry),
        Tell(),
        LookBack(service, history),
        stopping,
    )

    await sweep_and_look_back(parts)

    assert len(history.asked) == 1


def test_log_says_once_what_a_round_came_to(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    log_past(BackfillReport())
    log_past(
        BackfillReport(done=[ONE], versions=3, absent=[TWO], blocked="no entry", trouble="out")
    )

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "history: past versions kept 3, trials done 1"),
        ("INFO", "history: none that can be read of NCT99000002"),
        ("INFO", "history: out"),
        ("WARNING", "history: not asked for again until the next start: no entry"),
    ]

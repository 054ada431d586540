"""Searching a real server: whole sets of one release, or none."""

from collections.abc import AsyncIterator

import pytest

from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.searches import Hit
from monitor.domain.trial import NctId
from monitor.registry.client import RegistryClient
from simulator.faults import Fault, FaultKind
from simulator.serve import Running
from tests.integration.registry.conftest import NUMBERS, OpenClient

ROBOTS = (("query.cond", "robot fatigue"),)
EVERYONE = {NctId(number) for number in NUMBERS}


@pytest.fixture
async def registry(simulator: Running, open_client: OpenClient) -> AsyncIterator[RegistryClient]:
    """A client that gets three studies a page."""
    async with open_client(simulator.url, page_size=3) as client:
        yield client


async def test_first_trials_come_with_the_count_of_all(registry: RegistryClient) -> None:
    found = await registry.find(ROBOTS, most=2)

    assert (found.total, len(found.hits)) == (7, 2)
    assert found.hits[0].title == "Lanterin for Tired Robots"
    assert found.hits[0].status == "RECRUITING"


async def test_all_pages_are_one_set(registry: RegistryClient, simulator: Running) -> None:
    found = await registry.find_all(ROBOTS, most=1000)

    assert found.total == 7
    assert {hit.nct_id for hit in found.hits} == EVERYONE
    pages = simulator.requests.all("/studies")
    assert len(pages) == 3
    asked = [{part for part in page.query.split("&") if "pageToken" not in part} for page in pages]
    assert asked[1] == asked[2] == asked[0] - {"countTotal=true"}, "all else stays the same"


async def test_more_than_wanted_are_counted_and_not_fetched(
    registry: RegistryClient, simulator: Running
) -> None:
    found = await registry.find_all(ROBOTS, most=6)

    assert (found.total, found.hits) == (7, ())
    assert len(simulator.requests.all("/studies")) == 1


async def test_search_that_finds_nothing_is_an_answer(registry: RegistryClient) -> None:
    found = await registry.find_all((("query.cond", "clocks"),), most=1000)

    assert (found.total, found.hits) == (0, ())


async def test_page_that_lacks_a_trial_is_asked_for_anew(
    registry: RegistryClient, simulator: Running
) -> None:
    simulator.faults.add(Fault(kind=FaultKind.MISSING, path="/studies", nct_ids=(NUMBERS[1],)))

    found = await registry.find_all(ROBOTS, most=1000)

    assert {hit.nct_id for hit in found.hits} == EVERYONE


async def test_set_that_stays_partial_is_no_answer(
    registry: RegistryClient, simulator: Running
) -> None:
    simulator.faults.add(
        Fault(kind=FaultKind.MISSING, path="/studies", nct_ids=(NUMBERS[1],), times=None)
    )

    with pytest.raises(RegistryUnavailableError, match="do not fit together"):
        await registry.find_all(ROBOTS, most=1000)


async def test_release_that_comes_out_between_pages_is_seen(
    registry: RegistryClient, simulator: Running
) -> None:
    simulator.faults.add(Fault(kind=FaultKind.PUBLISH, path="/studies", after=1))

    found = await registry.find_all(ROBOTS, most=1000)

    assert {hit.nct_id for hit in found.hits} == EVERYONE
    # One page of the first release, one of the second, then all three anew.
    assert len(simulator.requests.all("/studies")) == 6


async def test_registry_published_under_every_beginning_gives_no_answer(
    registry: RegistryClient, simulator: Running
) -> None:
    simulator.faults.add(Fault(kind=FaultKind.PUBLISH, path="/studies", times=None))

    with pytest.raises(RegistryUnavailableError, match="do not fit together"):
        await registry.find_all(ROBOTS, most=1000)


@pytest.mark.parametrize(
    "kind", [FaultKind.GARBAGE, FaultKind.SHAPE, FaultKind.HTML, FaultKind.CUT]
)
async def test_broken_page_is_asked_for_again(
    registry: RegistryClient, simulator: Running, kind: FaultKind
) -> None:
    simulator.faults.add(Fault(kind=kind, path="/studies", after=1))

    found = await registry.find_all(ROBOTS, most=1000)

    assert {hit.nct_id for hit in found.hits} == EVERYONE


async def test_search_it_does_not_understand_is_refused_in_its_words(
    registry: RegistryClient,
) -> None:
    with pytest.raises(RegistryRefusedError) as refused:
        await registry.find((("query.term", "a b c d e f g h i j k l m"),), most=1)

    assert refused.value.words == "Too complicated query"


async def test_refusal_of_us_is_a_verdict(registry: RegistryClient, simulator: Running) -> None:
    simulator.faults.add(Fault(kind=FaultKind.STATUS, status=403, path="/studies"))

    with pytest.raises(RegistryBlockedError):
        await registry.find_all(ROBOTS, most=1000)


async def test_trials_are_seen_by_number_and_strangers_are_left_out(
    registry: RegistryClient,
) -> None:
    seen = await registry.sight([NctId(NUMBERS[0]), NctId("NCT99999999")])

    assert seen == {
        NUMBERS[0]: Hit(
            nct_id=NctId(NUMBERS[0]), title="Lanterin for Tired Robots", status="RECRUITING"
        )
    }

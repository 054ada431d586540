"""What a person is told when they try the registry."""

from datetime import timedelta

import pytest

from monitor.domain.errors import (
    DamagedRecordError,
    RegistryBlockedError,
    RegistryUnavailableError,
)
from monitor.registry.probe import try_registry
from simulator.serve import Running, running
from tests.fakes.registry import SteppingTime, a_study
from tests.integration.registry.conftest import NUMBERS, OpenClient, a_source


async def test_working_registry_is_described(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    async with open_client(simulator.url, rate=2) as client:
        report = await try_registry(client, monotonic=lambda: time.seconds)

    assert report.host == f"127.0.0.1:{simulator.port}"
    assert report.release.data_timestamp == "2026-03-02T09:00:05"
    assert (report.nct_id, report.study_bytes) == (NUMBERS[0], len(a_study(NUMBERS[0])))
    assert report.release_latency == timedelta(0)
    assert report.study_latency == timedelta(seconds=0.5)
    assert simulator.requests.all()[0].user_agent == report.user_agent


async def test_blocking_registry_says_what_to_do(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("status", status=403, times=None)

    async with open_client(simulator.url) as client:
        with pytest.raises(RegistryBlockedError, match="TRIALWATCH_REGISTRY_CONTACT"):
            await try_registry(client, monotonic=lambda: time.seconds)


async def test_empty_registry_is_told(open_client: OpenClient, time: SteppingTime) -> None:
    async with running(a_source({})) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError) as error:
            await try_registry(client, monotonic=lambda: time.seconds)

    assert str(error.value) == (
        f"The registry (127.0.0.1:{server.port}) answers, but holds no study at all."
        " Compare TRIALWATCH_REGISTRY_URL with https://clinicaltrials.gov/api/v2."
    )


async def test_shadow_of_a_study_is_told(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("shadow", times=None, path="/studies")

    async with open_client(simulator.url) as client:
        with pytest.raises(DamagedRecordError) as error:
            await try_registry(client, monotonic=lambda: time.seconds)

    assert str(error.value) == (
        f"The registry (127.0.0.1:{simulator.port}) answers, but its study cannot be read: it lacks"
        " its sponsor, its summary, its conditions, its design, who may join. Install the newest"
        " trialwatch; if that is this one, please report it."
    )

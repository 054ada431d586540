"""What every registry promises, held against the fake and against the real client alike."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from monitor.domain.errors import RegistryBlockedError, RegistryError
from monitor.domain.ports import Registry
from monitor.domain.trial import NctId
from monitor.registry.judge import unreadable
from monitor.registry.parse import without_stamp
from simulator.serve import running
from tests.fakes.registry import FakeRegistry, a_study
from tests.integration.registry.conftest import DAYS, NUMBERS, OpenClient, Trials, a_source, call

STEADY, MERGED, OLD_NUMBER, GOING, CHANGING, HIDDEN, UNKNOWN = (NctId(number) for number in NUMBERS)
WITHHELD = a_study(
    HIDDEN,
    identificationModule={"nctId": HIDDEN, "briefTitle": "[Trial of device that is not approved]"},
    statusModule={"overallStatus": "WITHHELD"},
    eligibilityModule={},
)
CHANGED = a_study(CHANGING, statusModule={"overallStatus": "SUSPENDED"})
TRIALS: Trials = {
    STEADY: {0: a_study(STEADY)},
    MERGED: {0: a_study(MERGED, aliases=(OLD_NUMBER,))},
    GOING: {0: a_study(GOING), 1: None},
    CHANGING: {0: a_study(CHANGING), 1: CHANGED},
    HIDDEN: {0: WITHHELD},
}


@dataclass
class Stage:
    """A registry and the strings it hangs on."""

    registry: Registry
    publish_next: Callable[[], object]
    refuse_once: Callable[[], object]


@pytest.fixture(params=["fake", "real"])
async def stage(request: pytest.FixtureRequest, open_client: OpenClient) -> AsyncIterator[Stage]:
    opened = _fake_stage() if request.param == "fake" else _real_stage(open_client)
    async with opened as stage:
        yield stage


@contextlib.asynccontextmanager
async def _fake_stage() -> AsyncIterator[Stage]:
    fake = FakeRegistry(
        {number: raw for number, releases in TRIALS.items() if (raw := releases[0])}
    )
    later = {number: releases[1] for number, releases in TRIALS.items() if 1 in releases}
    yield Stage(
        registry=fake,
        publish_next=lambda: fake.publish(f"{DAYS[1]}T09:00:05", **later),
        refuse_once=lambda: fake.fail(RegistryBlockedError("403")),
    )


@contextlib.asynccontextmanager
async def _real_stage(open_client: OpenClient) -> AsyncIterator[Stage]:
    async with running(a_source(TRIALS)) as server, open_client(server.url) as client:
        yield Stage(
            registry=client,
            publish_next=server.publish_next,
            refuse_once=lambda: server.faults.ask("status", status=403),
        )


async def test_first_look_gives_a_release(stage: Stage) -> None:
    release = await stage.registry.release(None)

    assert release is not None
    assert release.data_timestamp == "2026-03-02T09:00:05"
    assert release.etag


async def test_known_release_is_nothing_new(stage: Stage) -> None:
    known = await stage.registry.release(None)

    assert await stage.registry.release(known) is None


async def test_next_release_is_told(stage: Stage) -> None:
    known = await stage.registry.release(None)

    stage.publish_next()

    newer = await stage.registry.release(known)
    assert newer is not None
    assert newer.data_timestamp == "2026-03-03T09:00:05"


async def test_study_comes_back_byte_for_byte(stage: Stage) -> None:
    batch = await stage.registry.fetch([STEADY])

    (study,) = batch.studies
    assert (study.requested, study.nct_id) == (STEADY, STEADY)
    assert study.raw == a_study(STEADY)


async def test_every_number_asked_for_is_accounted_for_once(stage: Stage) -> None:
    asked = [STEADY, MERGED, OLD_NUMBER, GOING, HIDDEN, UNKNOWN, STEADY]

    batch = await stage.registry.fetch(asked)

    told = [*(study.requested for study in batch.studies), *batch.missing]
    assert sorted(told) == sorted(set(asked))
    assert batch.missing == (UNKNOWN,)
    assert batch.kept_aside == ()


async def test_alias_is_answered_under_canonical_number(stage: Stage) -> None:
    batch = await stage.registry.fetch([OLD_NUMBER])

    (study,) = batch.studies
    assert (study.requested, study.nct_id) == (OLD_NUMBER, MERGED)


async def test_no_numbers_give_an_empty_batch(stage: Stage) -> None:
    batch = await stage.registry.fetch([])

    assert (batch.studies, batch.missing, batch.kept_aside) == ((), (), ())


async def test_vanished_study_is_missing_after_release(stage: Stage) -> None:
    stage.publish_next()

    batch = await stage.registry.fetch([GOING, CHANGING])

    assert batch.missing == (GOING,)
    (study,) = batch.studies
    assert without_stamp(study.raw) == without_stamp(CHANGED)


async def test_look_and_fetch_give_same_bytes(stage: Stage) -> None:
    looked = await stage.registry.look(STEADY)

    batch = await stage.registry.fetch([STEADY])
    assert (looked,) == batch.studies


async def test_look_at_unknown_number_gives_none(stage: Stage) -> None:
    assert await stage.registry.look(UNKNOWN) is None


async def test_look_follows_an_alias(stage: Stage) -> None:
    looked = await stage.registry.look(OLD_NUMBER)

    assert looked is not None
    assert (looked.requested, looked.nct_id) == (OLD_NUMBER, MERGED)
    assert looked.raw == a_study(MERGED, aliases=(OLD_NUMBER,))


async def test_withheld_placeholder_is_a_study(stage: Stage) -> None:
    looked = await stage.registry.look(HIDDEN)

    assert looked is not None
    assert looked.raw == WITHHELD
    assert unreadable(looked.raw) is None


@pytest.mark.parametrize("verb", ["release", "fetch", "look"])
async def test_refusal_is_an_error_and_passes(stage: Stage, verb: str) -> None:
    stage.refuse_once()

    with pytest.raises(RegistryError):
        await call(stage.registry, verb)

    assert await call(stage.registry, verb) is not None

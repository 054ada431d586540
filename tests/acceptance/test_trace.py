"""One id from a look at the registry to each attempt to send, in every process's log and traces."""

import json
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.acceptance.discretion import named_in
from tests.acceptance.service import RunningService, eventually, rows_of, running_service, settled
from tests.acceptance.stage import Stage
from tests.servers.collector import Collector, Span, collector

pytestmark = [pytest.mark.acceptance, pytest.mark.postgresql]

_STEPS = ("fetch", "version", "change", "alert", "attempt")


async def _release(stage: Stage) -> tuple[RunningService, RunningService]:
    """Let a scheduler find a release and a worker send what came of it, and stop both."""
    async with AsyncExitStack() as stack:
        scheduler, worker = [
            await stack.enter_async_context(running_service(stage, role))
            for role in ("scheduler", "worker")
        ]
        stage.registry.publish_next()
        with rows_of(stage) as rows:
            await settled(stage, rows)
            await eventually(lambda: bool(stage.mails), "a mail came")
            await settled(stage, rows)
        assert await scheduler.stop() == 0
        assert await worker.stop() == 0
    return scheduler, worker


def _lines(service: RunningService) -> list[dict[str, Any]]:
    """Return what was logged as objects."""
    return [json.loads(line) for line in "".join(service.said).splitlines() if line[:1] == "{"]


async def test_one_id_stands_in_every_step_of_two_processes(stage: Stage) -> None:
    stage.settings["TRIALWATCH_LOG_FORMAT"] = "json"

    scheduler, worker = await _release(stage)

    lines = _lines(scheduler) + _lines(worker)
    assert len(lines) == len("".join([*scheduler.said, *worker.said]).splitlines())
    sent = [line for line in _lines(worker) if line.get("step") == "attempt"]
    assert sent
    assert {line["alert"] for line in sent} <= {
        line["alert"] for line in lines if line.get("step") == "alert"
    }
    for one in sent:
        under_it = {line.get("step") for line in lines if line.get("trace") == one["trace"]}
        assert under_it >= set(_STEPS)
    assert all(
        {"at", "level", "logger", "message"} <= set(line) and "\n" not in line["message"]
        for line in lines
    )


async def test_log_in_words_has_no_line_for_each_step(stage: Stage) -> None:
    scheduler, worker = await _release(stage)

    assert not _lines(scheduler) + _lines(worker)
    assert scheduler.has_said("INFO trialwatch release ")
    assert not worker.has_said("trialwatch.steps")


def _by_name(kept: Collector, name: str) -> list[Span]:
    return [span for span in kept.spans if span.name == name]


async def test_trace_goes_from_the_tick_to_every_send(stage: Stage) -> None:
    with collector() as kept:
        stage.settings["TRIALWATCH_TRACES_URL"] = kept.url
        stage.settings["TRIALWATCH_LOG_FORMAT"] = "json"
        _, worker = await _release(stage)

    sweeps = {span.id: span for span in _by_name(kept, "sweep")}
    sends = _by_name(kept, "send")
    assert sends
    assert {span.parent for span in sends} <= set(sweeps)
    for inner in (*_by_name(kept, "fetch"), *_by_name(kept, "settle"), *sends):
        assert sweeps[inner.parent].trace == inner.trace
    told = {line["delivery"]: line["trace"] for line in _lines(worker) if "delivery" in line}
    assert {span.facts["trialwatch.delivery"]: span.trace for span in sends} == told
    said = b"".join(kept.raw).decode("latin-1")
    assert named_in(said, stage) == []


async def test_collector_that_is_away_keeps_nothing_from_going_out(stage: Stage) -> None:
    with collector() as gone:
        stage.settings["TRIALWATCH_TRACES_URL"] = gone.url

    await _release(stage)

    assert stage.mails

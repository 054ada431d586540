"""A service that feeds a stream, whose server is killed and comes back: each event once."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.alerts import DeliveryState
from monitor.domain.watches import Channel
from simulator.made import open_stories
from storage import queries
from storage.engine import Database
from tests.acceptance.service import (
    eventually,
    let_pass,
    rows_of,
    running_service,
    settled,
    swept,
)
from tests.acceptance.stage import ALL, on_stage
from tests.servers.nats import nats_server

pytestmark = pytest.mark.acceptance

RELEASES = 6


def _all_tried(rows: Database) -> bool:
    """Tell whether whatever waits has been tried, and in vain."""
    waiting = queries.deliveries(rows, state=DeliveryState.PENDING, limit=1000)
    return all(row.attempts and row.attempts[-1].outcome for row in waiting)


def _tried_in_vain(rows: Database) -> int:
    found = queries.deliveries(rows, state=DeliveryState.DELIVERED, limit=1000)
    return sum(attempt.outcome == "not sent" for row in found for attempt in row.attempts)


def _events(rows: Database, state: DeliveryState) -> list[str]:
    found = queries.deliveries(rows, state=state, limit=1000)
    return [row.id for row in found if row.channel is Channel.STREAM]


async def test_server_that_is_killed_loses_nothing_and_keeps_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "nats").mkdir()
    async with (
        nats_server(tmp_path / "nats") as server,
        on_stage(open_stories(), tmp_path) as stage,
    ):
        await server.keep("trialwatch")
        stage.settings |= {
            "TRIALWATCH_NATS_URL": server.url,
            "TRIALWATCH_POLL_EVERY": "1",
            "TRIALWATCH_LOG_FORMAT": "json",
        }
        await stage.run("watch", *ALL, "--list", "all", "--stream", "trialwatch")
        await stage.check()
        async with running_service(stage) as service:
            with rows_of(stage) as rows:
                for number in range(1, RELEASES + 1):
                    away = number % 2 == 0
                    if away:
                        await server.stop()
                    stage.registry.publish(number)
                    await swept(stage, rows)
                    if away:
                        await eventually(lambda: _all_tried(rows), "all was tried in vain")
                        await server.start()
                        let_pass(rows, timedelta(hours=1))
                    await settled(stage, rows)
                await eventually(lambda: not _events(rows, DeliveryState.PENDING), "all is out")
                sent = _events(rows, DeliveryState.DELIVERED)
                assert _tried_in_vain(rows)
            assert await service.stop() == 0
        kept = [one.headers["Nats-Msg-Id"] for one in await server.kept()]

    assert sent
    assert sorted(kept) == sorted(sent)

"""Processes that run while the tables go a release ahead, and start again on them."""

from contextlib import AsyncExitStack

import psycopg
import pytest

from storage.schema import HEAD
from tests.acceptance.service import eventually, rows_of, running_service, settled
from tests.acceptance.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.postgresql]

_AHEAD = (
    "ALTER TABLE deliveries ADD COLUMN later text",
    "CREATE TABLE later (id integer PRIMARY KEY)",
    f"UPDATE trialwatch_schema SET version_num = '9999', oldest = '{HEAD}'",  # noqa: S608 (our own)
)


def _go_ahead(stage: Stage) -> None:
    with psycopg.connect(stage.settings["TRIALWATCH_DATABASE_URL"]) as server:
        for statement in _AHEAD:
            server.execute(statement.encode())


async def test_alerts_go_out_before_during_and_after(stage: Stage) -> None:
    with rows_of(stage) as rows:
        async with AsyncExitStack() as stack:
            for role in ("scheduler", "worker"):
                await stack.enter_async_context(running_service(stage, role))
            stage.registry.publish(2)
            await settled(stage, rows)
            await eventually(lambda: bool(stage.mails), "a mail came before")
            _go_ahead(stage)
            stage.registry.publish(4)
            await settled(stage, rows)
            during = len(stage.mails)
        async with AsyncExitStack() as stack:
            for role in ("scheduler", "worker"):
                await stack.enter_async_context(running_service(stage, role))
            stage.registry.publish(6)
            await settled(stage, rows)
            await eventually(lambda: len(stage.mails) > during, "a mail came after")

    told = [mail["Message-ID"] for mail in stage.mails]
    assert len(told) == len(set(told))

"""Receivers that hang, drip, stall in TLS or swallow packets slow down nobody else."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerting.dispatch import SLOTS, deliver_due
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.builders import a_step
from tests.integration.notifiers.conftest import Poster
from tests.integration.storage.scenes import join, send_out, watch
from tests.servers.troubled import Troubled, troubled

WELL, BAD_OF_A_KIND = 24, 12
#: Attempts may last this long; who is well must be served long before.
LONG = timedelta(seconds=60)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/outbox.db")
    upgrade(opened)
    yield opened
    opened.close()


def _addresses(far: Troubled) -> list[str]:
    bad = (far.hangs, far.drips, far.stalls_in_tls, far.swallows_packets)
    # The bad ones stand first in the queue.
    return [f"{kind}/{n}" for kind in bad for n in range(BAD_OF_A_KIND)] + [
        f"{far.well}/{n}" for n in range(WELL)
    ]


async def test_healthy_targets_are_served_while_more_hang_than_there_are_slots(
    database: Database, poster: Poster
) -> None:
    async with troubled() as far, poster(total_time=LONG) as notifier:
        addresses = _addresses(far)
        assert len(addresses) - WELL > 2 * SLOTS.steady
        nct_id = NctId("NCT99000001")
        watch(database.open_work, nct_id)
        for address in addresses:
            join(database.open_work, address, channel=Channel.WEBHOOK)
        now = datetime.now(UTC)
        send_out(database.open_work, a_step(2, nct_id=nct_id), now=now)
        send_out(database.open_work, a_step(3, nct_id=nct_id), now=now + timedelta(milliseconds=1))
        stopping = asyncio.Event()
        round_ = asyncio.create_task(
            deliver_due(
                database.open_work,
                {Channel.WEBHOOK: notifier},
                clock=lambda: datetime.now(UTC),
                owner="worker",
                stopping=stopping,
            )
        )
        async with asyncio.timeout(20):
            await far.arrivals.until(2 * WELL)
        round_.cancel()
        await asyncio.gather(round_, return_exceptions=True)

    assert far.arrivals.repeats == 0

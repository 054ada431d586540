"""Events into a real NATS JetStream: kept once, and waiting while it is away."""

import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.errors import ConfigError
from config.settings import load
from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.errors import DeliveryError, InvalidAddressError
from monitor.domain.ids import new_id
from monitor.domain.watches import Channel
from notifiers.stream import StreamMissingError, StreamNotifier, StreamOptions, check_subject
from storage.engine import Database
from tests.integration.notifiers.conftest import WEB
from tests.servers.made import NOON, a_claim
from tests.servers.nats import NatsServer, nats_server
from trialwatch.bootstrap import Service
from trialwatch.outside import carriers_of


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A server of this test's own."""
    async with nats_server(tmp_path) as running:
        yield running


@asynccontextmanager
async def carrier(server: NatsServer) -> AsyncIterator[StreamNotifier]:
    notifier = StreamNotifier(
        StreamOptions(url=server.url, web_url=WEB, patience=timedelta(seconds=2))
    )
    try:
        yield notifier
    finally:
        await notifier.aclose()


def an_event() -> ClaimedDelivery:
    """An event; every call gives another id."""
    usual = a_claim(channel=Channel.STREAM, address="clinic.trials")
    return replace(usual, delivery=replace(usual.delivery, id=f"{new_id(NOON)}-1"))


async def refusal(notifier: StreamNotifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await notifier.send(an_event())
    assert refused.value.carrier_down, "it waits, and no attempt counts"
    return refused.value


async def test_event_is_kept_under_type_and_trial_with_the_deliverys_id(
    server: NatsServer,
) -> None:
    await server.keep("clinic.trials")
    event = an_event()

    async with carrier(server) as notifier:
        receipt = await notifier.send(event)

    [kept] = await server.kept()
    assert (receipt.status, receipt.detail) == (200, "kept by the stream events")
    assert kept.subject == f"clinic.trials.trial.changed.{event.alert.nct_id}"
    assert kept.headers["Nats-Msg-Id"] == event.delivery.id
    assert kept.headers["Content-Type"] == "application/json"
    assert json.loads(kept.body)["data"]["alert_id"] == event.alert.id


async def test_event_sent_again_is_kept_once(server: NatsServer) -> None:
    await server.keep("clinic.trials")
    event = an_event()

    async with carrier(server) as one:
        await one.send(event)
    async with carrier(server) as other:
        again = await other.send(event)

    assert again.detail == "kept by the stream events, which had it already"
    assert len(await server.kept()) == 1


async def test_event_waits_while_the_server_is_away_and_goes_out_when_it_is_back(
    server: NatsServer,
) -> None:
    await server.keep("clinic.trials")
    first, second = an_event(), an_event()

    async with carrier(server) as notifier:
        await notifier.send(first)
        await server.stop()
        cut = await refusal(notifier)
        away = await refusal(notifier)
        await server.start()
        await notifier.send(second)

    kept = {one.headers["Nats-Msg-Id"] for one in await server.kept()}
    assert kept == {first.delivery.id, second.delivery.id}
    for error in (cut, away):
        assert re.fullmatch(r"the NATS server does not answer \(\w+\)", str(error))
        assert (error.status, error.detail) == (None, "")


async def test_event_that_no_stream_takes_waits_for_one(server: NatsServer) -> None:
    async with carrier(server) as notifier:
        error = await refusal(notifier)
        await server.keep("clinic.trials")
        await notifier.send(an_event())

    assert str(error) == "no stream of the NATS server takes clinic.trials.>: make one"
    assert len(await server.kept()) == 1


async def test_event_waits_while_the_stream_is_full(server: NatsServer) -> None:
    await server.keep("clinic.trials", most=1)

    async with carrier(server) as notifier:
        await notifier.send(an_event())
        error = await refusal(notifier)

    assert str(error) == "the stream does not keep it"
    assert error.status == 503
    assert "maximum messages exceeded" in error.detail


@pytest.mark.parametrize(
    "subject", ["trialwatch", "clinic.trials", "a-b.c_d", "a" * 50, "a.b.c.d.e.f"]
)
def test_subject_of_words_is_taken(subject: str) -> None:
    assert check_subject(f" {subject} ") == subject


@pytest.mark.parametrize(
    "subject", ["", ".", "a..b", "a.*", "a.>", "$JS.API", "a b", "a" * 51, "a.b.c.d.e.f.g"]
)
def test_subject_that_could_be_anybodys_is_refused(subject: str) -> None:
    with pytest.raises(InvalidAddressError) as refused:
        check_subject(subject)

    assert str(refused.value) == (
        "a stream's subjects begin with words of letters, digits, - and _, a dot between two:"
        " trialwatch or clinic.trials"
    )


def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    absent: Any = None
    monkeypatch.setitem(sys.modules, "nats", absent)

    with pytest.raises(StreamMissingError) as missing:
        StreamNotifier(StreamOptions(url="nats://127.0.0.1:9", web_url=WEB))

    assert str(missing.value) == (
        "TRIALWATCH_NATS_URL names a server, and what speaks to it is not installed: pip install"
        " 'trialwatch[stream]', or leave the setting out"
    )


def _service(database: Database, **settings: str) -> Service:
    return Service(settings=load(settings), database=database, clock=lambda: NOON, owner="worker")


async def test_server_named_without_the_extra_is_a_wrong_setting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent: Any = None
    monkeypatch.setitem(sys.modules, "nats", absent)
    service = _service(database, TRIALWATCH_NATS_URL="nats://127.0.0.1:9")

    with pytest.raises(ConfigError, match=r"trialwatch\[stream\]"):
        async with carriers_of(service):
            pass


async def test_event_waits_where_no_server_is_named(database: Database) -> None:
    async with carriers_of(_service(database)) as carriers:
        with pytest.raises(DeliveryError, match="set TRIALWATCH_NATS_URL") as refused:
            await carriers[Channel.STREAM].send(an_event())

    assert refused.value.carrier_down

"""``trialwatch run``: it starts, works by itself, stops when asked, and goes on after trouble."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.alerting.dispatch import SLOTS
from monitor.domain.alerts import DeliveryState
from monitor.domain.watches import Channel
from simulator.given import given_studies
from simulator.made import open_stories
from simulator.serve import running
from simulator.settings import Settings
from storage import queries, watchreads
from storage.engine import Database
from tests.acceptance.service import (
    RunningService,
    count,
    eventually,
    has_swept,
    let_pass,
    rows_of,
    running_service,
    settled,
    swept,
)
from tests.acceptance.stage import ALL, Stage, on_stage
from tests.fakes.registry import a_study
from tests.servers.receiver import hang, receiver
from tests.servers.smtp import Hold, smtp_sink

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
#: Passing through the last release at once changes most trials in one sweep.
LAST = 6
#: Longer than a lease, and than the first look at a road that was closed.
LATER = timedelta(minutes=2)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet; the service looks every second."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        yield stage


@pytest.fixture
async def watching(stage: Stage) -> Stage:
    """The same, everything watched and seen once."""
    await stage.watch(*ALL)
    await stage.check()
    return stage


def _found(stage: Stage) -> list[dict[str, Any]]:
    """Return every change on record, in the form of the contract."""
    with rows_of(stage) as rows:
        alerts = queries.newest_alerts(rows, limit=1000)
    return [change.contract() for alert in alerts for change in alert.changes]


def _repeats(stage: Stage) -> int:
    """Hold what arrived against what was found, and return how many messages came again.

    Nothing is lost, nothing is made up, no change is found twice; what came again came under
    the id it had before.
    """
    found = _found(stage)
    names = ("nct_id", "from_version", "to_version", "kind", "subject")
    identities = Counter(tuple(change[name] for name in names) for change in found)
    told = {(c["nct_id"], c["to_version"]) for c in found if c["severity"] != "silent"}
    hooked = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    mailed = Counter(mail["Message-ID"] for mail in stage.mails)
    assert max(identities.values()) == 1
    assert {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages} == told
    assert len(hooked) == len(mailed) == len({m["data"]["alert_id"] for m in stage.messages})
    return len(stage.hook.requests) - len(hooked) + len(stage.mails) - len(mailed)


async def test_empty_folder_is_made_ready_and_health_is_served(stage: Stage) -> None:
    stage.settings["TRIALWATCH_DATA_DIR"] = str(stage.folder / "not" / "there" / "yet")

    async with running_service(stage) as service:
        await eventually(lambda: len(stage.registry.requests.all()) > 1, "the registry is asked")
        health = await service.health()
        status = await service.stop()

    assert service.said[0].startswith("Pages on "), "a first start is no louder than any other"
    assert (health.status_code, health.json()["ok"]) == (200, True)
    assert set(health.json()["ticks"]) <= {"sweep", "deliver", "ask", "forget", "lookout", "tidy"}
    assert status == 0
    assert (stage.folder / "not" / "there" / "yet" / "trialwatch.db").is_file()
    assert "Traceback" not in "".join(service.said)


@pytest.mark.parametrize(("days_ago", "signs"), [(0, 1), (30, 0)])
async def test_sign_of_life_is_sent_while_the_registry_publishes(
    tmp_path: Path, days_ago: int, signs: int
) -> None:
    first_day = datetime.now(UTC).date() - timedelta(days=days_ago)
    studies = given_studies({SUSPENDS: json.loads(a_study(SUSPENDS))}, first_day=first_day)
    async with on_stage(studies, tmp_path) as stage, receiver() as outside:
        await stage.watch(SUSPENDS)
        await stage.check()
        stage.settings["TRIALWATCH_HEARTBEAT_URL"] = outside.url
        async with running_service(stage) as service:
            await eventually(
                lambda: bool(outside.requests) or "working days old" in "".join(service.said),
                "a sign of life arrives, or it is said why none does",
            )
            assert await service.stop() == 0

    assert len(outside.requests) == signs


async def test_service_sweeps_and_delivers_by_itself(watching: Stage) -> None:
    with rows_of(watching) as rows:
        async with running_service(watching) as service:
            for _ in range(LAST):
                watching.registry.publish_next()
                await swept(watching, rows)
            await settled(watching, rows)
            assert await service.stop() == 0

    assert watching.mails
    assert _repeats(watching) == 0


async def test_trial_watched_while_it_runs_is_taken_up_without_a_new_release(stage: Stage) -> None:
    with rows_of(stage) as rows:
        async with running_service(stage) as service:
            await eventually(lambda: has_swept(stage, rows), "an empty list is swept")
            await stage.watch(SUSPENDS)
            await eventually(
                lambda: watchreads.watches(rows)[0].latest_version == 1, "the baseline is taken"
            )
            assert await service.stop() == 0

    assert stage.registry.registry.release.number == 0


async def test_log_names_no_reader_and_no_secret(watching: Stage) -> None:
    watching.mail.trouble("RCPT", "550 5.1.1 reader@clinic.example is unknown here")
    watching.registry.publish(LAST)

    with rows_of(watching) as rows:
        async with running_service(watching) as service:
            await settled(watching, rows)
            await service.stop()

    said = "".join(service.said)
    assert "refused" in said
    assert "reader@clinic.example" not in said
    assert watching.secret not in said
    assert watching.hook.url not in said


async def test_mail_under_way_is_finished_before_the_end(watching: Stage) -> None:
    hold = Hold()
    watching.mail.trouble("END", hold)
    watching.registry.publish(2)

    with rows_of(watching) as rows:
        async with running_service(watching) as service:
            await hold.reached.wait()
            stopping = asyncio.create_task(service.stop())
            await eventually(lambda: "stopping" in "".join(service.said), "it says that it stops")
            hold.release.set()
            status = await stopping
        # Nothing was begun that could not be ended: whatever waits has no lease on it.
        assert queries.outbox_state(rows, now=datetime.now(UTC)).held == 0
        delivered = count(rows, DeliveryState.DELIVERED)

    assert status == 0
    assert delivered == len(watching.mails) + len(watching.hook.requests)
    await watching.run("deliver", "--until-empty")
    assert _repeats(watching) == 0


async def test_receiver_that_never_answers_does_not_hold_up_the_end(watching: Stage) -> None:
    watching.hook.answer(hang())
    watching.registry.publish(2)

    async with running_service(watching) as service:
        await watching.hook.until(1)
        status = await service.stop(within_seconds=10)

    assert status == 0
    assert "Traceback" not in "".join(service.said)
    with rows_of(watching) as rows:
        let_pass(rows, LATER)
    await watching.run("deliver", "--until-empty")
    assert _repeats(watching) == 1


async def test_registry_that_never_answers_does_not_hold_up_the_end(watching: Stage) -> None:
    watching.registry.faults.ask("hang", path="/studies", times=None)
    watching.registry.publish(2)

    with rows_of(watching) as rows:
        async with running_service(watching) as service:
            await eventually(
                lambda: queries.registry_state(rows).unsettled > 0, "the new release is seen"
            )
            status = await service.stop(within_seconds=10)

    assert status == 0
    assert "Traceback" not in "".join(service.said)
    watching.registry.faults.clear()
    assert await watching.check()


async def _half_a_wish(service: RunningService) -> asyncio.StreamWriter:
    """Begin to send an unsubscription, and wait until the service has read what there is."""
    host, port = service.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /u/abc HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nhalf"
    )
    await writer.drain()
    assert (await service.health()).status_code == 200
    return writer


async def test_visitor_who_never_ends_a_request_does_not_hold_up_the_end(stage: Stage) -> None:
    async with running_service(stage) as service:
        writer = await _half_a_wish(service)

        assert await service.stop(within_seconds=10) == 0

        writer.close()
    assert "Traceback" not in "".join(service.said)


async def test_visitor_who_hangs_up_half_way_leaves_no_trace(stage: Stage) -> None:
    async with running_service(stage) as service:
        writer = await _half_a_wish(service)
        writer.transport.abort()

        assert (await service.health()).status_code == 200
        assert await service.stop() == 0

    assert "Traceback" not in "".join(service.said)


async def test_taken_address_is_said_clearly(stage: Stage) -> None:
    taken = f"127.0.0.1:{stage.mail.port}"
    stage.settings["TRIALWATCH_WEB_BIND"] = taken

    ended = await stage.run("run", status=1)

    assert f"cannot be served on {taken}" in ended.err
    assert "TRIALWATCH_WEB_BIND" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


async def test_service_goes_on_after_the_registry_was_down(stage: Stage) -> None:
    source = open_stories()
    async with running(source) as registry, contextlib.AsyncExitStack() as later:
        stage.settings["TRIALWATCH_REGISTRY_URL"] = registry.url
        stage.registry = registry
        await stage.watch(*ALL)
        await stage.check()
        service = await later.enter_async_context(running_service(stage))
        rows = later.enter_context(rows_of(stage))
        await swept(stage, rows)
        later_still = later.pop_all()

    async with later_still:
        await eventually(lambda: bool(queries.registry_state(rows).trouble), "it is down")
        health = await service.health()
        async with running(source, registry.port, settings=Settings(start=LAST)) as back:
            stage.registry = back
            await settled(stage, rows)
            assert (await service.health()).status_code == 200
            assert await service.stop() == 0
            assert _repeats(stage) == 0

    assert health.status_code == 503
    assert health.json()["ticks"]["sweep"]["trouble"]
    assert queries.registry_state(rows).trouble is None


async def test_mail_waits_while_its_server_refuses_and_webhooks_go_out(watching: Stage) -> None:
    async with smtp_sink() as closed:
        port = closed.port
    watching.settings["TRIALWATCH_SMTP_URL"] = f"smtp://127.0.0.1:{port}?starttls=never"
    watching.registry.publish(LAST)

    with rows_of(watching) as rows:
        async with running_service(watching) as service:
            await swept(watching, rows)
            await eventually(lambda: _mail_alone_waits(rows), "webhooks are out, mail has failed")
            async with smtp_sink(port=port) as watching.mail:
                let_pass(rows, LATER)
                await settled(watching, rows)
                assert await service.stop() == 0

    assert _repeats(watching) == 0
    assert "not sent" in "".join(service.said)


def _mail_alone_waits(rows: Database) -> bool:
    """Tell whether every mail has failed to leave once and every webhook has arrived."""
    pending = queries.deliveries(rows, state=DeliveryState.PENDING, limit=1000)
    return (
        count(rows, DeliveryState.DELIVERED) == len(pending)
        and {row.channel for row in pending} == {Channel.EMAIL}
        and all(row.attempts and row.attempts[-1].outcome for row in pending)
    )


async def test_two_services_on_one_database_send_nothing_twice(stage: Stage) -> None:
    async with running_service(stage) as one, running_service(stage) as other:
        await stage.watch(*ALL)
        with rows_of(stage) as rows:
            await eventually(
                lambda: all(row.latest_version for row in watchreads.watches(rows)), "baselines"
            )
            for _ in range(LAST):
                stage.registry.publish_next()
                await swept(stage, rows)
            await settled(stage, rows)
        statuses = await asyncio.gather(one.stop(), other.stop())

    assert list(statuses) == [0, 0]
    assert _repeats(stage) == 0
    for service in (one, other):
        assert "ERROR" not in "".join(service.said)
        assert "Traceback" not in "".join(service.said)


async def test_services_that_start_together_make_one_database(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        starting = (stack.enter_async_context(running_service(stage)) for _ in range(3))
        services = await asyncio.gather(*starting)
        statuses = await asyncio.gather(*(service.stop() for service in services))

    assert list(statuses) == [0, 0, 0]


async def test_killed_service_is_made_good_by_the_next(watching: Stage) -> None:
    hold = Hold()
    watching.mail.trouble("END", hold)
    watching.registry.publish(LAST)
    async with running_service(watching) as killed:
        await hold.reached.wait()
        killed.process.kill()
        await killed.process.wait()

    with rows_of(watching) as rows:
        assert count(rows, DeliveryState.PENDING) > 0
        let_pass(rows, LATER)
        async with running_service(watching) as service:
            await settled(watching, rows)
            assert await service.stop() == 0

    assert 1 <= _repeats(watching) <= SLOTS.most
    same = {mail["Message-ID"]: bytes(mail) for mail in watching.mails}
    assert all(bytes(mail) == same[mail["Message-ID"]] for mail in watching.mails)


async def test_service_killed_again_and_again_loses_nothing(watching: Stage) -> None:
    """Each life ends where it is when the registry has been asked once more than the last."""
    watching.registry.publish(LAST)
    for life in range(1, 4):
        watching.registry.requests.clear()
        async with running_service(watching) as service:
            await eventually(lambda: watching.registry.requests.count() >= life, "it is asked")  # noqa: B023  # awaited in this turn
            service.process.kill()

    with rows_of(watching) as rows:
        let_pass(rows, LATER)
        async with running_service(watching) as service:
            await settled(watching, rows)
            assert await service.stop() == 0

    assert watching.mails
    assert _repeats(watching) <= SLOTS.most

"""The sign of life: sent while all goes on, held back while something stands still."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from config.settings import load
from monitor.domain.canary import Canary
from notifiers.heartbeat import HeartbeatClient
from storage.standing import mails_held_up, mails_kept_back
from storage.tables import deliveries
from tests.builders import NOON
from tests.servers.receiver import receiver
from trialwatch.bootstrap import Service
from trialwatch.heartbeat import Heartbeat, heartbeat_of


def later(service: Service, by: timedelta) -> Service:
    return Service(
        settings=service.settings,
        database=service.database,
        clock=lambda: NOON + by,
        owner=service.owner,
    )


async def test_sign_is_sent_while_all_goes_on(service: Service) -> None:
    async with receiver() as outside, HeartbeatClient(outside.url) as client:
        beating = Heartbeat(later(service, timedelta(minutes=5)), client)
        await beating.beat()
        await beating.beat()

    assert beating.still == ()
    assert len(outside.requests) == 2


async def test_sign_is_held_back_while_something_stands_still_and_said_once(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with receiver() as outside, HeartbeatClient(outside.url) as client:
        beating = Heartbeat(later(service, timedelta(days=2)), client)
        await beating.beat()
        await beating.beat()
        silent = len(outside.requests)
        beating.service = later(service, timedelta(minutes=5))
        await beating.beat()

    said = [record.getMessage() for record in caplog.records if record.name == "trialwatch"]
    assert (silent, len(outside.requests)) == (0, 1)
    assert len(said) == 2
    assert "the registry has not answered since" in said[0]
    assert "nothing stands still any more" in said[1]


async def test_trial_that_stays_unseen_counts_after_a_day(service: Service) -> None:
    async with HeartbeatClient("http://127.0.0.1:9") as client:
        beating = Heartbeat(later(service, timedelta(minutes=5)), client)
        assert beating.look() == ()
        beating.service = later(service, timedelta(days=1, minutes=6))

        assert any("could not be looked at" in words for words in beating.look())


@pytest.mark.parametrize(("begun", "held_up"), [(25, 1), (6, 0)])
def test_mail_that_no_reader_refused_counts_after_many_attempts(
    service: Service, begun: int, held_up: int
) -> None:
    with service.database.writing() as connection:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.lane == "mail")
            .values(state="pending", begun=begun, attempts=1)
        )
        connection.commit()

    assert mails_held_up(service.database, now=NOON + timedelta(days=2)) == held_up
    assert mails_held_up(service.database, now=NOON) == 0


@pytest.mark.parametrize(("begun", "attempts", "kept_back"), [(2, 0, 1), (1, 0, 0), (3, 3, 0)])
def test_mail_that_the_server_did_not_take_twice_is_kept_back_at_once(
    service: Service, begun: int, attempts: int, kept_back: int
) -> None:
    with service.database.writing() as connection:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.lane == "mail")
            .values(state="pending", begun=begun, attempts=attempts)
        )
        connection.commit()

    assert mails_kept_back(service.database) == kept_back


async def test_no_address_means_no_sign(service: Service) -> None:
    async with heartbeat_of(service) as none:
        assert none is None
    settings = load({"TRIALWATCH_HEARTBEAT_URL": "http://127.0.0.1:9/only-ours"})
    with_one = Service(
        settings=settings, database=service.database, clock=service.clock, owner="test"
    )
    async with heartbeat_of(with_one) as one:
        assert one is not None
    assert "only-ours" not in repr(settings)


async def test_sign_is_held_back_while_mail_to_ourselves_is_missing(service: Service) -> None:
    mailing = replace(
        later(service, timedelta(hours=5)),
        settings=load(
            {
                "TRIALWATCH_CANARY": "true",
                "TRIALWATCH_SMTP_URL": "smtp://127.0.0.1:9?starttls=never",
                "TRIALWATCH_BOUNCE_BIND": "127.0.0.1:8024",
            }
        ),
    )
    made = Canary(id="01-0", token="key", made_at=NOON)
    with service.database.open_work() as work:
        work.canaries.make(made, waiting_since=NOON)
        work.canaries.look(NOON + timedelta(hours=5), waiting_since=NOON)
        work.commit()
    async with receiver() as outside, HeartbeatClient(outside.url) as client:
        beating = Heartbeat(mailing, client)
        await beating.beat()
        held_back = len(outside.requests)
        beating.service = replace(mailing, settings=service.settings)
        assert beating.look() == ()
        beating.service = mailing
        with service.database.open_work() as work:
            work.canaries.came_in(made.id, at=NOON)
            work.commit()
        await beating.beat()

    assert (held_back, len(outside.requests)) == (0, 1)

"""The operator's question "why is nothing coming?", for causes that are really there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest

from monitor.alerting.dispatch import deliver_due
from monitor.alerting.poll import sweep
from monitor.domain.errors import DeliveryError, RegistryBlockedError
from monitor.domain.ports import KeptAside
from monitor.domain.watches import Channel
from storage import targetcare
from storage.engine import Database
from tests.fakes.notifier import FakeNotifier
from tests.fakes.registry import FakeRegistry
from tests.unit.web.site import CHANGES, SECOND_STAMP, a_service, titled, visiting, watch
from trialwatch.bootstrap import Service
from trialwatch.tell import Pulse

MAIL = {"SMTP_URL": "smtp://127.0.0.1:25?starttls=never"}
Spoil = Callable[[Service], Awaitable[None]]


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database, **MAIL)


async def well(service: Service) -> FakeRegistry:
    """Watch a trial by mail and webhook and take its record."""
    registry = FakeRegistry({CHANGES: titled(CHANGES, "Robots")})
    watch(service, CHANGES)
    await sweep(service.open_work, registry, clock=service.clock)
    return registry


async def refused_by_the_registry(service: Service) -> None:
    registry = await well(service)
    registry.fail(RegistryBlockedError("The registry answers 403"))
    with pytest.raises(RegistryBlockedError):
        await sweep(service.open_work, registry, clock=service.clock)


async def nobody_asks(service: Service) -> None:
    watch(service, CHANGES)


async def webhook_fails(service: Service) -> None:
    registry = await well(service)
    registry.publish(SECOND_STAMP, **{CHANGES: titled(CHANGES, "Robots", "SUSPENDED")})
    await sweep(service.open_work, registry, clock=service.clock)
    hooks = FakeNotifier()
    hooks.failures.append(DeliveryError("500", status=500, retry_after=timedelta(hours=1)))
    await deliver_due(
        service.open_work,
        {Channel.EMAIL: FakeNotifier(), Channel.WEBHOOK: hooks},
        clock=service.clock,
        owner=service.owner,
    )


def _at(moment: datetime) -> datetime:
    return moment


async def mail_server_is_away(service: Service) -> None:
    registry = await well(service)
    registry.publish(SECOND_STAMP, **{CHANGES: titled(CHANGES, "Robots", "SUSPENDED")})
    await sweep(service.open_work, registry, clock=service.clock)
    mail = FakeNotifier()
    mail.failures += [DeliveryError("no connection", carrier_down=True) for _ in range(2)]
    for minutes in (0, 10):
        later = service.clock() + timedelta(minutes=minutes)
        await deliver_due(
            service.open_work,
            {Channel.EMAIL: mail, Channel.WEBHOOK: FakeNotifier()},
            clock=partial(_at, later),
            owner=service.owner,
        )


async def switched_off(service: Service) -> None:
    await well(service)
    target, *_ = targetcare.all_targets(service.database)
    targetcare.disable(service.database, target)


async def nothing_sends(service: Service) -> None:
    registry = await well(service)
    registry.publish(SECOND_STAMP, **{CHANGES: titled(CHANGES, "Robots", "SUSPENDED")})
    await sweep(service.open_work, registry, clock=service.clock)


async def nothing_watched(service: Service) -> None:
    registry = FakeRegistry({})
    await sweep(service.open_work, registry, clock=service.clock)


CAUSES: dict[str, tuple[Spoil, str]] = {
    "the registry refuses us": (refused_by_the_registry, "The registry could not be asked"),
    "nobody asks": (nobody_asks, "The registry was not asked yet"),
    "a webhook fails": (webhook_fails, "Webhooks that do not take what they are sent: 1."),
    "the mail server is away": (mail_server_is_away, "Mails that the mail server has not taken"),
    "an address is switched off": (switched_off, "or mail came back from them: 1."),
    "nothing sends": (nothing_sends, "Messages that should have gone out by now: 2."),
    "nothing is watched": (nothing_watched, "No trial is watched"),
}


@pytest.mark.parametrize("name", CAUSES)
async def test_cause_is_named_with_what_to_do(service: Service, name: str) -> None:
    spoil, words = CAUSES[name]
    await spoil(service)
    later = service.clock() + timedelta(minutes=30)

    async with visiting(replace(service, clock=lambda: later), Pulse()) as visitor:
        page = (await visitor.get("/service")).text

    assert words in page
    assert "Nothing stands in the way" not in page


async def test_missing_mail_server_is_named(database: Database) -> None:
    service = a_service(database)
    await well(service)

    async with visiting(service, Pulse()) as visitor:
        page = (await visitor.get("/service")).text

    assert "No mail server is set, so mail waits" in page


@pytest.fixture
async def visitor(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    await well(service)
    async with visiting(service, Pulse()) as visitor:
        yield visitor


async def test_nothing_wrong_says_so_and_how_it_stands(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/service")).text

    assert 'class="card trouble"' not in page
    assert "1, of which 0 not looked at in this release" in page
    assert "None." in page


async def test_answer_that_was_kept_aside_is_given_as_it_came(
    visitor: httpx.AsyncClient, service: Service
) -> None:
    raw = b"<html>no study\x00"
    aside = KeptAside(nct_id=CHANGES, reason="it is no JSON", raw=raw)
    with service.open_work() as work:
        work.releases.keep_aside(aside, release="2026-02-17", now=service.clock())
        work.commit()

    page = (await visitor.get("/service")).text
    answer = await visitor.get(f"/service/kept-aside/{CHANGES}")
    absent = await visitor.get("/service/kept-aside/NCT99000099")

    assert f'href="/service/kept-aside/{CHANGES}"' in page
    assert (answer.content, answer.headers["content-type"]) == (raw, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert absent.status_code == 404


@pytest.mark.postgresql
async def test_size_is_told_on_postgresql_too(postgresql: Database) -> None:
    service = a_service(postgresql, **MAIL)
    await well(service)

    async with visiting(service, Pulse()) as visitor:
        assert " MB, " in (await visitor.get("/service")).text

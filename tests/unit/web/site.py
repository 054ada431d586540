"""A service with rows made by the real use cases, for looking at its pages.

Three trials on two lists; one of them changes, and its mail and webhook are sent or refused.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

import httpx

from config.settings import load
from monitor.alerting.dispatch import deliver_due
from monitor.alerting.poll import sweep
from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.errors import DeliveryError
from monitor.domain.trial import NctId, parse_nct_id
from monitor.domain.watches import Channel
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.notifier import FakeNotifier
from tests.fakes.registry import FakeRegistry, a_study
from tests.servers.made import SECRET
from trialwatch.bootstrap import Service
from trialwatch.tell import Pulse
from trialwatch.web.app import make_app

CHANGES, QUIET, UNSEEN = NctId("NCT99000001"), NctId("NCT99000002"), NctId("NCT99000003")
READER, HOOK = "reader@clinic.example", "https://hooks.example/geheim?key=geheim"
EVIL = "<script>alert('trial')</script> & \"Tired\" Robots"
SECOND_STAMP = "2026-03-03T09:00:05"


def titled(nct_id: str, title: str, status: str = "RECRUITING") -> bytes:
    """Return a made-up study with this title and status."""
    return a_study(
        nct_id,
        identificationModule={"nctId": nct_id, "briefTitle": title},
        statusModule={
            "overallStatus": status,
            "lastUpdatePostDateStruct": {"date": "2026-03-02", "type": "ACTUAL"},
        },
    )


def sited(nct_id: NctId) -> bytes:
    """Return a made-up study with a place of each standing, and one that has no point."""
    statuses = (
        *("RECRUITING", "RECRUITING", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING"),
        *("COMPLETED", "SUSPENDED", None),
    )
    points = (
        *((53.8, -1.55), (59.91, 10.75), (45.76, 4.84), (48.2, 16.37)),
        *((40.42, -3.7), (52.52, 13.4), (41.9, 12.5)),
    )
    places = [
        {"facility": f"Hillside Clinic {n}", "city": "Rivertown", "status": status}
        | {"geoPoint": {"lat": point[0], "lon": point[1]}}
        for n, (status, point) in enumerate(zip(statuses, points, strict=True))
    ]
    return a_study(
        nct_id,
        contactsLocationsModule={"locations": [*places, {"facility": "Lost Clinic"}]},
    )


def a_service(database: Database, **settings: str) -> Service:
    """Return a service on ``database`` whose clock moves a second at each look."""
    seconds = count()
    return Service(
        settings=load({f"TRIALWATCH_{name}": value for name, value in settings.items()}),
        database=database,
        clock=lambda: NOON + timedelta(seconds=next(seconds)),
        owner="test",
    )


def watch(service: Service, *nct_ids: NctId, list_name: str | None = None) -> None:
    """Watch trials by mail and webhook."""
    with service.open_work() as work:
        watch_trials(
            work,
            nct_ids,
            Joining(
                addresses=[(Channel.EMAIL, READER), (Channel.WEBHOOK, HOOK)],
                new_secret=lambda: SECRET,
                new_token=lambda: secrets.token_urlsafe(24),
            ),
            list_name=list_name,
            now=service.clock(),
        )
        work.commit()


async def take_in(service: Service, held: Mapping[str, bytes]) -> None:
    """Watch trials, and take these records, by their numbers, as their baselines."""
    watch(service, *map(parse_nct_id, held))
    await sweep(service.open_work, FakeRegistry(held), clock=service.clock)


async def fill(service: Service, registry: FakeRegistry | None = None) -> None:
    """Watch, take the baseline, find a change, send it: the mail arrives, the webhook fails."""
    registry = registry or FakeRegistry(
        {CHANGES: titled(CHANGES, EVIL), QUIET: titled(QUIET, "Lanterin for Sleepy Robots")}
    )
    watch(service, CHANGES, QUIET)
    await sweep(service.open_work, registry, clock=service.clock)
    registry.publish(SECOND_STAMP, **{CHANGES: titled(CHANGES, EVIL, "SUSPENDED")})
    await sweep(service.open_work, registry, clock=service.clock)
    watch(service, UNSEEN, list_name="<b>robots</b>")
    hooks = FakeNotifier()
    hooks.failures.append(
        DeliveryError("500", status=500, detail="<b>broken</b>", retry_after=timedelta(hours=1))
    )
    await deliver_due(
        service.open_work,
        {Channel.EMAIL: FakeNotifier(), Channel.WEBHOOK: hooks},
        clock=service.clock,
        owner=service.owner,
        chance=lambda: 0.0,
    )


@asynccontextmanager
async def visiting(
    service: Service,
    pulse: Pulse | None = None,
    *,
    peer: str = "127.0.0.1",
    host: str = "127.0.0.1:8080",
) -> AsyncIterator[httpx.AsyncClient]:
    """Visit the pages from ``peer``, calling them ``host``."""
    road = httpx.ASGITransport(make_app(service, pulse), client=(peer, 50_000))
    async with httpx.AsyncClient(transport=road, base_url=f"http://{host}") as client:
        yield client

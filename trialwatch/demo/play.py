"""What the demo does, step by step: watch, baseline, release, changes, mail, webhook, pages."""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass

from config.settings import Settings
from monitor.alerting.dispatch import deliver_due
from monitor.alerting.poll import SweepReport, sweep
from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.alerts import DeliveryState
from monitor.domain.ids import link_key
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.sign import new_secret
from simulator.serve import Running, running
from simulator.sources import open_source
from storage import queries
from trialwatch.bootstrap import Service, open_service
from trialwatch.demo.catchers import Mailbox, Receiver, catching_mail, catching_webhooks
from trialwatch.demo.show import Audience
from trialwatch.outside import carriers_of, registry_of
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

_READER = "family@clinic.example"
_LIST = "demo"
_FIRST, _LAST = 99000001, 99000011


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything on stage, all of it on loopback."""

    registry: Running
    mailbox: Mailbox
    receiver: Receiver
    service: Service
    pages: str


async def play(*, stay: bool, audience: Audience) -> bool:
    """Play the main job through every release of the made-up trials.

    Returns:
        True when every mail and webhook that was due really arrived and verified.
    """
    async with _stage() as stage:
        audience.opening(stage.registry.url)
        _watch(stage, audience)
        audience.baseline(await _sweep(stage))
        for _ in range(stage.registry.registry.known_releases - 1):
            stage.registry.publish_next()
            await _release(stage, audience)
        well = _verified(stage)
        audience.ending(
            well=well,
            mails=len(stage.mailbox.raw),
            hooks=len(stage.receiver.verified),
            pages=stage.pages if stay else None,
        )
        if stay:
            await _until_stopped()
    return well


@contextlib.asynccontextmanager
async def _stage() -> AsyncIterator[Stage]:
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="trialwatch-demo-"))
        registry = await stack.enter_async_context(running(open_source("stories")))
        mailbox = await stack.enter_async_context(catching_mail())
        receiver = await stack.enter_async_context(catching_webhooks())
        listening = stack.enter_context(listen("127.0.0.1:0"))
        pages = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = _settings(folder, registry.url, mailbox.url, pages)
        service = stack.enter_context(open_service(settings))
        await stack.enter_async_context(serving(make_app(service, None), listening))
        yield Stage(
            registry=registry, mailbox=mailbox, receiver=receiver, service=service, pages=pages
        )


def _settings(folder: str, registry_url: str, smtp_url: str, web_url: str) -> Settings:
    """Return settings of the demo's own: nobody's file or environment is read."""
    return Settings.model_validate(
        {
            "data_dir": folder,
            "secrets_key_file": f"{folder}/secrets.key",
            "registry_url": registry_url,
            "registry_rate": 0,
            "smtp_url": smtp_url,
            "mail_from": "alerts@trialwatch.example",
            "webhook_allow": "127.0.0.0/8",
            "web_url": web_url,
        }
    )


def _watch(stage: Stage, audience: Audience) -> None:
    service = stage.service
    with service.open_work() as work:
        watched = watch_trials(
            work,
            [NctId(f"NCT{number}") for number in range(_FIRST, _LAST + 1)],
            Joining(
                addresses=[(Channel.EMAIL, _READER), (Channel.WEBHOOK, stage.receiver.url)],
                new_secret=new_secret,
                new_token=link_key,
            ),
            list_name=_LIST,
            now=service.clock(),
        )
        work.commit()
    stage.receiver.secret = next(t.secret for t in watched[0].targets if t.secret)
    audience.watching(len(watched), _READER, stage.receiver.url)


async def _sweep(stage: Stage) -> SweepReport:
    service = stage.service
    async with registry_of(service) as registry:
        return await sweep(service.open_work, registry, clock=service.clock)


async def _release(stage: Stage, audience: Audience) -> None:
    """Let one release be found, told and delivered, and show it."""
    service = stage.service
    mails, hooks = len(stage.mailbox.raw), len(stage.receiver.verified)
    report = await _sweep(stage)
    audience.release(report)
    async with carriers_of(service) as carriers:
        await deliver_due(service.open_work, carriers, clock=service.clock, owner=service.owner)
    audience.arrived(stage.mailbox.mails()[mails:], stage.receiver, hooks)


def _verified(stage: Stage) -> bool:
    """Hold what arrived against what was to be sent."""
    counts = queries.outbox_state(stage.service.database, now=stage.service.clock()).counts
    delivered = counts.get(DeliveryState.DELIVERED, 0)
    arrived = len(stage.mailbox.raw) + len(stage.receiver.verified)
    return (
        delivered > 0
        and sum(counts.values()) == delivered == arrived
        and len(stage.mailbox.raw) == len(stage.receiver.verified)
        and not stage.receiver.refused
    )


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()

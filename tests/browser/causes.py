"""Reasons why nothing comes, made as they come about: by settings, servers and commands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from storage import queries
from storage.engine import Database
from storage.standing import mails_kept_back, standing
from tests.acceptance.service import eventually, let_pass, swept
from tests.acceptance.stage import READER, Stage
from tests.servers.ports import free_port
from tests.servers.receiver import status

#: Makes a cause on a stage whose service runs, and returns when it is there.
Seed: TypeAlias = Callable[[Stage, Database], Awaitable[None]]
_SUSPENDS = "NCT99000002"
#: Of no trial.
_MISTYPED = "NCT99009999"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One cause, and what the operator is to read of it."""

    seed: Seed
    words: str
    #: Part of what to do.
    remedy: str
    #: The page that the answer leads to, and what is seen of the cause there. Empty where it is
    #: mended outside of the pages.
    leads: str = ""
    there: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    #: What of the service runs; a part alone wants a PostgreSQL.
    role: str = "run"


async def _watch(stage: Stage, rows: Database) -> None:
    await stage.watch(_SUSPENDS)
    await swept(stage, rows)


async def _change(stage: Stage, rows: Database) -> None:
    """Watch a trial by mail and webhook, and bring out the release in which it changes."""
    await _watch(stage, rows)
    stage.registry.publish_next()
    await swept(stage, rows)


async def nothing_is_watched(stage: Stage, rows: Database) -> None:
    del stage
    await eventually(lambda: not standing(rows).watched, "nothing is watched")


async def nobody_is_told(stage: Stage, rows: Database) -> None:
    await stage.run("watch", _SUSPENDS)
    await swept(stage, rows)


async def a_number_is_mistyped(stage: Stage, rows: Database) -> None:
    await _watch(stage, rows)
    await stage.run("watch", _MISTYPED, "--email", READER)
    await eventually(lambda: standing(rows).unknown == 1, "the registry does not know it")


async def the_registry_refuses(stage: Stage, rows: Database) -> None:
    await _watch(stage, rows)
    stage.registry.faults.ask("status", status=403, times=None)
    await eventually(lambda: queries.registry_state(rows).trouble is not None, "it refuses")


async def an_address_is_switched_off(stage: Stage, rows: Database) -> None:
    await _watch(stage, rows)
    await stage.run("target", "disable", READER)


async def a_webhook_fails(stage: Stage, rows: Database) -> None:
    stage.hook.answer(*[status(500)] * 9)
    await _change(stage, rows)
    await eventually(lambda: _failing(rows) == 1, "the webhook fails")


def _failing(rows: Database) -> int:
    return queries.backlog(rows, now=datetime.now(UTC)).failing_targets


async def the_mail_server_is_away(stage: Stage, rows: Database) -> None:
    await _change(stage, rows)
    await eventually(lambda: _ended(rows) == 2, "the mail was tried, and the webhook sent")
    let_pass(rows, timedelta(minutes=10))
    await eventually(lambda: mails_kept_back(rows) == 1, "the mail was tried again")


def _ended(rows: Database) -> int:
    """Return how many attempts have come to an end."""
    every = (one for row in queries.deliveries(rows) for one in row.attempts)
    return sum(one.ended_at is not None for one in every)


async def nobody_asks(stage: Stage, rows: Database) -> None:
    await stage.watch(_SUSPENDS)
    await eventually(lambda: standing(rows).watched == 1, "a trial is watched")


async def nobody_sends(stage: Stage, rows: Database) -> None:
    await stage.watch(_SUSPENDS)
    await stage.check()
    stage.registry.publish_next()
    await stage.check()
    let_pass(rows, timedelta(minutes=11))


CAUSES: Mapping[str, Cause] = {
    "nothing is watched": Cause(
        seed=nothing_is_watched,
        words="No trial is watched.",
        remedy="Make a list and put trials on it.",
        leads="Lists",
        there="Make a list",
    ),
    "nobody is told": Cause(
        seed=nobody_is_told,
        words="Trials are watched, and nobody is told of them.",
        remedy="Open a list and choose to be told of it.",
        leads="Lists",
        there="watched",
    ),
    "a number is mistyped": Cause(
        seed=a_number_is_mistyped,
        words="Numbers on lists that the registry does not know: 1.",
        remedy="Were they typed right?",
        leads="Lists",
        there="watched",
    ),
    "the registry refuses": Cause(
        seed=the_registry_refuses,
        words="The registry could not be asked",
        remedy="If it goes on: trialwatch doctor.",
    ),
    "no mail server is set": Cause(
        seed=_watch,
        words="No mail server is set, so mail waits.",
        remedy="Set TRIALWATCH_SMTP_URL and TRIALWATCH_MAIL_FROM; nothing is lost.",
        settings={"TRIALWATCH_SMTP_URL": "", "TRIALWATCH_MAIL_FROM": ""},
    ),
    "the mail server is away": Cause(
        seed=the_mail_server_is_away,
        words="Mails that the mail server has not taken, through no fault of their readers: 1.",
        remedy="trialwatch doctor says what the server answers.",
        settings={"TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{free_port()}?starttls=never"},
        leads="Messages",
        there="waiting",
    ),
    "an address is switched off": Cause(
        seed=an_address_is_switched_off,
        words="or mail came back from them: 1.",
        remedy="the page of where you are told.",
        leads="Where I am told",
        there="Switched off",
    ),
    "a webhook fails": Cause(
        seed=a_webhook_fails,
        words="Webhooks that do not take what they are sent: 1.",
        remedy="Send a test and read the answer.",
        leads="Where I am told",
        there="Failing since",
    ),
    "nobody asks the registry": Cause(
        seed=nobody_asks,
        words="The registry was not asked yet.",
        remedy="Is trialwatch run running, or trialwatch scheduler",
        role="serve",
    ),
    "nobody sends": Cause(
        seed=nobody_sends,
        words="Messages that should have gone out by now: 2.",
        remedy="Does trialwatch run, or a trialwatch worker, go on?",
        leads="Messages",
        there="waiting",
        role="serve",
    ),
}

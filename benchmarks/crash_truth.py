"""What a killed run came to, held against what a run finds that nobody kills."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from monitor.domain.alerts import DeliveryState
from storage import queries
from storage.engine import Database, open_database
from storage.tables import attempts
from tests.acceptance.stage import READER, Stage

#: Sends under way at once in crashing.py, and so how many may come again after one kill.
IN_FLIGHT = 4
_NCT_ID = re.compile(r"NCT\d{8}")


@dataclass(slots=True)
class Tally:
    """What became of all kills."""

    kills: Counter[str] = field(default_factory=Counter)
    #: Ended by itself before its point came.
    unhurt: int = 0
    lost: int = 0
    false: int = 0
    repeats: int = 0
    most_repeats: int = 0
    faults: list[str] = field(default_factory=list)
    #: Seconds from the kill until all was made good: the lease and what the next process took,
    #: and where the lease was waited out.
    recovered: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def note(self, name: str, *, lost: int, false: int, repeats: int, differ: bool) -> None:
        """Count one kill's outcome, and keep it as a fault where it is one."""
        self.lost += lost
        self.false += false
        self.repeats += repeats
        self.most_repeats = max(self.most_repeats, repeats)
        if lost or false or repeats > IN_FLIGHT or differ:
            self.faults.append(f"{name}: lost {lost}, false {false}, repeats {repeats}, {differ=}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is found and said when nobody kills."""

    #: Changes on record in the end, those of an earlier release too.
    stored: Sequence[tuple[Any, ...]]
    #: Steps of trials that are told, each by mail and webhook.
    told: frozenset[tuple[str, int]]
    #: Trials each digest tells of, by its reader.
    digests: dict[str, frozenset[str]] = field(default_factory=dict)


def stored(url: str) -> list[tuple[Any, ...]]:
    """Return every change on record."""
    database = open_database(url)
    try:
        return changes_in(database)
    finally:
        database.close()


def changes_in(database: Database) -> list[tuple[Any, ...]]:
    """Return every change on record."""
    alerts = queries.newest_alerts(database, limit=1000)
    return sorted(key(change.contract()) for alert in alerts for change in alert.changes)


def key(change: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a change is known by."""
    return (change["nct_id"], change["to_version"], change["kind"], change["subject"])


def steps_told(changes: Sequence[dict[str, Any]]) -> frozenset[tuple[str, int]]:
    """Return the steps of trials that are told of when these changes were found."""
    return frozenset((c["nct_id"], c["to_version"]) for c in changes if c["severity"] != "silent")


def hold_against(stage: Stage, url: str, truth: Truth, tally: Tally, name: str) -> None:
    """Count what differs from the truth, in the database and in what arrived."""
    wanted, have = Counter(truth.stored), Counter(stored(url))
    told = truth.told
    arrived = {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages}
    hooks = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    mails = Counter(str(mail["Message-ID"]) for mail in _to(stage.mails, READER))
    others = len(stage.mails) - mails.total()
    lost = (wanted - have).total() + len(told - arrived) + max(0, len(told) - len(mails))
    false = (have - wanted).total() + len(arrived - told) + others
    false += max(0, len(hooks) - len(told)) + max(0, len(mails) - len(told))
    repeats = hooks.total() - len(hooks) + mails.total() - len(mails)
    if lost:
        name += f" ({len(told)} to tell, {len(hooks)} hooks, {len(mails)} mails, {_waiting(url)})"
    tally.note(name, lost=lost, false=false, repeats=repeats, differ=_differ(stage.mails))


def pending(url: str) -> int:
    """Return how many deliveries wait for an attempt."""
    with closing(open_database(url)) as database:
        counts = queries.outbox_state(database, now=datetime.now(UTC)).counts
    return counts[DeliveryState.PENDING]


def _waiting(url: str) -> str:
    """Return how many deliveries wait for another attempt, and why the last ones failed."""
    with closing(open_database(url)) as database, database.reading() as connection:
        failed = select(attempts.c.outcome, attempts.c.detail).where(attempts.c.status.is_(None))
        said = connection.execute(failed).all()
    return f"{pending(url)} wait, {[tuple(one) for one in said[:2]]}"


def hold_digests_against(stage: Stage, truth: Truth, tally: Tally, name: str) -> None:
    """The same where digests are sent and nothing else."""
    lost = false = repeats = 0
    for reader, trials in truth.digests.items():
        mails = _to(stage.mails, reader)
        ids = {str(mail["Message-ID"]) for mail in mails}
        named = set().union(*map(trials_in, mails))
        lost += (not ids) + len(trials - named)
        false += max(0, len(ids) - 1) + len(named - trials)
        repeats += max(0, len(mails) - len(ids))
    others = sum(str(mail["To"]) not in truth.digests for mail in stage.mails)
    false += others + len(stage.hook.requests)
    tally.note(name, lost=lost, false=false, repeats=repeats, differ=_differ(stage.mails))


def trials_in(mail: EmailMessage) -> frozenset[str]:
    """Return the trials that a mail's text names."""
    body = mail.get_body(("plain",))
    return frozenset(_NCT_ID.findall(str(body.get_content()))) if body else frozenset()


def _to(mails: Sequence[EmailMessage], reader: str) -> list[EmailMessage]:
    return [mail for mail in mails if mail["To"] == reader]


def _differ(mails: Sequence[EmailMessage]) -> bool:
    """Say whether two mails under one id differ in a byte."""
    looks = {mail["Message-ID"]: bytes(mail) for mail in mails}
    return any(bytes(mail) != looks[mail["Message-ID"]] for mail in mails)

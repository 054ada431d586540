"""What an operator has to know of the outbox: in the log when it begins and when it is over."""

import logging
from dataclasses import dataclass

from storage import queries
from storage.readmodels import Backlog
from trialwatch.bootstrap import Service
from trialwatch.canary import CanaryNow, canary_now

_log = logging.getLogger("trialwatch")

#: More past due than this means that nothing is sending, or not fast enough.
MOST_PAST_DUE = 100


@dataclass(slots=True)
class Lookout:
    """Looks at the outbox now and then, and remembers what was said of it."""

    service: Service
    #: The last look, None before the first.
    seen: Backlog | None = None
    #: How mail to ourselves stood then, None where none is sent.
    canary: CanaryNow | None = None

    def look(self) -> Backlog:
        """Look, and log what has changed since the last time."""
        now = queries.backlog(self.service.database, now=self.service.clock())
        self.note(now)
        self._note_canary(canary_now(self.service))
        return now

    def _note_canary(self, now: CanaryNow | None) -> None:
        missed = now.missed if now else ""
        _tell(
            missed,
            "mail that trialwatch sends itself comes in again, or is waited for anew",
            was=self.canary is not None and bool(self.canary.missed),
            is_=bool(missed),
        )
        self.canary = now

    def note(self, now: Backlog) -> None:
        """Log what has changed since the last time."""
        before = self.seen
        _tell(
            f"{now.past_due} deliveries are more than {queries.PAST_DUE.seconds // 60} minutes"
            f" past due, the oldest since {now.oldest_due_at}: nothing is sending them, or not"
            " fast enough",
            "no more deliveries are past due than usual",
            was=before is not None and is_late(before),
            is_=is_late(now),
        )
        _tell(
            f"webhooks: {now.failing_targets} receivers fail, {now.open_breakers} of them are let"
            " alone for now; see: trialwatch deliveries",
            "webhooks: all receivers answer again",
            was=before is not None and before.failing_targets > 0,
            is_=now.failing_targets > 0,
        )
        self.seen = now


def _tell(begun: str, over: str, *, was: bool, is_: bool) -> None:
    if is_ and not was:
        _log.warning(begun)
    elif was and not is_:
        _log.info(over)


def is_late(backlog: Backlog) -> bool:
    """Tell whether so much is past due that somebody should look."""
    return backlog.past_due > MOST_PAST_DUE

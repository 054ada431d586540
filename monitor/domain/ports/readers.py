"""Rows about those who are told: lists, targets, hours, agreement."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Protocol

from monitor.domain.changes import Severity
from monitor.domain.consents import (
    AskOutcome,
    ClaimedConfirmation,
    Confirmation,
    Consent,
    Wanted,
)
from monitor.domain.letterboxes import Letterbox
from monitor.domain.near import Near
from monitor.domain.timings import DueTiming, LetGo, Timing
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Subscription, Target


class Watches(Protocol):
    """Watch lists, targets and what joins them. Those of one subscriber."""

    def add(self, nct_id: NctId, *, list_name: str, now: datetime) -> bool:
        """Put a trial on a list (made if new); False when it stood there already."""
        ...

    def remove(self, nct_id: NctId, *, list_name: str | None) -> int:
        """Take a trial off one list, or off all; return how many it was on.

        Subscriptions to this trial alone end with it. History stays, and a trial that is on no
        list any more is marked as paused.
        """
        ...

    def target(self, channel: Channel, address: str, *, secret: str, now: datetime) -> Target:
        """Return the target with this address, made with ``secret`` when it is new.

        A new e-mail address is unconfirmed: see ``Consents``.
        """
        ...

    def subscribe(
        self,
        target: Target,
        *,
        list_name: str,
        nct_id: NctId | None,
        min_severity: Severity,
        token: str,
        now: datetime,
        topics: Collection[Topic] = (),
        near: Near | None = None,
    ) -> Subscription:
        """Join a list (or one trial of it) to a target; the same again is the same one.

        Without ``topics`` it asks for everything. Of an alert that holds something it asks for,
        weighty enough, it gets the whole.
        """
        ...

    def unsubscribe(self, token: str, *, now: datetime) -> Subscription | None:
        """End the subscription with this token and cancel its unsent deliveries.

        The token of a choice of hours ends everything its target hears of its list.

        Returns the subscription, also when it had ended before; None for an unknown token.
        """
        ...

    def move(self, old: NctId, new: NctId, *, now: datetime) -> None:
        """Let every watch and subscription of ``old`` follow to ``new``."""
        ...


class PublicLinks(Protocol):
    """Public pages of lists."""

    def list_number(self, name: str) -> int | None:
        """Return the number of the operator's list of this name."""
        ...

    def token_of(self, list_id: int) -> str | None:
        """Return the key that opens a list's public page, None while it has none."""
        ...

    def open(self, list_id: int, *, token: str) -> str:
        """Give a list a public page unless it has one; return the key that opens it."""
        ...

    def close(self, list_id: int) -> bool:
        """Take a list's public page away; False when it had none. The next shows no notes."""
        ...

    def shows_notes(self, list_id: int) -> bool:
        """Return whether a list's public page shows notes and tags."""
        ...

    def show_notes(self, list_id: int, *, shown: bool) -> None:
        """Let a list's public page show notes and tags, or no more; nothing while it has none."""
        ...


class Letterboxes(Protocol):
    """E-mail addresses, named by a token in a mail: of a subscription, or of a choice of hours.

    The same address may be a target of several people; all of them are meant.
    """

    def look(self, token: str, *, now: datetime) -> Letterbox | None:
        """Return what goes to the address now, None for an unknown token."""
        ...

    def end_all(self, token: str, *, now: datetime) -> None:
        """End everything that the address hears, notices too, and cancel what is unsent."""
        ...

    def pause(
        self, token: str, until: datetime | None, *, new_token: Callable[[], str], now: datetime
    ) -> None:
        """Hold what the address would be sent until a time; with None, end a pause now.

        What is under way, or due already, goes out. What is held goes out as one message a list,
        at the end of the pause or at the digest's hour from then on.
        """
        ...


class Timings(Protocol):
    """When readers want to be told, and the deliveries that wait for that."""

    def choose(
        self, target: Target, timing: Timing, *, list_name: str, token: str, next_at: datetime
    ) -> None:
        """Keep a target's choice for a list, of which ``token`` ends everything.

        A choice made before is replaced, its token stays. What waits is looked at when
        ``next_at`` comes.
        """
        ...

    def is_chosen(self, target: Target, *, list_name: str) -> bool:
        """Return whether a choice is kept for a target and a list."""
        ...

    def due(self, now: datetime, *, limit: int) -> tuple[DueTiming, ...]:
        """Return choices to be looked at now, held until the end of the transaction."""
        ...

    def release(self, given: Iterable[tuple[DueTiming, LetGo]], *, now: datetime) -> None:
        """Let go what is to go, and note when to look again."""
        ...

    def next_at(self) -> datetime | None:
        """Return when a choice is to be looked at next, None when none is."""
        ...


class Consents(Protocol):
    """Which e-mail addresses agreed to be written to, and those that are asked."""

    def agreed(self, target: Target) -> bool:
        """Return whether a target has agreed; it is held until the end of the transaction."""
        ...

    def wanted(self, target: Target) -> tuple[Wanted, ...]:
        """Return what a target would be told, by list; of a list in one piece."""
        ...

    def agree(self, target: Target, consent: Consent, *, token: str | None = None) -> None:
        """Keep what was agreed to, and send to the target from now on.

        What came back from its address is forgiven. One that was switched off stays so. With
        ``token`` the question that bore it counts as answered, and none is sent any more.
        """
        ...

    def asked_last(self, target: Target) -> datetime | None:
        """Return when this target was asked last, None when it never was."""
        ...

    def asked_at(self, address: str, *, since: datetime) -> tuple[datetime, ...]:
        """Return when an address was asked after ``since``, whoever its target belongs to."""
        ...

    def asked_from(self, origin: str, *, since: datetime) -> int:
        """Return how many addresses were asked for one origin after ``since``."""
        ...

    def ask(self, confirmation: Confirmation, *, origin: str) -> None:
        """Keep a question; its mail is due at once."""
        ...

    def asked(self, token: str) -> Confirmation | None:
        """Return the question with this key, None when there is none."""
        ...

    def claim(
        self, now: datetime, *, limit: int, until: datetime, owner: str
    ) -> tuple[ClaimedConfirmation, ...]:
        """Claim questions whose mail is due, until ``until``, when they come due again.

        Those that expired, were answered, or whose target is no longer unconfirmed are left.
        """
        ...

    def record(self, claimed: ClaimedConfirmation, outcome: AskOutcome, *, now: datetime) -> bool:
        """Write down how an attempt ended; False when the claim was no longer ours."""
        ...

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next question's mail is due, None when none is."""
        ...

    def forget(self, *, asked_before: datetime) -> int:
        """Forget unconfirmed targets that were made and asked last before then; return how many.

        Their subscriptions and hours go with them. One that mail came back from, or that was
        switched off, is remembered.
        """
        ...

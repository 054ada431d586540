"""Who agreed, and who is asked, in memory."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.domain.bounces import Bounce
from monitor.domain.consents import (
    AskOutcome,
    ClaimedConfirmation,
    Confirmation,
    Consent,
    Wanted,
)
from monitor.domain.watches import Subscription, Target, TargetState
from tests.fakes.bounces import note_bounce
from tests.fakes.rows import FakeQuestion, FakeRows, agreed

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class FakeConsents:
    """Plays ``Consents``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def agreed(self, target: Target) -> bool:
        return agreed(self._rows, target.id)

    def wanted(self, target: Target) -> tuple[Wanted, ...]:
        live = [
            one
            for one in self._rows.subscriptions.values()
            if one.target.id == target.id and one.id not in self._rows.ended
        ]
        names = sorted({one.list_name for one in live})
        return tuple(
            self._of_list(name, [one for one in live if one.list_name == name]) for name in names
        )

    def _of_list(self, name: str, joined: list[Subscription]) -> Wanted:
        whole = any(one.nct_id is None for one in joined)
        named = {one.nct_id for one in joined}
        numbers = sorted(of for on, of in self._rows.watches if on == name)
        chosen = [
            made.timing.words
            for made in self._rows.timings.values()
            if (made.target_id, made.list_name) == (joined[0].target.id, name)
        ]
        return Wanted(
            list_name=name,
            nct_ids=tuple(number for number in numbers if whole or number in named),
            whole=whole,
            hours=chosen[0] if chosen else "",
        )

    def agree(self, target: Target, consent: Consent, *, token: str | None = None) -> None:
        self._rows.consents[target.id, len(self._rows.consents)] = consent
        for key, asked in self._of_target(target.id):
            mine = asked.confirmation.token == token
            confirmation = asked.confirmation
            if mine:
                confirmation = replace(confirmation, answered_at=consent.at)
            self._rows.questions[key] = replace(
                asked, confirmation=confirmation, due_at=None, owner=None
            )
        for name, (bounce, _) in list(self._rows.bounces.items()):
            if name[0] == target.id:
                self._rows.bounces[name] = (bounce, True)
        now = self._rows.targets[target.id]
        if now.state is not TargetState.DISABLED:
            self._rows.targets[target.id] = replace(now, state=TargetState.ACTIVE)

    def _of_target(self, target_id: int) -> list[tuple[str, FakeQuestion]]:
        return [
            (key, asked)
            for key, asked in self._rows.questions.items()
            if asked.confirmation.target.id == target_id
        ]

    def asked_last(self, target: Target) -> datetime | None:
        found = [asked.confirmation.asked_at for _, asked in self._of_target(target.id)]
        return max(found, default=None)

    def asked_at(self, address: str, *, since: datetime) -> tuple[datetime, ...]:
        found = [
            asked.confirmation.asked_at
            for asked in self._rows.questions.values()
            if asked.confirmation.target.address.lower() == address.lower()
        ]
        return tuple(sorted(at for at in found if at > since))

    def asked_from(self, origin: str, *, since: datetime) -> int:
        rows = self._rows.questions.values()
        return sum(asked.origin == origin and asked.confirmation.asked_at > since for asked in rows)

    def ask(self, confirmation: Confirmation, *, origin: str) -> None:
        self._rows.questions[confirmation.id] = FakeQuestion(
            confirmation=confirmation, origin=origin, due_at=confirmation.asked_at
        )

    def asked(self, token: str) -> Confirmation | None:
        found = [
            asked.confirmation
            for asked in self._rows.questions.values()
            if asked.confirmation.token == token
        ]
        return self._as_now(found[0]) if found else None

    def _as_now(self, confirmation: Confirmation) -> Confirmation:
        return replace(confirmation, target=self._rows.targets[confirmation.target.id])

    def _open(self, now: datetime) -> list[tuple[datetime, str, FakeQuestion]]:
        return sorted(
            (
                (asked.due_at, key, asked)
                for key, asked in self._rows.questions.items()
                if asked.due_at is not None
                and asked.confirmation.expires_at > now
                and self._as_now(asked.confirmation).target.state is TargetState.UNCONFIRMED
                and self._is_wanted(asked.confirmation.target.id)
            ),
            key=lambda found: found[:2],
        )

    def _is_wanted(self, target_id: int) -> bool:
        """Return whether something is asked for, or nothing ever was."""
        subscriptions = self._rows.subscriptions.values()
        theirs = [one.id for one in subscriptions if one.target.id == target_id]
        return not theirs or any(one not in self._rows.ended for one in theirs)

    def claim(
        self, now: datetime, *, limit: int, until: datetime, owner: str
    ) -> tuple[ClaimedConfirmation, ...]:
        claimed: list[ClaimedConfirmation] = []
        for due_at, key, asked in self._open(now):
            if due_at <= now and len(claimed) < limit:
                held = replace(asked, due_at=until, owner=owner, attempts=asked.attempts + 1)
                self._rows.questions[key] = held
                claimed.append(
                    ClaimedConfirmation(
                        confirmation=self._as_now(asked.confirmation),
                        owner=owner,
                        attempts=held.attempts,
                    )
                )
        return tuple(claimed)

    def record(self, claimed: ClaimedConfirmation, outcome: AskOutcome, *, now: datetime) -> bool:
        asked = self._rows.questions[claimed.confirmation.id]
        if (asked.owner, asked.attempts) != (claimed.owner, claimed.attempts):
            return False
        counted = asked.attempts - (0 if outcome.counts else 1)
        self._rows.questions[claimed.confirmation.id] = replace(
            asked, due_at=outcome.due_at, owner=None, attempts=counted
        )
        if outcome.bounce is not None:
            bounce = Bounce(kind=outcome.bounce, at=now, detail=outcome.detail)
            target_id = claimed.confirmation.target.id
            note_bounce(self._rows, target_id, claimed.confirmation.id, bounce)
        return True

    def next_due_at(self, now: datetime) -> datetime | None:
        return min((due_at for due_at, _, _ in self._open(now)), default=None)

    def forget(self, *, asked_before: datetime) -> int:
        silent = [
            target.id
            for target in self._rows.targets.values()
            if target.state is TargetState.UNCONFIRMED
            and not agreed(self._rows, target.id)
            and (self.asked_last(target) or _LONG_AGO) < asked_before
            and all(row.target_id != target.id for row in self._rows.deliveries.values())
        ]
        for target_id in silent:
            del self._rows.targets[target_id]
            for key, _ in self._of_target(target_id):
                del self._rows.questions[key]
            for number, one in list(self._rows.subscriptions.items()):
                if one.target.id == target_id:
                    del self._rows.subscriptions[number]
            for number, chosen in list(self._rows.timings.items()):
                if chosen.target_id == target_id:
                    del self._rows.timings[number]
        return len(silent)

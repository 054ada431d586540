"""Who agreed to be written to, and questions on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.sql import ColumnElement

from monitor.domain.bounces import Bounce
from monitor.domain.consents import AskOutcome, ClaimedConfirmation, Confirmation, Consent, Wanted
from monitor.domain.trial import NctId
from monitor.domain.watches import Target, TargetState
from storage.allowed import AGREED
from storage.bounces import note_bounce
from storage.rows import AnyRow, AnySelect
from storage.tables import (
    bounces,
    confirmations,
    consents,
    deliveries,
    subscriptions,
    targets,
    timings,
    watch_lists,
    watches,
)
from storage.targetrows import TARGET_COLUMNS, target_of
from storage.timings import CHOICE, OF_SUBSCRIPTION, timing_of

_IS_UNCONFIRMED = targets.c.state == TargetState.UNCONFIRMED.value


class SqlConsents:
    """Plays ``monitor.domain.ports.Consents``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def agreed(self, target: Target) -> bool:
        """Return whether a target has agreed; it is held until the end of the transaction."""
        # Two who ask about the same target at once take turns here.
        held = select(targets.c.id).where(targets.c.id == target.id).with_for_update()
        self._connection.execute(held)
        query = select(consents.c.id).where(consents.c.target_id == target.id).limit(1)
        return self._connection.execute(query).first() is not None

    def wanted(self, target: Target) -> tuple[Wanted, ...]:
        """Return what a target would be told, by list; of a list in one piece."""
        found: dict[int, AnyRow] = {}
        numbers: dict[int, list[NctId]] = {}
        for row in self._connection.execute(_wanted(target.id)):
            found.setdefault(row.list_id, row)
            if row.watched is not None:
                numbers.setdefault(row.list_id, []).append(NctId(row.watched))
        return tuple(
            Wanted(
                list_name=row.name,
                nct_ids=tuple(dict.fromkeys(numbers.get(list_id, ()))),
                whole=row.named is None,
                hours="" if row.timing_id is None else timing_of(row).words,
            )
            for list_id, row in found.items()
        )

    def agree(self, target: Target, consent: Consent, *, token: str | None = None) -> None:
        """Keep what was agreed to, and send to the target from now on."""
        row = {"text": consent.text, "at": consent.at, "how": consent.how.value}
        new = insert(consents).values(**row, target_id=target.id, origin=consent.origin)
        self._connection.execute(new)
        of_target = confirmations.c.target_id == target.id
        self._connection.execute(
            update(confirmations).where(of_target).values(due_at=None, owner=None)
        )
        if token is not None:
            answered = update(confirmations).where(of_target, confirmations.c.token == token)
            self._connection.execute(answered.values(answered_at=consent.at))
        forgiven = update(bounces).where(bounces.c.target_id == target.id)
        self._connection.execute(forgiven.values(forgiven=True))
        self._connection.execute(
            update(targets)
            .where(targets.c.id == target.id, targets.c.state != TargetState.DISABLED.value)
            .values(state=TargetState.ACTIVE.value)
        )

    def asked_last(self, target: Target) -> datetime | None:
        """Return when this target was asked last, None when it never was."""
        query = select(func.max(confirmations.c.asked_at)).where(
            confirmations.c.target_id == target.id
        )
        found: datetime | None = self._connection.scalar(query)
        return found

    def asked_at(self, address: str, *, since: datetime) -> tuple[datetime, ...]:
        """Return when an address was asked after ``since``, whoever its target belongs to.

        Two who ask one address at once take turns here until the end of the transaction.
        """
        if self._connection.dialect.name == "postgresql":
            # On SQLite whoever writes has the database to itself.
            turn = text("SELECT pg_advisory_xact_lock(hashtextextended(lower(:address), 0))")
            self._connection.execute(turn, {"address": address})
        query = (
            select(confirmations.c.asked_at)
            .join(targets, targets.c.id == confirmations.c.target_id)
            .where(
                # Capitals make another address, and hardly ever another mailbox.
                func.lower(targets.c.address) == func.lower(address),
                confirmations.c.asked_at > since,
            )
            .order_by(confirmations.c.asked_at)
        )
        return tuple(self._connection.scalars(query))

    def asked_from(self, origin: str, *, since: datetime) -> int:
        """Return how many addresses were asked for one origin after ``since``."""
        query = select(func.count()).where(
            confirmations.c.origin == origin, confirmations.c.asked_at > since
        )
        return int(self._connection.execute(query).scalar_one())

    def ask(self, confirmation: Confirmation, *, origin: str) -> None:
        """Keep a question; its mail is due at once."""
        row = {
            "id": confirmation.id,
            "target_id": confirmation.target.id,
            "token": confirmation.token,
            "origin": origin,
            "trials": " ".join(confirmation.nct_ids),
            "asked_at": confirmation.asked_at,
            "expires_at": confirmation.expires_at,
            "due_at": confirmation.asked_at,
            "attempts": 0,
        }
        self._connection.execute(insert(confirmations).values(row))

    def asked(self, token: str) -> Confirmation | None:
        """Return the question with this key, None when there is none."""
        query = _WITH_TARGET.where(confirmations.c.token == token)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _confirmation(row)

    def claim(
        self, now: datetime, *, limit: int, until: datetime, owner: str
    ) -> tuple[ClaimedConfirmation, ...]:
        """Claim questions whose mail is due, until ``until``, when they come due again."""
        query = (
            _WITH_TARGET.where(confirmations.c.due_at <= now, *_open(now))
            .order_by(confirmations.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=confirmations)
        )
        rows = self._connection.execute(query).all()
        taken = update(confirmations).where(confirmations.c.id.in_([row.id for row in rows]))
        if rows:
            more = confirmations.c.attempts + 1
            self._connection.execute(taken.values(due_at=until, owner=owner, attempts=more))
        return tuple(
            ClaimedConfirmation(
                confirmation=_confirmation(row), owner=owner, attempts=row.attempts + 1
            )
            for row in rows
        )

    def record(self, claimed: ClaimedConfirmation, outcome: AskOutcome, *, now: datetime) -> bool:
        """Write down how an attempt ended; False when the claim was no longer ours."""
        asked = claimed.confirmation
        values: dict[str, Any] = {
            "due_at": outcome.due_at,
            "owner": None,
            "detail": outcome.detail,
            "taken_at": now if outcome.taken else None,
            "attempts": claimed.attempts - (0 if outcome.counts else 1),
        }
        ours = update(confirmations).where(
            confirmations.c.id == asked.id,
            confirmations.c.owner == claimed.owner,
            confirmations.c.attempts == claimed.attempts,
        )
        if not self._connection.execute(ours.values(values)).rowcount:
            return False
        if outcome.bounce is not None:
            bounce = Bounce(kind=outcome.bounce, at=now, detail=outcome.detail)
            note_bounce(self._connection, asked.target.id, asked.id, bounce)
        return True

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next question's mail is due, None when none is."""
        query = (
            select(func.min(confirmations.c.due_at))
            .join(targets, targets.c.id == confirmations.c.target_id)
            .where(*_open(now))
        )
        found: datetime | None = self._connection.scalar(query)
        return found

    def forget(self, *, asked_before: datetime) -> int:
        """Forget unconfirmed targets that were made and asked last before then."""
        asked_since = exists().where(
            confirmations.c.target_id == targets.c.id, confirmations.c.asked_at >= asked_before
        )
        was_sent = exists().where(deliveries.c.target_id == targets.c.id)
        silent = select(targets.c.id).where(
            _IS_UNCONFIRMED,
            ~AGREED,
            targets.c.created_at < asked_before,
            ~asked_since,
            ~was_sent,
        )
        ids = list(self._connection.scalars(silent))
        for table in (confirmations, bounces, timings, subscriptions):
            self._connection.execute(delete(table).where(table.c.target_id.in_(ids)))
        self._connection.execute(delete(targets).where(targets.c.id.in_(ids)))
        return len(ids)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return conditions of questions that are still to be asked.

    Nobody is asked about what was taken back before its mail left.
    """
    of_it = subscriptions.c.target_id == targets.c.id
    live = exists().where(of_it, subscriptions.c.ended_at.is_(None))
    return confirmations.c.expires_at > now, _IS_UNCONFIRMED, or_(live, ~exists().where(of_it))


_WITH_TARGET: AnySelect = select(
    confirmations.c.id,
    confirmations.c.target_id,
    confirmations.c.token,
    confirmations.c.trials,
    confirmations.c.asked_at,
    confirmations.c.expires_at,
    confirmations.c.attempts,
    confirmations.c.answered_at,
    targets.c.state.label("target_state"),
    *TARGET_COLUMNS,
).join(targets, targets.c.id == confirmations.c.target_id)


def _wanted(target_id: int) -> AnySelect:
    """Return a row for each trial of each live subscription, those to whole lists first."""
    covered = or_(subscriptions.c.nct_id.is_(None), subscriptions.c.nct_id == watches.c.nct_id)
    return (
        select(
            subscriptions.c.list_id,
            subscriptions.c.nct_id.label("named"),
            watch_lists.c.name,
            watches.c.nct_id.label("watched"),
            timings.c.id.label("timing_id"),
            *CHOICE,
        )
        .select_from(subscriptions)
        .join(watch_lists, watch_lists.c.id == subscriptions.c.list_id)
        .join(watches, and_(watches.c.list_id == subscriptions.c.list_id, covered), isouter=True)
        .join(timings, OF_SUBSCRIPTION, isouter=True)
        .where(subscriptions.c.target_id == target_id, subscriptions.c.ended_at.is_(None))
        .order_by(
            watch_lists.c.name,
            subscriptions.c.list_id,
            case((subscriptions.c.nct_id.is_(None), literal(0)), else_=literal(1)),
            watches.c.nct_id,
        )
    )


def _confirmation(row: AnyRow) -> Confirmation:
    return Confirmation(
        id=row.id,
        target=target_of(row, number="target_id", state="target_state"),
        token=row.token,
        nct_ids=tuple(NctId(number) for number in row.trials.split()),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
    )

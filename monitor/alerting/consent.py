"""Nobody is written to who did not agree: asking an address, and what it agrees to.

An e-mail target is made unconfirmed and hears nothing; alerts made meanwhile are never sent to it,
not afterwards either. It leaves that state by the operator's word or by the button behind the
link in its confirmation mail. One mail is sent, another only on asking, and never many.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from monitor.domain.consents import Confirmation, Consent, ConsentHow, Wanted
from monitor.domain.ids import new_id
from monitor.domain.ports import Work
from monitor.domain.watches import Channel, Target, TargetState

#: How long the link in a confirmation mail works.
EXPIRES_AFTER = timedelta(days=7)
#: An address that never answered is forgotten so long after it was asked last.
FORGOTTEN_AFTER = timedelta(days=30)
#: Between two confirmation mails to one address lies this at least ...
LEAST_GAP = timedelta(hours=1)
#: ... and it gets so many in ``WINDOW`` at most, whoever asks.
MOST_TO_ADDRESS = 3
WINDOW = timedelta(days=7)
#: So many confirmation mails are sent at most for one origin in a day.
MOST_FROM_ORIGIN = 20
DAY = timedelta(days=1)
#: The origin of what is typed on the command line; it is not bounded.
BY_OPERATOR = ""
#: Numbers told one by one.
_MOST_NUMBERS = 20


class Asking(Enum):
    """What came of asking an address."""

    #: It has agreed, or its channel asks nobody.
    NOT_NEEDED = "not needed"
    #: A confirmation mail goes out.
    ASKED = "asked"
    #: It was asked before and has not answered; no second mail.
    WAITING = "waiting"
    #: This address, or whoever asks, has had as many mails as there may be: later.
    TOO_OFTEN = "too often"
    #: Mail came back from it, or it was switched off: see to that first.
    NOT_SENT_TO = "not sent to"


def take_word(work: Work, target: Target, *, now: datetime) -> None:
    """Count an e-mail target as agreed by the operator's word; the first agreement stays."""
    if target.channel is Channel.EMAIL and not work.consents.agreed(target):
        text = consent_text(work.consents.wanted(target), target)
        consent = Consent(text=text, at=now, how=ConsentHow.OPERATOR)
        work.consents.agree(target, consent)


def ask_consent(
    work: Work,
    target: Target,
    *,
    origin: str,
    again: bool = False,
    now: datetime,
    new_token: Callable[[], str],
) -> Asking:
    """Ask an e-mail target whether it agrees; until it does it hears nothing.

    Call it when the target's subscriptions are made, in the same transaction: the mail names
    their trials.

    Args:
        work: The transaction; the caller commits.
        target: Whom to ask.
        origin: Who asks, for the bound: a member, a network address, or ``BY_OPERATOR``.
        again: Send another mail to one that was asked before.
        now: The time.
        new_token: Makes a key that cannot be guessed.
    """
    if target.channel is not Channel.EMAIL or work.consents.agreed(target):
        return Asking.NOT_NEEDED
    if target.state is not TargetState.UNCONFIRMED:
        return Asking.NOT_SENT_TO
    last = work.consents.asked_last(target)
    if last is not None and now < last + EXPIRES_AFTER and not again:
        return Asking.WAITING
    asked_at = work.consents.asked_at(target.address, since=now - WINDOW)
    if not may_ask(asked_at, now) or not _origin_may(work, origin, now):
        return Asking.TOO_OFTEN
    numbers = {nct_id for one in work.consents.wanted(target) for nct_id in one.nct_ids}
    confirmation = Confirmation(
        id=f"{new_id(now)}-{target.id}",
        target=target,
        token=new_token(),
        nct_ids=tuple(sorted(numbers)),
        asked_at=now,
        expires_at=now + EXPIRES_AFTER,
    )
    work.consents.ask(confirmation, origin=origin)
    return Asking.ASKED


def may_ask(asked_at: Sequence[datetime], now: datetime) -> bool:
    """Return whether an address may be sent another confirmation mail.

    Args:
        asked_at: When it was sent those of the last ``WINDOW``.
        now: The time.
    """
    recent = [at for at in asked_at if at > now - WINDOW]
    return len(recent) < MOST_TO_ADDRESS and all(at <= now - LEAST_GAP for at in recent)


def _origin_may(work: Work, origin: str, now: datetime) -> bool:
    return (
        origin == BY_OPERATOR
        or work.consents.asked_from(origin, since=now - DAY) < MOST_FROM_ORIGIN
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the page behind a link shows."""

    #: Word for word what is agreed to, line by line.
    lines: tuple[str, ...]
    #: Stands for the lines: an answer counts only for what was seen.
    seen: str
    agreed: bool
    expired: bool


def question(work: Work, token: str, *, now: datetime) -> Question | None:
    """Return what the page of a confirmation shows, None for an unknown token. Changes nothing."""
    asked = work.consents.asked(token)
    if asked is None:
        return None
    lines = consent_lines(work.consents.wanted(asked.target), asked.target)
    return Question(
        lines=lines,
        seen=_mark(lines),
        agreed=asked.answered_at is not None,
        expired=now >= asked.expires_at,
    )


def answer(work: Work, token: str, *, seen: str, origin: str, now: datetime) -> Question | None:
    """Count a reader as agreed, if they saw what it is about now and the link still works.

    Returns what the page shows then: not agreed where it is to be looked at once more.
    """
    found = question(work, token, now=now)
    asked = work.consents.asked(token)
    if found is None or asked is None or found.agreed or found.expired or found.seen != seen:
        return found
    consent = Consent(text="\n".join(found.lines), at=now, how=ConsentHow.LINK, origin=origin)
    work.consents.agree(asked.target, consent, token=token)
    return question(work, token, now=now)


def consent_text(wanted: Sequence[Wanted], target: Target) -> str:
    """Return what is agreed to, in words, its address masked."""
    return "\n".join(consent_lines(wanted, target))


def consent_lines(wanted: Sequence[Wanted], target: Target) -> tuple[str, ...]:
    """Return what is agreed to, line by line."""
    return (
        f"Mail to {target.masked} when one of these clinical trials changes.",
        *(_line(one) for one in wanted),
        "Every mail has a link that ends it.",
    )


def _line(one: Wanted) -> str:
    shown = list(one.nct_ids[:_MOST_NUMBERS])
    more = len(one.nct_ids) - len(shown)
    numbers = ", ".join([*shown, *([f"{more} more"] if more else [])]) or "none yet"
    which = "all trials, now and later; at present" if one.whole else "the trials"
    hours = f" Mail comes {one.hours}." if one.hours else ""
    return f"From the list \u201c{one.list_name}\u201d {which} {numbers}.{hours}"


def _mark(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:32]

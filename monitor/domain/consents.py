"""An address that agreed to be written to, and how it is asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.bounces import BounceKind
from monitor.domain.trial import NctId
from monitor.domain.watches import Target


class ConsentHow(StrEnum):
    """Whose word it is that an address may be written to."""

    #: The operator's, who typed it on the command line.
    OPERATOR = "operator"
    #: Its reader's, who pressed the button behind the link in a confirmation mail.
    LINK = "link"
    #: It was written to before agreements were kept.
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What was agreed to, when and how. Kept for good."""

    #: Word for word, as it was shown.
    text: str
    at: datetime
    how: ConsentHow
    #: Network address that it came from, empty for the operator's word. Personal: never logged.
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a target would be told of one list."""

    list_name: str
    #: Trials on the list now, or those of it that were named.
    nct_ids: tuple[NctId, ...]
    #: Whether trials put on the list later belong to it.
    whole: bool
    #: When it is told, in words; empty for at once.
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One question to an address, whether it agrees."""

    #: ``<26 characters>-<target id>``, the id of its mail.
    id: str
    target: Target
    #: Opaque key of the page that asks.
    token: str
    #: Trials it was about when it was asked; nothing that anybody typed freely.
    nct_ids: tuple[NctId, ...]
    asked_at: datetime
    expires_at: datetime
    #: When the button was pressed, None as long as it was not.
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedConfirmation:
    """A question whose mail is held by one worker, to be sent."""

    confirmation: Confirmation
    owner: str
    #: Attempts begun that counted, this one among them.
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOutcome:
    """What to write down after an attempt at a confirmation mail."""

    #: When to try again, None when it is over: taken, or given up.
    due_at: datetime | None
    taken: bool
    #: The first part of what was answered, or what went wrong.
    detail: str
    #: False when the road failed and not the recipient.
    counts: bool = True
    bounce: BounceKind | None = None

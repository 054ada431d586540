"""Who watches what, and where they are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.changes import Severity
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId

#: The list a watch goes to when none is named.
DEFAULT_LIST = "watched"


class Channel(StrEnum):
    """A kind of road to a reader."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    #: Programs of the operator's, behind a NATS server.
    STREAM = "stream"


#: Chats: whoever has the address can post there, so it is a secret and shown masked.
CHATS = frozenset({Channel.SLACK, Channel.TEAMS, Channel.DISCORD})
#: Begins what stands sealed in the database and could not be opened: its key is missing.
SEALED = "sealed:1:"
#: Characters that stay of a masked address, so that its owner tells two of them apart.
_SHOWN = 4


def shown_address(channel: Channel, address: str) -> str:
    """Return an address as it may be shown to its owner: that of a chat without its key."""
    if address.startswith(SEALED):
        return "an address that is sealed, and its key is missing"
    if channel not in CHATS:
        return address
    scheme, _, rest = address.partition("://")
    host, _, key = rest.partition("/")
    return f"{scheme}://{host}/...{key[-_SHOWN:]}"


def masked_mail(address: str) -> str:
    """Return an e-mail address so that its owner knows it and a passer-by does not."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}...@{domain}"


def masked_address(channel: Channel, address: str) -> str:
    """Return the same of any address; of one of the web the host stays."""
    if channel is Channel.EMAIL:
        return masked_mail(address)
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/..."


class TargetState(StrEnum):
    """Whether a target is sent to."""

    ACTIVE = "active"
    #: The far side, or its owner, wants no more.
    DISABLED = "disabled"
    #: Mail came back from it: its owner can look why, and allow it again.
    SUPPRESSED = "suppressed"
    #: An e-mail address that has not agreed to be written to.
    UNCONFIRMED = "unconfirmed"


class Format(StrEnum):
    """What the body of a webhook looks like."""

    STANDARD = "standard"
    CLOUDEVENTS = "cloudevents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a webhook's receiver has been answering."""

    #: Attempts that failed since the last that went well.
    failures: int = 0
    #: When the first of them ended, None when there are none.
    failing_since: datetime | None = None
    #: Nothing is sent before this time.
    held_until: datetime | None = None
    #: Since when it answers well; None until it did for the first time, and while it fails.
    well_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An e-mail address, a webhook, a chat or a stream. The same address given twice is the same target."""

    id: int
    channel: Channel
    #: Normalised address. Personal: never logged.
    address: str
    state: TargetState
    #: ``whsec_...`` of a webhook, empty for others. Secret: never logged.
    secret: str = ""
    health: Health = Health()
    #: What it wants to hear of; empty means ``trial.changed``.
    types: frozenset[EventType] = frozenset()
    format: Format = Format.STANDARD
    #: The secret before this one, which still signs until the time beside it. Never logged.
    old_secret: str = ""
    old_secret_until: datetime | None = None

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign now, the newest first."""
        until = self.old_secret_until
        return (self.secret, self.old_secret) if until and now < until else (self.secret,)

    @property
    def is_sealed(self) -> bool:
        """True where address or secret could not be opened, and so nothing can be sent."""
        return self.address.startswith(SEALED) or self.secret.startswith(SEALED)

    @property
    def shown(self) -> str:
        """Its address as its owner may see it."""
        return shown_address(self.channel, self.address)

    @property
    def masked(self) -> str:
        """Its address so that its owner knows it and a passer-by does not."""
        return self.shown if self.is_sealed else masked_address(self.channel, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A list, or one trial of it, joined to a target."""

    id: int
    list_name: str
    target: Target
    #: None means every trial of the list.
    nct_id: NctId | None
    min_severity: Severity
    #: Opaque key of its one-click unsubscribe address.
    token: str
    #: What it asks for; empty means everything.
    topics: frozenset[Topic] = frozenset()
    #: Of places it asks for those near here, None for all.
    near: Near | None = None

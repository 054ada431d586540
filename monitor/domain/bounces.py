"""Mail that came back, and what it says of the mailbox it was for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BounceKind(StrEnum):
    """What a returned mail says."""

    #: There is no such mailbox.
    HARD = "hard"
    #: It is full, switched off or out of reach; it may be well next week.
    SOFT = "soft"
    #: The mail itself was not wanted (content, policy); nothing is known of the mailbox.
    REFUSED = "refused"
    #: The reader called it unwanted.
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One mail that came back."""

    kind: BounceKind
    at: datetime
    #: Enhanced status code (``5.1.1``), empty when there was none.
    status: str = ""
    #: The far side's words, bounded.
    detail: str = ""

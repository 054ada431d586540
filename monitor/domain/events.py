"""What a message tells of: the type a receiver filters by."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from monitor.domain.changes import Change


class EventType(StrEnum):
    """Names as Standard Webhooks wants them: words joined by full stops."""

    #: Everything that changed from one version to the next. What nobody filters by.
    TRIAL_CHANGED = "trial.changed"
    STATUS_CHANGED = "trial.status_changed"
    SITES_CHANGED = "trial.sites_changed"
    ELIGIBILITY_CHANGED = "trial.eligibility_changed"
    RESULTS_POSTED = "trial.results_posted"
    #: Trials that entered, left or came back to a saved search.
    SEARCH_MATCHED = "search.matched"
    TEST_PING = "test.ping"
    MESSAGE_FAILING = "message.failing"
    MESSAGE_RECOVERED = "message.recovered"
    TARGET_DISABLED = "target.disabled"

    @property
    def short(self) -> str:
        """The part after the full stop, for ids, which must not hold one."""
        return self.value.rpartition(".")[2]


#: Kinds of change by type; one that ends with a full stop stands for all that begin so.
KINDS: Final[Mapping[EventType, tuple[str, ...]]] = {
    EventType.STATUS_CHANGED: ("status", "why_stopped", "expanded_access"),
    EventType.SITES_CHANGED: ("site.", "country."),
    EventType.ELIGIBILITY_CHANGED: ("eligibility.",),
    EventType.RESULTS_POSTED: ("results.posted",),
}
#: Tell all of an alert: to whoever filters by no type, and to all mail and chats.
WHOLE: Final = frozenset({EventType.TRIAL_CHANGED, EventType.SEARCH_MATCHED})
#: What is told of a target to those who look after it; only to who asks for it by name.
NOTICES: Final = frozenset(
    {EventType.MESSAGE_FAILING, EventType.MESSAGE_RECOVERED, EventType.TARGET_DISABLED}
)
#: What a target can ask for.
FILTERS: Final = frozenset({*WHOLE, *KINDS, *NOTICES})


def of_type(changes: Iterable[Change], type_: EventType) -> tuple[Change, ...]:
    """Return the changes that an event of a type tells of, in their order."""
    if type_ not in KINDS:
        return tuple(changes)
    kinds = KINDS[type_]
    whole = frozenset(kind for kind in kinds if not kind.endswith("."))
    parts = tuple(kind for kind in kinds if kind.endswith("."))
    return tuple(
        change
        for change in changes
        if change.kind in whole or change.kind.startswith(parts or "\0")
    )

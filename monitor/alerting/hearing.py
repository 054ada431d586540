"""What a target can be asked to hear of, and in what form. Pure."""

from collections.abc import Collection

from monitor.domain.errors import TrialwatchError
from monitor.domain.events import NOTICES, EventType
from monitor.domain.watches import Channel, Format


class HearingRefusedError(TrialwatchError, ValueError):
    """A target of this kind cannot hear of that, or not in that form."""


def check_hearing(channel: Channel, types: Collection[EventType], format_: Format | None) -> None:
    """Refuse what cannot be sent over a channel.

    Raises:
        HearingRefusedError: It is for webhooks alone.
    """
    if channel is Channel.WEBHOOK:
        return
    mail = NOTICES | {EventType.TRIAL_CHANGED} if channel is Channel.EMAIL else frozenset()
    if format_ is not None or set(types) - mail:
        raise HearingRefusedError(
            "types of change and formats are for webhooks; mail tells all that changed, or what"
            " becomes of webhooks; chats tell all that changed"
        )


def with_notices(types: Collection[EventType], *, hears_of_trials: bool) -> frozenset[EventType]:
    """Return what a mail target hears of once it is told of webhooks too.

    Args:
        types: What it hears of so far; none for all that changed.
        hears_of_trials: Whether alerts go to it: it must not lose them.
    """
    kept = {EventType.TRIAL_CHANGED} if not types and hears_of_trials else set()
    return frozenset(types) | NOTICES | kept

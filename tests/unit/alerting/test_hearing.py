"""What a target of each kind can be asked to hear of."""

from collections.abc import Collection

import pytest

from monitor.alerting.hearing import HearingRefusedError, check_hearing, with_notices
from monitor.domain.events import NOTICES, EventType
from monitor.domain.watches import CHATS, Channel, Format

STATUS, ALL = EventType.STATUS_CHANGED, EventType.TRIAL_CHANGED
FAILING = EventType.MESSAGE_FAILING


@pytest.mark.parametrize(
    ("channel", "types", "format_"),
    [
        (Channel.WEBHOOK, (STATUS, FAILING), Format.CLOUDEVENTS),
        (Channel.WEBHOOK, (), None),
        (Channel.EMAIL, (), None),
        (Channel.EMAIL, (ALL, *NOTICES), None),
        *((chat, (), None) for chat in sorted(CHATS)),
        (Channel.STREAM, (), None),
    ],
)
def test_what_can_be_sent_over_a_channel_may_be_asked_for(
    channel: Channel, types: Collection[EventType], format_: Format | None
) -> None:
    check_hearing(channel, types, format_)


@pytest.mark.parametrize(
    ("channel", "types", "format_"),
    [
        (Channel.EMAIL, (STATUS,), None),
        (Channel.EMAIL, (ALL, STATUS), None),
        (Channel.EMAIL, (), Format.STANDARD),
        *((chat, (ALL,), None) for chat in sorted(CHATS)),
        (Channel.SLACK, (FAILING,), None),
        (Channel.SLACK, (), Format.STANDARD),
        (Channel.STREAM, (STATUS,), None),
    ],
)
def test_what_cannot_is_refused_with_what_each_channel_tells(
    channel: Channel, types: Collection[EventType], format_: Format | None
) -> None:
    with pytest.raises(HearingRefusedError) as refused:
        check_hearing(channel, types, format_)

    assert str(refused.value) == (
        "types of change and formats are for webhooks; mail tells all that changed, or what becomes"
        " of webhooks; chats tell all that changed"
    )


@pytest.mark.parametrize(
    ("types", "hears_of_trials", "after"),
    [
        ((), True, {ALL, *NOTICES}),
        ((), False, NOTICES),
        ((ALL,), False, {ALL, *NOTICES}),
        ((FAILING,), True, NOTICES),
    ],
)
def test_who_is_told_of_webhooks_too_loses_no_alert(
    types: Collection[EventType], after: Collection[EventType], *, hears_of_trials: bool
) -> None:
    assert with_notices(types, hears_of_trials=hears_of_trials) == after

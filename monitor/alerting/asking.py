"""What a reader asks to be told of a list, and how it is kept. Ports are passed in."""

from collections.abc import Callable
from datetime import datetime

from monitor.alerting.hours import choose_hours
from monitor.alerting.preview import Choice
from monitor.domain.ports import Work
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Subscription, Target


def subscribe(
    work: Work,
    target: Target,
    choice: Choice,
    *,
    list_name: str,
    nct_id: NctId | None = None,
    timing: Timing | None = None,
    new_token: Callable[[], str],
    now: datetime,
) -> Subscription:
    """Join a list of the work's subscriber to a target, which may be somebody else's.

    Args:
        work: The open transaction, of the list's owner.
        target: Who is told.
        choice: Of what.
        list_name: The list.
        nct_id: One trial of it, None for all.
        timing: When, for mail; None for at once, also where a digest was chosen before.
        new_token: Makes keys of unsubscribe addresses.
        now: The time.
    """
    joined = work.watches.subscribe(
        target,
        list_name=list_name,
        nct_id=nct_id,
        min_severity=choice.min_severity,
        topics=choice.topics,
        near=choice.near,
        token=new_token(),
        now=now,
    )
    if timing is None and not work.timings.is_chosen(target, list_name=list_name):
        return joined
    if target.channel is Channel.EMAIL:
        chosen = timing or Timing()
        choose_hours(work, target, chosen, list_name=list_name, token=new_token(), now=now)
    return joined

"""Who watches what: putting trials on lists and joining lists to targets.

Addresses come in checked and normalised; checking them is the carriers' business.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from monitor.alerting.hours import choose_hours
from monitor.domain.changes import Severity
from monitor.domain.ports import Work
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST, Channel, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A trial now on a list, and the targets joined in the same breath."""

    nct_id: NctId
    list_name: str
    #: False when it stood on the list before.
    new: bool
    targets: tuple[Target, ...]


def watch_trials(
    work: Work,
    nct_ids: Iterable[NctId],
    addresses: Iterable[tuple[Channel, str]],
    *,
    list_name: str | None,
    timing: Timing | None = None,
    now: datetime,
    new_secret: Callable[[], str],
    new_token: Callable[[], str],
) -> tuple[Watched, ...]:
    """Put trials on a list and join it to the targets with ``addresses``.

    A named list is joined as a whole: its targets hear of every trial on it, now and later.
    Without a name the trials go to the common list and each target hears only of the trials it
    was named with. With a ``timing`` the e-mail addresses among them are told of that list at
    those hours.
    """
    name = list_name or DEFAULT_LIST
    targets = tuple(
        work.watches.target(
            channel,
            address,
            secret=new_secret() if channel is Channel.WEBHOOK else "",
            now=now,
        )
        for channel, address in addresses
    )
    watched = tuple(
        Watched(
            nct_id=nct_id,
            list_name=name,
            new=work.watches.add(nct_id, list_name=name, now=now),
            targets=targets,
        )
        for nct_id in dict.fromkeys(nct_ids)
    )
    joined = tuple(None if list_name else one.nct_id for one in watched)
    for target, nct_id in product(targets, dict.fromkeys(joined)):
        work.watches.subscribe(
            target,
            list_name=name,
            nct_id=nct_id,
            min_severity=Severity.MINOR,
            token=new_token(),
            now=now,
        )
    for target in targets:
        if timing is not None and target.channel is Channel.EMAIL:
            choose_hours(work, target, timing, list_name=name, token=new_token(), now=now)
    for one in watched:
        _go_on(work, one.nct_id)
    return watched


def _go_on(work: Work, nct_id: NctId) -> None:
    """Take up a trial again that was put down for less than a release: nothing was missed."""
    state, known = work.trials.get(nct_id), work.releases.known()
    if state and state.paused and known and state.swept_release == known.data_timestamp:
        work.trials.save([state.evolve(paused=False)])

"""Who watches what: putting trials on lists and joining lists to targets.

Addresses come in checked and normalised; checking them is the carriers' business.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from monitor.alerting.consent import ask_consent, take_word
from monitor.alerting.hours import choose_hours
from monitor.alerting.lineage import begin
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.ports import Work
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId, TrialState
from monitor.domain.watched import Held, Watched
from monitor.domain.watches import DEFAULT_LIST, Channel, Target
from monitor.registry.parse import decode_study
from monitor.summaries.trial import write_summary

#: Longer than a weekend, shorter than anything that would be old news.
_SHORT_WHILE = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Who is joined to a list, and how they are told of it."""

    #: Checked and normalised.
    addresses: Sequence[tuple[Channel, str]] = ()
    #: When the e-mail addresses among them are told of the list; None leaves that as it is.
    timing: Timing | None = None
    #: Of places they hear only of those near here, None for all.
    near: Near | None = None
    #: Origin of the wish, where e-mail addresses that have not agreed are asked; None where they
    #: count as agreed by the operator's word.
    asked_by: str | None = None
    #: Makes what a new webhook's messages are signed with.
    new_secret: Callable[[], str]
    #: Makes keys of unsubscribe addresses and of questions.
    new_token: Callable[[], str]


def watch_trials(
    work: Work,
    nct_ids: Iterable[NctId],
    joining: Joining,
    *,
    list_name: str | None,
    now: datetime,
) -> tuple[Watched, ...]:
    """Put trials on a list and join it to targets.

    A named list is joined as a whole: its targets hear of every trial on it, now and later.
    Without a name the trials go to the common list and each target hears only of the trials it
    was named with.
    """
    name = list_name or DEFAULT_LIST
    wanted = tuple(dict.fromkeys(nct_ids))
    new = {nct_id: work.watches.add(nct_id, list_name=name, now=now) for nct_id in wanted}
    targets = _join(work, joining, (None,) if list_name else wanted, list_name=name, now=now)
    return tuple(
        Watched(
            nct_id=nct_id,
            list_name=name,
            new=new[nct_id],
            targets=targets,
            held=go_on(work, nct_id, now=now),
        )
        for nct_id in wanted
    )


def join_list(work: Work, joining: Joining, *, list_name: str, now: datetime) -> tuple[Target, ...]:
    """Join a list as a whole to targets; return them as they stand now."""
    return _join(work, joining, (None,), list_name=list_name, now=now)


def _join(
    work: Work,
    joining: Joining,
    joined: Iterable[NctId | None],
    *,
    list_name: str,
    now: datetime,
) -> tuple[Target, ...]:
    targets = _targets(work, joining.addresses, now=now, new_secret=joining.new_secret)
    for target, nct_id in product(targets, joined):
        work.watches.subscribe(
            target,
            list_name=list_name,
            nct_id=nct_id,
            min_severity=Severity.MINOR,
            token=joining.new_token(),
            now=now,
            near=joining.near,
        )
    for target in targets:
        _settle_with(work, target, joining, list_name=list_name, now=now)
    return _targets(work, joining.addresses, now=now, new_secret=str)


def _settle_with(
    work: Work, target: Target, joining: Joining, *, list_name: str, now: datetime
) -> None:
    """Keep a target's hours, and have its address agree or be asked."""
    new_token = joining.new_token
    if joining.timing is not None and target.channel is Channel.EMAIL:
        token = new_token()
        choose_hours(work, target, joining.timing, list_name=list_name, token=token, now=now)
    if joining.asked_by is None:
        take_word(work, target, now=now)
    else:
        ask_consent(work, target, origin=joining.asked_by, now=now, new_token=new_token)


def _targets(
    work: Work,
    addresses: Iterable[tuple[Channel, str]],
    *,
    now: datetime,
    new_secret: Callable[[], str],
) -> tuple[Target, ...]:
    """Return the targets with these addresses, as they stand now."""
    return tuple(
        work.watches.target(
            channel,
            address,
            secret=new_secret() if channel is Channel.WEBHOOK else "",
            now=now,
        )
        for channel, address in addresses
    )


def go_on(work: Work, nct_id: NctId, *, now: datetime) -> Held | None:
    """Take up a trial again; return what is held of it, None when nothing is.

    One that was put down for less than a release missed nothing, nor did one seen a short while
    ago where all studies are kept: what changes from then on is told. Of a study that nobody
    watched before there are no words yet; they are written now.
    """
    state = work.trials.get(nct_id)
    if state is None:
        return None
    if state.paused and _missed_nothing(work, state, now):
        work.trials.save([state.evolve(paused=False)])
    return _held(work, state) if state.latest_version else None


def _missed_nothing(work: Work, state: TrialState, now: datetime) -> bool:
    known = work.releases.known()
    if known is not None and state.swept_release == known.data_timestamp:
        return True
    kept = state.seen_at is not None and work.whole.known() is not None
    return kept and state.seen_at is not None and now - state.seen_at <= _SHORT_WHILE


def _held(work: Work, state: TrialState) -> Held:
    version = work.versions.read(state.nct_id, state.latest_version)
    summary = work.summaries.newest(state.nct_id)
    if summary is None or summary.version != version.number:
        study = decode_study(version.raw)
        if work.lineages.read(state.nct_id, version.number) is None:
            work.lineages.save(begin(state.nct_id, study, version=version.number))
        work.summaries.save(write_summary(study, version=version.number))
    return Held(version=version.number, release=version.release, seen_at=state.seen_at)

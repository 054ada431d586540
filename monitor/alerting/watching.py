"""Who watches what: putting trials on lists and joining lists to targets.

Addresses come in checked and normalised; checking them is the carriers' business.
"""

from collections.abc import Callable, Iterable
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


def watch_trials(
    work: Work,
    nct_ids: Iterable[NctId],
    addresses: Iterable[tuple[Channel, str]],
    *,
    list_name: str | None,
    timing: Timing | None = None,
    near: Near | None = None,
    asked_by: str | None = None,
    now: datetime,
    new_secret: Callable[[], str],
    new_token: Callable[[], str],
) -> tuple[Watched, ...]:
    """Put trials on a list and join it to the targets with ``addresses``.

    A named list is joined as a whole: its targets hear of every trial on it, now and later.
    Without a name the trials go to the common list and each target hears only of the trials it
    was named with. With a ``timing`` the e-mail addresses among them are told of that list at
    those hours; with ``near`` all of them hear only of places near there.

    E-mail addresses count as agreed by the operator's word. With ``asked_by``, the origin of the
    wish, those that have not agreed yet are asked instead.
    """
    name = list_name or DEFAULT_LIST
    wanted = tuple(dict.fromkeys(nct_ids))
    new = {nct_id: work.watches.add(nct_id, list_name=name, now=now) for nct_id in wanted}
    told = _join(
        work,
        tuple(addresses),
        (None,) if list_name else wanted,
        list_name=name,
        timing=timing,
        near=near,
        asked_by=asked_by,
        now=now,
        new_secret=new_secret,
        new_token=new_token,
    )
    return tuple(
        Watched(
            nct_id=nct_id,
            list_name=name,
            new=new[nct_id],
            targets=told,
            held=go_on(work, nct_id, now=now),
        )
        for nct_id in wanted
    )


def join_list(
    work: Work,
    addresses: Iterable[tuple[Channel, str]],
    *,
    list_name: str,
    timing: Timing | None = None,
    near: Near | None = None,
    asked_by: str | None = None,
    now: datetime,
    new_secret: Callable[[], str],
    new_token: Callable[[], str],
) -> tuple[Target, ...]:
    """Join a list as a whole to the targets with ``addresses``; return them as they stand now.

    Hours and agreement are as for ``watch_trials``.
    """
    return _join(
        work,
        tuple(addresses),
        (None,),
        list_name=list_name,
        timing=timing,
        near=near,
        asked_by=asked_by,
        now=now,
        new_secret=new_secret,
        new_token=new_token,
    )


def _join(
    work: Work,
    channels: tuple[tuple[Channel, str], ...],
    joined: Iterable[NctId | None],
    *,
    list_name: str,
    timing: Timing | None,
    near: Near | None,
    asked_by: str | None,
    now: datetime,
    new_secret: Callable[[], str],
    new_token: Callable[[], str],
) -> tuple[Target, ...]:
    targets = _targets(work, channels, now=now, new_secret=new_secret)
    for target, nct_id in product(targets, joined):
        work.watches.subscribe(
            target,
            list_name=list_name,
            nct_id=nct_id,
            min_severity=Severity.MINOR,
            token=new_token(),
            now=now,
            near=near,
        )
    for target in targets:
        if timing is not None and target.channel is Channel.EMAIL:
            choose_hours(work, target, timing, list_name=list_name, token=new_token(), now=now)
        if asked_by is None:
            take_word(work, target, now=now)
        else:
            ask_consent(work, target, origin=asked_by, now=now, new_token=new_token)
    return _targets(work, channels, now=now, new_secret=lambda: "")


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

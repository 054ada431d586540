"""What one batch of answers comes to: one transaction, one commit.

Version, changes, summary and deliveries are written together, so that history and outbox are
the same facts. The decisions about a single record are in ``monitor.alerting.verdicts``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from monitor.alerting import verdicts
from monitor.alerting.at import At
from monitor.alerting.settled import Settled
from monitor.domain.alerts import Alert
from monitor.domain.errors import RegistryError
from monitor.domain.ports import FetchedBatch, FetchedStudy, OpenWork, Work
from monitor.domain.trial import NctId, TrialState
from monitor.summaries.rewording import carried_over

#: What looking at a missing trial by itself gave: the study, nothing, or a failure.
Looked: TypeAlias = FetchedStudy | RegistryError | None


def settle(
    open_work: OpenWork, fetched: FetchedBatch, looked: Mapping[NctId, Looked], at: At
) -> Settled:
    """Write down everything that a batch of answers means.

    Args:
        open_work: Opens a transaction.
        fetched: The registry's answer to the batch.
        looked: For each missing number, what looking at it by itself gave.
        at: Release and time.
    """
    studies, gone = _sort(fetched, looked)
    asked = [
        *(study.requested for study in studies),
        *gone,
        *(aside.nct_id for aside in fetched.kept_aside),
    ]
    total = Settled()
    with open_work() as work:
        held = work.trials.hold(asked)
        for study in studies:
            total += settle_study(work, _state(held, study.requested), study, at)
        for nct_id in gone:
            total += _apply(work, verdicts.absent(_last(work, _state(held, nct_id)), at), at)
        for aside in fetched.kept_aside:
            last = _last(work, _state(held, aside.nct_id))
            total += _apply(work, verdicts.refused(last, aside, at), at)
        work.commit()
    return total


def _sort(
    fetched: FetchedBatch, looked: Mapping[NctId, Looked]
) -> tuple[tuple[FetchedStudy, ...], tuple[NctId, ...]]:
    """Return the studies there are, and the numbers that the registry says it does not know."""
    found = tuple(answer for answer in looked.values() if isinstance(answer, FetchedStudy))
    gone = tuple(nct_id for nct_id, answer in looked.items() if answer is None)
    return fetched.studies + found, gone


def _state(held: Mapping[NctId, TrialState], nct_id: NctId) -> TrialState:
    return held.get(nct_id) or TrialState(nct_id=nct_id)


def _last(work: Work, state: TrialState) -> verdicts.Last:
    """Return what we hold of a trial, its newest version among it."""
    if not state.latest_version:
        return verdicts.Last(state=state, version=None)
    return verdicts.Last(
        state=state,
        version=work.versions.read(state.nct_id, state.latest_version),
        lineage=work.lineages.read(state.nct_id, state.latest_version),
    )


def settle_study(work: Work, state: TrialState, study: FetchedStudy, at: At) -> Settled:
    """Write down what one study that came back means, in the open transaction."""
    quick = verdicts.unchanged(state, study, at)
    if quick is not None:
        paused = at.whole and quick.paused
        work.trials.save([quick.evolve(swept_release=at.release, seen_at=at.now, paused=paused)])
        return Settled(unchanged=1)
    return _apply(work, verdicts.judge(_last(work, state), study, at), at)


def _apply(work: Work, verdict: verdicts.Verdict, at: At) -> Settled:
    """Write a verdict down, in the open transaction."""
    verdict = _with_known_words(work, verdict)
    paused = at.whole and verdict.state.paused
    state = verdict.state.evolve(swept_release=at.release, paused=paused)
    work.trials.save([state.evolve(seen_at=at.now) if verdict.seen else state])
    if verdict.version is not None:
        work.versions.add(verdict.version)
    if verdict.lineage is not None:
        work.lineages.save(verdict.lineage)
    if verdict.summary is not None and verdict.summary.sections:
        work.summaries.save(verdict.summary)
    if verdict.aside is not None:
        work.releases.keep_aside(verdict.aside, release=at.release, now=at.now)
    alerts, deliveries = _alert(work, verdict, at)
    if verdict.moved_to is not None:
        _follow(work, state.nct_id, verdict.moved_to, at)
    return verdict.settled(alerts=alerts, deliveries=deliveries)


def _with_known_words(work: Work, verdict: verdicts.Verdict) -> verdicts.Verdict:
    """Keep a model's words for rules that did not change, where it had worded them before."""
    if verdict.summary is None or not verdict.summary.sections:
        return verdict
    before = work.summaries.newest(verdict.state.nct_id)
    return replace(verdict, summary=carried_over(before, verdict.summary))


def _alert(work: Work, verdict: verdicts.Verdict, at: At) -> tuple[tuple[Alert, ...], int]:
    alert = verdict.alert(at)
    if alert is None or not work.alerts.add(alert):
        return (), 0
    if verdict.state.paused:
        # It happened while nobody watched, and first sight is no news.
        return (alert,), 0
    return (alert,), work.alerts.fan_out(alert, now=at.now)


def _follow(work: Work, old: NctId, new: NctId, at: At) -> None:
    """Let the watches of a merged trial follow it; the new number is then due by itself."""
    if work.trials.get(new) is None:
        work.trials.save([TrialState(nct_id=new)])
    work.watches.move(old, new, now=at.now)

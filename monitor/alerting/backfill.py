"""What was before the watch? One round over the trials whose history was not looked at yet.

One trial at a time, newest past version first, one transaction each. How far a trial's history
was read stands in its row, so a round that ends or dies is gone on with by the next. What a past
version comes to is decided in ``monitor.alerting.past``; nobody is ever alerted.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.alerting.past import Fetched, judge_past, still_to_fetch
from monitor.detection import Weights
from monitor.domain.errors import RegistryBlockedError, RegistryError
from monitor.domain.ports import Clock, History, OpenWork, PastVersion, Work
from monitor.domain.trial import BASELINE, HISTORY_DONE, NctId, TrialState
from monitor.registry.parse import decode_study


@dataclass(slots=True, kw_only=True)
class BackfillReport:
    """What one round came to."""

    #: Trials whose past is now on record as far as it could be read.
    done: list[NctId] = field(default_factory=list)
    #: Past versions stored.
    versions: int = 0
    #: Trials without a history that can be read; not asked for again.
    absent: list[NctId] = field(default_factory=list)
    #: Why the registry refuses us; nothing is to be asked for again.
    blocked: str = ""
    #: A fault that may pass, with which the round ended.
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    open_work: OpenWork
    history: History
    clock: Clock
    weights: Weights | None
    go_on: Callable[[], bool]
    report: BackfillReport


async def backfill(
    open_work: OpenWork,
    history: History,
    *,
    clock: Clock,
    weights: Weights | None = None,
    go_on: Callable[[], bool] = lambda: True,
    chance: Callable[[], float] = random.random,
) -> BackfillReport:
    """Fetch past versions until there are no more, or ``go_on`` says that it is enough.

    Args:
        open_work: Opens a transaction.
        history: Who is asked.
        clock: The time, UTC.
        weights: What matters how much; the packaged table when None.
        go_on: Asked before each request.
        chance: A number from 0 to 1: where in the row of trials to begin, so that one which
            cannot be read does not keep the others waiting.
    """
    this = _Round(
        open_work=open_work,
        history=history,
        clock=clock,
        weights=weights,
        go_on=go_on,
        report=BackfillReport(),
    )
    try:
        for nct_id in _from(await asyncio.to_thread(_waiting, this), chance()):
            await _fill(this, nct_id)
    except RegistryBlockedError as error:
        this.report.blocked = str(error)
    except RegistryError as error:
        this.report.trouble = str(error)
    return this.report


def _waiting(this: _Round) -> tuple[NctId, ...]:
    with this.open_work() as work:
        return work.trials.with_history_left()


def _from(trials: tuple[NctId, ...], chance: float) -> tuple[NctId, ...]:
    start = int(chance * len(trials))
    return trials[start:] + trials[:start]


async def _fill(this: _Round, nct_id: NctId) -> None:
    """Fetch what is left of one trial's past."""
    if not this.go_on():
        return
    listed = await this.history.past_versions(nct_id)
    if listed is None:
        this.report.absent.append(nct_id)
        await asyncio.to_thread(_finish, this, nct_id)
        return
    for entry in await asyncio.to_thread(_plan, this, nct_id, listed):
        if not this.go_on():
            return
        raw = await this.history.past_record(nct_id, entry.number)
        if raw is None or not await asyncio.to_thread(_keep, this, nct_id, entry, raw):
            break
    this.report.done.append(nct_id)
    await asyncio.to_thread(_finish, this, nct_id)


def _plan(this: _Round, nct_id: NctId, listed: tuple[PastVersion, ...]) -> tuple[PastVersion, ...]:
    with this.open_work() as work:
        state = work.trials.get(nct_id)
        if state is None:
            return ()
        baseline = decode_study(work.versions.read(nct_id, BASELINE).raw)
    return still_to_fetch(state, listed, baseline)


def _keep(this: _Round, nct_id: NctId, entry: PastVersion, raw: bytes) -> bool:
    """Write a past version down; return whether there may be more.

    Another process may be at the same trial: what it has kept already is left as it is.
    """
    fetched = Fetched(entry=entry, raw=raw, now=this.clock(), weights=this.weights)
    with this.open_work() as work:
        state = work.trials.hold([nct_id])[nct_id]
        if state.history_left is not None and state.history_left < entry.number:
            return state.history_left != HISTORY_DONE
        kept = _write(work, state, fetched)
        work.commit()
    this.report.versions += kept
    return True


def _write(work: Work, state: TrialState, fetched: Fetched) -> bool:
    nct_id, oldest = state.nct_id, work.versions.oldest(state.nct_id)
    later = work.versions.read(nct_id, BASELINE if oldest is None else oldest)
    names = work.lineages.read(nct_id, later.number)
    past = judge_past(state, later, fetched, names)
    work.trials.save([past.state])
    if past.version is not None:
        work.versions.add_before(past.version)
    if past.lineage is not None:
        work.lineages.save(past.lineage)
    if past.alert is not None:
        work.alerts.add(past.alert)
    return past.version is not None


def _finish(this: _Round, nct_id: NctId) -> None:
    with this.open_work() as work:
        state = work.trials.hold([nct_id])[nct_id]
        work.trials.save([state.evolve(history_left=HISTORY_DONE)])
        work.commit()

"""Is there anything new? One sweep over the watched trials.

    release served -> trials no sweep has settled for it -> batches -> settle -> release again

What is left to do is always read from the rows, so a sweep that dies half-way goes on where it
was, and a release that moves while it runs makes another pass. Nothing is fetched inside a
transaction. What a fetched record comes to is decided in ``monitor.alerting.settle``.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerting.at import At
from monitor.alerting.settle import Looked, settle
from monitor.alerting.settled import Settled
from monitor.detection import Weights
from monitor.domain.errors import RegistryBlockedError, RegistryError
from monitor.domain.ports import Clock, FetchedBatch, OpenWork, Registry, Release
from monitor.domain.trace import NO_SPANS, Spans, steps
from monitor.domain.trial import NctId

#: More passes than this in one sweep means that the registry is being published under us.
_MOST_PASSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What one sweep came to."""

    #: Data timestamp of the registry when the sweep ended.
    release: str
    #: Trials asked for; 0 means that nothing was new.
    asked: int
    settled: Settled
    #: Trials that could not be looked at, with the reason; the next sweep asks again.
    unsettled: Mapping[NctId, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Sweep:
    """Everything one sweep needs, and what it has come to so far."""

    open_work: OpenWork
    registry: Registry
    clock: Clock
    batch_size: int
    believed: frozenset[NctId]
    weights: Weights | None
    on_batch: Callable[[Settled, int, int], None]
    spans: Spans
    tried: set[tuple[NctId, str]] = field(default_factory=set)
    settled: Settled = field(default_factory=Settled)
    unsettled: dict[NctId, str] = field(default_factory=dict)


async def sweep(
    open_work: OpenWork,
    registry: Registry,
    *,
    clock: Clock,
    batch_size: int = 100,
    believed: frozenset[NctId] = frozenset(),
    weights: Weights | None = None,
    on_batch: Callable[[Settled, int, int], None] = lambda _settled, _done, _total: None,
    spans: Spans = NO_SPANS,
) -> SweepReport:
    """Settle every watched trial for the release the registry serves now.

    Args:
        open_work: Opens a transaction.
        registry: Who is asked.
        clock: The time, UTC.
        batch_size: Trials asked for at once.
        believed: Trials asked for again whose record is taken as it comes, however unlikely.
        weights: What matters how much; the packaged table when None.
        on_batch: Told after each commit: what it came to, trials done, trials in this pass.
        spans: Measures fetching and settling.

    Raises:
        RegistryError: The registry gave no usable answer. What was settled before stays so, and
            the trouble is noted for the operator.
    """
    this = _Sweep(
        open_work=open_work,
        registry=registry,
        clock=clock,
        batch_size=batch_size,
        believed=believed,
        weights=weights,
        on_batch=on_batch,
        spans=spans,
    )
    await asyncio.to_thread(_forget_settled, this)
    try:
        release = await _run(this)
    except RegistryError as error:
        await asyncio.to_thread(note_trouble, open_work, error, now=clock())
        raise
    return SweepReport(
        release=release, asked=len(this.tried), settled=this.settled, unsettled=this.unsettled
    )


def _forget_settled(this: _Sweep) -> None:
    """Make the trials to be believed due again."""
    if not this.believed:
        return
    with this.open_work() as work:
        held = work.trials.hold(this.believed)
        work.trials.save(state.evolve(swept_release=None) for state in held.values())
        work.commit()


async def _run(this: _Sweep) -> str:
    """Make passes until no trial is left for the release served; return its stamp."""
    release = await served(this.open_work, this.registry, this.clock)
    for _ in range(_MOST_PASSES):
        todo = await asyncio.to_thread(_todo, this, release)
        if not todo:
            break
        for start in range(0, len(todo), this.batch_size):
            batch = todo[start : start + this.batch_size]
            settled = await _settle_batch(this, release, batch)
            this.on_batch(settled, start + len(batch), len(todo))
        release = await served(this.open_work, this.registry, this.clock)
    return release.data_timestamp


def _todo(this: _Sweep, release: Release) -> list[NctId]:
    """Return the trials no sweep has settled for ``release``, less those this one has tried."""
    stamp = release.data_timestamp
    with this.open_work() as work:
        due = work.trials.due(stamp)
    return [nct_id for nct_id in due if (nct_id, stamp) not in this.tried]


async def _settle_batch(this: _Sweep, release: Release, batch: Sequence[NctId]) -> Settled:
    stamp = release.data_timestamp
    this.tried.update((nct_id, stamp) for nct_id in batch)
    with this.spans.span("fetch", trials=len(batch)):
        fetched = await this.registry.fetch(batch)
        looked = {nct_id: await look_at(this.registry, nct_id) for nct_id in fetched.missing}
    came = len(fetched.studies)
    steps.info("fetched %d of %d trials", came, len(batch), extra=_fetch(stamp, fetched))
    at = At(release=stamp, now=this.clock(), believed=this.believed, weights=this.weights)
    with this.spans.span("settle", trials=len(batch)):
        settled = await asyncio.to_thread(settle, this.open_work, fetched, looked, at)
    this.settled += settled
    for nct_id, answer in looked.items():
        if isinstance(answer, RegistryError):
            this.unsettled[nct_id] = str(answer)
    return settled


def _fetch(release: str, fetched: FetchedBatch) -> Mapping[str, object]:
    return {
        "step": "fetch",
        "release": release,
        "came": len(fetched.studies),
        "missing": len(fetched.missing),
    }


async def look_at(registry: Registry, nct_id: NctId) -> Looked:
    """Look at a trial by itself; a failure is an answer, unless the registry refuses us."""
    try:
        return await registry.look(nct_id)
    except RegistryBlockedError:
        raise
    except RegistryError as error:
        return error


async def served(open_work: OpenWork, registry: Registry, clock: Clock) -> Release:
    """Return the release served now, and note it.

    Raises:
        RegistryError: No usable answer.
    """
    last = await asyncio.to_thread(_known, open_work)
    release = await registry.release(last) or last
    if release is None:
        raise RegistryError(
            "The registry answered that nothing is new, but nothing is known yet."
            " Try again; if it stays so, see `trialwatch doctor`."
        )
    await asyncio.to_thread(_note_release, open_work, release, now=clock())
    return release


def _known(open_work: OpenWork) -> Release | None:
    with open_work() as work:
        return work.releases.known()


def _note_release(open_work: OpenWork, release: Release, *, now: datetime) -> None:
    with open_work() as work:
        work.releases.saw(release, now=now)
        work.commit()


def note_trouble(open_work: OpenWork, error: RegistryError, *, now: datetime) -> None:
    """Note for the operator why the registry could not be asked."""
    with open_work() as work:
        work.releases.trouble(str(error), now=now)
        work.commit()

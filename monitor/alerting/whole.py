"""All studies of the registry, kept. One going-through a release, page by page.

    release served -> where the last run stopped -> page -> settle, with the place -> next page
    -> held studies that no page showed, by number -> release again

A page and the place after it are one commit, so a run that dies goes on with the page it was at.
A release that arrives meanwhile, a token that is not taken back and pages of two releases are the
same case: begin with the first page again. What is stored already then costs a comparison.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from monitor.alerting.at import At
from monitor.alerting.poll import look_at, note_trouble, served
from monitor.alerting.settle import settle
from monitor.alerting.settled import Settled
from monitor.alerting.wholepage import settle_page
from monitor.detection import Weights
from monitor.domain.errors import RegistryError, RegistryUnavailableError
from monitor.domain.ports import Clock, OpenWork
from monitor.domain.ports.whole import StudyPage, WholeRegistry
from monitor.domain.trial import NctId
from monitor.domain.whole import Pass

#: Times a release is begun anew before the next tick is waited for.
_MOST_STARTS = 5
#: Times it is begun anew because the registry counts more studies than its pages showed.
_MOST_RECOUNTS = 2
#: More held studies that no page showed than this, and it is the pages that cannot be believed.
_MOST_LEFT = 5_000
_BATCH = 100


@dataclass(slots=True, kw_only=True)
class WholeReport:
    """What a run came to, in numbers: the studies themselves would not fit."""

    #: Data timestamp of the release.
    release: str = ""
    pages: int = 0
    unchanged: int = 0
    first: int = 0
    versions: int = 0
    alerts: int = 0
    deliveries: int = 0
    refused: int = 0
    #: Whether every study is settled for the release.
    whole: bool = False
    #: Studies that the registry counts and no page showed, when it was given up to look for them.
    unseen: int = 0

    def add(self, settled: Settled) -> None:
        """Count what some studies came to."""
        self.unchanged += settled.unchanged
        self.first += len(settled.baselines)
        self.versions += settled.versions
        self.alerts += len(settled.alerts)
        self.deliveries += settled.deliveries
        self.refused += len(settled.refused)


@dataclass(slots=True, kw_only=True)
class _Keeping:
    open_work: OpenWork
    registry: WholeRegistry
    clock: Clock
    weights: Weights | None
    go_on: Callable[[], bool]
    on_page: Callable[[Pass], None]
    report: WholeReport = field(default_factory=WholeReport)

    def at(self, here: Pass) -> At:
        return At(release=here.release, now=self.clock(), weights=self.weights, whole=True)


async def keep_registry(
    open_work: OpenWork,
    registry: WholeRegistry,
    *,
    clock: Clock,
    weights: Weights | None = None,
    go_on: Callable[[], bool] = lambda: True,
    on_page: Callable[[Pass], None] = lambda _here: None,
) -> WholeReport:
    """Settle every study there is for the release served now, from where the last run stopped.

    Args:
        open_work: Opens a transaction.
        registry: Who is asked.
        clock: The time, UTC.
        weights: What matters how much; the packaged table when None.
        go_on: Asked before each page; the next run goes on where this one leaves.
        on_page: Told of each commit.

    Raises:
        RegistryError: No usable answer. What was settled before stays so, and the trouble is
            noted for the operator.
    """
    this = _Keeping(
        open_work=open_work,
        registry=registry,
        clock=clock,
        weights=weights,
        go_on=go_on,
        on_page=on_page,
    )
    try:
        await _run(this)
    except RegistryError as error:
        await asyncio.to_thread(note_trouble, open_work, error, now=clock())
        raise
    return this.report


async def _run(this: _Keeping) -> None:
    for _ in range(_MOST_STARTS):
        release = await served(this.open_work, this.registry, this.clock)
        here = await asyncio.to_thread(_resumed, this, release.data_timestamp)
        this.report.release = here.release
        this.report.whole = here.ended_at is not None
        if here.ended_at or not await _go_through(this, here):
            return
    raise RegistryUnavailableError(
        "The pages of all studies do not fit together, however often they are asked for. What came"
        " is kept; the rest is tried again later."
    )


def _resumed(this: _Keeping, stamp: str) -> Pass:
    """Return where to go on for a release; at its first page when it is a new one."""
    with this.open_work() as work:
        here = work.whole.known()
        if here is None or here.release != stamp:
            here = Pass(release=stamp, begun_at=this.clock())
            work.whole.save(here)
            work.commit()
    return here


async def _go_through(this: _Keeping, here: Pass) -> bool:
    """Go on from a place; return whether to ask for the release again, False to leave off."""
    while not here.paged:
        if not this.go_on():
            return False
        page = await this.registry.page_of_all(here.token)
        if page is None or not _fits(here, page):
            await asyncio.to_thread(_save, this, here.anew())
            return True
        here, settled = await asyncio.to_thread(
            settle_page, this.open_work, page, here, this.at(here)
        )
        this.report.pages += 1
        this.report.add(settled)
        this.on_page(here)
    return await _finish(this, here)


def _fits(here: Pass, page: StudyPage) -> bool:
    """Tell whether a page goes on from here: of the same release, and towards an end."""
    one_release = len(page.holders | ({here.holder} if here.pages else set())) <= 1
    astray = page.token is not None and page.token == here.token
    too_many = here.total is not None and here.studies > 2 * here.total + len(page.studies)
    return one_release and not astray and not too_many


async def _finish(this: _Keeping, here: Pass) -> bool:
    """Look at what no page showed, count, and end; False when there was no time for all of it."""
    left = await asyncio.to_thread(_left, this, here)
    if len(left) > _MOST_LEFT:
        raise RegistryUnavailableError(
            f"The pages of all studies ended without more than {_MOST_LEFT} that are held. Nothing"
            " was taken from that; it is tried again later."
        )
    for start in range(0, len(left), _BATCH):
        if not this.go_on():
            return False
        await _ask_for(this, here, left[start : start + _BATCH])
    await asyncio.to_thread(_end, this, here)
    return True


def _left(this: _Keeping, here: Pass) -> tuple[NctId, ...]:
    with this.open_work() as work:
        return work.whole.left(here.release, limit=_MOST_LEFT + 1)


async def _ask_for(this: _Keeping, here: Pass, some: Sequence[NctId]) -> None:
    fetched = await this.registry.fetch(some)
    looked = {nct_id: await look_at(this.registry, nct_id) for nct_id in fetched.missing}
    settled = await asyncio.to_thread(settle, this.open_work, fetched, looked, this.at(here))
    this.report.add(settled)


def _end(this: _Keeping, here: Pass) -> None:
    """Note that a release is done, or begin it anew while the registry counts more."""
    with this.open_work() as work:
        unseen = max(0, (here.total or 0) - work.whole.count(here.release))
        if unseen and here.starts < _MOST_RECOUNTS:
            work.whole.save(here.anew())
        else:
            this.report.unseen = unseen
            work.whole.save(here.evolve(ended_at=this.clock()))
        work.commit()


def _save(this: _Keeping, here: Pass) -> None:
    with this.open_work() as work:
        work.whole.save(here)
        work.commit()

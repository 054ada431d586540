"""What a page of all studies comes to: one transaction, with the place of the next page.

Studies that are as they were cost a comparison of hashes, and one statement for all of them.
Those seen for the first time are kept without words: who watches one gets its summary then.
Only what changed is looked at study by study, as for a watched trial.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.alerting import verdicts
from monitor.alerting.at import At
from monitor.alerting.settle import settle_study
from monitor.alerting.settled import Settled
from monitor.domain.ports import FetchedStudy, OpenWork, Work
from monitor.domain.ports.whole import StudyPage
from monitor.domain.trial import NctId, TrialState
from monitor.domain.whole import Pass


@dataclass(frozen=True, slots=True)
class _Sorted:
    same: list[NctId] = field(default_factory=list)
    first: list[FetchedStudy] = field(default_factory=list)
    others: list[tuple[TrialState, FetchedStudy]] = field(default_factory=list)


def settle_page(open_work: OpenWork, page: StudyPage, here: Pass, at: At) -> tuple[Pass, Settled]:
    """Write down what a page means, and where to go on.

    Args:
        open_work: Opens a transaction.
        page: Studies of the release of ``here``.
        here: The place before the page.
        at: Release and time.

    Returns:
        The place after the page, and what its studies came to.
    """
    with open_work() as work:
        sorted_ = _sort(work, page.studies, at)
        settled = Settled(unchanged=len(sorted_.same))
        if sorted_.same:
            seen = TrialState(nct_id=sorted_.same[0], swept_release=at.release, seen_at=at.now)
            work.whole.mark(sorted_.same, seen)
        settled += _keep_first(work, sorted_.first, at)
        for state, study in sorted_.others:
            settled += settle_study(work, state, study, at)
        after = _after(here, page)
        work.whole.save(after)
        work.commit()
    return after, settled


def _after(here: Pass, page: StudyPage) -> Pass:
    return here.evolve(
        token=page.token,
        holder=next(iter(page.holders), here.holder),
        pages=here.pages + 1,
        studies=here.studies + len(page.studies),
        total=here.total if page.total is None else page.total,
    )


def _sort(work: Work, studies: Sequence[FetchedStudy], at: At) -> _Sorted:
    held = work.whole.held([study.nct_id for study in studies])
    found = _Sorted()
    for study in studies:
        state = held.get(study.nct_id)
        if state is None:
            found.first.append(study)
        elif state.merged_into is None and verdicts.unchanged(state, study, at) is not None:
            found.same.append(study.nct_id)
        else:
            found.others.append((state, study))
    return found


def _keep_first(work: Work, studies: Sequence[FetchedStudy], at: At) -> Settled:
    """Keep studies that were never seen: a baseline, and nobody hears of it."""
    kept = [verdicts.first_kept(study, at) for study in studies]
    work.trials.save([verdict.state for verdict in kept])
    work.whole.add_first([verdict.version for verdict in kept if verdict.version])
    asides = tuple(verdict.aside for verdict in kept if verdict.aside)
    for aside in asides:
        work.releases.keep_aside(aside, release=at.release, now=at.now)
    return Settled(
        baselines=tuple(verdict.state.nct_id for verdict in kept if verdict.version),
        refused=asides,
    )

"""What a past version means: a value in, a value out, nothing touched.

When the past is fetched, and in which transaction it is written down, is in
``monitor.alerting.backfill``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.alerting.compare import changes_between
from monitor.alerting.lineage import carry
from monitor.alerting.verdicts import content_sha256
from monitor.detection import Weights
from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.ids import new_id
from monitor.domain.ports import PastVersion
from monitor.domain.trial import BASELINE, HISTORY_DONE, Lineage, TrialState, Version
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.trial import write_summary

#: Most past versions kept of one trial.
MOST_VERSIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A past version as it came back."""

    entry: PastVersion
    raw: bytes
    #: UTC.
    now: datetime
    weights: Weights | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What to write down about one past version; without a version it is the baseline itself."""

    state: TrialState
    version: Version | None = None
    lineage: Lineage | None = None
    alert: Alert | None = None


def still_to_fetch(
    state: TrialState, listed: Sequence[PastVersion], baseline: Study
) -> tuple[PastVersion, ...]:
    """Return the past versions that are to be fetched, newest first.

    Those submitted after the baseline are none: they come, or came, by the sweep. One submitted
    on the same day may be the baseline itself; which, its content tells.
    """
    submitted = baseline.status.last_update_submit_date or ""
    left = state.history_left
    return tuple(
        entry
        for entry in sorted(listed, key=lambda entry: -entry.number)
        if entry.date <= submitted and (left is None or entry.number <= left)
    )


def judge_past(state: TrialState, later: Version, fetched: Fetched, names: Lineage | None) -> Past:
    """Return what a past version means beside the version after it.

    Args:
        state: The trial's row.
        later: The oldest version stored so far.
        fetched: The past version.
        names: Names of the rules of ``later``, None when they have none yet.
    """
    number = later.number - 1
    before, after = decode_study(fetched.raw), decode_study(later.raw)
    changes = changes_between(
        before, after, from_version=number, to_version=later.number, weights=fetched.weights
    )
    seen = state.evolve(history_left=_next(fetched.entry, number))
    if later.number == BASELINE and _same(changes, after, fetched.entry):
        return Past(state=seen)
    return Past(
        state=seen,
        version=Version(
            nct_id=state.nct_id,
            number=number,
            release=fetched.entry.date,
            raw=fetched.raw,
            content_sha256=content_sha256(fetched.raw),
            fetched_at=fetched.now,
        ),
        lineage=carry(names, after, before, version=number),
        alert=_alert(state, after, later, changes, fetched) if changes else None,
    )


def _same(changes: Sequence[Change], baseline: Study, entry: PastVersion) -> bool:
    """Tell whether a past version is the baseline itself.

    Dates that the registry adds after the submission may be missing from its history.
    """
    same_day = entry.date == baseline.status.last_update_submit_date
    return not changes or (same_day and all(c.kind == "record.reverified" for c in changes))


def _next(entry: PastVersion, number: int) -> int:
    enough = entry.number == 0 or BASELINE - number >= MOST_VERSIONS
    return HISTORY_DONE if enough else entry.number - 1


def _alert(
    state: TrialState, after: Study, later: Version, changes: tuple[Change, ...], fetched: Fetched
) -> Alert:
    """Return the alert of the step to ``later``; its id sorts where the step belongs in time."""
    return Alert(
        id=new_id(_moment(fetched.entry)),
        nct_id=state.nct_id,
        from_version=later.number - 1,
        to_version=later.number,
        release=later.release,
        created_at=fetched.now,
        title=after.identification.brief_title or state.nct_id,
        changes=changes,
        summary=write_summary(after, version=later.number),
    )


def _moment(entry: PastVersion) -> datetime:
    """Return when the older version was submitted, in an order that a day's versions keep."""
    midnight = datetime.combine(date.fromisoformat(entry.date), time(tzinfo=UTC))
    return midnight + timedelta(milliseconds=entry.number)

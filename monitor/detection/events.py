"""What happens to a record as a whole: gone, back, merged, damaged, stale.

Pure builders. Who noticed, and whether it was told before, belongs to ``monitor.alerting``.
"""

from datetime import date, timedelta

from monitor.detection.classify import weigh
from monitor.detection.dates import PartialDate, months_passed
from monitor.detection.findings import Finding
from monitor.detection.weights import Weights, default_weights
from monitor.domain.changes import Difference
from monitor.registry.record import Study

#: Statuses under which a reader believes that the trial takes, or will take, people.
_TAKES_PEOPLE = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION"})
#: Statuses that the sponsor must keep vouching for.
_OPEN = _TAKES_PEOPLE | {
    "ACTIVE_NOT_RECRUITING",
    "SUSPENDED",
    "AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE",
}
_UNVERIFIED_MONTHS = 24
_OVERDUE_MONTHS = 6
_NOTHING = Study()


def gone(release: str, *, weights: Weights | None = None) -> Difference:
    """Return that the registry no longer shows the trial, since ``release`` (``2026-03-09``)."""
    return _event(Finding(kind="record.gone", subject=release), weights)


def back(release: str, *, weights: Weights | None = None) -> Difference:
    """Return that the registry shows the trial again, since ``release``."""
    return _event(Finding(kind="record.back", subject=release), weights)


def merged(old: str, new: str, *, weights: Weights | None = None) -> Difference:
    """Return that the trial ``old`` goes on under the number ``new``."""
    finding = Finding(kind="record.merged", subject=new, before=old, after=new)
    return _event(finding, weights)


def damaged(reason: str, *, weights: Weights | None = None) -> Difference:
    """Return that an answer cannot be believed, and why."""
    finding = Finding(kind="record.damaged", subject="record", after={"reason": reason})
    return _event(finding, weights)


def stale(
    study: Study,
    *,
    today: str,
    unverified_months: int = _UNVERIFIED_MONTHS,
    overdue_months: int = _OVERDUE_MONTHS,
    weights: Weights | None = None,
) -> Difference | None:
    """Return that the record may no longer be true, None when there is no such sign.

    Args:
        study: The newest record.
        today: Date of the release (``2026-03-09``).
        unverified_months: Months without verification after which an open record is stale.
        overdue_months: Months after its completion date from which a record that still takes
            people is stale.
        weights: What matters how much, the packaged table by default.
    """
    dates = _stale_dates(study, unverified_months, overdue_months)
    due = [(since, why) for since, why in dates if since.isoformat() <= today[:10]]
    if not due:
        return None
    finding = _stale_finding(study, min(due)[1], date.fromisoformat(today[:10]))
    return weigh(finding, study, study, weights=weights or default_weights())


def _stale_finding(study: Study, why: str, today: date) -> Finding:
    start = _verified(study) if why == "unverified" else _completed(study)
    verified = study.status.status_verified_date
    return Finding(
        kind="record.stale",
        subject=verified or "",
        after={
            "verified": verified,
            "completion": _completion_text(study),
            "months": months_passed(start, today) if start else 0,
            "why": why,
        },
    )


def stale_from(
    study: Study,
    *,
    unverified_months: int = _UNVERIFIED_MONTHS,
    overdue_months: int = _OVERDUE_MONTHS,
) -> str | None:
    """Return the first day (``2027-01-15``) on which ``stale`` will speak unless the record moves.

    None when it never will: the trial is over, or its record has no date to go by.
    """
    dates = _stale_dates(study, unverified_months, overdue_months)
    return min(dates)[0].isoformat() if dates else None


def _stale_dates(study: Study, unverified: int, overdue: int) -> list[tuple[date, str]]:
    status, found = study.status.overall_status, []
    verified, completed = _verified(study), _completed(study)
    if status in _OPEN and verified:
        found.append((_day_after(verified, unverified), "unverified"))
    if status in _TAKES_PEOPLE and completed:
        found.append((_day_after(completed, overdue), "past_completion"))
    return found


def _day_after(start: PartialDate, months: int) -> date:
    """Return the day after ``months`` months have surely passed since ``start``."""
    last = start.last_day()
    count = last.year * 12 + last.month - 1 + months
    end = PartialDate(year=count // 12, month=count % 12 + 1).last_day()
    return min(end, end.replace(day=min(last.day, end.day))) + timedelta(days=1)


def _verified(study: Study) -> PartialDate | None:
    return PartialDate.parse(study.status.status_verified_date)


def _completed(study: Study) -> PartialDate | None:
    return PartialDate.parse(_completion_text(study))


def _completion_text(study: Study) -> str | None:
    completion = study.status.completion_date_struct
    return completion.date if completion else None


def _event(finding: Finding, weights: Weights | None) -> Difference:
    return weigh(finding, _NOTHING, _NOTHING, weights=weights or default_weights())

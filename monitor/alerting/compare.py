"""Two records in, what changed in plain English out. The same path a sweep takes."""

from monitor.detection import Weights, detect
from monitor.domain.changes import Change
from monitor.domain.errors import DamagedRecordError
from monitor.domain.trial import before_watch, parse_nct_id
from monitor.registry.history import past_part
from monitor.registry.record import Study
from monitor.summaries.changes import tell


def changes_between(
    before: Study,
    after: Study,
    *,
    from_version: int,
    to_version: int,
    weights: Weights | None = None,
) -> tuple[Change, ...]:
    """Return what changed from one record of a trial to another, most important first.

    Of a version from before the watch only the protocol section is known; then nothing else is
    compared.

    Raises:
        DamagedRecordError: The records are of two trials, or one has no number.
        InvalidNctIdError: The record's number is none.
    """
    if before_watch(min(from_version, to_version)):
        before, after = past_part(before), past_part(after)
    if before.nct_id != after.nct_id or not after.nct_id:
        raise DamagedRecordError(
            f"These are two different trials ({before.nct_id or 'no number'} and"
            f" {after.nct_id or 'no number'}); compare two records of one trial."
        )
    return tell(
        detect(before, after, weights=weights),
        before,
        after,
        nct_id=parse_nct_id(after.nct_id),
        from_version=from_version,
        to_version=to_version,
    )

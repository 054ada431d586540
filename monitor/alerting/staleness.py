"""When a record counts as not kept up to date, and that it is told once."""

from monitor.detection import Weights, events
from monitor.domain.changes import Difference
from monitor.domain.trial import TrialState
from monitor.registry.record import Study


def staleness(
    state: TrialState, before: Study, study: Study, *, today: str, weights: Weights | None
) -> tuple[str | None, list[Difference]]:
    """Return from when the record is stale, and what to tell if it is already.

    It is told once: ``stale_on`` is None from then on, until a later verification moves the
    date past today again.
    """
    stale_on = events.stale_from(study)
    if stale_on is None or stale_on > today:
        return stale_on, []
    fresh_before = state.stale_on is not None or events.stale_from(before) is None
    if not fresh_before:
        return None, []
    stale = events.stale(study, today=today, weights=weights)
    return None, [stale] if stale else []


def stale_now(state: TrialState, today: str) -> bool:
    """Tell whether a record that has not changed is stale from today on, untold so far."""
    return state.stale_on is not None and state.stale_on <= today

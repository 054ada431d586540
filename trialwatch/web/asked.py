"""What is asked of the pages, read from a request: the service, a trial."""

from fastapi import HTTPException

from monitor.domain.errors import InvalidNctIdError
from monitor.domain.trial import NctId, TrialState, parse_nct_id
from trialwatch.bootstrap import Service


def trial_number(text: str) -> NctId:
    """Return the trial that an address names; 404 when it names none."""
    try:
        return parse_nct_id(text)
    except InvalidNctIdError as error:
        raise HTTPException(404, str(error)) from error


def trial_state(service: Service, nct_id: NctId) -> TrialState:
    """Return what is known of a trial; 404 when it was never watched."""
    with service.database.open_snapshot() as work:
        state = work.trials.get(nct_id)
    if state is None:
        raise HTTPException(404, f"{nct_id} is not watched here.")
    return state

"""What is asked of the pages, read from a request: the service, a trial."""

from typing import Annotated

from fastapi import HTTPException, Path

from monitor.domain.errors import InvalidNctIdError, SearchNotFoundError
from monitor.domain.searches import Search
from monitor.domain.trial import NctId, TrialState, parse_nct_id
from storage import apireads, searchviews
from trialwatch.bootstrap import Service
from trialwatch.web.visitors import Visitor

#: A trial as an address names it; ``trial_number`` reads it.
Number = Annotated[str, Path(max_length=20)]


def trial_number(text: str) -> NctId:
    """Return the trial that an address names; 404 when it names none."""
    try:
        return parse_nct_id(text)
    except InvalidNctIdError as error:
        raise HTTPException(404, str(error)) from error


def trial_state(service: Service, nct_id: NctId, visitor: Visitor | None) -> TrialState:
    """Return what is known of a trial.

    Args:
        service: What the pages work with.
        nct_id: The trial.
        visitor: Who asks; None where a list's owner made it public.

    Raises:
        HTTPException: It was never watched, or a member asks for what is on no list they see:
            to them the answer is the same, so it says nothing of what others watch.
    """
    reach = None if visitor is None else visitor.reach
    if reach is not None and not apireads.reaches(service.database, nct_id, of=reach):
        raise HTTPException(404, f"{nct_id} is on no list that you see.")
    with service.reads.open_snapshot() as work:
        state = work.trials.get(nct_id)
    if state is None:
        raise HTTPException(404, f"{nct_id} is not watched here.")
    return state


def seen_search(service: Service, visitor: Visitor, search_id: int) -> Search:
    """Return a saved search on a list that the visitor sees.

    Raises:
        HTTPException: There is none, or it is somebody else's: the answer is the same.
    """
    try:
        return searchviews.find_search(service.database, search_id, of=visitor.id)
    except SearchNotFoundError:
        raise HTTPException(404, "There is no such search.") from None

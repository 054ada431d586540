"""What every group of pages shares."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from trialwatch.bootstrap import Service

_SEE_OTHER = 303


def service_of(request: Request) -> Service:
    """Return what the application works with."""
    service: Service = request.app.state.service
    return service


Wired: TypeAlias = Annotated[Service, Depends(service_of)]
#: One line typed into a form.
Line: TypeAlias = Annotated[str, Form(max_length=400)]
#: Pasted text, such as a list of numbers.
Block: TypeAlias = Annotated[str, Form(max_length=200_000)]


def go_to(path: str) -> Response:
    """Lead on after something was done, so that going back does not do it again."""
    return RedirectResponse(path, status_code=_SEE_OTHER)


def look_soon(request: Request) -> None:
    """Have the registry looked at soon, where something ticks."""
    pulse = request.app.state.pulse
    if pulse is not None:
        pulse.look_soon()

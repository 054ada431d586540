"""The first run: whoever sits at the machine makes the operator's sign-in."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from monitor.accounts.passwords import hashed
from monitor.accounts.signin import open_session
from monitor.domain.errors import InvalidAddressError, WeakPasswordError
from monitor.domain.people import OPERATOR
from notifiers.addresses import check_email_address
from trialwatch.web.entry import welcomed
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired
from trialwatch.web.visitors import By, Known

router = APIRouter()


@router.get("/welcome")
def ask(visitor: Known) -> HTMLResponse:
    """Ask for the operator's address and password."""
    _only_first(visitor)
    return render("welcome.html", visitor=visitor, email="", complaint="")


@router.post("/welcome")
def make(visitor: Known, service: Wired, email: Line = "", password: Line = "") -> Response:
    """Keep the operator's sign-in; from then on everybody signs in."""
    _only_first(visitor)
    try:
        address, kept = check_email_address(email), hashed(password)
    except (InvalidAddressError, WeakPasswordError) as error:
        values = {"email": email[:320], "complaint": str(error)}
        return render("welcome.html", status_code=422, visitor=visitor, **values)
    with service.database.open_work() as work:
        work.people.set_email(OPERATOR, address)
        work.people.set_password(OPERATOR, kept)
        operator = work.people.get(OPERATOR)
        if operator is None:
            raise HTTPException(500)
        entered = open_session(work.people, operator, now=service.clock())
        work.commit()
    return welcomed(service, entered, "/")


def _only_first(visitor: Known) -> None:
    if visitor.by is not By.NETWORK:
        raise HTTPException(404, "The operator signs in already.")

"""Where somebody is told: their addresses, how those do, a test, a log, off and on again."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Form, HTTPException, Path
from fastapi.responses import HTMLResponse, Response

from monitor.domain.alerts import Receipt
from monitor.domain.errors import DeliveryError, InvalidAddressError, StorageError
from monitor.domain.events import FILTERS, EventType
from monitor.domain.watches import Channel, Format, Target
from notifiers.chat.addresses import check_chat_url
from notifiers.guard import check_webhook_url
from notifiers.sign import new_secret
from storage import listpages, replaying, targetcare
from trialwatch.bootstrap import Service
from trialwatch.pinging import ping
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.telling import WORDS, agree_or_ask
from trialwatch.web.visitors import Known, Visitor

router = APIRouter()
#: More is no person's.
MOST = 100


def own_target(
    visitor: Known, service: Wired, target_id: Annotated[int, Path(ge=1, le=2**62)]
) -> Target:
    """Return a target of the visitor's.

    Raises:
        HTTPException: There is none, or it is somebody else's: the answer is the same.
    """
    for target in targetcare.all_targets(service.database, of=visitor.id):
        if target.id == target_id:
            return target
    raise HTTPException(404, "You have no such target.")


OwnTarget: TypeAlias = Annotated[Target, Depends(own_target)]


@router.get("/targets")
def show(visitor: Known, service: Wired) -> HTMLResponse:
    """Show all targets of somebody."""
    return _page(visitor, service)


class TooManyError(Exception):
    """Somebody has as many targets as there may be."""


def add_target(
    service: Service, visitor: Visitor, channel: Channel, address: str
) -> tuple[Target, bool]:
    """Return the visitor's webhook or chat with this address, and whether it is new.

    Raises:
        InvalidAddressError: It may not be used.
        TooManyError: They have too many.
    """
    allow = service.settings.webhook_allow
    if channel is Channel.WEBHOOK:
        checked = check_webhook_url(address, allow=allow)
    else:
        checked = check_chat_url(channel, address, allow=allow)
    mine = targetcare.all_targets(service.database, of=visitor.id)
    for target in mine:
        if (target.channel, target.address) == (channel, checked):
            return target, False
    if len(mine) >= MOST:
        raise TooManyError
    secret = new_secret() if channel is Channel.WEBHOOK else ""
    with service.database.open_work(visitor.id) as work:
        target = work.watches.target(channel, checked, secret=secret, now=service.clock())
        work.commit()
    return target, target.secret == secret


@router.post("/targets")
def add(
    visitor: Known, service: Wired, channel: Line = "webhook", address: Line = ""
) -> HTMLResponse:
    """Add a webhook or a chat; a webhook's secret is shown once."""
    if channel not in {Channel.WEBHOOK, Channel.SLACK, Channel.TEAMS, Channel.DISCORD}:
        return _page(visitor, service, complaint="Choose a kind of address.")
    try:
        target, is_new = add_target(service, visitor, Channel(channel), address)
    except InvalidAddressError as error:
        return _page(visitor, service, complaint=str(error), address=address)
    except TooManyError:
        return _page(visitor, service, complaint=f"{MOST} addresses are the most.")
    return _page(visitor, service, fresh=target if is_new else None)


@router.post("/targets/{target_id}/test")
async def test(visitor: Known, service: Wired, target: OwnTarget) -> HTMLResponse:
    """Send a webhook a test event now, and show its answer."""
    if target.channel is not Channel.WEBHOOK:
        raise HTTPException(422, "Only a webhook can be sent a test.")
    return _page(visitor, service, tested=target, answer=await ping(service, target))


@router.post("/targets/{target_id}/secret")
def renew_secret(visitor: Known, service: Wired, target: OwnTarget) -> HTMLResponse:
    """Give a webhook a new secret; the old one signs beside it for a day."""
    if target.channel is not Channel.WEBHOOK:
        raise HTTPException(422, "Only a webhook has a secret.")
    try:
        changed = targetcare.rotate(
            service.database, target, secret=new_secret(), now=service.clock()
        )
    except StorageError as error:
        return _page(visitor, service, complaint=str(error))
    return _page(visitor, service, fresh=changed)


@router.post("/targets/{target_id}/hearing")
def choose_hearing(
    visitor: Known,
    service: Wired,
    target: OwnTarget,
    *,
    types: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006  # FastAPI copies it
    form: Annotated[str, Form(alias="format", max_length=20)] = "",
) -> Response:
    """Choose which events a webhook hears of, none for all that changed, and its body's form."""
    if target.channel is not Channel.WEBHOOK:
        raise HTTPException(422, "Events and forms are for webhooks.")
    known = {one.value for one in FILTERS}
    if not known.issuperset(types) or form not in set(Format):
        return _page(visitor, service, complaint="Choose events and a form from the list.")
    chosen = [EventType(name) for name in types]
    targetcare.choose(service.database, target, types=chosen, format_=Format(form))
    return go_to("/targets")


@router.post("/targets/{target_id}/off")
def switch_off(service: Wired, target: OwnTarget) -> Response:
    """Send nothing more to a target."""
    targetcare.disable(service.database, target)
    return go_to("/targets")


@router.post("/targets/{target_id}/on")
def switch_on(service: Wired, target: OwnTarget) -> Response:
    """Send to a target again."""
    targetcare.enable(service.database, target)
    return go_to("/targets")


@router.post("/targets/{target_id}/ask")
def ask_again(visitor: Known, service: Wired, target: OwnTarget) -> HTMLResponse:
    """Ask an address once more whether it agrees."""
    with service.database.open_work(visitor.id) as work:
        asking = agree_or_ask(work, target, visitor, service)
        work.commit()
    return _page(visitor, service, remark=WORDS.get(asking, ""))


@router.post("/targets/{target_id}/replay")
def replay(visitor: Known, service: Wired, target: OwnTarget) -> HTMLResponse:
    """Send once more everything that failed or was cancelled for a target, in order."""
    count = replaying.replay(service.database, replaying.Which(target=target), now=service.clock())
    words = (
        f"{count} {'message goes' if count == 1 else 'messages go'} out now; their pages say what"
        " is answered."
        if count
        else "Nothing had failed there, and nothing waits to be tried again."
    )
    return _page(visitor, service, remark=words)


def _page(
    visitor: Visitor,
    service: Service,
    *,
    complaint: str = "",
    remark: str = "",
    address: str = "",
    fresh: Target | None = None,
    tested: Target | None = None,
    answer: Receipt | DeliveryError | None = None,
) -> HTMLResponse:
    return render(
        "targets.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        targets=targetcare.all_targets(service.database, of=visitor.id),
        told=listpages.told(service.database, visitor.id),
        complaint=complaint,
        remark=remark,
        address=address,
        fresh=fresh,
        tested=tested,
        answer=answer,
        taken=isinstance(answer, Receipt),
        events=sorted(one.value for one in FILTERS),
    )

"""``/api/v1/targets``: where one is told, how that does, a test, a new secret, off and on."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Request, Response

from monitor.alerting.consent import BY_OPERATOR, Asking, ask_consent
from monitor.alerting.hearing import HearingRefusedError, check_hearing, with_notices
from monitor.domain.alerts import Receipt
from monitor.domain.errors import InvalidAddressError, StorageError
from monitor.domain.events import FILTERS, EventType
from monitor.domain.ids import link_key
from monitor.domain.watches import Channel, Format, Target
from notifiers.addresses import check_email_address
from notifiers.sign import new_secret
from storage import queries, replaying, targetcare
from storage.replaying import Which
from storage.targethours import hours_by_target
from trialwatch.pinging import ping
from trialwatch.web.api.answers import told
from trialwatch.web.api.deliveries import DeliveryId
from trialwatch.web.api.described import changed, made, one
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.shared import Wired
from trialwatch.web.targets import MOST, TooManyError, add_target, own_target
from trialwatch.web.telling import agree_or_ask
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["targets"], route_class=OnceRoute)


def _own(
    visitor: Calling,
    service: Wired,
    target_id: Annotated[int, Path(ge=1, le=2**62, description="A target's number.", examples=[1])],
) -> Target:
    return own_target(visitor, service, target_id)


Own = Annotated[Target, Depends(_own)]


@router.get("/targets", summary="One's own targets", responses=one("Targets", "Oldest first."))
def targets(request: Request, visitor: Calling, service: Wired) -> Response:
    """Give one's own targets. Secrets are not among it, and a chat's address is masked."""
    mine = targetcare.all_targets(service.database, of=visitor.id)
    hours = hours_by_target(service.database, of=visitor.id)
    rows = [target_json(one) | {"hours": list(hours.get(one.id, ()))} for one in mine]
    return told(request, {"targets": rows})


@router.post("/targets", summary="Add a target", status_code=201, responses=made("Target"))
def add(
    request: Request,
    visitor: Calling,
    service: Wired,
    channel: Annotated[Literal["webhook", "slack", "teams", "discord"], Body(examples=["webhook"])],
    address: Annotated[str, Body(max_length=2000, examples=["https://hooks.example.org/trials"])],
) -> Response:
    """Add a webhook or a chat. A webhook's `secret` is in this answer and in no other."""
    try:
        target, is_new = add_target(service, visitor, Channel(channel), address)
    except InvalidAddressError as error:
        raise FieldError("address", str(error), fix="Send another address.") from error
    except TooManyError as error:
        raise HTTPException(409, f"{MOST} targets are the most.") from error
    shown = target_json(target) | ({"secret": target.secret} if is_new and target.secret else {})
    return told(request, shown, status=201 if is_new else 200)


@router.patch("/targets/{target_id:int}", summary="Change a target", responses=changed("Target"))
def change(
    request: Request,
    visitor: Calling,
    service: Wired,
    target: Own,
    *,
    state: Annotated[
        Literal["active", "disabled"] | None, Body(description="Left out, as it is.")
    ] = None,
    types: Annotated[
        list[EventType] | None,
        Body(max_length=20, description="Events it hears of; none for all that changed."),
    ] = None,
    format_: Annotated[
        Format | None, Body(alias="format", description="Form of a webhook's body.")
    ] = None,
) -> Response:
    """Send to a target again, or no more; choose what it hears of.

    What waits for one that is switched off is cancelled.
    """
    _check_types(target, types, format_)
    targetcare.choose(service.database, target, types=types, format_=format_)
    if state == "active":
        targetcare.enable(service.database, target)
    elif state == "disabled":
        targetcare.disable(service.database, target)
    return told(request, target_json(_own(visitor, service, target.id)))


def _check_types(target: Target, types: list[EventType] | None, format_: Format | None) -> None:
    unknown = [one.value for one in types or () if one not in FILTERS]
    try:
        check_hearing(target.channel, types or (), format_)
    except HearingRefusedError as error:
        raise FieldError("types", f"{error}.", fix="Leave it out.") from error
    if unknown:
        known = ", ".join(sorted(one.value for one in FILTERS))
        raise FieldError("types", f"{unknown[0]} is no filter.", fix=f"Send some of {known}.")


@router.post("/targets/notices", summary="Be told of webhooks", responses=changed("Target"))
def notices(
    request: Request,
    visitor: Calling,
    service: Wired,
    email: Annotated[str, Body(embed=True, max_length=320, examples=["ada@example.org"])],
) -> Response:
    """Tell an e-mail address when one of one's webhooks fails, recovers or is switched off.

    An address that has not agreed is asked by mail first: `state` is `unconfirmed`.
    """
    try:
        address = check_email_address(email)
    except InvalidAddressError as error:
        raise FieldError(
            "email", str(error), fix="Send an address such as ada@example.org."
        ) from error
    if len(targetcare.all_targets(service.database, of=visitor.id)) >= MOST:
        raise HTTPException(409, f"{MOST} targets are the most.")
    with service.database.open_work(visitor.id) as work:
        target = work.watches.target(Channel.EMAIL, address, secret="", now=service.clock())
        agree_or_ask(work, target, visitor, service)
        work.commit()
    trials = targetcare.hears_of_trials(service.database, target)
    types = with_notices(target.types, hears_of_trials=trials)
    return told(request, target_json(targetcare.choose(service.database, target, types=types)))


@router.post("/targets/{target_id}/ask", summary="Ask again", responses=changed("Asked"))
def ask(request: Request, visitor: Calling, service: Wired, target: Own) -> Response:
    """Ask an e-mail address once more whether it agrees to be written to."""
    if target.channel is not Channel.EMAIL:
        raise HTTPException(409, "Only e-mail addresses are asked.")
    with service.database.open_work(visitor.id) as work:
        came = ask_consent(
            work,
            target,
            origin=BY_OPERATOR if visitor.is_operator else f"person {visitor.id}",
            again=True,
            now=service.clock(),
            new_token=link_key,
        )
        work.commit()
    return told(request, {"asked": came is Asking.ASKED, "reason": came.value})


@router.post("/targets/{target_id}/secret", summary="A new secret", responses=changed("Target"))
def renew(request: Request, service: Wired, target: Own) -> Response:
    """Give a webhook a new secret; the old one signs beside it for a day."""
    _webhook(target)
    try:
        after = targetcare.rotate(
            service.database, target, secret=new_secret(), now=service.clock()
        )
    except StorageError as error:
        raise HTTPException(409, str(error)) from error
    return told(request, target_json(after) | {"secret": after.secret})


@router.post("/targets/{target_id}/test", summary="Send a test", responses=changed("TestAnswer"))
async def test(request: Request, service: Wired, target: Own) -> Response:
    """Send a webhook a test event now, and give its answer."""
    _webhook(target)
    answer = await ping(service, target)
    taken = isinstance(answer, Receipt)
    value = {
        "taken": taken,
        "status": answer.status,
        "reason": "" if taken else str(answer),
        "detail": answer.detail,
    }
    return told(request, value)


@router.post(
    "/targets/{target_id}/replay", summary="Send again what failed", responses=changed("Replayed")
)
def replay(request: Request, service: Wired, target: Own) -> Response:
    """Send once more, in order, what was given up or cancelled for a target."""
    count = replaying.replay(service.database, Which(target=target), now=service.clock())
    return told(request, {"deliveries": count})


@router.post(
    "/deliveries/{delivery_id}/replay",
    tags=["deliveries"],
    summary="Send one delivery again",
    responses=changed("Replayed"),
)
def send_again(
    request: Request,
    visitor: Calling,
    service: Wired,
    delivery_id: DeliveryId,
) -> Response:
    """Send a delivery once more, under the id it has."""
    if queries.delivery(service.database, delivery_id, of=visitor.id) is None:
        raise HTTPException(404, "There is no such delivery.")
    count = replaying.replay(service.database, Which(ids=(delivery_id,)), now=service.clock())
    if not count:
        raise HTTPException(409, "Nobody asks for it any more, or it is on its way.")
    return told(request, {"deliveries": count})


def _webhook(target: Target) -> None:
    if target.channel is not Channel.WEBHOOK:
        raise HTTPException(409, "Only a webhook has a secret and takes a test.")


def target_json(target: Target) -> dict[str, Any]:
    """Return a target as a tool reads it, without its secret."""
    health = target.health
    return {
        "id": target.id,
        "channel": target.channel.value,
        "address": target.shown,
        "state": target.state.value,
        "types": sorted(type_.value for type_ in target.types),
        "format": target.format.value,
        "failures": health.failures,
        "failing_since": health.failing_since,
        "held_until": health.held_until,
        "well_since": health.well_since,
        "old_secret_until": target.old_secret_until,
    }

"""``/api/v1/watches``: trials on one's lists by their names, and who is told, in one request."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Request, Response

from monitor.alerting.consent import BY_OPERATOR
from monitor.alerting.watching import watch_trials
from monitor.domain.errors import InvalidAddressError, InvalidNctIdError
from monitor.domain.timings import Timing
from monitor.domain.trial import NctId, parse_nct_id
from monitor.domain.watched import Watched
from monitor.domain.watches import Channel
from notifiers.sign import new_secret
from storage import targetcare, watchreads
from trialwatch.bootstrap import Service
from trialwatch.desk.slow import addresses_of
from trialwatch.web.api.answers import MOST as LARGEST_PAGE
from trialwatch.web.api.answers import ManyAtOnce, parse_number, told
from trialwatch.web.api.described import a_page, changed, made
from trialwatch.web.api.hours import Hours
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.api.targets import target_json
from trialwatch.web.choices import ChoiceError, Typed, near_typed, timing_of
from trialwatch.web.lists import LONGEST_NAME, check_name
from trialwatch.web.shared import Wired, look_soon, new_token
from trialwatch.web.targets import MOST
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(tags=["watches"], route_class=OnceRoute)
_MOST_AT_ONCE = 250
_CURSOR = r"^[0-9]{1,18}\.[Nn][Cc][Tt][0-9]{8}$"
Numbers = Annotated[
    list[str],
    Body(
        min_length=1,
        max_length=_MOST_AT_ONCE,
        description="Numbers of trials.",
        examples=[["NCT99000001"]],
    ),
]
ListName = Annotated[
    str | None,
    Body(
        alias="list",
        max_length=LONGEST_NAME,
        description="A list of one's own by its name; left out, the common list `watched`.",
        examples=["Asthma"],
    ),
]
Addresses = Annotated[list[str], Body(max_length=20, description="Addresses of this kind.")]


@router.get("/watches", summary="What is watched", responses=a_page("Watches"))
def watches(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern=_CURSOR,
            description="Cursor after which to go on: `next` of the page before.",
            examples=["1.NCT99000001"],
        ),
    ] = None,
    limit: ManyAtOnce = LARGEST_PAGE,
) -> Response:
    """Give the trials on the lists one sees, each with the targets of one's own that hear.

    They come list by list, each by number.
    """
    rows = watchreads.watches_after(service.database, _place(after), of=visitor.id, limit=limit + 1)
    shown = rows[:limit]
    following = f"{shown[-1].list_id}.{shown[-1].nct_id}" if len(rows) > limit else None
    page = {"watches": [row.as_json() for row in shown], "next": following}
    return told(request, page, following=following)


def _place(after: str | None) -> tuple[int, NctId] | None:
    if after is None:
        return None
    list_id, _, number = after.partition(".")
    return int(list_id), parse_number(number)


def _addresses(
    *,
    email: Addresses = [],  # noqa: B006  # FastAPI copies it
    webhook: Addresses = [],  # noqa: B006  # FastAPI copies it
    slack: Addresses = [],  # noqa: B006  # FastAPI copies it
    teams: Addresses = [],  # noqa: B006  # FastAPI copies it
    discord: Addresses = [],  # noqa: B006  # FastAPI copies it
) -> Mapping[Channel, list[str]]:
    return {
        Channel.EMAIL: email,
        Channel.WEBHOOK: webhook,
        Channel.SLACK: slack,
        Channel.TEAMS: teams,
        Channel.DISCORD: discord,
    }


def _typed(
    *,
    rhythm: Annotated[
        str, Body(max_length=20, description="Left out, hours stay as they are.")
    ] = "",
    hours: Hours,
) -> Typed:
    return replace(hours, rhythm=rhythm)


@router.post("/watches", summary="Watch trials", status_code=201, responses=made("Watched"))
def watch(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    nct_ids: Numbers,
    typed: Annotated[Typed, Depends(_typed)],
    addresses: Annotated[Mapping[Channel, list[str]], Depends(_addresses)],
    list_name: ListName = None,
    most_an_hour: Annotated[int | None, Body(ge=1, le=1000, strict=True)] = None,
    confirm: Annotated[bool, Body(strict=True)] = False,
) -> Response:
    """Put trials on a list of one's own, made if new, and say where and when one is told of them.

    With `list` the addresses hear of every trial on it, without it of these trials alone. A
    webhook's `secret` is in the first answer and in no other.
    """
    if not visitor.may_own:
        raise HTTPException(403, "Readers have no lists of their own.")
    known = {one.id for one in targetcare.all_targets(service.database, of=visitor.id)}
    checked = _checked(service, addresses)
    if len(known) + len(checked) > MOST:
        raise HTTPException(409, f"{MOST} targets are the most.")
    watched = _watch(
        service,
        visitor,
        _numbers(nct_ids),
        checked,
        list_name=_named(list_name),
        typed=typed,
        most_an_hour=most_an_hour,
        confirm=confirm,
    )
    look_soon(request)
    return told(request, _told(watched, known), status=201)


def _watch(
    service: Service,
    visitor: Visitor,
    nct_ids: list[NctId],
    addresses: list[tuple[Channel, str]],
    *,
    list_name: str | None,
    typed: Typed,
    most_an_hour: int | None,
    confirm: bool,
) -> tuple[Watched, ...]:
    try:
        timing, near = _timing(typed, most_an_hour), near_typed(typed)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error
    with service.database.open_work(visitor.id) as work:
        watched = watch_trials(
            work,
            nct_ids,
            addresses,
            list_name=list_name,
            timing=timing,
            near=near,
            asked_by=_asked_by(service, visitor, confirm=confirm),
            now=service.clock(),
            new_secret=new_secret,
            new_token=new_token,
        )
        work.commit()
    return watched


def _asked_by(service: Service, visitor: Visitor, *, confirm: bool) -> str | None:
    """Return in whose name addresses are asked; None where the operator's word will do."""
    if not visitor.is_operator:
        return f"person {visitor.id}"
    return BY_OPERATOR if confirm or service.settings.confirm_mail == "always" else None


def _timing(typed: Typed, most_an_hour: int | None) -> Timing | None:
    if not typed.rhythm:
        return None
    timing = timing_of(typed) or Timing(critical_passes=bool(typed.critical))
    return replace(timing, most_an_hour=most_an_hour)


def _numbers(texts: list[str]) -> list[NctId]:
    try:
        return list(dict.fromkeys(map(parse_nct_id, texts)))
    except InvalidNctIdError as error:
        raise FieldError("nct_ids", str(error), fix="Send NCT and 8 digits.") from error


def _named(name: str | None) -> str | None:
    try:
        return None if name is None else check_name(name)
    except ValueError as error:
        raise FieldError("list", str(error), fix="Choose another name.") from error


def _checked(service: Service, addresses: Mapping[Channel, list[str]]) -> list[tuple[Channel, str]]:
    found: list[tuple[Channel, str]] = []
    for channel, texts in addresses.items():
        try:
            found += addresses_of({channel: texts}, service.settings.webhook_allow)
        except InvalidAddressError as error:
            raise FieldError(channel.value, str(error), fix="Send another address.") from error
    return found


def _told(watched: tuple[Watched, ...], known: set[int]) -> dict[str, Any]:
    targets = watched[0].targets
    return {
        "watches": [
            {
                "nct_id": one.nct_id,
                "list": one.list_name,
                "new": one.new,
                "held": None if one.held is None else asdict(one.held),
            }
            for one in watched
        ],
        "targets": [
            target_json(one)
            | ({"secret": one.secret} if one.secret and one.id not in known else {})
            for one in targets
        ],
    }


@router.post("/watches/end", summary="Stop watching trials", responses=changed("Ended"))
def end(
    request: Request,
    visitor: Calling,
    service: Wired,
    nct_ids: Numbers,
    list_name: ListName = None,
) -> Response:
    """Take trials off one list of one's own, or off all. What is known of them stays."""
    numbers = _numbers(nct_ids)
    with service.database.open_work(visitor.id) as work:
        removed = {one: work.watches.remove(one, list_name=list_name) for one in numbers}
        work.commit()
    ended = [{"nct_id": one, "removed_from_lists": count} for one, count in removed.items()]
    return told(request, {"ended": ended})

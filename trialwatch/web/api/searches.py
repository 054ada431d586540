"""``/api/v1/searches``: saved searches of the registry, and trying one before it is saved."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Request, Response

from monitor.alerting.searching import FirstLook, first_look, keep_search, try_search
from monitor.alerting.watching import Joining, join_list
from monitor.domain.alerts import Alert
from monitor.domain.errors import RegistryError, SearchRefusedError
from monitor.domain.ids import link_key
from monitor.domain.searches import Query, Search, Wanted
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target
from monitor.registry.asked import query_of
from monitor.registry.client import RegistryClient
from monitor.registry.searchaddress import query_from_address
from notifiers.sign import new_secret
from storage import searchviews
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.searchjson import found_json, hit_json, search_json
from trialwatch.web.api.answers import told
from trialwatch.web.api.described import changed, made, nothing, one
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.api.wishes import (
    AddressesTyped,
    HoursTyped,
    ListName,
    asked_by,
    named,
    targets_json,
    timing_typed,
    where_to,
)
from trialwatch.web.asked import seen_search
from trialwatch.web.choices import ChoiceError, Typed
from trialwatch.web.held import Right, open_list
from trialwatch.web.lists import LONGEST_NAME
from trialwatch.web.registry import asking_of
from trialwatch.web.shared import Wired, look_soon
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(prefix="/searches", tags=["searches"], route_class=OnceRoute)
_Answer = TypeVar("_Answer")
#: The newest that was told of a search.
_MOST_TOLD = 20
Words = Annotated[str, Body(max_length=400)]
Several = Annotated[list[str], Body(max_length=20)]


def _query(
    *,
    condition: Annotated[str, Body(max_length=400, examples=["asthma"])] = "",
    intervention: Words = "",
    sponsor: Words = "",
    words: Words = "",
    place: Words = "",
    countries: Several = [],  # noqa: B006  # FastAPI copies it
    phases: Several = [],  # noqa: B006  # FastAPI copies it
    statuses: Several = [],  # noqa: B006  # FastAPI copies it
    age: Annotated[str, Body(max_length=40)] = "",
    address: Annotated[
        str,
        Body(max_length=4000, description="Or the address of a search at ClinicalTrials.gov."),
    ] = "",
) -> Query:
    wanted = Wanted(
        condition=condition.strip(),
        intervention=intervention.strip(),
        sponsor=sponsor.strip(),
        words=words.strip(),
        place=place.strip(),
        countries=tuple(countries),
        phases=tuple(phases),
        statuses=tuple(statuses),
        age=age.strip(),
    )
    try:
        return query_from_address(address) if address else query_of(wanted)
    except SearchRefusedError as error:
        field = "address" if address else "condition"
        raise FieldError(field, str(error), fix="See the text.") from error


QueryTyped: TypeAlias = Annotated[Query, Depends(_query)]


def _seen(
    visitor: Calling,
    service: Wired,
    search_id: Annotated[int, Path(ge=1, le=2**62, description="A search's number.", examples=[1])],
) -> Search:
    return seen_search(service, visitor, search_id)


Seen: TypeAlias = Annotated[Search, Depends(_seen)]


@router.get("", summary="Saved searches one sees", responses=one("Searches", "By list and name."))
def searches(request: Request, visitor: Calling, service: Wired) -> Response:
    """Give the searches on the lists one sees."""
    mine = searchviews.all_searches(service.database, of=visitor.id)
    return told(request, {"searches": [search_json(row) for row in mine]})


@router.post("/try", summary="Try a search", responses=changed("Tried"))
async def try_it(request: Request, visitor: Calling, query: QueryTyped) -> Response:
    """Say how many trials a search finds, and give ten of them; nothing is kept."""
    found = await _asked(request, visitor, lambda registry: try_search(registry, query))
    return told(request, found_json(query, found))


@router.post("", summary="Save a search", status_code=201, responses=made("SavedSearch"))
async def keep(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    query: QueryTyped,
    typed: HoursTyped,
    addresses: AddressesTyped,
    name: Annotated[str, Body(min_length=1, max_length=LONGEST_NAME, examples=["Asthma"])],
    list_name: ListName = None,
    follow: Annotated[
        bool, Body(strict=True, description="Put trials that it finds later on the list.")
    ] = False,
    found_too: Annotated[
        bool, Body(strict=True, description="Put those that it finds now there as well.")
    ] = False,
    most_an_hour: Annotated[int | None, Body(ge=1, le=1000, strict=True)] = None,
    confirm: Annotated[bool, Body(strict=True)] = False,
) -> Response:
    """Save a search on a list of one's own, made if new; what it finds now is the baseline.

    The list is called as the search unless `list` says otherwise. The addresses hear of everything
    on it. A webhook's `secret` is in the first answer and in no other.
    """
    if not name.strip() or not name.isprintable():
        raise FieldError("name", "A search's name is printable.", fix="Choose another name.")
    where, before = await asyncio.to_thread(where_to, service, visitor, addresses)
    looked = await _asked(request, visitor, lambda registry: first_look(registry, query))
    wish = _Wish(
        name=name.strip(),
        list_name=named(list_name) or name.strip(),
        follow=follow,
        found_too=found_too,
        where=where,
        timing=_hours(typed, most_an_hour),
        asked_by=asked_by(service, visitor, confirm=confirm),
    )
    search, targets = await asyncio.to_thread(_keep, service, visitor, looked, wish)
    look_soon(request)
    shown = {**search_json(search), "targets": targets_json(targets, before)}
    return told(request, shown, status=201)


@dataclass(frozen=True)
class _Wish:
    """What is to become of a search that was looked at, and who is told where."""

    name: str
    list_name: str
    follow: bool
    found_too: bool
    where: list[tuple[Channel, str]]
    timing: Timing | None
    asked_by: str | None


def _keep(
    service: Service, visitor: Visitor, looked: FirstLook, wish: _Wish
) -> tuple[Search, tuple[Target, ...]]:
    now = service.clock()
    try:
        with service.database.open_work(visitor.id) as work:
            search = keep_search(
                work,
                looked,
                name=wish.name,
                list_name=wish.list_name,
                follow=wish.follow,
                found_too=wish.found_too,
                now=now,
            )
            targets = join_list(
                work,
                Joining(
                    addresses=wish.where,
                    timing=wish.timing,
                    asked_by=wish.asked_by,
                    new_secret=new_secret,
                    new_token=link_key,
                ),
                list_name=wish.list_name,
                now=now,
            )
            work.commit()
    except SearchRefusedError as error:
        raise FieldError("name", str(error), fix="See the text.") from error
    return search, targets


@router.get(
    "/{search_id:int}", summary="A search", responses=one("SearchFound", "It and its trials.")
)
def show(request: Request, service: Wired, search: Seen) -> Response:
    """Give a search with the trials that it finds, and what was told of it last, newest first."""
    members = searchviews.members_of(service.reads, search).values()
    alerts = searchviews.alerts_of(service.reads, search, limit=_MOST_TOLD)
    value = {
        **search_json(search),
        "found": [hit_json(member.hit) for member in members if member.left is None],
        "told": [row for alert in alerts for row in _told(alert)],
    }
    return told(request, value)


@router.delete("/{search_id:int}", summary="Remove a search", status_code=204, responses=nothing())
def remove(visitor: Calling, service: Wired, search: Seen) -> Response:
    """Take a search away. Trials it has put on its list stay there."""
    chosen = _list_of(service, visitor, search)
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        mine = work.searches.hold(search.id)
        if mine is None or mine.list_name != held.name:
            raise HTTPException(404, "There is no such search.")
        work.searches.remove(search.id, now=service.clock())
        work.commit()
    return Response(status_code=204)


def _list_of(service: Service, visitor: Visitor, search: Search) -> ListRow:
    with service.database.open_snapshot() as work:
        seen = work.lists.seen_by(visitor.id)
    for row in seen:
        its = searchviews.all_searches(service.database, list_id=row.id)
        if row.name == search.list_name and search.id in {mine.id for mine in its}:
            return row
    raise HTTPException(404, "There is no such search.")


def _hours(typed: Typed, most_an_hour: int | None) -> Timing | None:
    try:
        return timing_typed(typed, most_an_hour)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error


async def _asked(
    request: Request, visitor: Visitor, question: Callable[[RegistryClient], Awaitable[_Answer]]
) -> _Answer:
    asking = asking_of(request)
    try:
        asking.count(visitor.id, asking.service.clock())
    except SearchRefusedError as error:
        raise HTTPException(429, str(error), headers={"Retry-After": "600"}) from error
    try:
        async with asking.open() as registry:
            return await question(registry)
    except SearchRefusedError as error:
        raise FieldError("condition", str(error), fix="See the text.") from error
    except RegistryError as error:
        raise HTTPException(503, f"The registry cannot be asked now: {error}") from error


def _told(alert: Alert) -> list[dict[str, Any]]:
    return [
        {
            **change.contract(),
            "meaning": change.meaning,
            "alert_id": alert.id,
            "title": alert.title,
            "release": alert.release,
            "created_at": alert.created_at,
        }
        for change in alert.changes
    ]

"""Searches of a list: tried first, kept if they are narrow enough, taken away."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, Response

from monitor.alerting.searching import first_look, keep_search, try_search
from monitor.domain.errors import RegistryError, SearchRefusedError
from monitor.domain.searches import MOST_AT_FIRST, Found, Query, Wanted
from monitor.registry.asked import PHASES, STATUSES, query_of
from monitor.registry.searchaddress import query_from_address
from storage import searchviews
from storage.lists import ListRow
from trialwatch.web.asked import seen_search
from trialwatch.web.held import Right, open_list
from trialwatch.web.lists import LONGEST_NAME, EditedList
from trialwatch.web.registry import ask_registry
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to, look_soon
from trialwatch.web.visitors import Known, Visitor

router = APIRouter()
#: Of the registry's statuses those of studies; the rest are of expanded access.
_MOST_STATUSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was filled in."""

    wanted: Wanted
    address: str = ""
    name: str = ""
    follow: str = ""
    found: str = ""


def _typed(
    *,
    condition: Line = "",
    intervention: Line = "",
    sponsor: Line = "",
    words: Line = "",
    place: Line = "",
    country: Line = "",
    phases: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it
    statuses: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it
    age: Line = "",
    address: Annotated[str, Form(max_length=4000)] = "",
    name: Line = "",
    follow: Line = "",
    found: Line = "",
) -> Typed:
    wanted = Wanted(
        condition=condition.strip(),
        intervention=intervention.strip(),
        sponsor=sponsor.strip(),
        words=words.strip(),
        place=place.strip(),
        countries=tuple(part.strip() for part in country.split(",") if part.strip()),
        phases=tuple(phases[:10]),
        statuses=tuple(statuses[:20]),
        age=age.strip(),
    )
    return Typed(
        wanted=wanted, address=address.strip(), name=name.strip(), follow=follow, found=found
    )


Filled: TypeAlias = Annotated[Typed, Depends(_typed)]


@router.get("/lists/{list_id}/search")
def ask(visitor: Known, chosen: EditedList) -> HTMLResponse:
    """Ask what to look for."""
    return _form(visitor, chosen, Typed(wanted=Wanted(), follow="1", found="1"))


@router.post("/lists/{list_id}/search/try")
async def try_it(
    request: Request, visitor: Known, chosen: EditedList, typed: Filled
) -> HTMLResponse:
    """Show how many trials a search finds, and ten of them; nothing is kept."""
    try:
        query = _query(typed)
        found = await ask_registry(request, visitor, lambda registry: try_search(registry, query))
    except (SearchRefusedError, RegistryError) as error:
        return _form(visitor, chosen, typed, complaint=str(error))
    return _form(visitor, chosen, typed, query=query, found=found)


@router.post("/lists/{list_id}/search")
async def keep(
    request: Request, visitor: Known, service: Wired, chosen: EditedList, typed: Filled
) -> Response:
    """Keep a search: what it finds now is the baseline, and news of it is told from then on."""
    try:
        query = _query(typed)
        name = _name(typed, query)
        looked = await ask_registry(request, visitor, lambda registry: first_look(registry, query))

        def write() -> None:
            with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
                keep_search(
                    work,
                    looked,
                    name=name,
                    list_name=held.name,
                    follow=bool(typed.follow),
                    found_too=bool(typed.found),
                    now=service.clock(),
                )
                work.commit()

        await asyncio.to_thread(write)
    except (SearchRefusedError, RegistryError) as error:
        return _form(visitor, chosen, typed, complaint=str(error))
    look_soon(request)
    return go_to(f"/lists/{chosen.id}")


@router.get("/searches/{search_id}")
def show(
    visitor: Known, service: Wired, search_id: Annotated[int, Path(ge=1, le=2**62)]
) -> HTMLResponse:
    """Show what a search finds now, and what was told of it."""
    search = seen_search(service, visitor, search_id)
    members = searchviews.members_of(service.reads, search).values()
    return render(
        "search.html",
        visitor=visitor,
        search=search,
        hits=[member.hit for member in members if member.left is None],
        alerts=searchviews.alerts_of(service.reads, search, limit=20),
    )


@router.post("/lists/{list_id}/searches/{search_id}/remove")
def remove(
    visitor: Known,
    service: Wired,
    chosen: EditedList,
    search_id: Annotated[int, Path(ge=1, le=2**62)],
) -> Response:
    """Take a search away. Trials it has put on its list stay there."""
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        search = work.searches.hold(search_id)
        if search is None or search.list_name != held.name:
            raise HTTPException(404, "There is no such search on this list.")
        if work.searches.remove(search_id, now=service.clock()) is None:
            raise HTTPException(404, "There is no such search on this list.")
        work.commit()
    return go_to(f"/lists/{chosen.id}")


def _query(typed: Typed) -> Query:
    """Return what is asked of the registry.

    Raises:
        SearchRefusedError: It cannot be asked.
    """
    if not typed.address:
        return query_of(typed.wanted)
    return query_from_address(typed.address)


def _name(typed: Typed, query: Query) -> str:
    name = typed.name or query.words[:LONGEST_NAME]
    if not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
        raise SearchRefusedError(f"A search's name is 1 to {LONGEST_NAME} printable characters.")
    return name


def _form(
    visitor: Visitor,
    chosen: ListRow,
    typed: Typed,
    *,
    complaint: str = "",
    query: Query | None = None,
    found: Found | None = None,
) -> HTMLResponse:
    return render(
        "search_form.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        chosen=chosen,
        typed=typed,
        wanted=typed.wanted,
        complaint=complaint,
        query=query,
        found=found,
        most=MOST_AT_FIRST,
        phases=PHASES,
        statuses={name: STATUSES[name] for name in list(STATUSES)[:_MOST_STATUSES]},
    )

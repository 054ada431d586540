"""``/api/v1/changes``: every change in the order of commits, page by page or as it comes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from monitor.domain.changes import Severity
from storage import changefeed
from storage.changefeed import Cursor, Page, Selection
from trialwatch.web.api.answers import NUMBER, Limit, written
from trialwatch.web.api.described import STREAM, a_page
from trialwatch.web.asked import trial_number
from trialwatch.web.held import Right, allowed
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["changes"])
#: Cursor behind everything there is now.
_NOW: Final = "now"
_CURSOR: Final = r"^(now|[0-9]{1,18}\.[0-9]{1,9})$"
_LOOK_EVERY: Final = 1.0
#: Looks without news after which a stream says that it is still there.
_QUIET_LOOKS: Final = 15
#: A stream ends after this time; its reader comes again with the id of the last event.
LONGEST: Final = timedelta(minutes=10)
_AT_A_TIME: Final = 100
#: Open at once: of all together, and of one person.
_MOST_STREAMS: Final = 50
_MOST_OF_PERSON: Final = 10


class Weight(StrEnum):
    """The least a change must matter."""

    SILENT = "silent"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


def _wanted(
    visitor: Calling,
    service: Wired,
    nct_id: Annotated[
        str | None,
        Query(pattern=NUMBER, description="Of this trial alone.", examples=["NCT99000001"]),
    ] = None,
    min_severity: Annotated[
        Weight, Query(description="At least so important; silent ones are sent to nobody.")
    ] = Weight.SILENT,
    list_id: Annotated[
        int | None,
        Query(
            alias="list",
            ge=1,
            le=2**62,
            description="Of the trials alone that stand on this list when you ask, by its number.",
        ),
    ] = None,
    *,
    past: Annotated[bool, Query(description="Also what happened before a watch began.")] = False,
) -> Selection:
    if list_id is not None:
        with service.database.open_snapshot() as work:
            allowed(work.lists.seen(list_id, visitor.id), Right.SEE)
    return Selection(
        list_id=list_id,
        nct_id=None if nct_id is None else trial_number(nct_id),
        min_severity=Severity[min_severity.name],
        past=past,
        of=visitor.reach,
    )


After = Annotated[
    str | None,
    Query(
        pattern=_CURSOR,
        description="Cursor after which to go on: `next` of the page before. Left out, from the"
        " beginning; `now`, from here on.",
        examples=["12.0"],
    ),
]
WantedOnes = Annotated[Selection, Depends(_wanted)]


@router.get("/changes", summary="Changes in order, page by page", responses=a_page("ChangesPage"))
def changes(
    request: Request,
    service: Wired,
    wanted: WantedOnes,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Give changes in the order in which they were kept.

    Keep `next` and send it as `after` the next time: no change is missed and none comes twice,
    however many write at once. Ask again later when `more` is false.
    """
    found = (
        changefeed.nothing_yet(service.reads)
        if after == _NOW
        else changefeed.page(service.reads, _begin(after), wanted=wanted, limit=limit)
    )
    body = (
        f'{{"changes": [{", ".join(text for _, text in found.changes)}],'
        f' "next": "{found.next}", "more": {str(found.more).lower()}}}'
    )
    return written(
        request, body.encode("utf-8", "replace"), following=str(found.next) if found.more else None
    )


def _begin(text: str | None) -> Cursor:
    """Return where to begin; the form was looked at before."""
    return Cursor.read(text or "") or Cursor()


@dataclass(slots=True)
class _Streams:
    """How many are open, by person."""

    of_person: Counter[int] = field(default_factory=Counter)

    def refuse(self, person_id: int) -> None:
        """Refuse one more.

        Raises:
            HTTPException: As many are open as may be.
        """
        if self.of_person.total() >= _MOST_STREAMS:
            raise HTTPException(503, "Too many streams are open.", headers={"Retry-After": "30"})
        if self.of_person[person_id] >= _MOST_OF_PERSON:
            words = f"{_MOST_OF_PERSON} streams at once are the most; close one."
            raise HTTPException(503, words, headers={"Retry-After": "30"})


@router.get("/changes/stream", summary="Changes as they come", responses=STREAM)
def stream(
    request: Request,
    service: Wired,
    visitor: Calling,
    wanted: WantedOnes,
    *,
    after: After = None,
    last_event_id: Annotated[
        str,
        Header(
            pattern=f"^$|{_CURSOR}", description="Id of the last event seen; goes before `after`."
        ),
    ] = "",
) -> Response:
    """Send changes as server-sent events, from `Last-Event-ID` or `after` on, else from now.

    The id of an event is its cursor. A comment comes every 15 seconds when there is no news. The
    stream ends after ten minutes, and the reader comes again with the id it had last.
    """
    state = request.app.state
    streams: _Streams = getattr(state, "streams", None) or _Streams()
    state.streams = streams
    streams.refuse(visitor.id)
    asked = last_event_id or after or _NOW
    start = changefeed.end(service.reads) if asked == _NOW else _begin(asked)
    longest: timedelta = getattr(state, "longest_stream", LONGEST)

    async def read(cursor: Cursor) -> Page:
        return await asyncio.to_thread(
            changefeed.page, service.reads, cursor, wanted=wanted, limit=_AT_A_TIME
        )

    async def pause() -> bool:
        return await _pause(getattr(state, "closing", None))

    told = events(read, start, pause=pause, looks=round(longest.total_seconds() / _LOOK_EVERY))
    return StreamingResponse(
        _counted(told, streams.of_person, visitor.id),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _pause(closing: asyncio.Event | None) -> bool:
    """Let a second pass; return whether the service goes on."""
    if closing is None:
        await asyncio.sleep(_LOOK_EVERY)
        return True
    with suppress(TimeoutError):
        await asyncio.wait_for(closing.wait(), _LOOK_EVERY)
    return not closing.is_set()


async def _counted(
    told: AsyncIterator[bytes], open_ones: Counter[int], person_id: int
) -> AsyncIterator[bytes]:
    open_ones[person_id] += 1
    try:
        async for event in told:
            yield event
    finally:
        open_ones[person_id] -= 1


async def events(
    read: Callable[[Cursor], Awaitable[Page]],
    after: Cursor,
    *,
    pause: Callable[[], Awaitable[bool]],
    looks: int,
) -> AsyncIterator[bytes]:
    """Yield server-sent events.

    Args:
        read: Returns what comes after a cursor.
        after: Where to begin.
        pause: Lets time pass between two looks; false when it is time to end.
        looks: How many looks to take; one is taken in any case.
    """
    yield b"retry: 3000\n\n"
    quiet = 0
    for look in range(max(looks, 1)):
        found = await read(after)
        for cursor, text in found.changes:
            yield f"id: {cursor}\nevent: change\ndata: {text}\n\n".encode("utf-8", "replace")
        after, quiet = found.next, 0 if found.changes else quiet + 1
        if quiet and quiet % _QUIET_LOOKS == 0:
            yield b": still here\n\n"
        if not found.more and look + 1 < looks and not await pause():
            return

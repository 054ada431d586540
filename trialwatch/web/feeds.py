"""Feeds, calendars and badges of trials, for programs that fetch them by themselves."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request, Response

from monitor.domain.alerts import News
from monitor.domain.trial import NctId
from monitor.summaries.keydates import key_dates
from notifiers.feeds import atom, calendar, jsonfeed
from notifiers.feeds.entries import MOST, Entry, Feed, entry_of, entry_of_search
from notifiers.links import trial_url
from storage import news, searchviews
from storage.lists import ListRow
from storage.news import Dated
from trialwatch.bootstrap import Service
from trialwatch.web import badge as picture
from trialwatch.web.asked import Number, seen_search, trial_number, trial_state
from trialwatch.web.conditional import answer
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter()
#: Ending of an address to how its feed is written.
WRITERS: Final[dict[str, tuple[str, Callable[[Feed], bytes]]]] = {
    "atom": (atom.TYPE, atom.atom),
    "json": (jsonfeed.TYPE, jsonfeed.json_feed),
}
#: Days that lie further back are in no calendar.
_PAST: Final = timedelta(days=366)
Form = Annotated[str, Path(pattern="^(atom|json)$", max_length=4)]
ListNumber = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/changes.{form}")
def everything(request: Request, service: Wired, visitor: Calling, form: Form) -> Response:
    """Give the newest alerts of all trials."""
    told = news.newest(service.reads, of=visitor.id, limit=MOST)
    return feed_of(request, told, form, title="trialwatch: all trials", page="/changes")


@router.get("/lists/{list_id}/changes.{form}")
def of_list(
    request: Request, service: Wired, visitor: Calling, list_id: ListNumber, form: Form
) -> Response:
    """Give the newest alerts of the trials on a list that one sees."""
    seen = _list(service, visitor, list_id)
    told = news.newest(service.reads, list_id=seen.id, limit=MOST)
    title = f"trialwatch: {seen.name}"
    return feed_of(request, told, form, title=title, page=f"/lists/{seen.id}")


@router.get("/lists/{list_id}/dates.ics")
def dates_of_list(
    request: Request, service: Wired, visitor: Calling, list_id: ListNumber
) -> Response:
    """Give the key dates of the trials on a list that one sees."""
    seen = _list(service, visitor, list_id)
    root = service.settings.web_url
    known = news.dated_of_list(service.reads, list_id=seen.id)
    return calendar_of(request, known, name=seen.name, page_of=lambda one: trial_url(root, one))


def _list(service: Service, visitor: Visitor, list_id: int) -> ListRow:
    with service.database.open_snapshot() as work:
        seen = work.lists.seen(list_id, visitor.id)
    if seen is None:
        raise HTTPException(404, "There is no such list.")
    return seen


@router.get("/trials/{nct}/changes.{form}")
def of_trial(
    request: Request, service: Wired, visitor: Calling, nct: Number, form: Form
) -> Response:
    """Give the newest alerts of one trial."""
    nct_id = trial_number(nct)
    state = trial_state(service, nct_id, visitor)
    told = news.newest(service.reads, nct_id=nct_id, limit=MOST)
    title = f"{state.brief_title or nct_id} ({nct_id})"
    return feed_of(request, told, form, title=title, page=f"/trials/{nct_id}")


@router.get("/searches/{search_id}/changes.{form}")
def of_search(
    request: Request, service: Wired, visitor: Calling, search_id: ListNumber, form: Form
) -> Response:
    """Give the newest of what was told of a saved search that one sees."""
    search = seen_search(service, visitor, search_id)
    page = f"/searches/{search.id}"
    url = f"{service.settings.web_url}{page}"
    told = searchviews.alerts_of(service.reads, search, limit=MOST)
    entries = tuple(entry_of_search(alert, url=url) for alert in told if alert.told)
    return _written(request, entries, form, title=f"trialwatch: {search.name}", page=page)


def feed_of(
    request: Request,
    told: tuple[News, ...],
    form: str,
    *,
    title: str,
    page: str,
    page_of: Callable[[str], str] | None = None,
) -> Response:
    """Return a feed.

    Args:
        request: What was asked.
        told: What it tells, newest first.
        form: ``atom`` or ``json``.
        title: Its title.
        page: Path of the page it belongs to.
        page_of: Address that an entry about a trial leads to; our page of the trial unless given.
    """
    root = request.app.state.service.settings.web_url
    entries = tuple(
        entry_of(one, page_of=page_of or (lambda nct_id: trial_url(root, nct_id))) for one in told
    )
    return _written(request, entries, form, title=title, page=page)


def _written(
    request: Request, entries: tuple[Entry, ...], form: str, *, title: str, page: str
) -> Response:
    """Return entries as a feed of this form."""
    service: Service = request.app.state.service
    root = service.settings.web_url.rstrip("/")
    media_type, write = WRITERS[form]
    feed = Feed(
        title=title, url=f"{root}{request.url.path}", page_url=f"{root}{page}", entries=entries
    )
    newest = feed.updated if entries else None
    return answer(request, write(feed), media_type=media_type, newest=newest, now=service.clock())


@router.get("/trials/{nct}/dates.ics")
def dates(request: Request, service: Wired, visitor: Calling, nct: Number) -> Response:
    """Give a trial's key dates as a calendar."""
    nct_id = trial_number(nct)
    state = trial_state(service, nct_id, visitor)
    found = news.dated(service.reads, nct_id=nct_id)
    name = f"{state.brief_title or nct_id} ({nct_id})"
    root = service.settings.web_url
    return calendar_of(
        request, [found] if found else [], name=name, page_of=lambda one: trial_url(root, one)
    )


def calendar_of(
    request: Request, trials: Iterable[Dated], *, name: str, page_of: Callable[[str], str]
) -> Response:
    """Return a calendar of the key dates of trials; of what is over for a year nothing."""
    service: Service = request.app.state.service
    oldest = service.clock().date() - _PAST
    found = [
        (day, page_of(one.summary.nct_id))
        for one in trials
        for day in key_dates(
            one.summary.facts,
            nct_id=one.summary.nct_id,
            title=one.summary.title,
            version=one.summary.version,
            known_at=one.fetched_at,
        )
        if day.day >= oldest
    ]
    body = calendar.calendar(name, found)
    return answer(request, body, media_type=calendar.TYPE)


@router.get("/trials/{nct}/badge.svg")
def badge(request: Request, service: Wired, visitor: Calling, nct: Number) -> Response:
    """Give a trial's status as a picture."""
    return badge_of(request, service, trial_number(nct), visitor)


def badge_of(
    request: Request, service: Service, nct_id: NctId, visitor: Visitor | None = None
) -> Response:
    """Return the badge of a trial."""
    state = trial_state(service, nct_id, visitor)
    body = picture.badge(nct_id, state.overall_status, gone=state.gone)
    return answer(request, body, media_type=picture.TYPE)

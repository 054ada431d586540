"""The page of one list: its trials in an order, who is told, who else sees it."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from monitor.alerting.pastednumbers import Pasted
from monitor.domain.people import ListRole
from monitor.domain.trial import NctId
from monitor.domain.watched import Watched
from storage import listpages, searchviews
from storage.listorder import Order
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.rendering import render
from trialwatch.web.visitors import Visitor

#: Trials on one page of a list.
ON_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which trials of a list a page shows."""

    #: The last of the page before.
    after: NctId | None = None
    #: None but those that have it.
    tag: str = ""
    order: Order = Order.NUMBER


_BEGINNING = Shown()


def page(
    visitor: Visitor,
    service: Service,
    chosen: ListRow,
    *,
    shown: Shown = _BEGINNING,
    complaint: str = "",
    remark: str = "",
    pasted: Pasted | None = None,
    watched: tuple[Watched, ...] = (),
) -> HTMLResponse:
    """Return the page of a list."""
    is_owner = chosen.role is ListRole.OWNER
    with service.reads.open_snapshot() as work:
        members = work.lists.members(chosen.id) if is_owner else ()
        tags = work.notes.tags_on(chosen.id)
    trials = listpages.trials_on(
        service.reads,
        chosen.id,
        after=shown.after,
        tag=shown.tag,
        order=shown.order,
        limit=ON_A_PAGE + 1,
    )
    return render(
        "list.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        chosen=chosen,
        is_owner=is_owner,
        trials=trials[:ON_A_PAGE],
        following=trials[ON_A_PAGE - 1].nct_id if len(trials) > ON_A_PAGE else None,
        told=listpages.told(service.database, visitor.id, list_id=chosen.id),
        members=members,
        tags=tags,
        tag=shown.tag,
        order=shown.order,
        orders=tuple(Order),
        searches=searchviews.all_searches(service.reads, list_id=chosen.id),
        complaint=complaint,
        remark=remark,
        not_understood=pasted.not_understood if pasted else (),
        added=sum(one.new for one in watched),
        there_before=sum(not one.new for one in watched),
    )

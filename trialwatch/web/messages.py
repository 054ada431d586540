"""What somebody was sent: every message, as it reads, and once more."""

import json
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Response
from fastapi.responses import HTMLResponse

from monitor.domain.alerts import Alert
from monitor.domain.events import of_type
from monitor.domain.watches import Channel
from notifiers.render import render as render_mail
from storage import queries
from storage.readmodels import DeliveryRow
from storage.replaying import Which, replay
from trialwatch.bootstrap import Service
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired, go_to
from trialwatch.web.visitors import Known

router = APIRouter()
_MOST_MESSAGES = 100
DeliveryId = Annotated[str, Path(max_length=64)]


@router.get("/deliveries")
def messages(
    service: Wired, visitor: Known, target: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> HTMLResponse:
    """Show deliveries, newest first, to one target if asked; addresses are masked."""
    rows = queries.deliveries(service.reads, limit=_MOST_MESSAGES, of=visitor.id, target_id=target)
    return render("deliveries.html", visitor=visitor, rows=[(row, row.masked) for row in rows])


@router.get("/deliveries/{delivery_id}")
def message(service: Wired, visitor: Known, delivery_id: DeliveryId) -> HTMLResponse:
    """Show one delivery: every attempt, and the message as it reads."""
    row, alert = _delivery(service, delivery_id, visitor)
    subject, text = _as_it_reads(row, alert, service.settings.web_url)
    return render(
        "delivery.html", visitor=visitor, row=row, masked=row.masked, subject=subject, text=text
    )


def _as_it_reads(row: DeliveryRow, alert: Alert, web_url: str) -> tuple[str, str]:
    """Return the heading of a delivery's page, and what the delivery held."""
    if row.notice is not None:
        return f"Notice: {row.type}", json.dumps(row.notice, indent=2, ensure_ascii=False)
    rendered = render_mail(alert, web_url=web_url)
    if row.channel is Channel.EMAIL:
        return rendered.subject, rendered.text
    carried = [change.contract() for change in of_type(alert.told, row.type)]
    return rendered.subject, json.dumps(carried, indent=2, ensure_ascii=False)


@router.post("/deliveries/{delivery_id}/replay")
def send_again(service: Wired, visitor: Known, delivery_id: DeliveryId) -> Response:
    """Send a message once more, under the id it has."""
    row, _ = _delivery(service, delivery_id, visitor)
    if not replay(service.database, Which(ids=(row.id,)), now=service.clock()):
        raise HTTPException(409, "Nobody asks for this message any more, or it is on its way.")
    return go_to(f"/deliveries/{row.id}")


@router.get("/deliveries/{delivery_id}/html")
def message_html(service: Wired, visitor: Known, delivery_id: DeliveryId) -> HTMLResponse:
    """Give the mail's own HTML, for the frame on its page; it can do nothing there."""
    _, alert = _delivery(service, delivery_id, visitor)
    rendered = render_mail(alert, web_url=service.settings.web_url)
    html = rendered.html_before + rendered.html_after
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def _delivery(service: Service, delivery_id: str, visitor: Known) -> tuple[DeliveryRow, Alert]:
    found = queries.delivery(service.database, delivery_id, of=visitor.id)
    if found is None:
        raise HTTPException(404, "There is no such message.")
    return found

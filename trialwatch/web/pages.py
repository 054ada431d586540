"""A first plain set of pages: trials, changes, messages. They read and never write."""

import json
from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Annotated, TypeAlias

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from monitor.domain.alerts import Alert
from monitor.domain.events import of_type
from monitor.domain.summaries import PlainCriterion, in_blocks
from monitor.domain.watches import Channel
from monitor.summaries.marks import rule_marks
from notifiers.render import render as render_mail
from storage import queries, watchreads
from storage.readmodels import DeliveryRow
from storage.targetcare import replay
from trialwatch.bootstrap import Service
from trialwatch.web.asked import trial_number, trial_state
from trialwatch.web.history import locations_now
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired, go_to
from trialwatch.web.sitemap import site_map
from trialwatch.web.visitors import Known

CallNext: TypeAlias = Callable[[Request], Awaitable[Response]]

router = APIRouter()
_NEWEST = 20
#: Trials on the first page; lists show all of theirs.
_MOST_TRIALS = 100
_MOST_CHANGES = 100
_MOST_MESSAGES = 100
_LEADS = {
    "inclusion": "You may be able to join if all of these are true",
    "exclusion": "You cannot join if any of these is true",
    "rules": "Rules for joining, as listed",
}


DeliveryId = Annotated[str, Path(max_length=64)]


@router.get("/")
def home(service: Wired, visitor: Known) -> HTMLResponse:
    """Show what is watched, and what changed last."""
    state = queries.registry_state(service.reads)
    newest = queries.newest_alerts(service.reads, limit=_NEWEST, of=visitor.id)
    rows = watchreads.watches(service.reads, of=visitor.id, limit=_MOST_TRIALS + 1)
    return render(
        "home.html",
        rows=rows[:_MOST_TRIALS],
        more=len(rows) > _MOST_TRIALS,
        state=state,
        alerts=newest,
        visitor=visitor,
    )


@router.get("/changes")
def changes(service: Wired, visitor: Known) -> HTMLResponse:
    """Show changes of all trials, newest first."""
    newest = queries.newest_alerts(service.reads, limit=_MOST_CHANGES, of=visitor.id)
    return render("changes.html", alerts=newest, visitor=visitor)


@router.get("/trials/{nct}")
def trial(service: Wired, visitor: Known, nct: Annotated[str, Path(max_length=20)]) -> HTMLResponse:
    """Show a trial in plain words, and what became of it."""
    nct_id = trial_number(nct)
    state = trial_state(service, nct_id, visitor)
    with service.reads.open_snapshot() as work:
        summary = work.summaries.newest(nct_id)
        alerts = work.alerts.of_trial(nct_id, limit=_MOST_CHANGES)
        versions = work.versions.of_trial(nct_id)
        locations = locations_now(work, state)
        noted = work.notes.of_trial(nct_id, visitor.id)
    rules = summary.eligibility if summary else ()
    # What the version shown brought; what came with earlier ones is no news by now.
    news = next((one for one in alerts if summary and one.to_version == summary.version), None)
    return render(
        "trial.html",
        visitor=visitor,
        nct_id=nct_id,
        state=state,
        summary=summary,
        alerts=alerts,
        versions=tuple(reversed(versions)),
        rule_groups=_rule_groups(rules),
        marks=rule_marks(news.told) if news else {},
        marked_on=news.release if news else "",
        in_blocks=in_blocks,
        map=site_map(locations),
        noted=noted,
    )


def _rule_groups(
    rules: tuple[PlainCriterion, ...],
) -> list[tuple[str, tuple[PlainCriterion, ...]]]:
    """Return rules under the words that stand above them, as the study groups them."""
    groups = groupby(rules, key=lambda rule: (rule.section, rule.group))
    return [
        (f"{_LEADS.get(section, section)}{f': {group}' if group else ''}", tuple(items))
        for (section, group), items in groups
    ]


@router.get("/deliveries")
def messages(
    service: Wired, visitor: Known, target: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> HTMLResponse:
    """Show deliveries, newest first, to one target if asked; addresses are masked."""
    rows = queries.deliveries(service.reads, limit=_MOST_MESSAGES, of=visitor.id, target_id=target)
    return render("deliveries.html", visitor=visitor, rows=[(row, masked(row)) for row in rows])


@router.get("/deliveries/{delivery_id}")
def message(service: Wired, visitor: Known, delivery_id: DeliveryId) -> HTMLResponse:
    """Show one delivery: every attempt, and the message as it reads."""
    row, alert = _delivery(service, delivery_id, visitor)
    subject, text = _as_it_reads(row, alert, service.settings.web_url)
    return render(
        "delivery.html", visitor=visitor, row=row, masked=masked(row), subject=subject, text=text
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
    if not replay(service.database, now=service.clock(), ids=(row.id,)):
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


def masked(row: DeliveryRow) -> str:
    """Return the address so that its owner knows it and a passer-by does not."""
    if row.channel is Channel.EMAIL:
        name, _, domain = row.address.rpartition("@")
        return f"{name[:1]}...@{domain}"
    scheme, _, rest = row.address.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/..."

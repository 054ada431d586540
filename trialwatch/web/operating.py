"""The operator's page: how the service stands, and why nothing may be coming."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from monitor.alerting.why import Facts, why_silent
from storage import queries
from storage.readmodels import Backlog, RegistryState
from storage.sizes import size_of
from storage.standing import Standing, standing
from trialwatch.bootstrap import Service
from trialwatch.canary import CanaryNow, canary_now
from trialwatch.web.asked import Number, trial_number
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Operating

router = APIRouter()

#: Where on the pages a cause can be seen to, by its name: address, and what the page is called.
#: What is missing here is mended outside of the pages, and its remedy says where.
_LEADS = {
    "mail-server": ("/deliveries", "Messages"),
    "past-due": ("/deliveries", "Messages"),
    "silent-targets": ("/targets", "Where I am told"),
    "failing-targets": ("/targets", "Where I am told"),
    "nothing-watched": ("/lists", "Lists"),
    "nobody-told": ("/lists", "Lists"),
    "unknown-numbers": ("/lists", "Lists"),
}


@router.get("/service")
def show(request: Request, visitor: Operating, service: Wired) -> HTMLResponse:
    """Show how the service stands."""
    pulse = request.app.state.pulse
    state = queries.registry_state(service.database)
    backlog = queries.backlog(service.database, now=service.clock())
    counted = standing(service.database)
    trouble = dict(pulse.trouble) if pulse else {}
    canary = canary_now(service)
    facts = facts_of(service, state, backlog, counted, trouble=trouble, canary=canary)
    return render(
        "service.html",
        visitor=visitor,
        state=state,
        backlog=backlog,
        canary=canary,
        counted=counted,
        asked_at=facts.now,
        causes=why_silent(facts),
        leads=_LEADS,
        ticks=pulse.ended_well_at if pulse else {},
        trouble=trouble,
        refusals=queries.kept_aside(service.database),
        size=size_of(service.database),
        shown_as=service.database.shown_as,
        replica=None if service.replicated is None else service.replicated.look(),
    )


@router.get("/service/kept-aside/{nct}")
def kept_aside(visitor: Operating, service: Wired, nct: Number) -> Response:
    """Give an answer of the registry that could not be believed, byte for byte, as a file."""
    del visitor
    nct_id = trial_number(nct)
    body = queries.refused_body(service.database, nct_id)
    if body is None:
        raise HTTPException(404, f"No answer about {nct_id} was kept aside.")
    return Response(
        body,
        # Whatever it is, no browser is to take it for a page of ours.
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{nct_id}.kept-aside"'},
    )


def facts_of(
    service: Service,
    state: RegistryState,
    backlog: Backlog,
    counted: Standing,
    *,
    trouble: dict[str, str],
    canary: CanaryNow | None,
) -> Facts:
    """Return what is asked when nothing comes."""
    return Facts(
        now=service.clock(),
        watched=counted.watched,
        unseen=counted.unseen,
        unknown=counted.unknown,
        told=counted.told,
        told_by_mail=counted.told_by_mail,
        asked_at=state.seen_at,
        registry_trouble=state.trouble or "",
        tick_trouble=tuple(f"{name}: {words}" for name, words in trouble.items()),
        release_at=state.release_at,
        mail_is_set=bool(service.settings.smtp_url),
        silent_targets=counted.silent_targets,
        failing_targets=backlog.failing_targets,
        mails_kept_back=counted.mails_kept_back,
        past_due=backlog.past_due,
        held_for_hour=counted.held_for_hour,
        canary_missed=canary.missed if canary else "",
        newest_alert_at=counted.newest_alert_at,
    )

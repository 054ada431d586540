"""The pages of what is watched: home, changes, a trial. They read and never write."""

from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from monitor.domain.summaries import PlainCriterion, in_blocks
from monitor.summaries.marks import rule_marks
from storage import queries, watchreads
from trialwatch.web.asked import Number, trial_number, trial_state
from trialwatch.web.history import locations_now
from trialwatch.web.paper import on_paper
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired
from trialwatch.web.sitemap import site_map
from trialwatch.web.visitors import Known

router = APIRouter()
_NEWEST = 20
#: Trials on the first page; lists show all of theirs.
_MOST_TRIALS = 100
_MOST_CHANGES = 100
_LEADS = {
    "inclusion": "You may be able to join if all of these are true",
    "exclusion": "You cannot join if any of these is true",
    "rules": "Rules for joining, as listed",
}


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
def trial(service: Wired, visitor: Known, nct: Number) -> HTMLResponse:
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
        paper=on_paper(summary) if summary else None,
        page_url=f"{service.settings.web_url.rstrip('/')}/trials/{nct_id}",
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

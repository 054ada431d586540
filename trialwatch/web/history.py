"""A trial through time: any two versions side by side, its timeline, one rule, one place."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Response

from monitor.alerting.compare import changes_between
from monitor.alerting.placestory import labels_lost, labels_of, place_story
from monitor.alerting.story import Chapter, RuleNotFoundError
from monitor.domain.changes import Change
from monitor.domain.errors import DamagedRecordError, VersionNotFoundError
from monitor.domain.trial import NctId, TrialState, VersionInfo
from monitor.eligibility.marks import Sides, marked
from monitor.registry.parse import decode_study
from monitor.registry.record.people import Location
from monitor.summaries.keydates import KeyDate, key_dates
from storage import histories, news
from storage.work import SqlWork
from trialwatch.beside import pairs
from trialwatch.bootstrap import Service
from trialwatch.stories import WORDS, rule_story
from trialwatch.web.asked import Number, trial_number, trial_state
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired
from trialwatch.web.sitemap import site_map
from trialwatch.web.timeline import MOST, drawn, moments_of
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(prefix="/trials/{nct}")
#: A change with more parts than this is marked in its first ones.
_MOST_PAIRS: Final = 40
_MOST_VERSIONS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One text before and now, in runs of words that stayed, went or came."""

    #: Which part of the value; empty for all of it.
    name: str
    sides: Sides


@router.get("/compare")
def compare(
    service: Wired,
    visitor: Calling,
    nct: Number,
    older: Annotated[int | None, Query(alias="from", ge=-_MOST_VERSIONS, le=_MOST_VERSIONS)] = None,
    younger: Annotated[int | None, Query(alias="to", ge=-_MOST_VERSIONS, le=_MOST_VERSIONS)] = None,
) -> Response:
    """Show what differs between two versions, the newest and the one before unless said."""
    nct_id = trial_number(nct)
    state, versions = _known(service, visitor, nct_id)
    if len(versions) < 2:  # noqa: PLR2004  # it takes two
        return render(
            "compare.html",
            visitor=visitor,
            nct_id=nct_id,
            state=state,
            versions=versions,
            rows=None,
        )
    chosen = sorted(
        (
            versions[-2].number if older is None else older,
            versions[-1].number if younger is None else younger,
        )
    )
    changes = _between(service, nct_id, chosen[0], chosen[1])
    return render(
        "compare.html",
        visitor=visitor,
        nct_id=nct_id,
        state=state,
        versions=versions,
        chosen=chosen,
        rows=[(change, _beside(change)) for change in changes],
    )


def _known(
    service: Service, visitor: Visitor, nct_id: NctId
) -> tuple[TrialState, tuple[VersionInfo, ...]]:
    state = trial_state(service, nct_id, visitor)
    with service.reads.open_snapshot() as work:
        return state, work.versions.of_trial(nct_id)


def _between(service: Service, nct_id: NctId, older: int, younger: int) -> tuple[Change, ...]:
    try:
        with service.reads.open_snapshot() as work:
            before, after = (work.versions.read(nct_id, number) for number in (older, younger))
        return changes_between(
            decode_study(before.raw),
            decode_study(after.raw),
            from_version=older,
            to_version=younger,
            weights=service.weights,
        )
    except (VersionNotFoundError, DamagedRecordError) as error:
        raise HTTPException(404, str(error)) from error


def _beside(change: Change) -> list[Beside]:
    found = list(pairs(change.before, change.after))[:_MOST_PAIRS]
    return [Beside(name=name, sides=marked(old, new)) for name, old, new in found]


@router.get("/timeline")
def timeline(service: Wired, visitor: Calling, nct: Number) -> Response:
    """Show a trial's life as a picture, and as a table that says the same."""
    nct_id = trial_number(nct)
    state, versions = _known(service, visitor, nct_id)
    steps = histories.steps(service.reads, nct_id)
    moments = moments_of(versions, steps, _dates(service, nct_id), status=state.overall_status)
    today = service.clock().date()
    picture = drawn(moments, today=today)
    return render(
        "timeline.html",
        visitor=visitor,
        nct_id=nct_id,
        state=state,
        picture=picture,
        height=picture[-1].y + 20 if picture else 0,
        moments=tuple(reversed(moments)),
        is_cut=len(moments) > MOST,
        today=today,
    )


def _dates(service: Service, nct_id: NctId) -> tuple[KeyDate, ...]:
    found = news.dated(service.reads, nct_id=nct_id)
    if found is None:
        return ()
    return key_dates(
        found.summary.facts,
        nct_id=nct_id,
        title=found.summary.title,
        version=found.summary.version,
        known_at=found.fetched_at,
    )


@router.get("/rules")
def rules(
    service: Wired,
    visitor: Calling,
    nct: Number,
    rule: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show one rule for joining through all versions, or the rules to choose from."""
    nct_id = trial_number(nct)
    state = trial_state(service, nct_id, visitor)
    with service.reads.open_snapshot() as work:
        summary = work.summaries.newest(nct_id)
    chapters: tuple[Chapter, ...] = ()
    if rule:
        try:
            chapters = rule_story(service.reads, nct_id, rule)
        except RuleNotFoundError as error:
            raise HTTPException(404, str(error)) from error
    return render(
        "rules.html",
        visitor=visitor,
        nct_id=nct_id,
        state=state,
        rules=summary.eligibility if summary else (),
        chosen=rule,
        story=_with_marks(chapters),
        count=len(chapters),
        words=WORDS,
    )


def _with_marks(chapters: tuple[Chapter, ...]) -> list[tuple[Chapter, Sides]]:
    """Return the chapters in which something became of a rule, newest first, with its words.

    Of a rule that came or went there is one side, without marks.
    """
    shown: list[tuple[Chapter, Sides]] = []
    before = ""
    for chapter in chapters:
        now = chapter.criterion.text if chapter.criterion else ""
        if chapter.became:
            shown.append((chapter, marked(before if now and before else now, now)))
        before = now or before
    return shown[::-1]


@router.get("/places")
def places(
    service: Wired,
    visitor: Calling,
    nct: Number,
    place: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Show one place's story, or the places to choose from."""
    nct_id = trial_number(nct)
    state = trial_state(service, nct_id, visitor)
    steps = histories.steps(service.reads, nct_id)
    changes = [change for step in steps for change in step.changes]
    story = place_story(place, changes) if place else ()
    releases = {step.to_version: step.release for step in steps}
    with service.reads.open_snapshot() as work:
        found = () if place else locations_now(work, state)
    return render(
        "places.html",
        visitor=visitor,
        nct_id=nct_id,
        state=state,
        chosen=place,
        story=[(releases.get(one.to_version, ""), one) for one in reversed(story)],
        map=site_map(found),
        listed=[
            (label, one.status or "") for label, one in zip(labels_of(found), found, strict=True)
        ],
        lost=() if place else labels_lost(changes),
        moved=frozenset(one.subject for one in changes if one.kind.startswith("site.")),
    )


def locations_now(work: SqlWork, state: TrialState) -> tuple[Location, ...]:
    """Return the places of a trial's newest version, in the record's order."""
    if not state.latest_version:
        return ()
    newest = work.versions.read(state.nct_id, state.latest_version)
    return decode_study(newest.raw).contacts.locations

"""``/api/v1/trials``: trials, versions of their records, summaries, comparisons."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from monitor.alerting.compare import changes_between
from monitor.alerting.story import RuleNotFoundError
from monitor.domain.errors import DamagedRecordError, VersionNotFoundError
from monitor.domain.trial import NctId, Version
from monitor.registry.parse import decode_study
from storage import apireads
from trialwatch.bootstrap import Service
from trialwatch.stories import rule_story
from trialwatch.web.api.answers import NUMBER, Limit, Number, told, written
from trialwatch.web.api.described import a_page, one
from trialwatch.web.asked import trial_number
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(prefix="/trials", tags=["trials"])
#: Versions go down below zero before a watch, and no record has so many.
_MOST_VERSIONS = 100_000
VersionNumber = Annotated[
    int,
    Path(
        ge=-_MOST_VERSIONS,
        le=_MOST_VERSIONS,
        description="1 is the baseline; 0 and below are from before the watch.",
        examples=[2],
    ),
]
From = Annotated[
    int,
    Query(alias="from", ge=-_MOST_VERSIONS, le=_MOST_VERSIONS, description="The older version."),
]
To = Annotated[
    int,
    Query(alias="to", ge=-_MOST_VERSIONS, le=_MOST_VERSIONS, description="The younger version."),
]


@router.get("", summary="Trials, by number", responses=a_page("TrialsPage"))
def trials(
    request: Request,
    service: Wired,
    visitor: Calling,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern=NUMBER,
            description="Number after which to go on: `next` of the page before.",
            examples=["NCT99000001"],
        ),
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Give the trials on the lists one sees; to the operator all that are or were watched."""
    begin = None if after is None else trial_number(after)
    rows = apireads.trials_after(service.reads, begin, of=visitor.reach, limit=limit + 1)
    shown = rows[:limit]
    following = shown[-1].nct_id if len(rows) > limit else None
    page = {"trials": [row.as_json() for row in shown], "next": following}
    return told(request, page, following=following)


@router.get("/{nct_id}", summary="A trial", responses=one("Trial", "What is known of it."))
def trial(request: Request, service: Wired, visitor: Calling, nct_id: Number) -> Response:
    """Give what is known of a trial."""
    return told(request, _known(service, visitor, nct_id).as_json())


def _known(service: Service, visitor: Visitor, text: str) -> apireads.KnownTrial:
    found = apireads.trial(service.reads, trial_number(text), of=visitor.reach)
    if found is None and visitor.reach is None:
        raise HTTPException(404, f"{text.upper()} was never watched here.")
    if found is None:
        raise HTTPException(404, f"{text.upper()} is on no list that you see.")
    return found


@router.get(
    "/{nct_id}/versions",
    summary="Versions of a trial's record, oldest first",
    responses=a_page("VersionsPage"),
)
def versions(
    request: Request,
    service: Wired,
    visitor: Calling,
    nct_id: Number,
    *,
    after: Annotated[
        int | None,
        Query(
            ge=-_MOST_VERSIONS,
            le=_MOST_VERSIONS,
            description="Version after which to go on: `next` of the page before.",
            examples=[1],
        ),
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Give the versions that are kept of a trial's record, without the records themselves."""
    known = _known(service, visitor, nct_id)
    with service.reads.open_snapshot() as work:
        kept = work.versions.of_trial(known.nct_id)
    rows = [version for version in kept if after is None or version.number > after]
    shown = rows[:limit]
    following = shown[-1].number if len(rows) > limit else None
    page = {"versions": [version.contract() for version in shown], "next": following}
    return told(request, page, following=None if following is None else str(following))


@router.get(
    "/{nct_id}/versions/{version}",
    summary="One version of a trial's record",
    responses=one("Record", "The record, byte for byte as the registry gave it."),
)
def record(
    request: Request, service: Wired, visitor: Calling, nct_id: Number, version: VersionNumber
) -> Response:
    """Give a version of a record as the registry gave it."""
    known = _known(service, visitor, nct_id)
    [kept] = _read(service, known.nct_id, version)
    return written(request, kept.raw)


def _read(service: Service, nct_id: NctId, *numbers: int) -> list[Version]:
    try:
        with service.reads.open_snapshot() as work:
            return [work.versions.read(nct_id, number) for number in numbers]
    except VersionNotFoundError as error:
        raise HTTPException(404, str(error)) from error


@router.get(
    "/{nct_id}/summary",
    summary="A trial in plain English",
    responses=one("Summary", "The newest version in plain English."),
)
def summary(request: Request, service: Wired, visitor: Calling, nct_id: Number) -> Response:
    """Give the trial in plain English, as it was written from the newest version."""
    known = _known(service, visitor, nct_id)
    with service.reads.open_snapshot() as work:
        found = work.summaries.newest(known.nct_id)
    if found is None:
        raise HTTPException(404, f"{known.nct_id} has not been seen yet.")
    return told(request, asdict(found))


@router.get(
    "/{nct_id}/compare",
    summary="What differs between two versions",
    responses=one("Comparison", "Changes, most important first."),
)
def compare(
    request: Request,
    service: Wired,
    visitor: Calling,
    nct_id: Number,
    *,
    older: From,
    younger: To,
) -> Response:
    """Compare any two versions of a record, in the words of an alert."""
    known = _known(service, visitor, nct_id)
    before, after = _read(service, known.nct_id, older, younger)
    try:
        changes = changes_between(
            decode_study(before.raw),
            decode_study(after.raw),
            from_version=older,
            to_version=younger,
            weights=service.weights,
        )
    except DamagedRecordError as error:
        raise HTTPException(404, f"These versions cannot be compared: {error}") from error
    return told(
        request,
        {
            "nct_id": known.nct_id,
            "from_version": older,
            "to_version": younger,
            "changes": [change.contract() | {"meaning": change.meaning} for change in changes],
        },
    )


@router.get(
    "/{nct_id}/rules",
    summary="One eligibility rule through all versions",
    responses=one("RuleStory", "A chapter for each version, oldest first."),
)
def rule(
    request: Request,
    service: Wired,
    visitor: Calling,
    nct_id: Number,
    *,
    named: Annotated[
        str,
        Query(
            alias="rule",
            min_length=1,
            max_length=60,
            description="`exclusion 3`, `E.3`, `E.3@1` for its place in version 1, or its name.",
            examples=["exclusion 3"],
        ),
    ],
) -> Response:
    """Tell what became of a rule, version by version."""
    known = _known(service, visitor, nct_id)
    try:
        story = rule_story(service.reads, known.nct_id, named)
    except RuleNotFoundError as error:
        raise HTTPException(404, str(error)) from error
    chapters = [chapter.contract() for chapter in story]
    return told(request, {"nct_id": known.nct_id, "chapters": chapters})

"""The alerts of the made-up stories, found and worded as those of real records are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from monitor.alerting.at import At
from monitor.alerting.compare import changes_between
from monitor.alerting.matching import judge
from monitor.detection import events
from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Difference
from monitor.domain.near import Near
from monitor.domain.searches import Found, Hit, Member, Query, Search
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.changes import tell
from monitor.summaries.nearby import narrowed
from monitor.summaries.trial import write_summary
from simulator.made import Story, stories

_NOW = datetime(2026, 3, 9, 9, 0, 5, tzinfo=UTC)
_DAY = _NOW.date().isoformat()
_OMAHA = Near(place="Omaha, US", latitude=41.25626, longitude=-95.94043, km=80, in_miles=True)


def changed() -> tuple[Alert, ...]:
    """Return an alert for each change of a made-up trial that there is something to tell of."""
    alerts = (alert for story in stories() for alert in _of_story(story))
    told = (alert for alert in alerts if alert.told)
    return tuple(replace(alert, id=_id(number)) for number, alert in enumerate(told, 1))


def happened() -> tuple[Alert, ...]:
    """Return an alert for each thing that happens to a record without a new version of it."""
    story = stories()[0]
    study = _studies(story)[-1]
    old = events.stale(study, today="2029-01-01")
    found = (
        events.gone(_DAY),
        events.back(_DAY),
        events.merged(study.nct_id, "NCT99000008"),
        *((old,) if old else ()),
    )
    return tuple(
        replace(_event(study, one), id=_id(100 + number)) for number, one in enumerate(found)
    )


def near_by(alerts: Sequence[Alert]) -> Alert:
    """Return what somebody near one place is told of the first alert with a place near it."""
    narrow = (narrowed(alert, _OMAHA) for alert in alerts)
    return next(
        alert for alert in narrow if any(one.kind.startswith("site.") for one in alert.told)
    )


def searched() -> Alert:
    """Return the alert of a saved search: two trials come and one goes."""
    first, *come = (_hit(story) for story in stories()[:3])
    query = Query(
        parameters=(("query.cond", "skin"), ("query.locn", "Ohio")),
        words='condition "skin"; place "Ohio"',
    )
    search = Search(
        id=1,
        list_name="skin",
        name="Skin trials in Ohio",
        query=query,
        follow=True,
        created_at=_NOW,
        step=1,
        trials=2,
    )
    stays = Hit(nct_id=NctId("NCT99000009"), title="A trial that stays", status="RECRUITING")
    known = {hit.nct_id: Member(hit=hit, entered=1) for hit in (first, stays)}
    judged = judge(
        search,
        known,
        Found(total=3, hits=(*come, stays)),
        {first.nct_id: replace(first, status="COMPLETED")},
        At(release=f"{_DAY}T09:00:05", now=_NOW),
    )
    assert judged.alert is not None  # noqa: S101  # two entered
    return replace(judged.alert, id=_id(200))


def _of_story(story: Story) -> Iterator[Alert]:
    shown = [version for version in story.versions if version.study is not None]
    for number, (before, after) in enumerate(pairwise(_studies(story)), 1):
        changes = changes_between(before, after, from_version=number, to_version=number + 1)
        day = (_NOW + timedelta(days=shown[number].since)).date()
        yield _alert(after, changes, number + 1, datetime.combine(day, time(9), UTC))


def _studies(story: Story) -> list[Study]:
    return [decode_study(one.study.body()) for one in story.versions if one.study is not None]


def _event(study: Study, difference: Difference) -> Alert:
    nct_id = NctId(study.nct_id)
    changes = tell([difference], study, study, nct_id=nct_id, from_version=3, to_version=3)
    return _alert(study, changes, 3, _NOW)


def _alert(study: Study, changes: tuple[Change, ...], version: int, at: datetime) -> Alert:
    return Alert(
        id=_id(0),
        nct_id=NctId(study.nct_id),
        from_version=max(version - 1, 1),
        to_version=version,
        release=at.date().isoformat(),
        created_at=at,
        title=study.identification.brief_title or study.nct_id,
        changes=changes,
        summary=write_summary(study, version=version),
    )


def _id(number: int) -> str:
    """Return an id like any, but the same each time."""
    return f"01KJ8Z9V3W{number:016d}"


def _hit(story: Story) -> Hit:
    study = _studies(story)[0]
    return Hit(
        nct_id=NctId(study.nct_id),
        title=study.identification.brief_title or study.nct_id,
        status=study.status.overall_status or "",
    )

"""What becomes of a verdict: the alert that carries it, and what a report counts."""

from dataclasses import replace

import pytest

from monitor.alerting.at import At
from monitor.alerting.settled import Settled
from monitor.alerting.verdicts import Verdict
from monitor.domain.ports import KeptAside
from tests.builders import (
    NOON,
    OTHER_TRIAL,
    TRIAL,
    a_change,
    a_state,
    a_summary,
    a_version,
    an_alert,
)

AT = At(release="2026-03-04T09:00:05", now=NOON, trace="trace-1")
STATE = a_state(brief_title="Robots")
ASIDE = KeptAside(nct_id=TRIAL, reason="not JSON", raw=b"?")


def test_alert_carries_the_changes_with_release_title_and_trace() -> None:
    changes = (a_change(from_version=4, to_version=5), a_change(kind="contact"))
    verdict = Verdict(state=STATE, changes=changes, summary=a_summary())

    alert = verdict.alert(AT)

    assert alert is not None
    assert (alert.nct_id, alert.from_version, alert.to_version) == (TRIAL, 4, 5)
    assert (alert.release, alert.created_at) == ("2026-03-04", NOON)
    assert (alert.title, alert.trace) == ("Robots", "trace-1")
    assert (alert.changes, alert.summary) == (changes, a_summary())


def test_alert_of_a_trial_without_a_title_is_called_by_its_number() -> None:
    untitled = STATE.evolve(brief_title="")
    verdict = Verdict(state=untitled, changes=(a_change(),), summary=a_summary())

    alert = verdict.alert(AT)

    assert alert is not None
    assert alert.title == "NCT99000001"


@pytest.mark.parametrize(
    "verdict",
    [Verdict(state=STATE, summary=a_summary()), Verdict(state=STATE, changes=(a_change(),))],
)
def test_without_changes_or_without_the_trial_there_is_no_alert(verdict: Verdict) -> None:
    assert verdict.alert(AT) is None


ALERT = an_alert()


@pytest.mark.parametrize(
    ("verdict", "settled"),
    [
        (Verdict(state=STATE), Settled(unchanged=1)),
        (Verdict(state=STATE, version=a_version(1)), Settled(baselines=(TRIAL,))),
        (Verdict(state=STATE, version=a_version(2)), Settled(versions=1)),
        (Verdict(state=STATE, unknown=True), Settled(unknown=(TRIAL,))),
        (Verdict(state=STATE, aside=ASIDE), Settled(refused=(ASIDE,))),
        (
            Verdict(state=STATE, moved_to=OTHER_TRIAL),
            Settled(unchanged=1, merged=((TRIAL, OTHER_TRIAL),)),
        ),
    ],
    ids=["same", "first", "new version", "unknown", "refused", "merged"],
)
def test_each_verdict_is_counted_once(verdict: Verdict, settled: Settled) -> None:
    # What no version of ours has is told apart in other tests.
    found = replace(verdict.settled(alerts=(), deliveries=0), unknown_fields=frozenset())

    assert found == settled


def test_what_was_told_is_counted_with_its_deliveries_and_is_not_unchanged() -> None:
    settled = Verdict(state=STATE).settled(alerts=(ALERT,), deliveries=3)

    assert settled == Settled(alerts=(ALERT,), deliveries=3)


def test_reports_add_up_part_by_part() -> None:
    one = Settled(
        baselines=(TRIAL,),
        unchanged=1,
        versions=2,
        alerts=(ALERT,),
        deliveries=3,
        refused=(ASIDE,),
        unknown=(TRIAL,),
        merged=((TRIAL, OTHER_TRIAL),),
        unknown_fields=frozenset({"novelty"}),
    )

    assert one + Settled() == Settled() + one == one
    assert one + one == Settled(
        baselines=(TRIAL, TRIAL),
        unchanged=2,
        versions=4,
        alerts=(ALERT, ALERT),
        deliveries=6,
        refused=(ASIDE, ASIDE),
        unknown=(TRIAL, TRIAL),
        merged=((TRIAL, OTHER_TRIAL), (TRIAL, OTHER_TRIAL)),
        unknown_fields=frozenset({"novelty"}),
    )

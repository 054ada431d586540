"""Subscriptions that ask for something: fan-out and preview decide alike, on every database."""

from itertools import product

import pytest

from monitor.alerting.preview import Choice, wanted
from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.ports import OpenWork
from monitor.domain.topics import Topic
from tests.builders import NOON, TRIAL, a_change, an_alert
from tests.integration.storage.scenes import make_target, send_out, watch

CHOICES = [
    Choice(topics=frozenset(topics), min_severity=severity)
    for topics, severity in product(
        ((), (Topic.STATUS,), (Topic.JOINING, Topic.PLACES), (Topic.RESULTS,), (Topic.DATES,)),
        (Severity.MINOR, Severity.MAJOR, Severity.CRITICAL),
    )
]


def _alert(*changes: tuple[str, Severity]) -> Alert:
    ordered = sorted(changes, key=lambda change: -change[1])
    return an_alert(
        changes=tuple(
            a_change(kind=kind, subject=f"{place}", severity=severity)
            for place, (kind, severity) in enumerate(ordered)
        )
    )


ALERTS = {
    "status": _alert(("status", Severity.CRITICAL)),
    "small place": _alert(("site.added", Severity.MINOR)),
    "rule and date": _alert(("eligibility.age", Severity.MAJOR), ("date.start", Severity.MINOR)),
    "contact": _alert(("contact", Severity.MINOR), ("title", Severity.MAJOR)),
    "results": _alert(("results.posted", Severity.CRITICAL), ("keywords", Severity.SILENT)),
    "silent date": _alert(("date.start", Severity.SILENT), ("phase", Severity.MAJOR)),
}


@pytest.mark.parametrize("name", ALERTS)
def test_alert_goes_to_those_whose_choice_it_meets(open_work: OpenWork, name: str) -> None:
    alert = ALERTS[name]
    watch(open_work, TRIAL)
    with open_work() as work:
        for number, choice in enumerate(CHOICES):
            work.watches.subscribe(
                make_target(work, f"{number}@example.org"),
                list_name="watched",
                nct_id=None,
                min_severity=choice.min_severity,
                topics=choice.topics,
                token=f"{number}",
                now=NOON,
            )
        work.commit()

    made = send_out(open_work, alert)

    assert made == sum(wanted(alert, choice) for choice in CHOICES)


def test_topics_given_last_hold(open_work: OpenWork) -> None:
    watch(open_work, TRIAL)
    kept = []
    for topics in ((Topic.DATES,), (Topic.STATUS,)):
        with open_work() as work:
            told = work.watches.subscribe(
                make_target(work, "ada@example.org"),
                list_name="watched",
                nct_id=None,
                min_severity=Severity.MINOR,
                topics=topics,
                token="t",
                now=NOON,
            )
            work.commit()
        kept.append(told.topics)

    assert kept == [{Topic.DATES}, {Topic.STATUS}]
    assert send_out(open_work, ALERTS["status"]) == 1

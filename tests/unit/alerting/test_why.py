"""Why is nothing coming?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerting.why import Facts, why_silent
from tests.builders import NOON

WELL = Facts(
    now=NOON,
    watched=3,
    unseen=0,
    unknown=0,
    told=2,
    asked_at=NOON - timedelta(minutes=10),
    registry_trouble="",
    tick_trouble=(),
    release_at=NOON - timedelta(days=1),
    mail_is_set=True,
    told_by_mail=1,
    silent_targets=0,
    failing_targets=0,
    mails_kept_back=0,
    past_due=0,
    held_for_hour=0,
    canary_missed="",
    newest_alert_at=NOON - timedelta(days=2),
)


def test_nothing_in_the_way_says_when_the_last_change_was_found() -> None:
    (cause,) = why_silent(WELL)

    assert cause.name == "nothing-new"
    assert not cause.is_fault
    assert "2026-03-07" in cause.words
    (never,) = why_silent(replace(WELL, newest_alert_at=None))
    assert "since the watch began" in never.words


@pytest.mark.parametrize(
    ("facts", "name", "is_fault"),
    [
        ({"registry_trouble": "it answers 403"}, "registry-trouble", True),
        ({"asked_at": None}, "not-asking", True),
        ({"asked_at": NOON - timedelta(hours=3)}, "not-asking", True),
        ({"tick_trouble": ("sweep: no disk",)}, "tick-trouble", True),
        ({"mail_is_set": False}, "no-mail-server", True),
        ({"mails_kept_back": 8}, "mail-server", True),
        ({"past_due": 4}, "past-due", True),
        ({"canary_missed": "no mail has come in yet"}, "canary-missed", True),
        ({"silent_targets": 1}, "silent-targets", True),
        ({"failing_targets": 1}, "failing-targets", True),
        ({"watched": 0, "told": 0}, "nothing-watched", True),
        ({"told": 0}, "nobody-told", True),
        ({"unseen": 1}, "unseen", False),
        ({"unseen": 1, "unknown": 1}, "unknown-numbers", True),
        ({"held_for_hour": 2}, "held", False),
        ({"release_at": NOON - timedelta(days=5)}, "quiet-registry", False),
    ],
)
def test_each_cause_is_named_alone(facts: dict[str, Any], name: str, *, is_fault: bool) -> None:
    (cause,) = why_silent(replace(WELL, **facts))

    assert cause.name == name
    assert cause.is_fault is is_fault
    assert bool(cause.remedy) is is_fault


def test_mail_server_is_no_matter_where_nobody_is_told_by_mail() -> None:
    (cause,) = why_silent(replace(WELL, mail_is_set=False, told_by_mail=0))

    assert cause.name == "nothing-new"


def test_faults_stand_before_what_only_explains() -> None:
    causes = why_silent(replace(WELL, unseen=1, failing_targets=1, held_for_hour=1))

    assert [cause.is_fault for cause in causes] == [True, False, False]

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


SAID: list[tuple[dict[str, Any], str, str]] = [
    (
        {"registry_trouble": "it answers 403"},
        "The registry could not be asked: it answers 403",
        "It is asked again by itself. If it goes on: `trialwatch doctor`.",
    ),
    (
        {"asked_at": None},
        "The registry was not asked yet.",
        (
            "Is `trialwatch run` running, or `trialwatch scheduler` where the parts run apart? Its log"
            " says what it does."
        ),
    ),
    (
        {"asked_at": NOON - timedelta(hours=2, seconds=1)},
        "The registry was not asked since 2026-03-09 09:59 UTC.",
        (
            "Is `trialwatch run` running, or `trialwatch scheduler` where the parts run apart? Its log"
            " says what it does."
        ),
    ),
    (
        {"tick_trouble": ("sweep: no disk",)},
        "sweep: no disk",
        "See the log of `trialwatch run`.",
    ),
    (
        {"release_at": NOON - timedelta(days=4, seconds=1)},
        "The registry has made no new release since 2026-03-05.",
        "",
    ),
    (
        {"mail_is_set": False},
        "No mail server is set, so mail waits.",
        "Set TRIALWATCH_SMTP_URL and TRIALWATCH_MAIL_FROM; nothing is lost.",
    ),
    (
        {"mails_kept_back": 1200},
        "Mails that the mail server has not taken, through no fault of their readers: 1,200.",
        (
            "They are tried again by themselves, within 15 minutes. `trialwatch doctor` says what the"
            " server answers."
        ),
    ),
    (
        {"past_due": 1200},
        "Messages that should have gone out by now: 1,200.",
        (
            "Does `trialwatch run`, or a `trialwatch worker`, go on? The messages' pages say what was"
            " answered; `trialwatch doctor` tries the mail server."
        ),
    ),
    (
        {"canary_missed": "no mail has come in yet"},
        "No mail has come in yet.",
        (
            "Mail to readers may not arrive either. Look into the mail server's log and queue, try"
            " `trialwatch doctor`, and see whether mail for TRIALWATCH_BOUNCE_ADDRESS still leads to"
            " TRIALWATCH_BOUNCE_BIND."
        ),
    ),
    (
        {"held_for_hour": 1200},
        "Messages that wait for the hour their reader chose: 1,200.",
        "",
    ),
    (
        {"silent_targets": 1200},
        (
            "Addresses that lists lead to and nothing is sent to, because they were switched off, did"
            " not agree yet, or mail came back from them: 1,200."
        ),
        "See `trialwatch target list`, or the page of where you are told.",
    ),
    (
        {"failing_targets": 1200},
        "Webhooks that do not take what they are sent: 1,200.",
        "Send a test and read the answer. It is tried again by itself.",
    ),
    (
        {"watched": 0, "told": 0, "unknown": 1, "unseen": 2},
        "No trial is watched.",
        "Make a list and put trials on it.",
    ),
    (
        {"told": 0},
        "Trials are watched, and nobody is told of them.",
        "Open a list and choose to be told of it.",
    ),
    (
        {"unknown": 1200, "unseen": 1200},
        "Numbers on lists that the registry does not know: 1,200.",
        "Were they typed right? `trialwatch list` names them, and so do the lists.",
    ),
    (
        {"unseen": 1200},
        (
            "Trials without a record here yet: 1,200. The next look at the registry takes it, and"
            " raises no alert."
        ),
        "",
    ),
    (
        {},
        "Nothing stands in the way. The last change was found on 2026-03-07 12:00 UTC.",
        "",
    ),
    (
        {"newest_alert_at": None},
        "Nothing stands in the way. No change has been found since the watch began.",
        "",
    ),
]


@pytest.mark.parametrize(("facts", "words", "remedy"), SAID)
def test_each_cause_is_said_with_what_to_do(facts: dict[str, Any], words: str, remedy: str) -> None:
    (cause,) = why_silent(replace(WELL, **facts))

    assert (cause.words, cause.remedy) == (words, remedy)


@pytest.mark.parametrize(
    "facts",
    [
        {"asked_at": NOON - timedelta(hours=2)},
        {"release_at": NOON - timedelta(days=4)},
        {"release_at": None},
    ],
)
def test_what_has_not_lasted_long_stands_in_nobodys_way(facts: dict[str, Any]) -> None:
    (cause,) = why_silent(replace(WELL, **facts))

    assert cause.name == "nothing-new"


def test_numbers_that_are_not_known_are_not_counted_among_those_to_come() -> None:
    causes = why_silent(replace(WELL, unseen=5, unknown=2))

    assert [cause.name for cause in causes] == ["unknown-numbers", "unseen"]
    assert causes[1].words == (
        "Trials without a record here yet: 3. The next look at the registry takes it, and raises no"
        " alert."
    )


def test_registry_that_cannot_be_asked_is_not_said_to_be_left_alone_too() -> None:
    causes = why_silent(replace(WELL, registry_trouble="it answers 403", asked_at=None))

    assert [cause.name for cause in causes] == ["registry-trouble"]


def test_mail_server_is_no_matter_where_nobody_is_told_by_mail() -> None:
    (cause,) = why_silent(replace(WELL, mail_is_set=False, told_by_mail=0))

    assert cause.name == "nothing-new"


def test_faults_stand_before_what_only_explains() -> None:
    causes = why_silent(replace(WELL, unseen=1, failing_targets=1, held_for_hour=1))

    assert [cause.is_fault for cause in causes] == [True, False, False]

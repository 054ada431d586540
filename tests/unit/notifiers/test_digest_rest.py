"""The end of a digest: what is named in brief, and what is counted."""

import pytest

from monitor.domain.alerts import Alert, Digest
from notifiers.digest_view import MOST_IN_FULL
from notifiers.digests import Digests
from tests.servers.made import a_match, a_search_alert
from tests.unit.notifiers.test_digest import WEB, alert_of

BRIEF = 40


def plain(alerts: tuple[Alert, ...], trials: int, searches: int = 0) -> str:
    """The text of a digest, its lines joined."""
    shared = Digests(web_url=WEB).of(Digest(alerts=alerts, trials=trials, searches=searches))
    text = shared.text.replace(b"=\r\n", b"").decode()
    return " ".join(text.split())


def some(count: int) -> tuple[Alert, ...]:
    return tuple(alert_of(number) for number in range(1, count + 1))


def test_trials_with_room_are_told_in_full_and_nothing_is_said_of_others() -> None:
    text = plain(some(MOST_IN_FULL), MOST_IN_FULL)

    assert text.count("History here:") == MOST_IN_FULL == 20
    assert "ALSO CHANGED" not in text
    assert "more" not in text.partition("stands here once")[2]


def test_trial_without_room_is_named_in_brief() -> None:
    text = plain(some(21), 21)

    assert text.count("History here:") == 20
    assert "ALSO CHANGED - Now open: Study 21 of River Fever (NCT99000021)" in text
    assert "All of them" not in text


@pytest.mark.parametrize(
    ("trials", "searches", "counted"),
    [
        (60, 0, None),
        (61, 0, "And 1 more study. All of them:"),
        (62, 0, "And 2 more studies. All of them:"),
        (60, 1, "And 1 more study or search. All of them:"),
        (61, 2, "And 3 more studies or searches. All of them:"),
    ],
)
def test_what_is_not_even_named_is_counted(trials: int, searches: int, counted: str | None) -> None:
    text = plain(some(20 + BRIEF), trials, searches)

    assert text.count("- Now open: Study ") == BRIEF
    assert ("All of them" in text) is (counted is not None)
    assert counted is None or f"{counted} {WEB}" in text


def test_alerts_beyond_those_named_are_left_to_the_count() -> None:
    text = plain(some(70), 70)

    assert text.count("- Now open: Study ") == BRIEF
    assert "And 10 more studies." in text


def test_digest_ends_with_what_it_is_not() -> None:
    assert plain(some(1), 1).endswith(
        "Written from the records as the registry published them. This is not medical advice: talk"
        " with your doctor or the study team before you decide anything."
    )


def test_part_of_a_trial_is_written_once_for_all_digests() -> None:
    digests, alerts = Digests(web_url=WEB), some(2)

    first = digests.of(Digest(alerts=alerts, trials=2))
    other = digests.of(Digest(alerts=alerts[1:], trials=1))

    assert first == digests.of(Digest(alerts=alerts, trials=2))
    assert b"Study 1 of" in first.text
    assert b"Study 1 of" not in other.text


def test_search_in_a_digest_leads_to_the_registry_alone() -> None:
    text = plain((a_search_alert(a_match(1)),), 0, 1)

    assert "This search at ClinicalTrials.gov: https://clinicaltrials.gov/search?" in text.replace(
        "=3D", "="
    )
    assert "History here:" not in text

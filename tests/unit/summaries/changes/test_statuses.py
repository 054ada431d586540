"""Every pair of statuses, known or not, is told with how it was and how it is."""

import itertools

import pytest

from monitor.summaries.changes import describe
from monitor.summaries.status import KNOWN_STATUSES, site_status_words, status_words
from tests.unit.summaries.changes.making import a_difference, a_study

REGISTRY_STATUSES = {
    *("ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING"),
    *("RECRUITING", "SUSPENDED", "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE"),
    *("TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN"),
}
ALL: tuple[str | None, ...] = (*KNOWN_STATUSES, "PAUSED_FOR_AUDIT", None)
PAIRS = [pair for pair in itertools.product(ALL, repeat=2) if pair[0] != pair[1]]


def test_every_status_of_the_registry_is_known() -> None:
    assert set(KNOWN_STATUSES) == REGISTRY_STATUSES


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_pair_names_both_statuses(before: str | None, after: str | None) -> None:
    difference = a_difference("status", "overall_status", before, after)

    sentence, meaning = describe(difference, a_study(), a_study())

    assert sentence.startswith(status_words(after).now)
    assert status_words(before).before in sentence
    assert meaning
    for known in KNOWN_STATUSES:
        assert known not in sentence + meaning


def test_no_two_statuses_share_their_words() -> None:
    words = [status_words(status) for status in ALL]

    assert len({word.now for word in words}) == len(words)
    assert len({word.before for word in words}) == len(words)
    assert len({word.headline for word in words}) == len(words)


def test_unknown_status_is_shown_as_itself() -> None:
    assert '"PAUSED_FOR_AUDIT"' in status_words("PAUSED_FOR_AUDIT").now
    assert site_status_words("ON_FIRE") == 'listed as "ON_FIRE"'


def test_reason_is_told_only_when_the_study_stopped() -> None:
    stopped = a_difference("status", "s", "RECRUITING", "TERMINATED", why_stopped="No funds")
    opened = a_difference("status", "s", "SUSPENDED", "RECRUITING", why_stopped="No funds")

    assert '"No funds"' in describe(stopped, a_study(), a_study())[0]
    assert "No funds" not in describe(opened, a_study(), a_study())[0]


@pytest.mark.parametrize(
    ("sites", "opened", "said"),
    [
        (1, 1, "Its place is open."),
        (1, 0, "Its place is not open yet."),
        (3, 1, "1 of its 3 places is open now."),
        (1200, 1100, "1,100 of its 1,200 places are open now."),
    ],
)
def test_open_places_are_counted(sites: int, opened: int, said: str) -> None:
    difference = a_difference(
        "status", "s", "NOT_YET_RECRUITING", "RECRUITING", sites=sites, sites_open=opened
    )

    assert said in describe(difference, a_study(), a_study())[0]

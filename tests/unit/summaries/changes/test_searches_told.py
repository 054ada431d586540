"""What is told of a saved search, in whole sentences."""

from dataclasses import replace

import pytest

from monitor.domain.changes import Change
from monitor.domain.searches import BACK, ENTERED, HALTED, LEFT, RESUMED, Hit, Query
from monitor.domain.trial import NctId
from monitor.summaries import searches
from tests.builders import a_change

HIT = Hit(nct_id=NctId("NCT99000001"), title="Lamp", status="RECRUITING")
QUERY = Query(parameters=(("query.cond", "robots"),), words='condition "robots"')


def test_trial_that_comes_in_is_told_with_how_it_stands() -> None:
    assert searches.entered("robots", HIT) == (
        'The search "robots" now finds the study "Lamp" (NCT99000001). This study is open. It is'
        " looking for people to join."
    )


def test_trial_without_title_and_status_is_told_by_its_number() -> None:
    bare = Hit(nct_id=NctId("NCT99000001"))

    assert (
        searches.entered("robots", bare) == 'The search "robots" now finds the study NCT99000001.'
    )
    assert searches.back("robots", bare) == 'The search "robots" finds the study NCT99000001 again.'


def test_trial_that_comes_back_is_told_with_how_it_stands() -> None:
    assert searches.back("robots", replace(HIT, status="COMPLETED")) == (
        'The search "robots" finds the study "Lamp" (NCT99000001) again. This study has ended as'
        " planned. No one new can join."
    )


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (None, "The registry did not show this study when we looked."),
        (HIT, "Its status is the same as before, so another part of it has changed."),
        (replace(HIT, status=""), "The registry does not say how it stands now."),
        (
            replace(HIT, status="COMPLETED"),
            "This study has ended as planned. No one new can join.",
        ),
    ],
)
def test_trial_that_goes_is_told_with_what_is_known_of_why(now: Hit | None, why: str) -> None:
    assert searches.left("robots", HIT, now) == (
        f'The search "robots" no longer finds the study "Lamp" (NCT99000001). {why}'
    )


def test_search_that_finds_too_many_says_what_helps() -> None:
    assert searches.too_many("robots", 2001) == (
        'The search "robots" now finds 2,001 studies. That is more than the 2,000 we can follow.'
        " We cannot tell what is new until the search is narrower."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [("", ""), ("Too complicated\nquery", ' It says: "Too complicated query".')],
)
def test_search_that_is_refused_is_told_in_the_registrys_words(words: str, said: str) -> None:
    assert searches.not_understood("robots", QUERY, words) == (
        f'The registry no longer understands the search "robots" (condition "robots").{said}'
        " We cannot tell what is new until the search is changed."
    )


def test_search_that_is_followed_again_says_what_it_finds() -> None:
    assert searches.resumed("robots", 1) == (
        'We can follow the search "robots" again. It finds 1 study.'
    )
    assert searches.resumed("robots", 1200) == (
        'We can follow the search "robots" again. It finds 1,200 studies.'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("x" * 120, "x" * 120), ("x" * 121, f"{'x' * 120} ..."), (" two\n lines ", "two lines")],
)
def test_name_of_a_search_is_one_short_line(name: str, shown: str) -> None:
    assert (
        searches.resumed(name, 2)
        == f'We can follow the search "{shown}" again. It finds 2 studies.'
    )


@pytest.mark.parametrize(
    ("title", "shown"), [("x" * 300, "x" * 300), ("x" * 301, f"{'x' * 300} ...")]
)
def test_title_of_a_trial_is_bounded(title: str, shown: str) -> None:
    hit = Hit(nct_id=NctId("NCT99000001"), title=title)

    assert (
        searches.entered("a", hit) == f'The search "a" now finds the study "{shown}" (NCT99000001).'
    )


@pytest.mark.parametrize(
    ("words", "shown"), [("x" * 400, "x" * 400), ("x" * 401, f"{'x' * 400} ...")]
)
def test_words_of_a_query_are_bounded(words: str, shown: str) -> None:
    told = searches.not_understood("a", replace(QUERY, words=words), "")

    assert told.startswith(f'The registry no longer understands the search "a" ({shown}). We')


def steps(**counts: int) -> list[Change]:
    kinds = {"entered": ENTERED, "back": BACK, "left": LEFT, "halted": HALTED, "resumed": RESUMED}
    return [a_change(kind=kinds[name]) for name, number in counts.items() for _ in range(number)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([], ""),
        (steps(entered=1), "1 new study"),
        (steps(entered=1200), "1,200 new studies"),
        (steps(back=1), "1 is back"),
        (steps(back=2), "2 are back"),
        (steps(left=1), "1 no longer found"),
        (steps(left=1100), "1,100 no longer found"),
        (steps(halted=1), "cannot be followed"),
        (steps(resumed=2), "is followed again"),
        (
            steps(resumed=1, left=2, back=1, entered=3),
            "3 new studies, 1 is back, 2 no longer found, is followed again",
        ),
    ],
)
def test_subject_of_a_mail_counts_what_became_of_the_trials(
    changes: list[Change], words: str
) -> None:
    assert searches.headline(changes) == words

"""What stands in a message about a saved search."""

from dataclasses import replace

import pytest

from monitor.domain.changes import Json
from monitor.domain.searches import HALTED, RESUMED
from notifiers.search_view import Entry, EntryGroup, search_subject, search_view_of
from tests.servers.made import a_match, a_search_alert, an_alert


def test_trials_stand_under_what_happened_to_them_in_a_fixed_order() -> None:
    left, back, entered = a_match(1, "search.left"), a_match(2, "search.back"), a_match(3)

    view = search_view_of(a_search_alert(left, back, entered), most=9)

    assert view.groups == (
        EntryGroup(
            heading="New studies",
            entries=(
                Entry(
                    title="Lumaprine Study 3",
                    nct_id="NCT99000103",
                    status="open",
                    url="https://clinicaltrials.gov/study/NCT99000103",
                ),
            ),
        ),
        EntryGroup(
            heading="Found again",
            entries=(
                Entry(
                    title="Lumaprine Study 2",
                    nct_id="NCT99000102",
                    status="open",
                    url="https://clinicaltrials.gov/study/NCT99000102",
                ),
            ),
        ),
        EntryGroup(
            heading="No longer found",
            entries=(
                Entry(
                    title="Lumaprine Study 1",
                    nct_id="NCT99000101",
                    status="ended as planned",
                    url="https://clinicaltrials.gov/study/NCT99000101",
                ),
            ),
        ),
    )
    assert view.headline == "1 new study, 1 is back, 1 no longer found"
    assert (view.name, view.trials, view.more) == ("River fever", 34, 0)
    assert view.words == 'condition "river fever"; recruiting'
    assert view.release == "March 9, 2026"


@pytest.mark.parametrize(
    ("after", "status"),
    [
        ({"title": "T", "status": "RECRUITING"}, "open"),
        ({"title": "T", "status": ""}, ""),
        ({"title": "T", "status": 7}, ""),
        ({"title": "T"}, ""),
        (None, ""),
    ],
)
def test_trial_whose_status_is_not_known_has_none(after: Json, status: str) -> None:
    view = search_view_of(a_search_alert(replace(a_match(1), after=after)), most=1)

    assert view.groups[0].entries[0].status == status


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ({"title": "Old"}, {"title": "New"}, "New"),
        ({"title": "Old"}, {"title": ""}, "Old"),
        (None, {}, "Study without a title"),
        (None, {"title": "x" * 300}, "x" * 300),
        (None, {"title": "x" * 301}, "x" * 299 + "…"),
    ],
)
def test_trial_is_called_by_the_newest_title_there_is(
    before: Json, after: Json, title: str
) -> None:
    match = replace(a_match(1), before=before, after=after)

    view = search_view_of(a_search_alert(match), most=1)

    assert view.groups[0].entries[0].title == title


def test_trials_without_room_are_counted() -> None:
    view = search_view_of(a_search_alert(*(a_match(n) for n in range(5))), most=3)

    assert (len(view.groups[0].entries), view.more) == (3, 2)


def test_meaning_of_what_is_shown_is_said_once() -> None:
    first, second, third = (
        replace(a_match(n), meaning=meaning) for n, meaning in enumerate(("A.", "A.", "B."))
    )

    assert search_view_of(a_search_alert(first, second, third), most=2).meanings == ("A.",)
    assert search_view_of(a_search_alert(first, second, third), most=3).meanings == ("A.", "B.")


@pytest.mark.parametrize("kind", [HALTED, RESUMED])
def test_word_of_the_search_itself_is_said_and_no_trial_named(kind: str) -> None:
    word = replace(a_match(1), kind=kind, sentence="The search stands still.")
    alert = a_search_alert(word)

    view = search_view_of(alert, most=9)

    assert (view.sentences, view.groups, view.more) == (("The search stands still.",), (), 0)
    assert "NCT" not in search_subject(alert)


@pytest.mark.parametrize(("length", "name"), [(100, "x" * 100), (101, "x" * 99 + "…")])
def test_subject_is_of_bounded_length(length: int, name: str) -> None:
    alert = a_search_alert(a_match(1, title="x" * length), name="x" * length)

    assert search_subject(alert) == f'Search "{name}": 1 new study: {name} (NCT99000101)'


def test_alert_that_tells_nothing_of_a_search_has_an_empty_view() -> None:
    view = search_view_of(replace(an_alert(), changes=(), search=None), most=9)

    assert (view.trials, view.words, view.preheader) == (0, "", "")
    assert (view.groups, view.sentences, view.meanings) == ((), (), ())

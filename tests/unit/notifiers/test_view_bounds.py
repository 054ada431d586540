"""What stands in messages at the edges: what is missing, what is too long, one and many."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts import Alert
from monitor.domain.changes import Json, Severity
from monitor.domain.summaries import SummarySection, WordToKnow
from notifiers.digest_view import DigestHead, Step, Study, head_of, study_of
from notifiers.search_view import search_view_of
from notifiers.view import ROOMS, Part, View, headline_of, is_stop, view_of
from tests.servers.made import (
    TITLE,
    a_change,
    a_match,
    a_rule,
    a_search_alert,
    a_site,
    a_summary,
    an_alert,
)

WEB = "https://watch.example.org"


def view(alert: Alert, room: int = 0) -> View:
    return view_of(alert, web_url=WEB, room=ROOMS[room])


def test_message_about_a_trial_shows_everything_in_its_place() -> None:
    one = view(an_alert())

    assert (one.subject, one.headline, one.title) == (
        f"Now open: {TITLE} (NCT99000001)",
        "Now open",
        TITLE,
    )
    assert one.preheader == "The study is now open. It is looking for people to join."
    assert (one.release, one.version, one.nct_id) == ("March 9, 2026", 4, "NCT99000001")
    assert (one.more_changes, one.more_rules) == (0, 0)
    assert one.words == (("placebo", "a treatment with no drug in it"),)
    assert one.record_url == "https://clinicaltrials.gov/study/NCT99000001"
    assert one.trial_url == f"{WEB}/trials/NCT99000001"


@pytest.mark.parametrize(
    ("fields", "shown_as"),
    [
        ({"release": "x" * 40}, {"release": "x" * 40}),
        ({"release": "x" * 41}, {"release": "x" * 39 + "…"}),
        ({"title": "x" * 400}, {"title": "x" * 400}),
        ({"title": "x" * 401}, {"title": "x" * 399 + "…"}),
        ({"title": ""}, {"title": "", "subject": "Now open: trial without a title (NCT99000001)"}),
        ({"title": "x" * 100}, {"subject": f"Now open: {'x' * 100} (NCT99000001)"}),
        ({"title": "x" * 101}, {"subject": f"Now open: {'x' * 99}… (NCT99000001)"}),
        ({"changes": ()}, {"preheader": "", "sentences": (), "groups": ()}),
    ],
)
def test_what_is_missing_or_too_long_is_shown_so(
    fields: dict[str, Any], shown_as: dict[str, Any]
) -> None:
    one = view(replace(an_alert(), **fields))

    assert {name: getattr(one, name) for name in shown_as} == shown_as


@pytest.mark.parametrize(("length", "preheader"), [(200, "x" * 200), (201, "x" * 199 + "…")])
def test_first_sentence_is_shown_beside_the_subject(length: int, preheader: str) -> None:
    sentence = "x" * length

    assert view(an_alert(a_change(sentence=sentence))).preheader == preheader
    assert head_of([an_alert(a_change(sentence=sentence))], 1).preheader == preheader
    matched = a_search_alert(replace(a_match(1), sentence=sentence))
    assert search_view_of(matched, most=1).preheader == preheader


@pytest.mark.parametrize(("length", "sentence"), [(1200, "x" * 1200), (1201, "x" * 1199 + "…")])
def test_sentence_has_twelve_hundred_characters_at_the_most(length: int, sentence: str) -> None:
    change = a_change(sentence="x" * length, meaning="x" * length)

    assert view(an_alert(change)).sentences == (sentence,)
    assert view(an_alert(change)).meanings == (sentence,)


def test_twelve_meanings_are_shown_each_once() -> None:
    changes = [a_change(subject=str(n), meaning=f"Meaning {n // 2}.") for n in range(30)]
    changes.append(a_change(subject="none", meaning=""))

    assert view(an_alert(*changes)).meanings == tuple(f"Meaning {n}." for n in range(12))


@pytest.mark.parametrize(("count", "first"), [(2, None), (3, "3 rules changed")])
def test_rules_begin_with_their_count_where_there_are_more_than_two(
    count: int, first: str | None
) -> None:
    rules = [
        a_change("eligibility.changed", subject=f"I.{n}", sentence=f"Rule {n}.", notes={})
        for n in range(count)
    ]

    sentences = view(an_alert(*rules)).sentences

    assert len(sentences) == count + (first is not None)
    assert first is None or sentences[0].startswith(first)


@pytest.mark.parametrize(
    ("kind", "after", "stops"),
    [
        ("record.gone", None, True),
        ("status", "SUSPENDED", True),
        ("status", "TERMINATED", True),
        ("status", "WITHDRAWN", True),
        ("status", "NO_LONGER_AVAILABLE", True),
        ("status", "TEMPORARILY_NOT_AVAILABLE", True),
        ("status", "COMPLETED", False),
        ("status", None, False),
        ("site.status", "SUSPENDED", False),
    ],
)
def test_study_that_stopped_or_went_away_is_marked(kind: str, after: Json, *, stops: bool) -> None:
    stopping = a_change(kind, after=after)

    assert is_stop(an_alert(a_change(), stopping)) is stops
    assert is_stop(an_alert(stopping)) is stops


@pytest.mark.parametrize(("count", "is_list"), [(5, False), (6, True)])
def test_part_of_more_than_five_sentences_is_a_list(count: int, *, is_list: bool) -> None:
    assert Part(title="Places", sentences=("Oslo.",) * count).is_list is is_list


def test_room_bounds_what_is_shown_of_the_trial() -> None:
    places = SummarySection(id="p", title="Places", sentences=tuple(f"{n}." for n in range(70)))
    words = tuple(WordToKnow(term=f"w{n}", meaning="x") for n in range(70))
    summary = replace(
        a_summary(), sections=(places,), words_to_know=words, eligibility=(a_rule(1),) * 301
    )
    alert = replace(an_alert(*(a_site(n) for n in range(30))), summary=summary)

    large, small = view(alert), view(alert, -1)

    assert (len(large.parts[0].sentences), len(large.words), large.more_rules) == (60, 60, 1)
    assert (small.parts, small.words, small.rules, small.more_rules) == ((), (), (), 301)
    assert (large.more_changes, small.more_changes) == (0, 10)


def test_rules_are_under_headings_of_their_section_and_group() -> None:
    rules = (
        a_rule(1),
        replace(a_rule(2), group="Heart:"),
        a_rule(3, section="exclusion"),
        a_rule(4, section="rules"),
        a_rule(5, section="elsewhere"),
        replace(a_rule(6), plain=()),
    )
    alert = replace(an_alert(), summary=replace(a_summary(), eligibility=rules))

    groups = view(alert).rules

    assert [group.heading for group in groups] == [
        "What a person needs to join",
        "What a person needs to join: Heart",
        "What keeps a person out",
        "Rules for joining",
        "Rules for joining",
        "What a person needs to join",
    ]
    assert groups[5].rules[0].is_own_words
    assert groups[5].rules[0].lines == (rules[5].source,)


def test_changes_that_are_silent_are_told_nowhere() -> None:
    silent = a_change("status", after="SUSPENDED", severity=Severity.SILENT)

    assert not is_stop(an_alert(a_change(), silent))
    assert headline_of(an_alert(a_change(), silent)) == "Now open"


# --- digests ---


def test_study_of_a_digest_shows_everything_in_its_place() -> None:
    assert study_of([an_alert()], web_url=WEB) == Study(
        key=("01KJ8Z9V3W0000000000000001/",),
        nct_id="NCT99000001",
        headline="Now open",
        title=TITLE,
        is_stop=False,
        steps=(
            Step(
                heading="Registry release of March 9, 2026",
                sentences=("The study is now open. It is looking for people to join.",),
                more=0,
            ),
        ),
        record_url="https://clinicaltrials.gov/study/NCT99000001",
        trial_url=f"{WEB}/trials/NCT99000001",
    )


def test_search_of_a_digest_has_no_page_of_ours() -> None:
    study = study_of([a_search_alert(a_match(1))], web_url=WEB)

    assert (study.nct_id, study.trial_url, study.is_stop) == ("This search", "", False)
    assert study.headline == 'Search "River fever": 1 new study'
    assert study.title == 'condition "river fever"; recruiting'
    assert study.record_url == (
        "https://clinicaltrials.gov/search?cond=river+fever&aggFilters=status%3Arec"
    )


@pytest.mark.parametrize(
    ("title", "named"),
    [("", "Trial without a title"), ("x" * 300, "x" * 300), ("x" * 301, "x" * 299 + "…")],
)
def test_study_of_a_digest_has_a_title_of_bounded_length(title: str, named: str) -> None:
    assert study_of([replace(an_alert(), title=title)], web_url=WEB).title == named


@pytest.mark.parametrize(("count", "more"), [(6, 0), (7, 1)])
def test_step_of_a_digest_tells_six_sentences_and_counts_the_rest(count: int, more: int) -> None:
    changes = [a_change(subject=str(n), sentence=f"{n}" * 601) for n in range(count)]

    [step] = study_of([an_alert(*changes)], web_url=WEB).steps

    assert step.sentences == tuple(f"{n}" * 600 for n in range(6))
    assert step.more == more


@pytest.mark.parametrize(
    ("trials", "searches", "subject", "headline"),
    [
        (1, 0, f"Now open: {TITLE} (NCT99000001)", "A study changed"),
        (2, 0, f"Now open: {TITLE}, and 1 more study", "2 studies changed"),
        (3, 0, f"Now open: {TITLE}, and 2 more studies", "3 studies changed"),
        (1, 1, f"Now open: {TITLE}, and 1 more", "A study changed, a search has news"),
        (2, 2, f"Now open: {TITLE}, and 3 more", "2 studies changed, 2 searches have news"),
    ],
)
def test_head_of_a_digest_counts_what_there_is(
    trials: int, searches: int, subject: str, headline: str
) -> None:
    assert head_of([an_alert()], trials, searches) == DigestHead(
        subject=subject,
        headline=headline,
        preheader="The study is now open. It is looking for people to join.",
        opening="What matters most comes first. A study that changed more than once stands here"
        " once, with every step.",
    )


@pytest.mark.parametrize(
    ("searches", "subject", "headline"),
    [
        (
            1,
            'Search "River fever": 1 new study: Lumaprine Study 1 (NCT99000101)',
            "A search has news",
        ),
        (2, 'Search "River fever": 1 new study, and 1 more', "2 searches have news"),
    ],
)
def test_head_of_searches_alone_names_no_study(searches: int, subject: str, headline: str) -> None:
    head = head_of([a_search_alert(a_match(1))], 0, searches)

    assert (head.subject, head.headline) == (subject, headline)


@pytest.mark.parametrize(
    ("title", "named"), [("", "NCT99000001"), ("x" * 80, "x" * 80), ("x" * 81, "x" * 79 + "…")]
)
def test_title_in_the_subject_of_a_digest_is_short(title: str, named: str) -> None:
    head = head_of([replace(an_alert(), title=title)], 2)

    assert head.subject == f"Now open: {named}, and 1 more study"

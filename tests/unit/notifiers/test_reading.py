"""Which words of a message follow how a reader reads dates, and which are left as they are."""

from dataclasses import replace

from monitor.domain.looks import AS_WRITTEN, Dates, Look
from monitor.domain.summaries import SummarySection
from notifiers.digest_view import DigestHead, Step, head_of, study_of
from notifiers.reading import head_for, search_for, study_for, view_for
from notifiers.search_view import search_view_of
from notifiers.table import Fact, FactGroup, Row
from notifiers.view import ROOMS, View, view_of
from tests.servers.made import (
    a_change,
    a_match,
    a_rule,
    a_search_alert,
    a_summary,
    an_alert,
)

DAY_FIRST = Look(dates=Dates.DAY_FIRST)
WRITTEN = "It ends on April 20, 2027."
READ = "It ends on 20 April 2027."
DATE = a_change(
    "date.completion",
    subject="completion",
    before={"date": "2026-03-15"},
    after={"date": "2027-04-20"},
    sentence=WRITTEN,
    meaning=WRITTEN,
)
TITLE = a_change("title", subject="brief_title", before=WRITTEN, after="New", sentence=WRITTEN)


def a_view() -> View:
    part = SummarySection(id="p", title=WRITTEN, sentences=(WRITTEN,))
    rule = replace(a_rule(1), plain=(WRITTEN,))
    summary = replace(a_summary(), sections=(part,), eligibility=(rule,))
    alert = replace(an_alert(DATE, TITLE, title=WRITTEN), summary=summary)
    return view_of(alert, web_url="https://watch.example.org", room=ROOMS[0])


def test_our_own_sentences_follow_the_reader() -> None:
    read = view_for(DAY_FIRST, a_view())

    assert (read.preheader, read.release) == (READ, "9 March 2026")
    assert read.sentences == (READ, READ)
    assert read.meanings[0] == READ
    assert read.parts[0].sentences == (READ,)


def test_words_of_the_record_stay() -> None:
    read = view_for(DAY_FIRST, a_view())

    assert (read.title, read.parts[0].title) == (WRITTEN, WRITTEN)
    assert WRITTEN in read.subject
    assert read.rules[0].rules[0].lines == (WRITTEN,)


def test_dates_of_the_table_follow_and_its_texts_stay() -> None:
    assert view_for(DAY_FIRST, a_view()).groups == (
        FactGroup(
            heading="Completion date",
            facts=(
                Fact(
                    about="",
                    rows=(
                        Row(label="Before", text="15 March 2026"),
                        Row(label="Now", text="20 April 2027"),
                    ),
                ),
            ),
        ),
        FactGroup(
            heading="Title",
            facts=(
                Fact(
                    about="Brief title",
                    rows=(Row(label="Before", text=WRITTEN), Row(label="Now", text="New")),
                ),
            ),
        ),
    )


def test_search_is_told_with_the_day_of_its_release() -> None:
    view = search_view_of(a_search_alert(replace(a_match(1), sentence=WRITTEN)), most=1)

    read = search_for(DAY_FIRST, view)

    assert read == replace(view, preheader=READ, release="9 March 2026")


def test_study_of_a_digest_is_told_step_by_step() -> None:
    study = study_of([an_alert(DATE, title=WRITTEN)], web_url="https://watch.example.org")

    read = study_for(DAY_FIRST, study)

    step = Step(heading="Registry release of 9 March 2026", sentences=(READ,), more=0)
    assert read == replace(study, steps=(step,))
    assert read.title == WRITTEN


def test_head_of_a_digest_is_read_beside_its_subject() -> None:
    head = head_of([an_alert(DATE, title=WRITTEN)], 1)

    read = head_for(DAY_FIRST, head)

    assert isinstance(read, DigestHead)
    assert read == replace(head, preheader=READ)


def test_reader_who_chose_nothing_reads_it_as_it_is_written() -> None:
    view = a_view()

    assert view_for(AS_WRITTEN, view) == view

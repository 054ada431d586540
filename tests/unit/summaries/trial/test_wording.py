"""Dates, ages, counts, lists and quotations."""

import pytest

from monitor.summaries.numbers import counted, plural
from monitor.summaries.places import open_of, place_name, totals, town_name
from monitor.summaries.prose import (
    clean,
    full_stop,
    listed,
    paragraphs,
    quote,
    quote_end,
    quote_pair,
    shortened,
    some,
)
from monitor.summaries.timing import (
    age_range,
    age_words,
    date_words,
    distance,
    is_finer,
    months_words,
    when,
)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-03", "March 2026"),
        ("2026-03-15", "March 15, 2026"),
        ("2026-03-05T10:00", "March 5, 2026"),
        ("2026", "2026"),
        ("2026-13", '"2026-13"'),
        ("2026-02-30", '"2026-02-30"'),
        ("soon", '"soon"'),
        (None, "not given"),
    ],
)
def test_date_is_as_precise_as_the_record(date: str | None, words: str) -> None:
    assert date_words(date) == words


def test_whole_dates_are_on_and_others_in() -> None:
    assert when("2026-03-15") == "on March 15, 2026"
    assert when("2026-03") == "in March 2026"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("2026-06", "2027-03", "9 months later"),
        ("2027-03", "2026-06", "9 months earlier"),
        ("2026-06", "2028-06", "2 years later"),
        ("2026-06", "2028-09", "2 years and 3 months later"),
        ("2026-06-10", "2026-06-11", "1 day later"),
        ("2026-06-10", "2026-07-30", "50 days later"),
        ("2026-06-10", "2026-09-10", "3 months later"),
        ("2026-06-10", "2026-09-20", "about 3 months later"),
        ("2026-06", "2026-09-20", "about 3 months later"),
        ("2026-06", "2026-06-20", ""),
        ("2026", "2027", ""),
        ("2026-06-10", "2026-06-10", ""),
        ("soon", "2026-06", ""),
    ],
)
def test_distance_is_no_surer_than_the_dates(before: str, after: str, words: str) -> None:
    assert distance(before, after) == words


def test_finer_date_is_no_move() -> None:
    assert is_finer("2026-03", "2026-03-15")
    assert is_finer("2026", "2026-03")
    assert not is_finer("2026-03-15", "2026-03")
    assert not is_finer("2026-03", "2026-04-15")
    assert not is_finer("2026-03", "2026-03")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("18 Years", "65 Years", "18 to 65 years old"),
        ("6 Months", "17 Years", "at least 6 months old and no more than 17 years old"),
        ("18 Years", None, "18 years old or older"),
        (None, "1 Year", "1 year old or younger"),
        ("18 Years", "18 Years", "18 years old"),
        ("30 Minutes", None, "30 minutes old or older"),
        (None, None, ""),
        ("grown up", None, '"grown up" old or older'),
    ],
)
def test_age_range_reads_as_people_say_it(low: str | None, high: str | None, words: str) -> None:
    assert age_range(low, high) == words


def test_ages_and_months_agree_in_number() -> None:
    assert age_words("1 Year") == "1 year"
    assert age_words("2 Weeks") == "2 weeks"
    assert months_words(1) == "1 month"
    assert months_words(13) == "1 year and 1 month"


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "place", "0 places"),
        (1, "place", "1 place"),
        (2, "country", "2 countries"),
        (1, "person", "1 person"),
        (1200, "person", "1,200 people"),
    ],
)
def test_counts_agree_with_their_nouns(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words
    assert plural("group") == "groups"


def test_lists_have_commas_and_an_end() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"], "or") == "a, b, or c"
    assert listed(["a, b", "c, d"]) == "a, b, and c, d"
    assert listed(["a, b", "c", "d"]) == "a, b; c; and d"
    assert some(["a", "b", "c", "d"], 2) == "a, b, and 2 more"
    assert some(["a", "b"], 2) == "a and b"


def test_markup_entities_and_addresses_are_undone() -> None:
    assert clean("expectancy\\> 3  months\n**now**") == "expectancy> 3 months now"
    assert clean("a &gt; b \u200b\x07") == "a > b"
    assert clean("and\\or") == "and/or"
    assert clean("at www.example.org/x, and") == "at [web address] and"
    assert clean(None) == ""


def test_paragraphs_and_items_are_told_apart() -> None:
    text = "One\nline.\n\n* first\n* second\n  goes on\n\n1. third"

    assert paragraphs(text) == ("One line.", "first", "second goes on", "third")


def test_quotation_keeps_letters_and_marks_what_is_cut() -> None:
    assert quote('say "yes"') == '“say "yes"”'
    assert quote_end("Slow.") == '"Slow."'
    assert quote_end("FDA") == '"FDA".'
    assert quote("") == "not given"
    assert quote_end(None) == "not given."
    assert shortened("One two. Three four.", 12) == "One two. ..."
    assert shortened("abcdef ghij klm", 12) == "abcdef ghij ..."


def test_two_long_texts_are_shown_where_they_part() -> None:
    head = "The same words come first. " * 20

    was, now = quote_pair(head + "Then 5 mg.", head + "Then 10 mg.", 120)

    assert was.endswith('Then 5 mg."')
    assert now.endswith('Then 10 mg."')
    assert was.startswith('"... ')
    assert len(was) < 140


def test_short_texts_are_shown_whole() -> None:
    assert quote_pair("5 mg", "10 mg") == ('"5 mg".', '"10 mg".')
    assert quote_pair(None, "10 mg") == ("not given.", '"10 mg".')


def test_sentences_end_once() -> None:
    assert full_stop("Fund Inc.") == "Fund Inc."
    assert full_stop("Fund") == "Fund."


def test_places_leave_out_what_repeats_or_was_never_filled_in() -> None:
    assert place_name("Mercy", "Beijing", "Beijing", "China") == "Mercy (Beijing, China)"
    assert place_name("Mercy", "Cairo", "None Selected", "Egypt") == "Mercy (Cairo, Egypt)"
    assert place_name(None, "Cairo", None, "Egypt") == "Cairo, Egypt"
    assert place_name(None, None, None, None) == "a place with no name"
    assert town_name("Austin", "Texas", "United States") == "Austin, Texas"
    assert town_name("Ghent", "Oost-Vlaanderen", "Belgium") == "Ghent, Belgium"


def test_totals_agree_in_number() -> None:
    assert totals(0, 0, None) == "The study now lists no places."
    assert totals(1, 1, 1) == "The study now has 1 place in 1 country. It is open now."
    assert totals(2, 1, 0) == (
        "The study now has 2 places in 1 country. None of them are open now."
    )
    assert open_of(2, 2, "them") == "All of them are open now."
    assert open_of(2000, 1500, "them") == "1,500 of them are open now."


def test_every_sign_is_shown_hidden_or_a_blank_whatever_stands_beside_it() -> None:
    """A text without a sign to hide takes a shorter way, which must come to the same."""
    for code in range(0x10000):
        if chr(code) in "\\&<":
            continue  # begins an escape or markup
        alone, beside = clean(f"a{chr(code)}b"), clean(f"a{chr(code)}b\u200b")

        assert alone == beside, hex(code)

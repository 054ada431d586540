"""Feeds and calendars, read by the programs that subscribers read them with."""

import json
from datetime import date, timedelta

import feedparser
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts import News
from monitor.domain.changes import Severity
from monitor.domain.ids import new_id
from monitor.summaries.keydates import KeyDate, key_dates
from notifiers.feeds.atom import atom
from notifiers.feeds.calendar import calendar
from notifiers.feeds.entries import Entry, Feed, entry_of
from notifiers.feeds.jsonfeed import json_feed
from tests.builders import NOON, TRIAL, a_change

EVIL = "<script>alert(1)</script> & ]]> \x00\x0b\ud800 'quoted'"
PAGE = "https://watch.example/trials"


def news(number: int = 0, **fields: object) -> News:
    at = NOON + timedelta(hours=number)
    values = {
        "id": new_id(at),
        "nct_id": TRIAL,
        "title": "Rosewater Against Hiccups",
        "release": "2026-03-09",
        "created_at": at,
        "changes": (a_change(),),
    }
    return News(**{**values, **fields})  # type: ignore[arg-type]  # checked by the dataclass


def feed(*entries: Entry) -> Feed:
    return Feed(title=EVIL, url=f"{PAGE}.atom", page_url=PAGE, entries=entries)


def entry(one: News) -> Entry:
    return entry_of(one, page_of=lambda nct_id: f"{PAGE}/{nct_id}")


def test_atom_is_read_without_complaint_and_holds_each_alert_once_in_order() -> None:
    told = [news(2), news(1), news(0)]

    read = feedparser.parse(atom(feed(*map(entry, told))))

    assert not read.bozo
    assert read.version == "atom10"
    assert [one.id for one in read.entries] == [entry(one).id for one in told]
    assert len({one.id for one in read.entries}) == 3
    assert [one.updated for one in read.entries] == [
        "2026-03-09T14:00:00Z",
        "2026-03-09T13:00:00Z",
        "2026-03-09T12:00:00Z",
    ]
    assert read.feed.updated == read.entries[0].updated
    assert read.feed.author == "trialwatch"
    assert read.entries[0].link == f"{PAGE}/{TRIAL}"
    assert read.entries[0].title.endswith(f": Rosewater Against Hiccups ({TRIAL})")
    assert read.entries[0].content[0].value == "<p>The trial is on hold.</p>"


def test_json_feed_keeps_the_rules_of_version_1_1() -> None:
    read = json.loads(json_feed(feed(entry(news(1)), entry(news(0)))))

    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(read["title"], str)
    assert read["feed_url"].startswith("https://")
    assert len(read["items"]) == 2
    for item in read["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"] == "The trial is on hold."
        assert item["content_html"] == "<p>The trial is on hold.</p>"
        assert item["date_published"].endswith("+00:00")
        # An entry is never changed after it was published.
        assert item["date_modified"] == item["date_published"]


def test_id_of_an_entry_is_that_of_its_alert_for_good() -> None:
    one = news(id="01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert entry(one).id == "urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b"
    assert entry(news(id="no ulid")).id == entry(news(id="no ulid")).id
    assert entry(news(id="no ulid")).id.startswith("urn:uuid:")


@pytest.mark.parametrize("text", [EVIL, "", "x" * 5000])
def test_words_of_the_registry_stay_words(text: str) -> None:
    one = entry(news(title=text, changes=(a_change(sentence=text or "Nothing."),)))

    read = feedparser.parse(atom(feed(one)), sanitize_html=False)

    assert not read.bozo
    assert "<script>" not in read.entries[0].content[0].value
    assert "<script>" not in json.loads(json_feed(feed(one)))["items"][0]["content_html"]
    assert len(read.entries[0].title) < 400


def test_feed_without_entries_is_a_feed() -> None:
    read = feedparser.parse(atom(feed()))

    assert not read.bozo
    assert read.feed.updated == "1970-01-01T00:00:00Z"


def test_most_important_sentence_comes_first() -> None:
    quiet = a_change(kind="contact", subject="contact", sentence="B.", severity=Severity.MINOR)

    assert entry(news(changes=(a_change(), quiet))).sentences[0] == "The trial is on hold."


def dates(**facts: object) -> tuple[KeyDate, ...]:
    return key_dates(
        facts,  # type: ignore[arg-type]  # JSON
        nct_id=TRIAL,
        title="Roses; a, b\\c " + "ü" * 90,
        version=3,
        known_at=NOON,
    )


def test_calendar_holds_whole_days_under_ids_that_stay() -> None:
    found = dates(
        start_date={"date": "2026-03", "type": "ACTUAL"},
        completion_date={"date": "2027-01-15", "type": "ESTIMATED"},
    )

    written = calendar("Roses", [(one, PAGE) for one in found])
    read = icalendar.Calendar.from_ical(written)

    # Section 3.3.11 of RFC 5545; programs are more lenient than it is.
    assert b"Study start: Roses\\; a\\, b\\\\c" in written.replace(b"\r\n ", b"")
    events = read.walk("VEVENT")
    assert [str(one["UID"]) for one in events] == [
        f"{TRIAL}-start@trialwatch",
        f"{TRIAL}-completion@trialwatch",
    ]
    assert [one.decoded("DTSTART") for one in events] == [date(2026, 3, 1), date(2027, 1, 15)]
    assert [one.decoded("DTEND") for one in events] == [date(2026, 3, 2), date(2027, 1, 16)]
    title = f"Study start: Roses; a, b\\c {'ü' * 90} ({TRIAL})"
    assert str(events[0]["SUMMARY"]) == title
    assert "names no day" in str(events[0]["DESCRIPTION"])
    assert "estimate" not in str(events[0]["DESCRIPTION"])
    assert "Study end (estimated)" in str(events[1]["SUMMARY"])
    assert "the sponsor's estimate and can move" in str(events[1]["DESCRIPTION"])
    assert events[0]["SEQUENCE"] == 3


@pytest.mark.parametrize(
    "fact", [None, "2026", {"date": "soon"}, {"date": "0000-01"}, {"type": "ACTUAL"}, {"date": 7}]
)
def test_date_that_cannot_be_read_is_left_out(fact: object) -> None:
    assert dates(start_date=fact) == ()


@given(st.text(max_size=300))
def test_lines_of_a_calendar_are_short_and_read_back(text: str) -> None:
    [one] = key_dates(
        {"start_date": {"date": "2026-03-09", "type": "ACTUAL"}},
        nct_id=TRIAL,
        title=text,
        version=1,
        known_at=NOON,
    )

    written = calendar(text, [(one, PAGE)])

    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    [event] = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith("Study start: ")

"""Feeds and calendars line by line: what readers and programs go by."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from monitor.domain.alerts import News
from monitor.summaries.keydates import KeyDate
from notifiers.feeds.atom import atom, html_of
from notifiers.feeds.calendar import calendar
from notifiers.feeds.entries import Entry, Feed, entry_of, entry_of_search
from notifiers.feeds.jsonfeed import json_feed
from tests.builders import NOON, TRIAL, a_change
from tests.servers.made import a_match, a_search_alert

PAGE = "https://watch.example/trials"
#: Noon of Greenwich, said in Kathmandu.
AWAY = datetime(2026, 3, 9, 17, 45, 7, 9, tzinfo=timezone(timedelta(hours=5, minutes=45)))
ENTRY = Entry(
    id="urn:uuid:1",
    title="On hold: Roses",
    url=f"{PAGE}/1",
    at=AWAY,
    sentences=("Nobody & no one", "can join."),
)
FEED = Feed(title="My\ntrials", url=f"{PAGE}.atom", page_url=PAGE, entries=(ENTRY,))


def a_date(**fields: Any) -> KeyDate:
    usual = KeyDate(
        nct_id=TRIAL,
        title="Roses",
        name="start",
        words="Study start",
        day=date(2026, 12, 31),
        is_estimated=False,
        sentence="It begins.",
        version=3,
        known_at=AWAY,
    )
    return replace(usual, **fields)


def lines(one: KeyDate, name: str = "Roses") -> list[str]:
    return calendar(name, [(one, PAGE)]).decode().split("\r\n")


def test_calendar_is_written_line_by_line() -> None:
    assert lines(a_date(), "Key\ndates") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//trialwatch//key dates//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Key dates",
        "BEGIN:VEVENT",
        f"UID:{TRIAL}-start@trialwatch",
        "DTSTAMP:20260309T120007Z",
        "SEQUENCE:3",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        f"SUMMARY:Study start: Roses ({TRIAL})",
        "DESCRIPTION:It begins.",
        f"URL:{PAGE}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(999, 3, 9), "09990309"),
        (date(1000, 3, 9), "10000309"),
        (date(7, 1, 2), "00070102"),
    ],
)
def test_year_of_a_calendar_has_four_digits(day: date, written: str) -> None:
    assert f"DTSTART;VALUE=DATE:{written}" in lines(a_date(day=day))


@pytest.mark.parametrize(
    ("letters", "folded"),
    [
        ("x" * 63, ["DESCRIPTION:" + "x" * 63]),
        ("x" * 64, ["DESCRIPTION:" + "x" * 63, " x"]),
        ("x" * 137, ["DESCRIPTION:" + "x" * 63, " " + "x" * 74]),
        ("x" * 138, ["DESCRIPTION:" + "x" * 63, " " + "x" * 74, " x"]),
        ("x" + "ü" * 31, ["DESCRIPTION:x" + "ü" * 31]),
        ("ü" * 32, ["DESCRIPTION:" + "ü" * 31, " ü"]),
    ],
)
def test_line_of_a_calendar_has_seventy_five_octets_at_the_most(
    letters: str, folded: list[str]
) -> None:
    written = lines(a_date(sentence=letters))

    begins = next(at for at, line in enumerate(written) if line.startswith("DESCRIPTION:"))
    assert written[begins : begins + len(folded) + 1] == [*folded, f"URL:{PAGE}"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("", "trial without a title"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("a\nb", "a b"),
    ],
)
def test_title_of_a_date_is_one_line_of_bounded_length(title: str, shown: str) -> None:
    text = calendar("Roses", [(a_date(title=title), PAGE)]).decode().replace("\r\n ", "")

    assert f"SUMMARY:Study start: {shown} ({TRIAL})\r\n" in text


def test_json_feed_is_written_field_by_field() -> None:
    assert json.loads(json_feed(FEED)) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "My trials",
        "home_page_url": PAGE,
        "feed_url": f"{PAGE}.atom",
        "language": "en",
        "authors": [{"name": "trialwatch"}],
        "items": [
            {
                "id": "urn:uuid:1",
                "url": f"{PAGE}/1",
                "title": "On hold: Roses",
                "content_text": "Nobody & no one\ncan join.",
                "content_html": "<p>Nobody &amp; no one</p><p>can join.</p>",
                "date_published": "2026-03-09T12:00:07+00:00",
                "date_modified": "2026-03-09T12:00:07+00:00",
            }
        ],
    }


def test_json_feed_keeps_letters_as_they_are() -> None:
    assert "Rösen".encode() in json_feed(Feed(title="Rösen", url="u", page_url="p", entries=()))


def test_atom_is_written_element_by_element() -> None:
    root = fromstring(atom(FEED))  # noqa: S314  # our own
    name = "{http://www.w3.org/2005/Atom}"

    def told(element: str) -> list[tuple[str, str | None, dict[str, str]]]:
        found = root if element == "feed" else root.find(f"{name}entry")
        assert found is not None
        return [(one.tag.removeprefix(name), one.text, one.attrib) for one in found]

    assert root.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "en"}
    assert [one for one in told("feed") if one[0] not in {"entry", "id", "author"}] == [
        ("title", "My trials", {}),
        ("updated", "2026-03-09T12:00:07Z", {}),
        ("link", None, {"rel": "self", "type": "application/atom+xml", "href": f"{PAGE}.atom"}),
        ("link", None, {"rel": "alternate", "type": "text/html", "href": PAGE}),
        ("generator", "trialwatch", {}),
    ]
    assert told("entry") == [
        ("title", "On hold: Roses", {}),
        ("id", "urn:uuid:1", {}),
        ("published", "2026-03-09T12:00:07Z", {}),
        ("updated", "2026-03-09T12:00:07Z", {}),
        ("link", None, {"rel": "alternate", "type": "text/html", "href": f"{PAGE}/1"}),
        ("content", "<p>Nobody &amp; no one</p><p>can join.</p>", {"type": "html"}),
    ]
    assert root.findtext(f"{name}author/{name}name") == "trialwatch"


def test_sentences_are_paragraphs_in_which_nothing_is_markup() -> None:
    assert html_of(ENTRY) == "<p>Nobody &amp; no one</p><p>can join.</p>"


def test_newest_entry_tells_when_a_feed_changed() -> None:
    older = Entry(id="o", title="t", url="u", at=NOON - timedelta(days=1), sentences=())

    assert Feed(title="t", url="u", page_url="p", entries=(older, ENTRY)).updated == AWAY
    assert Feed(title="t", url="u", page_url="p", entries=()).updated == datetime(
        1970, 1, 1, tzinfo=UTC
    )


def a_news(**fields: Any) -> News:
    usual = News(
        id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        nct_id=TRIAL,
        title="Roses",
        release="2026-03-09",
        created_at=NOON,
        changes=(a_change(),),
    )
    return replace(usual, **fields)


def test_entry_of_a_trial_holds_headline_page_and_sentences() -> None:
    assert entry_of(a_news(), page_of=lambda number: f"{PAGE}/{number}") == Entry(
        id="urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b",
        title=f"Stopped for now: Roses ({TRIAL})",
        url=f"{PAGE}/{TRIAL}",
        at=NOON,
        sentences=("The trial is on hold.",),
    )


@pytest.mark.parametrize(
    ("title", "shown"),
    [("", "trial without a title"), ("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…")],
)
def test_title_of_an_entry_is_of_bounded_length(title: str, shown: str) -> None:
    made = entry_of(a_news(title=title), page_of=str)

    assert made.title == f"Stopped for now: {shown} ({TRIAL})"


@pytest.mark.parametrize(("length", "shown"), [(1200, "x" * 1200), (1201, "x" * 1199 + "…")])
def test_sentence_of_an_entry_is_of_bounded_length(length: int, shown: str) -> None:
    made = entry_of(a_news(changes=(a_change(sentence="x" * length),)), page_of=str)

    assert made.sentences == (shown,)


@pytest.mark.parametrize(
    ("count", "last"), [(40, None), (41, "And 1 more."), (1041, "And 1,001 more.")]
)
def test_entry_of_a_search_names_forty_trials_and_counts_the_rest(
    count: int, last: str | None
) -> None:
    alert = a_search_alert(*(a_match(number) for number in range(count)))

    made = entry_of_search(alert, url=PAGE)

    assert made.title == f'Search "River fever": {count:,} new studies'
    assert (made.url, made.at) == (PAGE, alert.created_at)
    assert len(made.sentences) == 40 + (last is not None)
    assert last in {None, made.sentences[-1]}

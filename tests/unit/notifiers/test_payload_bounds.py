"""What a webhook carries field by field, and how much of it when there is too much."""

import json
from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts import Alert
from monitor.domain.changes import Json, Severity
from monitor.domain.events import EventType
from monitor.domain.searches import HALTED, RESUMED
from monitor.domain.watches import Channel, Format
from notifiers.payload import MOST_BYTES, ping_body, webhook_body
from tests.servers.made import (
    NOON,
    TITLE,
    a_change,
    a_claim,
    a_match,
    a_search_alert,
    an_alert,
)

WEB = "https://watch.example.org"


def body_of(alert: Alert, *, form: Format = Format.STANDARD, list_name: str = "watched") -> bytes:
    claimed = a_claim(alert, channel=Channel.WEBHOOK, list_name=list_name)
    is_search = alert.search is not None
    kind = EventType.SEARCH_MATCHED if is_search else EventType.TRIAL_CHANGED
    return webhook_body(
        replace(
            claimed,
            delivery=replace(claimed.delivery, type=kind),
            target=replace(claimed.target, format=form),
        ),
        web_url=WEB,
    )


def data_of(alert: Alert, **options: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(body_of(alert, **options))["data"]
    return data


def test_event_is_told_field_by_field() -> None:
    event = json.loads(body_of(an_alert()))

    assert {**event, "data": {**event["data"], "changes": []}} == {
        "type": "trial.changed",
        "timestamp": "2026-03-09T12:00:00.000Z",
        "data": {
            "alert_id": "01KJ8Z9V3W0000000000000001",
            "nct_id": "NCT99000001",
            "title": TITLE,
            "from_version": 3,
            "to_version": 4,
            "release": "2026-03-09",
            "sequence": 1,
            "severity": "critical",
            "list": "watched",
            "sentences": ["The study is now open. It is looking for people to join."],
            "changes": [],
            "changes_total": 1,
            "truncated": False,
            "links": {
                "record": "https://clinicaltrials.gov/study/NCT99000001",
                "history": f"{WEB}/trials/NCT99000001",
            },
        },
    }


def test_cloud_event_wears_the_same_data() -> None:
    event = json.loads(body_of(an_alert(), form=Format.CLOUDEVENTS))

    assert event.pop("data") == data_of(an_alert())
    assert event == {
        "specversion": "1.0",
        "id": "01KJ8Z9V3W0000000000000001-7",
        "source": WEB,
        "type": "trial.changed",
        "subject": "NCT99000001",
        "time": "2026-03-09T12:00:00.000Z",
        "datacontenttype": "application/json",
    }


def test_test_event_says_what_it_is() -> None:
    words = "A test of trialwatch. If you can read this, and the signature fits, all is well."
    plain = ping_body("1-test", Format.STANDARD, now=NOON, web_url=WEB)
    cloud = ping_body("1-test", Format.CLOUDEVENTS, now=NOON, web_url=WEB)

    assert (
        plain
        == (
            '{"type":"test.ping","timestamp":"2026-03-09T12:00:00.000Z",'
            f'"data":{{"message":"{words}"}}}}'
        ).encode()
    )
    assert json.loads(cloud) == {
        "specversion": "1.0",
        "id": "1-test",
        "source": WEB,
        "type": "test.ping",
        "subject": "test",
        "time": "2026-03-09T12:00:00.000Z",
        "datacontenttype": "application/json",
        "data": {"message": words},
    }


def test_letters_travel_as_they_are() -> None:
    assert "Étude".encode() in body_of(replace(an_alert(), title="Étude"))


@pytest.mark.parametrize(("length", "shown"), [(500, "x" * 500), (501, "x" * 499 + "…"), (0, "")])
def test_title_is_of_bounded_length(length: int, shown: str) -> None:
    assert data_of(replace(an_alert(), title="x" * length))["title"] == shown


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 199 + "…")])
@pytest.mark.parametrize("alert", [an_alert(), a_search_alert()], ids=["trial", "search"])
def test_name_of_a_list_is_of_bounded_length(alert: Alert, length: int, shown: str) -> None:
    assert data_of(alert, list_name="x" * length)["list"] == shown


def test_body_is_whole_while_it_is_smaller_than_the_most() -> None:
    def body(length: int) -> bytes:
        return body_of(an_alert(a_change("description", before="", after="x" * length)))

    room = MOST_BYTES - len(body(0))

    assert len(body(room - 1)) == MOST_BYTES - 1
    assert not json.loads(body(room - 1))["data"]["truncated"]
    trimmed = json.loads(body(room))["data"]
    assert trimmed["truncated"]
    assert trimmed["changes"][0]["after"] == "x" * 499 + "…"


LONG = "x" * 30_000


@pytest.mark.parametrize(
    ("value", "shortened"),
    [
        ({"a": LONG, "b": 7}, {"a": "x" * 499 + "…", "b": 7}),
        ({f"k{n}": LONG for n in range(11)}, {f"k{n}": "x" * 499 + "…" for n in range(10)}),
        ([LONG, None, True, "y" * 500], ["x" * 499 + "…", None, True, "y" * 500]),
        ([LONG, *range(10)], ["x" * 499 + "…", *range(9)]),
        ({"a": [{"b": LONG}]}, {"a": [{"b": "x" * 499 + "…"}]}),
    ],
)
def test_values_too_long_keep_their_shape(value: Json, shortened: Json) -> None:
    [told] = data_of(an_alert(a_change("design", before=value, after=value)))["changes"]

    assert (told["before"], told["after"]) == (shortened, shortened)
    assert told["meaning"] == "You can ask the study team whether you can join."


def test_many_changes_are_listed_thin_and_three_quarters_at_a_time() -> None:
    changes = [
        a_change("design", subject="s" * 201, sentence=f"{number:03d}" + "x" * 400)
        for number in range(60)
    ]

    data = data_of(an_alert(*changes))

    assert data["changes"][0] == {
        "kind": "design",
        "subject": "s" * 199 + "…",
        "severity": "critical",
        "sentence": "000" + "x" * 396 + "…",
    }
    assert (len(data["changes"]), data["changes_total"], data["sentences"]) == (24, 60, [])


def test_severity_is_that_of_the_gravest_change() -> None:
    minor = a_change("contact", severity=Severity.MINOR)
    major = a_change("design", severity=Severity.MAJOR)

    assert data_of(an_alert(minor, major, minor))["severity"] == "major"


def test_number_that_is_none_is_never_sent() -> None:
    change = a_change("design", before=float("nan"))

    with pytest.raises(ValueError, match="JSON compliant"):
        body_of(an_alert(change))


# --- searches ---


def test_news_of_a_search_is_told_field_by_field() -> None:
    match = replace(a_match(1), before={"title": "Old name", "status": "NOT_YET_RECRUITING"})

    assert data_of(a_search_alert(match)) == {
        "alert_id": "01KJ8Z9V3W0000000000000001",
        "search": {
            "id": 12,
            "name": "River fever",
            "words": 'condition "river fever"; recruiting',
            "trials": 34,
        },
        "list": "watched",
        "from_version": 3,
        "to_version": 4,
        "sequence": 1,
        "release": "2026-03-09",
        "severity": "major",
        "matches": [
            {
                "kind": "search.entered",
                "nct_id": "NCT99000101",
                "title": "Lumaprine Study 1",
                "status": "RECRUITING",
                "status_before": "NOT_YET_RECRUITING",
                "severity": "major",
                "sentence": match.sentence,
                "record": "https://clinicaltrials.gov/study/NCT99000101",
            }
        ],
        "matches_total": 1,
        "truncated": False,
        "links": {
            "search": "https://clinicaltrials.gov/search?cond=river+fever&aggFilters=status%3Arec"
        },
    }


@pytest.mark.parametrize("kind", [HALTED, RESUMED])
def test_word_of_the_search_itself_names_no_trial(kind: str) -> None:
    word = replace(a_match(1), kind=kind, before=None, after=None, sentence="It stands still.")

    [match] = data_of(a_search_alert(word))["matches"]

    assert match == {
        "kind": kind,
        "nct_id": None,
        "title": "",
        "status": None,
        "status_before": None,
        "severity": "major",
        "sentence": "It stands still.",
        "record": None,
    }


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ({"title": "Old"}, {"title": "New"}, "New"),
        ({"title": "Old"}, {"title": ""}, "Old"),
        ({"title": "Old"}, None, "Old"),
        (None, {"title": "x" * 300}, "x" * 300),
        (None, {"title": "x" * 301}, "x" * 299 + "…"),
        (None, {}, ""),
    ],
)
def test_trial_is_named_as_it_is_called_now_or_was_before(
    before: Json, after: Json, title: str
) -> None:
    [match] = data_of(a_search_alert(replace(a_match(1), before=before, after=after)))["matches"]

    assert match["title"] == title


@pytest.mark.parametrize(("length", "shown"), [(500, "x" * 500), (501, "x" * 499 + "…")])
def test_sentence_of_a_match_is_of_bounded_length(length: int, shown: str) -> None:
    [match] = data_of(a_search_alert(replace(a_match(1), sentence="x" * length)))["matches"]

    assert match["sentence"] == shown


def test_trials_of_a_search_give_way_three_quarters_at_a_time() -> None:
    matches = [replace(a_match(n), sentence="x" * 500) for n in range(80)]

    data = data_of(a_search_alert(*matches))

    assert (len(data["matches"]), data["matches_total"], data["truncated"]) == (24, 80, True)

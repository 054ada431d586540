"""The body of a webhook, against its published schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import notifiers
from monitor.domain.alerts import Alert
from monitor.domain.changes import Json, Severity
from monitor.domain.watches import Channel
from notifiers.payload import MOST_BYTES, webhook_body
from tests.servers.made import a_change, a_claim, a_site, an_alert

SCHEMA = Draft202012Validator(
    json.loads((Path(notifiers.__file__).parent / "schemas/trial.changed.json").read_text())
)


def body_of(alert: Alert) -> bytes:
    return webhook_body(
        a_claim(alert, channel=Channel.WEBHOOK), web_url="https://watch.example.org"
    )


def valid(body: bytes) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(body)
    SCHEMA.validate(event)
    data: dict[str, Any] = event["data"]
    return data


def test_schema_itself_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_payload_tells_the_change_and_where_to_read_on() -> None:
    data = valid(body_of(an_alert()))

    assert data["changes"][0]["before"] == "NOT_YET_RECRUITING"
    assert data["changes"][0]["after"] == "RECRUITING"
    assert data["sentences"] == ["The study is now open. It is looking for people to join."]
    assert data["links"] == {
        "record": "https://clinicaltrials.gov/study/NCT99000001",
        "history": "https://watch.example.org/trials/NCT99000001",
    }
    assert not data["truncated"]


def test_change_holds_the_whole_contract() -> None:
    change = a_change()

    [told] = valid(body_of(an_alert(change)))["changes"]

    assert told == {**change.contract(), "meaning": change.meaning}


def test_silent_changes_are_not_sent() -> None:
    silent = a_change("keywords", subject="x", severity=Severity.SILENT)

    assert valid(body_of(an_alert(a_change(), silent)))["changes_total"] == 1


def test_same_delivery_gives_the_same_bytes() -> None:
    assert body_of(an_alert()) == body_of(an_alert())


def test_long_values_are_trimmed_before_changes_are_left_out() -> None:
    long = a_change("description", subject="brief_summary", before="a " * 9000, after="b " * 9000)

    body = body_of(an_alert(long, *(a_site(n) for n in range(5))))

    data = valid(body)
    assert len(body) < MOST_BYTES
    assert data["truncated"]
    assert len(data["changes"]) == 6
    assert 100 < len(data["changes"][0]["before"]) <= 500
    assert data["changes"][0]["after"].startswith("b b b ")


def test_many_changes_are_listed_thin_with_their_number() -> None:
    body = body_of(an_alert(a_change(), *(a_site(n) for n in range(437))))

    data = valid(body)
    assert len(body) < MOST_BYTES
    assert data["changes_total"] == 438
    assert data["changes"][0]["kind"] == "status"
    assert 30 < len(data["changes"]) < 438
    assert "before" not in data["changes"][0]


@pytest.mark.parametrize("times", [1, 5000])
def test_text_that_is_not_unicode_is_replaced(times: int) -> None:
    broken = a_change("title", subject="brief_title", before="a", after="b\ud800" * times)

    assert len(body_of(an_alert(broken))) < MOST_BYTES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=2000),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20),
    max_leaves=30,
)


@settings(max_examples=60, deadline=None)
@given(before=JSON, after=JSON, title=st.text(max_size=3000), count=st.integers(1, 60))
def test_any_change_fits_the_schema_and_the_limit(
    before: Json, after: Json, title: str, count: int
) -> None:
    change = a_change("design", subject=title, before=before, after=after, sentence=title)

    body = body_of(an_alert(*[change] * count, title=title))

    valid(body)
    assert len(body) < MOST_BYTES

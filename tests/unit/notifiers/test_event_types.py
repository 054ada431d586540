"""Every type of event: its schema, its example, and that we send what they say."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import notifiers
from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Json
from monitor.domain.events import KINDS, NOTICES, EventType
from monitor.domain.watches import Channel, Format
from notifiers.payload import ping_body, webhook_body
from tests.servers.made import (
    NOON,
    a_change,
    a_claim,
    a_match,
    a_search_alert,
    a_site,
    an_alert,
)

SCHEMAS = Path(notifiers.__file__).parent / "schemas"
WEB = "https://watch.example.org"
NOTICE: Mapping[str, Json] = {
    "target": {"id": 3, "channel": "webhook", "address": "https://hooks.example.org/..."},
    "delivery": "01KJ8Z9V3W0000000000000001-3",
    "nct_id": "NCT99000001",
    "attempts": 4,
    "status": 503,
    "reason": "The receiver answered 503 Service Unavailable, and only 2xx means accepted",
    "failing_since": "2026-03-09T09:24:00+00:00",
    "at": "2026-03-09T12:00:00+00:00",
}


def schema(type_: EventType) -> Draft202012Validator:
    found = json.loads((SCHEMAS / f"{type_.value}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def a_mixed_claim(type_: EventType, format_: Format = Format.STANDARD) -> ClaimedDelivery:
    """One alert with a change of every sort, told as ``type_``."""
    alert = an_alert(
        a_change(),
        a_site(1),
        a_change(
            "eligibility.age",
            subject="minimum_age",
            before="18 Years",
            after="12 Years",
            sentence="People from 12 years on can join. Before it was 18 years.",
            meaning="",
        ),
        a_change(
            "results.posted",
            subject="results",
            before=None,
            after="2026-03-05",
            sentence="The study has posted its results.",
            meaning="",
        ),
    )
    claimed = a_claim(replace(alert, sequence=3), channel=Channel.WEBHOOK)
    notice = NOTICE if type_ in NOTICES else None
    return replace(
        claimed,
        delivery=replace(claimed.delivery, type=type_, notice=notice),
        target=replace(claimed.target, format=format_),
    )


def a_search_claim(format_: Format = Format.STANDARD) -> ClaimedDelivery:
    """A search with one trial of every sort."""
    kinds = ("search.entered", "search.back", "search.left")
    alert = a_search_alert(*(a_match(number, kind) for number, kind in enumerate(kinds, start=1)))
    claimed = a_claim(replace(alert, sequence=3), channel=Channel.WEBHOOK)
    return replace(
        claimed,
        delivery=replace(claimed.delivery, type=EventType.SEARCH_MATCHED),
        target=replace(claimed.target, format=format_),
    )


def body_of(type_: EventType, format_: Format = Format.STANDARD) -> Any:
    if type_ is EventType.TEST_PING:
        message_id = "01KJ8Z9V3W0000000000000002-test"
        return json.loads(ping_body(message_id, format_, now=NOON, web_url=WEB))
    if type_ is EventType.SEARCH_MATCHED:
        return json.loads(webhook_body(a_search_claim(format_), web_url=WEB))
    return json.loads(webhook_body(a_mixed_claim(type_, format_), web_url=WEB))


def test_every_type_has_a_schema_and_every_schema_a_type() -> None:
    assert {file.stem for file in SCHEMAS.glob("*.json")} == {type_.value for type_ in EventType}
    assert {file.stem for file in (SCHEMAS / "examples").glob("*.json")} == {
        type_.value for type_ in EventType
    }


@pytest.mark.parametrize("type_", EventType)
def test_example_is_what_is_sent_and_fits_its_schema(type_: EventType) -> None:
    example = json.loads((SCHEMAS / "examples" / f"{type_.value}.json").read_text("utf-8"))

    assert example == body_of(type_)
    schema(type_).validate(example)


@pytest.mark.parametrize("type_", EventType)
def test_no_schema_takes_another_types_event(type_: EventType) -> None:
    others = [other for other in EventType if other is not type_]

    assert not any(schema(type_).is_valid(body_of(other)) for other in others)


@pytest.mark.parametrize(
    ("type_", "kinds"),
    [
        (EventType.TRIAL_CHANGED, ["status", "site.added", "eligibility.age", "results.posted"]),
        (EventType.STATUS_CHANGED, ["status"]),
        (EventType.SITES_CHANGED, ["site.added"]),
        (EventType.ELIGIBILITY_CHANGED, ["eligibility.age"]),
        (EventType.RESULTS_POSTED, ["results.posted"]),
    ],
)
def test_event_tells_of_the_changes_of_its_type(type_: EventType, kinds: list[str]) -> None:
    data = body_of(type_)["data"]

    assert [change["kind"] for change in data["changes"]] == kinds
    assert data["changes_total"] == len(data["sentences"]) == len(kinds)
    assert (data["sequence"], data["from_version"], data["to_version"]) == (3, 3, 4)


def test_types_divide_the_kinds_among_them() -> None:
    assert len([kind for kinds in KINDS.values() for kind in kinds]) == len(
        {kind for kinds in KINDS.values() for kind in kinds}
    )


@pytest.mark.parametrize("type_", EventType)
def test_cloud_event_carries_the_same_data(type_: EventType) -> None:
    standard, cloud = body_of(type_), body_of(type_, Format.CLOUDEVENTS)

    assert cloud["data"] == standard["data"]
    assert (cloud["specversion"], cloud["type"], cloud["source"]) == ("1.0", type_.value, WEB)
    assert cloud["time"] == standard["timestamp"]
    assert cloud["id"]
    assert cloud["subject"]
    assert cloud["datacontenttype"] == "application/json"


def test_ids_of_typed_events_can_be_signed() -> None:
    assert all("." not in type_.short for type_ in EventType)

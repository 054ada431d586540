"""What a history page says, and whether its texts are escaped."""

import json
from typing import Any

import httpx
import pytest

from monitor.domain.ports import PastVersion
from monitor.domain.trial import NctId
from monitor.registry.history import read_list, read_record, unescaped
from monitor.registry.options import RegistryOptions
from monitor.registry.wire import Answer
from tests.fakes.registry import a_study

ONE = NctId("NCT99000001")


def answer(body: object, *, status: int = 200) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(
        status=status, headers=httpx.Headers(), body=raw, whole=True, http_version="HTTP/2"
    )


def listed(*entries: tuple[Any, Any]) -> dict[str, Any]:
    changes = [{"version": number, "date": date, "status": "X"} for number, date in entries]
    return {"changes": changes}


def test_list_is_read_oldest_first() -> None:
    found = read_list(answer(listed((1, "2024-05-17"), (0, "2023-01-02"))))

    assert found == (
        PastVersion(number=0, date="2023-01-02"),
        PastVersion(number=1, date="2024-05-17"),
    )


def test_history_begins_with_the_year_1990() -> None:
    assert read_list(answer(listed((0, "1990-01-01")))) == (
        PastVersion(number=0, date="1990-01-01"),
    )
    assert read_list(answer(listed((0, "1989-12-31")))) is None


def test_history_without_versions_is_an_empty_one() -> None:
    assert read_list(answer(listed())) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Sorry</body></html>",
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"changes":{}}',
        b"[" * 100_000,
        listed((0, "yesterday")),
        listed((0, "2024-02-31")),
        listed((0, "0001-01-01")),
        listed((0, "20240101")),
        listed((-1, "2024-01-01")),
        listed((0, "2024-01-01"), (0, "2024-01-02")),
        listed(("0", "2024-01-01")),
        listed((0, None)),
    ],
)
def test_anything_odd_is_no_history(body: object) -> None:
    assert read_list(answer(body)) is None


def test_another_status_is_no_history() -> None:
    assert read_list(answer(listed((0, "2024-01-01")), status=304)) is None
    assert read_record(answer({"study": {}}, status=304), ONE) is None


def past(**texts: str) -> dict[str, Any]:
    study = json.loads(a_study(ONE))
    study["protocolSection"]["descriptionModule"] = texts
    return {"study": study}


def description(body: object) -> Any:
    raw = read_record(answer(body), ONE)
    assert raw is not None
    assert list(json.loads(raw)) == ["protocolSection"]
    return json.loads(raw)["protocolSection"]["descriptionModule"]


def test_escaped_text_is_unescaped_once() -> None:
    escaped = "a &lt; b &amp;amp; c \\&gt; &quot;d&quot; &#39;e&#x27; R&amp;D"

    assert description(past(briefSummary=escaped)) == {
        "briefSummary": "a < b &amp; c \\> \"d\" 'e' R&D"
    }


@pytest.mark.parametrize("bare", ["age < 5", "x > y", "R&D", "&alpha; and more"])
def test_record_that_is_not_escaped_stays_as_it_is(bare: str) -> None:
    texts = {"briefSummary": bare, "detailedDescription": "written &lt; by its sponsor"}

    assert description(past(**texts)) == texts


def test_escapes_that_hide_in_json_are_found() -> None:
    body = json.dumps(past(briefSummary="a AMPlt; b")).replace("AMP", "\\u0026").encode()

    assert description(body) == {"briefSummary": "a < b"}


def test_unescaping_leaves_json_whole() -> None:
    raw = json.dumps({"a": "say &quot;hi&quot; \\ &amp; go"}).encode()

    assert json.loads(unescaped(raw)) == {"a": 'say "hi" \\ & go'}


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>",
        {},
        {"study": {}},
        {"study": {"protocolSection": []}},
        {"study": {"protocolSection": {"identificationModule": 7}}},
        {"study": {"protocolSection": {"identificationModule": {"nctId": "NCT99000002"}}}},
        {"study": {"protocolSection": {}}},
        b'{"study":{"protocolSection":' + b'{"a":' * 100_000 + b"}}",
    ],
)
def test_anything_odd_is_no_record_of_the_trial(body: object) -> None:
    assert read_record(answer(body), ONE) is None


def test_history_lies_beside_the_api() -> None:
    options = RegistryOptions(url="https://registry.example/api/v2")

    assert options.internal_url == "https://registry.example/api/int"

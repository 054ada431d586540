"""The log as JSON: one object a line, known fields alone."""

import json
import logging
from typing import Any

from config.logs import FIELDS, JsonLines


def _line(message: str = "said", trace: str = "", **given: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "trialwatch", "levelno": 20, "levelname": "INFO"})
    record.msg, record.created = message, 0
    record.__dict__.update(given)
    written = JsonLines(lambda: trace).format(record)
    assert "\n" not in written
    found: dict[str, Any] = json.loads(written)
    return found


def test_line_says_when_what_and_where() -> None:
    assert _line("zwei\nZeilen é") == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "info",
        "logger": "trialwatch",
        "message": "zwei\nZeilen é",
    }


def test_id_of_what_is_being_done_stands_in_every_line() -> None:
    assert _line(trace="a" * 32)["trace"] == "a" * 32


def test_line_may_stand_under_the_id_of_something_done_before() -> None:
    record = logging.makeLogRecord({"msg": "said", "trace": "b" * 32})

    assert json.loads(JsonLines(lambda: "a" * 32).format(record))["trace"] == "b" * 32


def test_fact_that_is_not_named_stays_out() -> None:
    line = _line(step="attempt", address="ada@example.org", nct_id="NCT99000001")

    assert "address" not in line
    assert line["nct_id"] == "NCT99000001"
    assert not {"address", "email", "subject", "detail", "sentence"} & set(FIELDS)


def test_error_stands_in_its_line() -> None:
    error = ValueError("no")

    line = _line(exc_info=(ValueError, error, None))

    assert line["error"].endswith("ValueError: no")

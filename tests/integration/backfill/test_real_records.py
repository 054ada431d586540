"""A real record and the same as the history page gives it: no change is made up between them."""

import html
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.alerting.compare import changes_between
from monitor.domain.trial import NctId
from monitor.registry.history import read_record
from monitor.registry.parse import decode_study
from monitor.registry.wire import Answer


def escaped(value: Any) -> Any:
    """The way the history escapes, all texts of a value alike."""
    if isinstance(value, str):
        return html.escape(value, quote=False)
    if isinstance(value, list):
        return [escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return value


def as_history_gives_it(record: bytes) -> Answer:
    section = escaped(json.loads(record)["protocolSection"])
    return Answer(
        status=200,
        headers=httpx.Headers(),
        body=json.dumps({"study": {"protocolSection": section, "hasResults": False}}).encode(),
        whole=True,
        http_version="HTTP/2",
    )


@pytest.mark.real_records
def test_last_past_version_of_a_real_record_equals_it(real_records: Path) -> None:
    paths = sorted((real_records / "records").iterdir())

    for path in paths:
        raw = path.read_bytes()
        past = read_record(as_history_gives_it(raw), NctId(path.stem))
        assert past is not None, path.name
        study = decode_study(raw)
        assert changes_between(decode_study(past), study, from_version=0, to_version=1) == ()
        section = json.loads(past)["protocolSection"]
        assert section == json.loads(raw)["protocolSection"], path.name
    assert len(paths) > 600

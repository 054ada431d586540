"""Files for other programs: complete, exact, and harmless in a spreadsheet."""

import csv
import io
import json
import sys
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.engine import Database
from storage.exports import changes, deliveries, records, versions
from tests.builders import OTHER_TRIAL, TRIAL, a_change, a_version, an_alert
from tests.integration.storage.scenes import send_out, watch
from tests.unit.web.site import CHANGES, HOOK, READER
from tests.unit.web.test_feeds import release
from trialwatch.bootstrap import Service
from trialwatch.exporting import parquet
from trialwatch.exporting.forms import Form, written
from trialwatch.exporting.rows import What, columns_of, rows_of

API = "/api/v1/export"


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read_lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("what", What)
async def test_both_forms_hold_the_same_rows(
    service: Service, visitor: httpx.AsyncClient, what: What
) -> None:
    await release(service, "RECRUITING", "SUSPENDED")

    as_csv = await visitor.get(f"{API}/{what}.csv")
    lines = await visitor.get(f"{API}/{what}.jsonl")

    rows = read_csv(as_csv.content)
    told = read_lines(lines.content)
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert f'filename="{what}.csv"' in as_csv.headers["content-disposition"]
    assert len(rows) == len(told) > 2
    columns = columns_of(what, records=False)
    for row, line in zip(rows, told, strict=True):
        assert list(row) == list(line) == list(columns)
        assert row["nct_id"] == line["nct_id"]


async def test_records_come_byte_for_byte_where_they_are_asked_for(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    told = read_lines((await visitor.get(f"{API}/versions.jsonl?records=true")).content)

    with service.open_work() as work:
        raw = work.versions.read(CHANGES, 2).raw
    [newest] = [row for row in told if (row["nct_id"], row["version"]) == (CHANGES, 2)]
    assert newest["record"] == json.loads(raw)
    assert newest["raw_bytes"] == len(raw)


async def test_addresses_are_masked_for_tools(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get(f"{API}/deliveries.csv")).text

    assert "r...@clinic.example" in text
    assert all(secret not in text for secret in (READER, HOOK, "geheim"))


@pytest.mark.parametrize("path", ["versions.xml", "people.csv", "versions"])
async def test_what_cannot_be_exported_is_a_problem(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(f"{API}/{path}")

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


TEXTS = st.text(max_size=40)


@given(st.lists(TEXTS, max_size=5))
def test_csv_reads_back_and_begins_no_formula(texts: list[str]) -> None:
    rows = [{"text": text} for text in texts]

    content = b"".join(written(rows, {"text": str}, Form.CSV))

    read = [row["text"] for row in read_csv(content)] if texts else []
    assert [text.removeprefix("'") for text in read] == [text.removeprefix("'") for text in texts]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in read)


def test_numbers_below_zero_stay_numbers() -> None:
    content = b"".join(written([{"n": -3, "none": None}], {"n": int, "none": str}, Form.CSV))

    assert content == b"n,none\r\n-3,\r\n"


@given(TEXTS)
def test_json_lines_hold_every_text_as_it_is_on_one_line(text: str) -> None:
    content = b"".join(written([{"text": text}], {"text": str}, Form.JSONL))

    assert content.count(b"\n") == 1
    assert json.loads(content) == {"text": text}


def test_record_of_many_lines_becomes_one() -> None:
    rows = [{"nct_id": TRIAL, "record": '{\n "a": 1\r\n}'}]

    content = b"".join(written(rows, {"nct_id": str, "record": object}, Form.JSONL))

    assert content.count(b"\n") == 1
    assert json.loads(content) == {"nct_id": TRIAL, "record": {"a": 1}}


def _fill(stored: Database, count: int) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL)
    with stored.open_work() as work:
        for nct_id in (TRIAL, OTHER_TRIAL):
            for number in range(1, count + 1):
                work.versions.add(a_version(number, nct_id=nct_id))
            work.versions.add_before(a_version(0, nct_id=nct_id))
        work.commit()


def test_more_rows_than_a_page_come_once_each_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.exports._AT_A_TIME", 3)
    _fill(database, 4)

    told = [(row["nct_id"], row["version"]) for row in versions(database)]
    with_records = [(row["nct_id"], row["version"]) for row in records(database)]

    assert told == [(nct, number) for nct in (TRIAL, OTHER_TRIAL) for number in range(5)]
    assert with_records == told
    assert list(deliveries(database)) == []


def test_parquet_reads_back(database: Database) -> None:
    alert = an_alert(changes=(a_change(before={"a": 1}, after="SUSPENDED"),))
    send_out(database.open_work, alert)
    columns = columns_of(What.CHANGES, records=False)

    file = b"".join(parquet.written(rows_of(database, What.CHANGES), columns))

    [row] = pq.read_table(io.BytesIO(file)).to_pylist()
    [told] = changes(database)
    assert row["before"] == '{"a": 1}'
    assert {name: row[name] for name in ("sentence", "to_version", "before_watch", "after")} == {
        name: told[name] for name in ("sentence", "to_version", "before_watch", "after")
    }


async def test_parquet_comes_over_the_interface_and_holds_what_json_lines_hold(
    visitor: httpx.AsyncClient,
) -> None:
    for what in ("versions", "changes", "deliveries"):
        file = await visitor.get(f"{API}/{what}.parquet")
        lines = (await visitor.get(f"{API}/{what}.jsonl")).text.splitlines()

        assert file.headers["content-type"] == "application/vnd.apache.parquet"
        rows = pq.read_table(io.BytesIO(file.content)).to_pylist()
        told = [json.loads(line) for line in lines]
        assert [list(row) for row in rows] == [list(row) for row in told]
        assert [row["nct_id"] for row in rows] == [row["nct_id"] for row in told]


async def test_server_that_writes_no_parquet_says_what_to_ask_for_instead(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    answer = await visitor.get(f"{API}/changes.parquet")

    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Ask for csv or jsonl" in answer.json()["detail"]
    assert "trialwatch[parquet]" in answer.json()["detail"]


def test_parquet_without_its_library_says_what_to_install(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(parquet.ParquetMissingError, match=r"trialwatch\[parquet\]"):
        parquet.written(rows_of(database, What.CHANGES), {})

"""A folder of records or histories, replayed by date."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.folder import open_folder
from simulator.serve import running
from simulator.source import SourceError
from simulator.sources import open_source


def a_record(nct_id: str, *, stamp: str = "2026-02-02", title: str = "A trial") -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct_id, "briefTitle": title},
            "statusModule": {"overallStatus": "RECRUITING"},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": stamp}},
        "hasResults": False,
    }


def write(file: Path, record: Any) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = json.dumps(record, separators=(",", ":")).encode()
    file.write_bytes(raw)
    return raw


def title_of(folder: Path, nct_id: str, day: date) -> str | None:
    source = open_folder(folder)
    study = source.find(nct_id, source.calendar.release_on(day))
    if study is None:
        return None
    title: str = json.loads(study.body())["protocolSection"]["identificationModule"]["briefTitle"]
    return title


def test_records_alone_make_one_release_of_their_newest_stamp(tmp_path: Path) -> None:
    write(tmp_path / "NCT99000001.json", a_record("NCT99000001", stamp="2025-01-08"))
    write(tmp_path / "NCT99000002.json", a_record("NCT99000002", stamp="2026-02-04"))

    source = open_folder(tmp_path)

    assert source.calendar.known == (date(2026, 2, 4),)
    assert source.size(0) == 2


async def test_bytes_go_through_untouched_but_for_the_stamp(tmp_path: Path) -> None:
    raw = write(tmp_path / "NCT99000001.json", a_record("NCT99000001", title="µ \\> é"))
    async with running(open_folder(tmp_path)) as registry, httpx.AsyncClient() as client:
        registry.publish_next()
        answer = await client.get(f"{registry.url}/studies/NCT99000001")

    assert answer.content == raw.replace(b"2026-02-02", b"2026-02-03")


async def test_pretty_printed_records_come_on_one_line(tmp_path: Path) -> None:
    record = a_record("NCT99000001")
    (tmp_path / "NCT99000001.json").write_text(json.dumps(record, indent=2), "utf-8")
    async with running(open_folder(tmp_path)) as registry, httpx.AsyncClient() as client:
        answer = await client.get(f"{registry.url}/studies/NCT99000001")

    assert answer.json() == record
    assert b"\n" not in answer.content


async def test_a_record_without_stamp_gets_one(tmp_path: Path) -> None:
    bare = a_record("NCT99000001")
    del bare["derivedSection"]
    write(tmp_path / "NCT99000001.json", bare)
    write(tmp_path / "NCT99000002.json", a_record("NCT99000002"))
    async with running(open_folder(tmp_path)) as registry, httpx.AsyncClient() as client:
        answer = await client.get(f"{registry.url}/studies/NCT99000001")

    misc = answer.json()["derivedSection"]["miscInfoModule"]
    assert misc == {"versionHolder": "2026-02-02"}


def test_each_release_serves_the_newest_version_not_after_it(tmp_path: Path) -> None:
    for trial, day, title in [
        ("NCT99000001", "2026-02-02", "one"),
        ("NCT99000001", "2026-02-10", "two"),
        ("NCT99000002", "2026-02-05", "other"),
    ]:
        write(tmp_path / trial / f"{day}__x.json", a_record(trial, stamp=day, title=title))

    assert open_folder(tmp_path).calendar.known == (
        *(date(2026, 2, 2), date(2026, 2, 5), date(2026, 2, 10)),
    )
    days = (date(2026, 2, 2), date(2026, 2, 5), date(2026, 2, 10), date(2026, 3, 2))
    assert [title_of(tmp_path, "NCT99000001", day) for day in days] == ["one", "one", "two", "two"]
    assert [title_of(tmp_path, "NCT99000002", day) for day in days] == [None] + ["other"] * 3


def test_records_and_histories_may_be_mixed(tmp_path: Path) -> None:
    first = a_record("NCT99000001", stamp="2026-02-02", title="old")
    write(tmp_path / "history/NCT99000001/2026-02-02__x.json", first)
    newest = a_record("NCT99000001", stamp="2026-03-13", title="new")
    write(tmp_path / "records/NCT99000001.json", newest)
    write(tmp_path / "records/NCT99000002.json", a_record("NCT99000002", title="steady"))

    assert title_of(tmp_path, "NCT99000001", date(2026, 2, 2)) == "old"
    assert title_of(tmp_path, "NCT99000001", date(2026, 3, 13)) == "new"
    assert title_of(tmp_path, "NCT99000002", date(2026, 2, 2)) == "steady"


def test_a_timeline_says_which_file_was_out_when(tmp_path: Path) -> None:
    write(tmp_path / "history/NCT99000001/2026-02-02__x.json", a_record("NCT99000001", title="a"))
    write(tmp_path / "history/NCT99000001/2026-02-04__x.json", a_record("NCT99000001", title="b"))
    file = "history/NCT99000001/2026-02-0{}__x.json"
    seen = [
        ("2026-02-03", file.format(2)),
        ("2026-02-05", file.format(4)),
        ("2026-02-06", file.format(4)),
    ]
    sequence = [{"versionHolder": day, "file": name} for day, name in seen]
    write(tmp_path / "timeline.jsonl", {"nct": "NCT99000001", "seq": sequence})

    assert len(open_folder(tmp_path).calendar.known) == 3
    assert title_of(tmp_path, "NCT99000001", date(2026, 2, 4)) == "a"
    assert title_of(tmp_path, "NCT99000001", date(2026, 2, 6)) == "b"


def test_one_trials_own_folder_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "NCT99000001"
    write(folder / "2026-02-02__x.json", a_record("NCT99000001", title="one"))

    assert title_of(folder, "NCT99000001", date(2026, 2, 2)) == "one"


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("notes.json", "{}", "holds no study"),
        ("NCT99000001.json", "{", "is no study in JSON"),
        ("NCT99000001.json", "[]", "it holds a list"),
        (
            "NCT99000001.json",
            json.dumps(a_record("NCT99000002")),
            "holds NCT99000002, not NCT99000001",
        ),
        ("NCT99000001/first.json", json.dumps(a_record("NCT99000001")), "has no date"),
        ("timeline.jsonl", '{"nct": "NCT99000001"}', "line 1: expected nct and seq"),
    ],
)
def test_a_folder_that_makes_no_sense_is_refused(
    tmp_path: Path, file: str, content: str, words: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content, "utf-8")

    with pytest.raises(SourceError, match=words):
        open_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("storys", "no source called 'storys'"),
        ("generated:0", "can generate 1 to 999999 studies"),
        ("generated:many", "no source called"),
    ],
)
def test_a_source_that_does_not_exist_is_refused(name: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(name)


def test_sources_are_opened_by_name(tmp_path: Path) -> None:
    write(tmp_path / "NCT99000001.json", a_record("NCT99000001"))

    assert open_source("stories").size(0) == 11
    assert open_source("generated:25:7").size(0) == 25
    assert open_source("generated").size(0) == 600_000
    assert open_source(str(tmp_path)).size(0) == 1


@pytest.mark.real_records
async def test_real_records_are_all_served(real_folder: Path) -> None:
    async with (
        running(open_folder(real_folder / "records")) as registry,
        httpx.AsyncClient() as client,
    ):
        asked = {"pageSize": "1000", "countTotal": "true"}
        answer = await client.get(f"{registry.url}/studies", params=asked)

    expected = len(list((real_folder / "records").glob("*.json")))
    assert len(answer.json()["studies"]) == answer.json()["totalCount"] == expected


@pytest.mark.real_records
def test_every_real_version_is_served_on_its_day(real_folder: Path) -> None:
    source = open_folder(real_folder / "history")
    files = sorted((real_folder / "history").glob("*/*.json"))

    assert files
    for file in files:
        study = source.find(
            file.parent.name, source.calendar.release_on(date.fromisoformat(file.name[:10]))
        )
        assert study is not None
        assert study.body() == file.read_bytes().strip()


@pytest.mark.real_records
def test_the_real_timeline_is_the_calendar(real_folder: Path) -> None:
    source = open_folder(real_folder)

    assert source.size(len(source.calendar.known) - 1) >= 694
    assert date(2026, 2, 26) not in source.calendar.known
    assert date(2026, 2, 27) in source.calendar.known

"""The command line's contracts: what tools read. What people read is in test_terminal.py."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import READER, Stage, on_stage
from tests.servers.model import asked, played_model
from tests.servers.receiver import status

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
LOOSENS = "NCT99000003"
BOOKKEEPING = "NCT99000010"
COLOUR = "\x1b["


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


@pytest.fixture
async def told(stage: Stage) -> Stage:
    """One trial watched, changed, and its change waiting to be sent."""
    await stage.watch(SUSPENDS)
    await stage.check()
    stage.registry.publish_next()
    await stage.check()
    return stage


async def test_every_command_gives_tools_one_object_a_line(told: Stage) -> None:
    kept = str(told.folder / "kept.backup")
    commands: list[tuple[tuple[str, ...], set[str]]] = [
        (("watch", LOOSENS), {"nct_id", "list", "new", "targets"}),
        (("list",), {"nct_id", "list", "overall_status", "latest_version", "targets"}),
        (("deliver",), {"delivery", "nct_id", "channel", "attempt", "state", "outcome", "due_at"}),
        (("deliveries",), {"id", "nct_id", "channel", "state", "attempts", "created_at"}),
        (("show", SUSPENDS), {"nct_id", "title", "overall_status", "versions", "changes"}),
        (("history", SUSPENDS), {"nct_id", "version", "release", "raw_bytes", "changes"}),
        (("diff", SUSPENDS, "1", "2"), {"nct_id", "kind", "before", "after", "sentence"}),
        (("summary", SUSPENDS), {"nct_id", "version", "sections", "eligibility", "facts"}),
        (("doctor",), {"check", "level", "text"}),
        (("publish", "watched"), {"list", "url", "feed"}),
        (("unpublish", "watched"), {"list", "closed"}),
        (("export", "changes"), {"nct_id", "kind", "sentence", "cursor", "alert_id"}),
        (("export", "versions"), {"nct_id", "version", "release", "content_sha256"}),
        (("export", "deliveries"), {"id", "nct_id", "state", "address", "attempts"}),
        (("db", "upgrade"), {"database", "changed"}),
        (("db", "backup", kept), {"file", "rows"}),
        (("unwatch", LOOSENS), {"nct_id", "removed_from_lists"}),
    ]
    for command, keys in commands:
        ended = await told.run(*command, "--json")

        assert ended.objects, command
        assert all(keys <= set(one) for one in ended.objects), (command, ended.out)
        assert COLOUR not in ended.out + ended.err, command
    told.folder = told.folder / "other"
    told.folder.mkdir()
    [restored] = (await told.run("db", "restore", kept, "--json")).objects
    assert restored["rows"]["versions"] == 2


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
async def test_export_writes_a_new_file_for_its_owner_alone(told: Stage, kind: str) -> None:
    file = told.folder / f"deliveries.{kind}"
    command = ("export", "deliveries", "--format", kind, "--output", str(file))

    written = await told.run(*command)
    again = await told.run(*command, status=2)

    assert written.out == ""
    assert file.stat().st_mode & 0o777 == 0o600
    assert READER.encode() in file.read_bytes()
    assert "File exists" in again.err


async def test_nothing_to_tell_is_no_line_at_all(stage: Stage) -> None:
    for command in (["list"], ["check"], ["deliver"], ["deliveries"]):
        assert (await stage.run(*command, "--json")).out == "", command


async def test_simulate_tells_tools_where_it_is(stage: Stage) -> None:
    process = await stage.start("simulate", "--port", "0", "--json")
    assert process.stdout is not None
    line = json.loads(await process.stdout.readline())
    process.terminate()
    await process.communicate()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v2", line["url"])
    assert line["release"] == "2026-03-02T09:00:05"


async def test_watch_names_targets_and_gives_the_same_address_the_same_secret(
    stage: Stage,
) -> None:
    named = ("--email", READER, "--webhook", stage.hook.url, "--json")

    [first] = (await stage.run("watch", SUSPENDS, *named)).objects
    [second] = (await stage.run("watch", LOOSENS, *named)).objects
    [again] = (await stage.run("watch", SUSPENDS, *named)).objects

    assert first == {
        "nct_id": SUSPENDS,
        "list": "watched",
        "new": True,
        "targets": [
            {"channel": "email", "address": READER, "state": "active"},
            {
                "channel": "webhook",
                "address": stage.hook.url,
                "state": "active",
                "secret": first["secret"],
            },
        ],
        "held": None,
        "secret": first["secret"],
    }
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{32,}", first["secret"])
    assert second["secret"] == first["secret"]
    assert again == first | {"new": False}
    listed = (await stage.run("list", "--json")).objects
    assert len({target["id"] for row in listed for target in row["targets"]}) == 2


async def test_watch_without_an_address_has_no_secret(stage: Stage) -> None:
    ended = await stage.run("watch", SUSPENDS, "--json")

    assert ended.objects == [
        {"nct_id": SUSPENDS, "list": "watched", "new": True, "targets": [], "held": None}
    ]


async def test_several_numbers_in_any_shape_are_watched_once_each(stage: Stage) -> None:
    given = (f"{SUSPENDS},{LOOSENS} {SUSPENDS.lower()}", f" {BOOKKEEPING}\n")

    ended = await stage.run("watch", *given, "--json")

    assert [one["nct_id"] for one in ended.objects] == [SUSPENDS, LOOSENS, BOOKKEEPING]


async def test_named_list_tells_its_people_of_all_and_the_common_one_does_not(
    stage: Stage,
) -> None:
    await stage.run("watch", SUSPENDS, "--list", "family", "--email", "a@clinic.example")
    await stage.run("watch", LOOSENS, "--list", "family")
    await stage.run("watch", SUSPENDS, "--email", "b@clinic.example")
    await stage.run("watch", LOOSENS)
    await stage.check()

    for _ in range(2):
        await stage.release()

    heard = {(mail["To"], re.findall(r"NCT\d+", mail["Subject"])[-1]) for mail in stage.mails}
    assert heard == {
        ("a@clinic.example", SUSPENDS),
        ("a@clinic.example", LOOSENS),
        ("b@clinic.example", SUSPENDS),
    }


async def test_unwatch_takes_off_one_list_or_all_and_says_what_was_not_there(
    stage: Stage,
) -> None:
    await stage.run("watch", SUSPENDS, "--list", "family")
    await stage.run("watch", SUSPENDS, LOOSENS)

    one = await stage.run("unwatch", SUSPENDS, "--list", "family", "--json")
    missing = await stage.run("unwatch", SUSPENDS, BOOKKEEPING, "--json", status=1)

    assert one.objects == [{"nct_id": SUSPENDS, "removed_from_lists": 1}]
    assert [one["removed_from_lists"] for one in missing.objects] == [1, 0]
    assert f"Not watched: {BOOKKEEPING}" in missing.err
    assert [row["nct_id"] for row in (await stage.run("list", "--json")).objects] == [LOOSENS]


SUMMARY = ("nct_id", "version", "lexicon_version", "title", "sections", "eligibility")
RULE = ("path", "section", "group", "source", "plain", "method", "flags", "trace")


async def test_summary_keeps_its_contract_from_file_and_from_store(told: Stage) -> None:
    file = _record(told, LOOSENS, 0)
    stored = await told.run("summary", SUSPENDS, "--json")

    written = [await told.run("summary", file, "--json") for _ in range(2)]

    assert written[0].out == written[1].out
    [summary], [kept] = written[0].objects, stored.objects
    assert (summary["nct_id"], summary["version"]) == (LOOSENS, 0)
    assert (kept["nct_id"], kept["version"]) == (SUSPENDS, 2)
    for one in (summary, kept):
        assert (*list(one)[:6],) == SUMMARY
        assert set(one) == {*SUMMARY, "words_to_know", "facts"}
        assert all(list(part) == ["id", "title", "sentences"] for part in one["sections"])
        assert all(tuple(rule) == RULE for rule in one["eligibility"])
        assert all(isinstance(rule["flags"], list) for rule in one["eligibility"])
        assert {rule["method"] for rule in one["eligibility"]} <= {"rules", "own-words"}
        paths = [rule["path"] for rule in one["eligibility"]]
        assert len(paths) == len(set(paths)) > 0
        assert all(set(word) == {"term", "meaning"} for word in one["words_to_know"])


def _record(stage: Stage, nct_id: str, release: int) -> str:
    """Write a record as a release holds it into a file, and return its name."""
    study = open_stories().find(nct_id, release)
    assert study is not None
    file = stage.folder / f"{nct_id}.{release}.json"
    file.write_bytes(study.body())
    return str(file)


async def test_diff_of_two_files_needs_no_database(stage: Stage) -> None:
    files = [_record(stage, SUSPENDS, release) for release in (0, 1)]

    told = await stage.run("diff", *files, "--json")
    same = await stage.run("diff", files[0], files[0], "--json")

    first = told.objects[0]
    assert (first["kind"], first["before"], first["after"]) == ("status", "RECRUITING", "SUSPENDED")
    assert (first["from_version"], first["to_version"]) == (1, 2)
    assert same.out == ""
    assert not (stage.folder / "trialwatch.db").exists()


@pytest.mark.parametrize(
    ("arguments", "ends", "words"),
    [
        (
            ("missing.json", "good.json"),
            2,
            "cannot read 'missing.json' (No such file or directory)",
        ),
        (("good.json", "."), 2, "cannot read '.'"),
        (("good.json", "text.json"), 1, "text.json"),
        (("good.json", "empty.json"), 1, "empty.json"),
        (("good.json", "other.json"), 1, "no study in it"),
        ((SUSPENDS, "1", "9"), 1, "9"),
        ((SUSPENDS, "one", "2"), 2, "'one' is not a version"),
        ((LOOSENS, "1", "2"), 1, "was never watched"),
    ],
)
async def test_diff_of_what_cannot_be_compared_says_why(
    told: Stage, arguments: tuple[str, ...], ends: int, words: str
) -> None:
    good = open_stories().find(SUSPENDS, 0)
    assert good is not None
    (told.folder / "good.json").write_bytes(good.body())
    for name, text in {"text": "Dear diary", "empty": "", "other": '{"studies": []}'}.items():
        (told.folder / f"{name}.json").write_text(text)

    ended = await told.run("diff", *arguments, status=ends)

    assert words in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err


async def test_believed_record_is_taken_as_it_comes(told: Stage) -> None:
    told.registry.publish_next()
    told.registry.faults.ask("shrink", nct_ids=[SUSPENDS], path="/studies", times=None)
    await told.run("check", "--json", status=1)

    await told.run("check", "--believe", SUSPENDS, "--json")

    history = (await told.run("history", SUSPENDS, "--json")).objects
    assert len(history) == 3
    assert history[2]["raw_bytes"] < history[1]["raw_bytes"]
    wrong = await told.run("check", "--believe", "NCT1", status=2)
    assert "NCT and 8 digits" in wrong.err


async def test_retry_due_later_is_told_with_its_time_and_not_waited_for(told: Stage) -> None:
    told.hook.answer(status(503, retry_after="600"))

    ended = await asyncio.wait_for(told.run("deliver", "--until-empty", status=1), 20)
    tools = await told.run("deliver", "--until-empty", "--json")

    assert re.search(r"webhook \S+: again at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", ended.out)
    assert re.search(r"The next delivery is due at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", ended.out)
    assert len(told.mails) == 1
    assert tools.out == ""
    [waiting] = (await told.run("deliveries", "--state", "pending", "--json")).objects
    assert waiting["attempts"][0]["status"] == 503
    assert waiting["due_at"] > waiting["attempts"][0]["ended_at"]


async def test_rebuild_writes_every_stored_trial_anew_and_raises_nothing(told: Stage) -> None:
    await told.watch(LOOSENS)
    await told.check()

    [rebuilt] = (await told.run("summary", "--rebuild", "--json")).objects
    [one] = (await told.run("summary", SUSPENDS, "--json")).objects

    assert rebuilt == {"rebuilt": 2, "lexicon_version": one["lexicon_version"]}
    assert await told.check() == []
    await told.run("summary", status=2)
    await told.run("summary", SUSPENDS, "--rebuild", status=2)


async def test_model_words_rules_where_one_is_set(told: Stage) -> None:
    def agrees(data: dict[str, Any]) -> list[str]:
        return ["Yes: " + data["draft"][0], *data["draft"][1:]]

    async with played_model(agrees) as model:
        told.settings |= {"TRIALWATCH_MODEL_URL": model.url, "TRIALWATCH_MODEL_NAME": "tiny-1"}
        await told.run("summary", "--rebuild")
        first = len(model.requests)
        [one] = (await told.run("summary", SUSPENDS, "--json")).objects

    again = {asked(request)["rule"] for request in model.requests[first:]}
    worded = [rule for rule in one["eligibility"] if rule["method"] == "model-checked"]
    assert worded
    assert all(rule["plain"][0].startswith("Yes: ") for rule in worded)
    assert not again & {rule["source"] for rule in worded}


async def test_model_without_a_name_is_a_wrong_setting(told: Stage) -> None:
    told.settings["TRIALWATCH_MODEL_URL"] = "http://127.0.0.1:9/v1"

    ended = await told.run("summary", SUSPENDS, status=2)

    assert "TRIALWATCH_MODEL_NAME" in ended.err

"""Every pair of the real histories, replayed through the running service.

What is to be found was read by eye in the two records (tests/integration/detection). Mails are
read with the standard library, webhooks with the reference library and against the published
schema; what was sent is held against ``history``, and ``history`` against what was read by eye.
"""

import asyncio
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.folder import open_folder
from tests.acceptance.service import rows_of, running_service, settled, swept
from tests.acceptance.stage import READER, Stage, on_stage

pytestmark = [pytest.mark.acceptance, pytest.mark.real_records]

_ROOT = Path(__file__).parents[2]
_EXPECTED: dict[str, dict[str, Any]] = json.loads(
    (_ROOT / "tests/integration/detection/expected.json").read_text(encoding="utf-8")
)
_SCHEMA = json.loads((_ROOT / "notifiers/schemas/trial.changed.json").read_text(encoding="utf-8"))
_MOST_BYTES = 20_000
_CONTRACT = {
    *("nct_id", "from_version", "to_version", "kind", "subject"),
    *("before", "after", "severity", "sentence"),
}
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_Change = dict[str, Any]
#: A trial and the number of one of its versions.
_Step = tuple[str, int]


@dataclass(frozen=True)
class Replay:
    """Everything that is left when the last release has been swept and sent."""

    #: ``history --json`` of each trial: its versions, oldest first.
    histories: dict[str, list[dict[str, Any]]]
    mails: list[EmailMessage]
    #: Verified webhooks, and their bodies as they came.
    messages: list[dict[str, Any]]
    bodies: list[bytes]
    webhook_ids: list[str]
    exit_status: int
    said: str

    @property
    def found(self) -> dict[_Step, list[_Change]]:
        """Changes by step, silent ones among them."""
        return {
            (nct_id, version["version"]): version["changes"]
            for nct_id, versions in self.histories.items()
            for version in versions
            if version["changes"]
        }

    @property
    def told(self) -> dict[_Step, list[_Change]]:
        """Changes a reader must hear of, by step."""
        loud = {
            step: [change for change in changes if change["severity"] != "silent"]
            for step, changes in self.found.items()
        }
        return {step: changes for step, changes in loud.items() if changes}


@pytest.fixture(scope="module")
def replay(real_records: Path, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The histories from their first day to their last, one release after another."""
    histories = real_records / "history"
    trials = sorted(trial.name for trial in histories.iterdir())
    return asyncio.run(_replay(histories, trials, tmp_path_factory.mktemp("replay")))


async def _replay(histories: Path, trials: list[str], folder: Path) -> Replay:
    async with on_stage(open_folder(histories), folder) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        await stage.watch(*trials)
        async with running_service(stage) as service:
            with rows_of(stage) as rows:
                await swept(stage, rows)
                for _ in range(1, stage.registry.registry.known_releases):
                    stage.registry.publish_next()
                    await swept(stage, rows)
                await settled(stage, rows)
            exit_status = await service.stop()
        return Replay(
            histories={nct_id: await _history(stage, nct_id) for nct_id in trials},
            mails=stage.mails,
            messages=stage.messages,
            bodies=[request.body for request in stage.hook.requests],
            webhook_ids=[request.headers["webhook-id"] for request in stage.hook.requests],
            exit_status=exit_status,
            said="".join(service.said),
        )


async def _history(stage: Stage, nct_id: str) -> list[dict[str, Any]]:
    return (await stage.run("history", nct_id, "--json")).objects


def test_service_goes_through_all_releases_without_complaint(replay: Replay) -> None:
    assert replay.exit_status == 0
    assert "ERROR" not in replay.said
    assert "Traceback" not in replay.said
    assert "kept aside:" not in replay.said, "a real record was not believed"


def test_changes_are_those_read_by_eye(replay: Replay) -> None:
    found = {
        f"{nct_id} {version['release']}": version["changes"]
        for nct_id, versions in replay.histories.items()
        for version in versions[1:]
    }
    for pair, expected in _EXPECTED.items():
        nct_id, _, after = pair.split()
        # A release in which not a byte of a trial moved makes no version of it.
        changes = found.pop(f"{nct_id} {after}", [])
        assert _summed(changes, expected["changes"]) == expected["changes"], pair
    assert not found, "versions that no pair of the histories explains"


def _summed(changes: list[_Change], expected: dict[str, Any]) -> dict[str, Any]:
    """Return subjects by kind, or how many where the expectation counts."""
    subjects: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        subjects[change["kind"]].append(change["subject"])
    return {
        kind: len(found) if isinstance(expected.get(kind), int) else sorted(found)
        for kind, found in subjects.items()
    }


def test_first_sight_raises_nothing(replay: Replay) -> None:
    first = {nct_id: versions[0] for nct_id, versions in replay.histories.items()}

    assert {version["version"] for version in first.values()} == {1}
    assert not [nct_id for nct_id, version in first.items() if version["changes"]]


def test_each_change_is_found_once_and_keeps_the_contract(replay: Replay) -> None:
    changes = [change for step in replay.found.values() for change in step]
    names = ("nct_id", "from_version", "to_version", "kind", "subject")

    assert all(set(change) == _CONTRACT for change in changes)
    identities = Counter(tuple(change[name] for name in names) for change in changes)
    assert max(identities.values()) == 1
    for (nct_id, number), step in replay.found.items():
        assert {change["nct_id"] for change in step} == {nct_id}
        assert {(change["from_version"], change["to_version"]) for change in step} == {
            (number - 1, number)
        }


def test_versions_follow_each_other_in_the_order_of_releases(replay: Replay) -> None:
    for versions in replay.histories.values():
        numbers = [version["version"] for version in versions]
        assert numbers == list(range(1, len(versions) + 1))
        assert all(one["release"] < other["release"] for one, other in pairwise(versions))


def test_each_loud_version_is_one_mail_and_one_webhook(replay: Replay) -> None:
    hooked = [(m["data"]["nct_id"], m["data"]["to_version"]) for m in replay.messages]
    mailed = [_step_of(mail) for mail in replay.mails]

    assert sorted(hooked) == sorted(replay.told)
    assert sorted(mailed) == sorted(replay.told)
    assert len(set(replay.webhook_ids)) == len(hooked)
    assert len({mail["Message-ID"] for mail in replay.mails}) == len(mailed)


def test_pairs_in_which_bookkeeping_alone_moved_reach_nobody(replay: Replay) -> None:
    kept_books = {
        (pair.split()[0], pair.split()[2])
        for pair, expected in _EXPECTED.items()
        if set(expected["changes"]) <= {"record.reverified"}
    }

    sent = {(m["data"]["nct_id"], m["data"]["release"]) for m in replay.messages}

    assert kept_books
    assert not kept_books & sent


def test_webhooks_keep_the_published_schema_and_size(replay: Replay) -> None:
    validator = Draft202012Validator(_SCHEMA)
    for message, body in zip(replay.messages, replay.bodies, strict=True):
        validator.validate(message)
        assert len(body) < _MOST_BYTES
        told = replay.told[message["data"]["nct_id"], message["data"]["to_version"]]
        assert message["data"]["changes_total"] == len(told)


def test_webhooks_say_what_history_says(replay: Replay) -> None:
    whole = [message["data"] for message in replay.messages if not message["data"]["truncated"]]
    assert len(whole) > len(replay.messages) / 2
    for data in whole:
        carried = [{name: change[name] for name in _CONTRACT} for change in data["changes"]]
        assert carried == replay.told[data["nct_id"], data["to_version"]]


def test_trimmed_webhooks_still_name_every_change(replay: Replay) -> None:
    trimmed = [message["data"] for message in replay.messages if message["data"]["truncated"]]
    assert trimmed, "no history is long enough to be trimmed any more"
    for data in trimmed:
        told = replay.told[data["nct_id"], data["to_version"]]
        kinds = [(change["kind"], change["severity"]) for change in data["changes"]]
        assert kinds == [(change["kind"], change["severity"]) for change in told][: len(kinds)]
        assert data["links"]["history"] == f"https://watch.example/trials/{data['nct_id']}"


def test_mails_name_the_trial_and_carry_both_parts(replay: Replay) -> None:
    for mail in replay.mails:
        nct_id, _ = _step_of(mail)
        assert mail["To"] == READER
        assert nct_id in mail["Subject"]
        assert not mail.defects
        assert mail.get_content_type() == "multipart/alternative"
        types = [part.get_content_type() for part in mail.iter_parts()]
        assert types == ["text/plain", "text/html"]
        assert f"https://clinicaltrials.gov/study/{nct_id}" in _text(mail)
        assert f"https://clinicaltrials.gov/study/{nct_id}" in _part(mail, "html")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_parts_show_what_stood_before_and_what_stands_now(replay: Replay, kind: str) -> None:
    for mail in replay.mails:
        news, about, _ = _part(mail, kind).casefold().partition("about this study")
        assert about, "the mail ends before the trial is described"
        read = _words(news)
        for change in replay.told[_step_of(mail)]:
            moved = _shown(change["before"]) ^ _shown(change["after"])
            assert not moved - read, (change["nct_id"], change["kind"], change["subject"])


def _step_of(mail: EmailMessage) -> _Step:
    """Return which version of which trial a mail says it is about."""
    number = re.search(r"Written from version (\d+) of the record", _text(mail))
    nct_id = re.search(r"\((NCT\d{8})\)", mail["Subject"])
    assert number is not None
    assert nct_id is not None
    return nct_id[1], int(number[1])


def _text(mail: EmailMessage) -> str:
    return " ".join(_part(mail, "plain").split())


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def _shown(value: Any) -> set[str]:
    """Return the words in which a value must be shown: dates as a person writes them."""
    if isinstance(value, dict):
        return set().union(*map(_shown, value.values()))
    if isinstance(value, list):
        return set().union(*map(_shown, value))
    if value is None or isinstance(value, bool):
        return set()
    if date := _DATE.fullmatch(str(value)):
        year, month, day = date.groups()
        return {year, _MONTHS[int(month) - 1], *([str(int(day))] if day else [])}
    return {"planned"} if value == "ESTIMATED" else _words(str(value))

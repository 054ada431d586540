"""The command on a running server says what it says on the own database."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.made import open_stories
from storage.engine import open_database
from tests.acceptance.forked import forked
from tests.acceptance.service import running_service
from tests.acceptance.stage import READER, Ended, Stage, on_stage
from tests.unit.web.members import a_key, an_operator
from tests.unit.web.site import a_service

pytestmark = pytest.mark.acceptance

SUSPENDS, LOOSENS = "NCT99000002", "NCT99000003"
OWN = ("TRIALWATCH_DATA_DIR", "TRIALWATCH_SMTP_URL", "TRIALWATCH_REGISTRY_URL")


@dataclass(frozen=True)
class Terminal:
    """A person's machine: it has the server's address and a key, and nothing of the server's."""

    stage: Stage
    url: str
    key: str
    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    async def run(self, *arguments: str, status: int = 0, **settings: str) -> Ended:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        usual = {
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TRIALWATCH_DATA_DIR": str(self.folder / "data"),
            "TRIALWATCH_SERVER": self.url,
            "TRIALWATCH_KEY_FILE": str(self.key_file),
        }
        end = await forked(
            "trialwatch",
            arguments,
            environment={**kept, **usual, **settings},
            folder=self.folder,
        )
        ended = Ended(end.status, end.out.decode(), end.err.decode())
        assert ended.status == status, (arguments, ended)
        assert self.key not in ended.out + ended.err
        assert not (self.folder / "data").exists(), "the server's command opened a database here"
        return ended


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """One trial watched, changed and sent, on a service that runs; a key of its operator."""
    far, here = tmp_path / "far", tmp_path / "here"
    far.mkdir()
    here.mkdir()
    async with on_stage(open_stories(), far) as stage:
        await stage.watch(SUSPENDS)
        await stage.check()
        await stage.release()
        database = open_database(f"sqlite:///{far / 'trialwatch.db'}")
        service = a_service(database)
        key = a_key(service, an_operator(service))
        database.close()
        file = here / "key"
        file.write_text(key + "\n", encoding="ascii")
        file.chmod(0o600)
        async with running_service(stage) as running:
            yield Terminal(stage, running.url, key, here)


async def test_commands_say_on_a_server_what_they_say_on_the_database(terminal: Terminal) -> None:
    commands = (
        ("list",),
        ("show", SUSPENDS),
        ("history", SUSPENDS),
        ("diff", SUSPENDS, "1", "2"),
        ("summary", SUSPENDS),
        ("target", "list"),
        ("export", "versions"),
        ("export", "changes"),
    )
    for command in commands:
        for form in ((), ("--json",)):
            own = await terminal.stage.run(*command, *form)
            far = await terminal.run(*command, *form)

            assert far.out == own.out != "", command


async def test_who_watches_on_a_server_is_told_what_the_server_does_next(
    terminal: Terminal,
) -> None:
    watched = await terminal.run("watch", LOOSENS)

    assert "The server takes the baseline at its next sweep" in watched.err
    assert "trialwatch check" not in watched.err


async def test_trials_are_watched_and_let_go_on_a_server(terminal: Terminal) -> None:
    wanted = ("watch", LOOSENS, "--list", "Robots", "--email", READER, "--json")

    far = (await terminal.run(*wanted)).objects
    own = (await terminal.stage.run(*wanted)).objects
    gone = await terminal.run("unwatch", LOOSENS, "--json")
    await terminal.run("unwatch", LOOSENS, status=1)

    # Whether the baseline has been taken since is the server's own pace.
    assert far == [own[0] | {"new": True, "held": None}]
    assert own[0]["new"] is False
    assert gone.objects == [{"nct_id": LOOSENS, "removed_from_lists": 1}]
    assert LOOSENS not in (await terminal.stage.run("list")).out


async def test_webhook_is_tried_and_its_deliveries_are_sent_again(terminal: Terminal) -> None:
    hook = terminal.stage.hook.url
    tried = await terminal.run("target", "test", hook, "--json")
    told = (await terminal.run("deliveries", SUSPENDS, "--json")).objects
    again = await terminal.run("replay", told[0]["id"], "--json")

    assert tried.objects[0]["taken"] is True
    assert {row["state"] for row in told} == {"delivered"}
    assert READER not in json.dumps(told)
    assert again.objects == [{"due_again": 1}]


@pytest.mark.parametrize(
    "command",
    [
        ("people", "list"),
        ("db", "backup", "kept.backup"),
        ("check",),
        ("deliver",),
        ("run",),
        ("serve",),
        ("doctor",),
        ("secrets", "show"),
        ("bounces",),
    ],
)
async def test_command_of_the_operator_says_where_to_run_it(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    nobody = Terminal(None, "https://trials.example.org", "tw_x", tmp_path)  # type: ignore[arg-type]  # no stage is needed

    ended = await nobody.run(*command, status=2)

    assert ended.out == ""
    assert "run it on the server" in ended.err


async def test_wrong_key_open_file_and_missing_file_are_said(terminal: Terminal) -> None:
    file = terminal.key_file
    file.write_text("tw_NotTheKeyOfAnybody12345", encoding="ascii")
    wrong = await terminal.run("list", status=1)
    file.chmod(0o644)
    opened = await terminal.run("list", status=2)
    missing = await terminal.run("list", status=2, TRIALWATCH_KEY_FILE="nowhere")

    assert "does not know this key" in wrong.err
    assert "chmod 600" in opened.err
    assert "cannot read 'nowhere'" in missing.err
    assert "Traceback" not in wrong.err + opened.err + missing.err


async def test_server_is_named_as_an_option_too(terminal: Terminal) -> None:
    ended = await terminal.run(
        "--server", terminal.url, "list", "--json", TRIALWATCH_SERVER="https://other.example"
    )

    assert [row["nct_id"] for row in ended.objects] == [SUSPENDS]

"""Every command of the papers, typed by somebody with a folder, against the stand-in registry."""

import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from simulator.made import open_stories
from storage.engine import open_database
from storage.tables import deliveries, targets
from tests.acceptance.service import rows_of, running_service
from tests.acceptance.stage import Stage, on_stage
from tests.architecture.papers import named
from tests.newcomer.drill import Person, StumbleError, a_person
from tests.newcomer.papers import Block, blocks, papers
from tests.servers.ports import free_port
from tests.unit.web.members import a_key, an_operator
from tests.unit.web.site import a_service

pytestmark = pytest.mark.acceptance

#: The trial that people type in place of the made-up number.
OWN_TRIAL = "NCT99000002"
#: Releases: when the watch begins, with a past that is fetched, and when it has changed.
FIRST, LAST = 3, 6
WITH_COMMANDS = [
    paper for paper in papers() if any(block.kind != "not run" for block in blocks(paper))
]
#: Papers whose commands go to a server that runs.
AT_A_SERVER = {"docs/api.md", "docs/commands.md"}
#: The one of them whose server asks for a key, which lies where the paper says.
WITH_A_KEY = {"docs/commands.md"}
_BIN = Path(sys.executable).parent


@asynccontextmanager
async def _served(stage: Stage, paper: str) -> AsyncIterator[str]:
    """Let a server run where a paper takes one for granted; give its address."""
    if paper not in AT_A_SERVER:
        yield "http://127.0.0.1:8080"
        return
    async with running_service(stage) as service:
        yield service.url


def _key(stage: Stage, home: Path) -> None:
    database = open_database(f"sqlite:///{stage.folder / 'trialwatch.db'}")
    service = a_service(database)
    file = home / ".config" / "trialwatch" / "key"
    file.parent.mkdir(parents=True)
    file.write_text(a_key(service, an_operator(service)) + "\n", encoding="ascii")
    file.chmod(0o600)
    database.close()


def _values(stage: Stage, folder: Path, server: str, postgresql: str) -> dict[str, str]:
    """Return what stands in the papers, and what is typed instead; longer words first."""
    registry, mail = free_port(), free_port()
    return {
        "NCT01234567": OWN_TRIAL,
        "smtp://user:password@mail.example.org:587": (
            f"smtp://127.0.0.1:{stage.mail.port}?starttls=never"
        ),
        "postgresql://trialwatch@db.example.org/trialwatch": f"'{postgresql}'",
        "TRIALWATCH_SERVER=https://trials.example.org": f"TRIALWATCH_SERVER={server}",
        "http://127.0.0.1:8080": server,
        "trialwatch simulate": f"trialwatch simulate --port {registry}",
        "127.0.0.1:8090": f"127.0.0.1:{registry}",
        "127.0.0.1:8025": f"127.0.0.1:{mail}",
        "/srv/": f"{folder}/srv/",
    }


def _lay_out(stage: Stage, folder: Path, before: bytes) -> None:
    """Put there what a person has by then: the program, two records, another database."""
    for place in (folder, folder / "srv" / "trialwatch" / "program"):
        place.mkdir(parents=True, exist_ok=True)
        (place / ".venv").symlink_to(_BIN.parent)
    (folder / "srv" / "new").mkdir()
    (folder / "before.json").write_bytes(before)
    (folder / "after.json").write_bytes(_record(stage))
    _copy(stage, folder / "srv" / "trialwatch" / "trialwatch.db")
    _copy(stage, folder / "srv" / "trialwatch" / "data" / "trialwatch.db")


def _copy(stage: Stage, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(stage.folder / "trialwatch.db")) as old,
        closing(sqlite3.connect(file)) as copy,
    ):
        old.backup(copy)


def _give_up(stage: Stage, reader: str) -> None:
    """Let what is to go to a reader have failed for good."""
    with rows_of(stage) as rows, rows.writing() as connection:
        theirs = select(targets.c.id).where(targets.c.address == reader)
        connection.execute(
            update(deliveries).where(deliveries.c.target_id.in_(theirs)).values(state="failed")
        )
        connection.commit()


def _record(stage: Stage) -> bytes:
    view = stage.registry.registry.view()
    study = view.find(OWN_TRIAL)
    assert study is not None
    return view.raw(study)


@asynccontextmanager
async def _in_front_of(paper: str, tmp_path: Path, postgresql: str) -> AsyncIterator[Person]:
    """Somebody who watches trials that have changed, at the beginning of a paper."""
    here, data = tmp_path / "here", tmp_path / "data"
    data.mkdir()
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(on_stage(open_stories(), data))
        stage.settings["TRIALWATCH_REGISTRY_HISTORY"] = "true"
        stage.registry.publish(FIRST)
        readers = [f"{name}@example.org" for name in ("one", "two", "three")]
        emails = [word for reader in readers for word in ("--email", reader)]
        await stage.run("watch", OWN_TRIAL, *emails)
        await stage.check()
        before = _record(stage)
        stage.registry.publish(LAST)
        await stage.check()
        _give_up(stage, readers[-1])
        _lay_out(stage, here, before)
        if paper in WITH_A_KEY:
            _key(stage, here)
        server = await stack.enter_async_context(_served(stage, paper))
        environment = {
            **stage.environment,
            "HOME": str(here),
            "PATH": f"{_BIN}:{stage.environment['PATH']}",
        }
        # Whoever types sees an answer of the server that is a refusal, and the head of a stream.
        (here / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\ndump-header=-\n")
        values = _values(stage, here, server, postgresql)
        yield await stack.enter_async_context(a_person(here, environment, values))


@pytest.mark.postgresql
@pytest.mark.parametrize("paper", WITH_COMMANDS, ids=named)
async def test_what_a_paper_says_works(
    paper: Path, tmp_path: Path, empty_postgresql_url: str
) -> None:
    async with _in_front_of(named(paper), tmp_path, empty_postgresql_url) as person:
        for block in blocks(paper):
            await person.follow(block)


def _paper(folder: Path, text: str) -> list[Block]:
    file = folder / "paper.md"
    file.write_text(text, encoding="utf-8")
    return list(blocks(file))


def test_block_of_another_language_without_a_reason_fails_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"paper\.md:3: a block of yaml is not run"):
        _paper(tmp_path, "one\n\n```yaml\na: b\n```\n")
    with pytest.raises(ValueError, match=r"paper\.md:1: settings"):
        _paper(tmp_path, "```\nNAME=value\n```\n")
    with pytest.raises(ValueError, match=r"paper\.md:2: nobody knows"):
        _paper(tmp_path, "<!-- maybe: later -->\n```\ntrue\n```\n")


def test_blocks_are_read_with_what_is_said_of_them(tmp_path: Path) -> None:
    text = (
        "```\n# said\necho a \\\n  b\n\ntrue\n```\n<!-- not run: a drawing -->\n```text\n|\n```\n"
    )
    first, second = _paper(tmp_path, text)

    assert [(line.number, line.text) for line in first.lines] == [(3, "echo a   b"), (6, "true")]
    assert (second.number, second.kind, second.words) == (9, "not run", "a drawing")


async def test_command_that_does_not_work_is_told_with_file_line_and_words(tmp_path: Path) -> None:
    [block] = _paper(tmp_path, "```\nexport WORD=given\necho $WORD; no-such-command\n```\n")
    async with a_person(tmp_path, {"PATH": "/usr/bin:/bin"}, {}) as person:
        with pytest.raises(StumbleError, match=r"(?s)paper\.md:3: .*status 127.*given") as told:
            await person.follow(block)

    assert "no-such-command" in str(told.value)


async def test_what_goes_on_must_begin_well(tmp_path: Path) -> None:
    [block] = _paper(tmp_path, "```\ntrialwatch run --no-such-option\n```\n")
    async with a_person(tmp_path, {"PATH": f"{_BIN}:/usr/bin:/bin"}, {}) as person:
        with pytest.raises(StumbleError, match=r"paper\.md:2: "):
            await person.follow(block)

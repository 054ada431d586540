"""A registry that is away or lies, and mail servers that refuse: told in words, nothing lost."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from simulator.made import open_stories, stories
from simulator.serve import running
from simulator.source import Source
from simulator.versions import VersionedStudies
from tests.acceptance.stage import READER, Ended, Stage, on_stage
from tests.servers.certificates import make_authority
from tests.servers.smtp import Trouble, smtp_sink

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
#: Asks for more patience than a command has, so it ends at once.
AN_HOUR = {"status": 503, "retry_after": "3600"}
#: Seconds by which every retry is due.
LATER = 4000


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


@pytest.fixture
async def watching(stage: Stage) -> Stage:
    """One trial watched, its baseline taken, the release out in which it changes."""
    await stage.watch(SUSPENDS)
    await stage.check()
    stage.registry.publish_next()
    return stage


def assert_told(ended: Ended, *words: str) -> None:
    """Hold that a person was told on standard error, and tools read no change."""
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err.replace("\n", " "), ended.err
    assert ended.out == ""


async def assert_found_and_told_once(stage: Stage) -> None:
    """Hold that a good answer makes good whatever was before."""
    stage.registry.faults.clear()
    found = await stage.check()
    first = next((c["kind"], c["before"], c["after"]) for c in found)
    assert first == ("status", "RECRUITING", "SUSPENDED")
    await stage.run("deliver", "--until-empty")
    assert len(stage.mails) == len(stage.messages) == 1


# --- the registry ---


async def test_registry_that_is_away_is_told_and_asked_again(watching: Stage) -> None:
    usual = watching.registry
    async with running(open_stories()) as away:
        pass
    watching.registry = away

    ended = await watching.run("check", "--json", status=1)
    listed = await watching.run("list", "--json")
    asked = await watching.run("doctor", status=1)

    assert_told(ended, f"The registry (127.0.0.1:{away.port})", "asked 5 times", "tried again")
    assert "The registry could not be asked" in listed.err
    assert listed.objects[0]["latest_version"] == 1
    assert "BAD  registry" in asked.out
    watching.registry = usual
    await assert_found_and_told_once(watching)
    assert "could not be asked" not in (await watching.run("list")).err


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "garbage"},
        {"kind": "cut"},
        {"kind": "truncated"},
        {"kind": "empty"},
        {"kind": "shape"},
        {"kind": "reset"},
        {"kind": "bad_gzip"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "retry_after": "1"},
    ],
    ids=lambda fault: fault["kind"],
)
@pytest.mark.parametrize("path", ["/version", "/studies"])
async def test_answer_that_cannot_be_read_is_asked_for_again(
    watching: Stage, fault: dict[str, Any], path: str
) -> None:
    watching.registry.faults.ask(**fault, path=path)

    await assert_found_and_told_once(watching)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": 403}, ("403", "Nothing was checked", "trialwatch doctor")),
        ({"kind": "status", **AN_HOUR}, ("503", "rest of 3600 s", "Nothing was checked")),
        ({"kind": "status", "status": 404}, ("404", "TRIALWATCH_REGISTRY_URL")),
        ({"kind": "status", "status": 400}, ("calls the request", "Nothing was checked")),
    ],
)
@pytest.mark.parametrize("path", ["/version", "/studies"])
async def test_registry_that_refuses_is_told_and_nothing_is_lost(
    watching: Stage, fault: dict[str, Any], words: tuple[str, ...], path: str
) -> None:
    watching.registry.faults.ask(**fault, path=path, times=None)

    ended = await watching.run("check", "--json", status=1)

    assert_told(ended, *words)
    assert watching.registry.requests.count(f"/api/v2{path}") <= 2
    await watching.run("deliver", "--until-empty")
    assert not watching.mails
    await assert_found_and_told_once(watching)


@pytest.mark.parametrize("kind", ["shadow", "shrink"])
async def test_shadow_of_a_record_is_kept_aside_and_never_compared(
    watching: Stage, kind: str
) -> None:
    watching.registry.faults.ask(kind, nct_ids=[SUSPENDS], path="/studies", times=None)

    ended = await watching.run("check", "--json", status=1)

    assert f"{SUSPENDS}: the record was kept aside and not compared" in ended.err
    assert f"trialwatch check --believe {SUSPENDS}" in ended.err
    assert not [c for c in ended.objects if not c["kind"].startswith("record.")]
    watching.registry.faults.clear()
    watching.registry.publish_next()
    found = await watching.check()
    assert ("status", "RECRUITING", "SUSPENDED") in [
        (change["kind"], change["before"], change["after"]) for change in found
    ]


def _another_under_its_name() -> Source:
    """The stories, with one trial's records served under another's number."""
    told = {story.nct_id: story.versions for story in stories()}
    return VersionedStudies(open_stories().calendar, told | {SUSPENDS: told["NCT99000001"]})


async def test_record_of_another_trial_is_never_taken_for_this_one(watching: Stage) -> None:
    good = watching.registry
    async with running(_another_under_its_name()) as lying:
        lying.publish(good.registry.release.number)
        watching.registry = lying
        ended = await watching.run("check", "--json", status=1)

    assert_told(ended, SUSPENDS)
    shown = (await watching.run("show", SUSPENDS, "--json")).objects[0]
    assert [version["version"] for version in shown["versions"]] == [1]
    watching.registry = good
    await assert_found_and_told_once(watching)


async def test_older_release_is_no_news_and_hides_none(watching: Stage) -> None:
    watching.registry.faults.ask("older", path="/", times=None)
    assert await watching.check() == []

    await assert_found_and_told_once(watching)
    watching.registry.faults.ask("older", path="/", times=None)
    ended = await watching.run("check", "--json", status=1)
    watching.registry.faults.clear()

    assert "is older than the one held" in ended.err
    assert await watching.check() == []
    await watching.run("deliver", "--until-empty")
    assert len(watching.mails) == len(watching.messages) == 1
    history = (await watching.run("history", SUSPENDS, "--json")).objects
    assert [version["version"] for version in history] == [1, 2]


# --- the mail server ---


async def _deliver_later(stage: Stage) -> None:
    """Sweep and deliver with a clock that has gone past every retry."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("crashing.py")), "none", "0", str(LATER)),
        env={**stage.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert await process.wait() == 0


async def _mail_state(stage: Stage) -> tuple[str, int]:
    """Return the mail's state, and how many attempts counted."""
    rows = (await stage.run("deliveries", "--json")).objects
    [mail] = [row for row in rows if row["channel"] == "email"]
    return mail["state"], len(mail["attempts"])


@pytest.mark.parametrize(
    ("stage_of_talk", "reply", "words"),
    [
        ("GREETING", "421 4.3.2 closing", "does not take mail now (421 4.3.2)"),
        ("GREETING", "554 no service", "does not take mail now (554)"),
        ("MAIL", "550 5.7.1 not you", "refuses our sender address"),
        ("RCPT", "450 4.2.0 later", "refused the recipient (450 4.2.0)"),
        ("END", "452 4.3.1 full", "refused the message (452 4.3.1)"),
    ],
)
async def test_mail_that_is_refused_for_now_waits_and_arrives_later(
    watching: Stage, stage_of_talk: str, reply: Trouble, words: str
) -> None:
    await watching.check()
    watching.mail.trouble(stage_of_talk, reply)

    ended = await watching.run("deliver", "--until-empty", status=1)

    assert words in ended.out
    assert "The next delivery is due at" in ended.out
    assert "Traceback" not in ended.err
    assert (await _mail_state(watching))[0] == "pending"
    await _deliver_later(watching)
    assert len(watching.mails) == len(watching.messages) == 1


async def test_mailbox_that_is_none_is_given_up_and_shown(watching: Stage) -> None:
    await watching.check()
    watching.mail.trouble("RCPT", "550 5.1.1 no such user")

    ended = await watching.run("deliver", "--until-empty", status=1)

    assert f"email {READER}: given up" in ended.out
    assert "550 5.1.1" in ended.out
    [failed] = (await watching.run("deliveries", "--state", "failed", "--json")).objects
    assert failed["address"] == READER
    assert failed["attempts"][-1]["status"] == 550
    assert len(watching.messages) == 1
    await watching.run("deliver")


async def test_mail_server_that_is_away_is_named_and_mail_waits(watching: Stage) -> None:
    await watching.check()
    async with smtp_sink() as away:
        pass
    watching.settings = {"TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{away.port}?starttls=never"}

    ended = await watching.run("deliver", "--until-empty", status=1)
    asked = await watching.run("doctor", "--json", status=1)

    assert f"127.0.0.1:{away.port}" in ended.out
    assert "TRIALWATCH_SMTP_URL" in ended.out
    assert {one["check"]: one["level"] for one in asked.objects}["mail"] == "bad"
    watching.settings = {}
    await _deliver_later(watching)
    assert len(watching.mails) == 1


async def test_relay_without_starttls_never_sees_the_mail(watching: Stage) -> None:
    await watching.check()
    watching.settings = {"TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{watching.mail.port}"}

    ended = await watching.run("deliver", "--until-empty", status=1)

    assert "STARTTLS" in ended.out
    assert b"MAIL FROM" not in watching.mail.clear
    watching.settings = {}
    await _deliver_later(watching)
    assert len(watching.mails) == 1


async def test_refused_password_is_told_without_it_and_mail_waits(
    watching: Stage, tmp_path: Path
) -> None:
    await watching.check()
    authority = make_authority(tmp_path)
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    async with smtp_sink(starttls=authority.server("127.0.0.1")) as relay:
        watching.settings = {
            "SSL_CERT_FILE": str(trusted),
            "TRIALWATCH_SMTP_URL": f"smtp://me:geheim@127.0.0.1:{relay.port}",
        }
        ended = await watching.run("deliver", "--until-empty", status=1)
        asked = await watching.run("doctor", status=1)
        relay.password = "geheim"
        await _deliver_later(watching)

    assert "refuses our user name or password; correct TRIALWATCH_SMTP_URL" in ended.out
    assert "535" in ended.out
    assert "geheim" not in ended.out + ended.err + asked.out + asked.err
    assert len(relay.mails) == 1
    assert relay.mails[0].over_tls


async def test_no_mail_server_at_all_lets_mail_wait(watching: Stage) -> None:
    await watching.check()
    watching.settings = {"TRIALWATCH_SMTP_URL": ""}

    ended = await watching.run("deliver", status=1)

    assert "no mail server is set, so mail waits" in ended.out
    watching.settings = {}
    await _deliver_later(watching)
    assert len(watching.mails) == 1

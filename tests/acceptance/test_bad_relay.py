"""Mail servers that refuse, stall or are away: told in words, mail waits, nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from simulator.made import open_stories
from tests.acceptance.killing import begin
from tests.acceptance.stage import READER, Stage, on_stage
from tests.servers.certificates import make_authority
from tests.servers.receiver import receiver
from tests.servers.smtp import Trouble, smtp_sink
from tests.servers.tokens import USER, TokenSink, gives, refuses

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
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


async def _deliver_later(stage: Stage) -> None:
    """Sweep and deliver with a clock that has gone past every retry."""
    assert await (await begin(stage, skew=LATER)).wait() == 0


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


async def test_refused_refresh_token_is_named_and_mail_waits(
    watching: Stage, tmp_path: Path
) -> None:
    await watching.check()
    authority = make_authority(tmp_path)
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    sink = TokenSink(good={"good"})
    async with (
        smtp_sink(starttls=authority.server("localhost"), sink=sink) as relay,
        receiver(tls=authority.server("localhost"), name="localhost") as tokens,
    ):
        watching.settings = {
            "SSL_CERT_FILE": str(trusted),
            "TRIALWATCH_SMTP_URL": f"smtp://{USER.replace('@', '%40')}@localhost:{relay.port}",
            "TRIALWATCH_MAIL_TOKEN_URL": f"https://localhost:{tokens.port}/token",
            "TRIALWATCH_MAIL_TOKEN_CLIENT": "us",
            "TRIALWATCH_MAIL_TOKEN_REFRESH": "geheim",
        }
        tokens.answer(refuses(), refuses(), gives("good"), gives("good"))
        ended = await watching.run("deliver", "--until-empty", status=1)
        asked = await watching.run("doctor", "--json", status=1)
        well = await watching.run("doctor", "--json")
        await _deliver_later(watching)

    assert "The token address refuses us (400 invalid_grant)" in ended.out
    bad, good = ({one["check"]: one for one in told.objects}["mail"] for told in (asked, well))
    assert bad["level"] == "bad"
    assert "TRIALWATCH_MAIL_TOKEN_REFRESH" in bad["text"]
    assert "signed in with an access token" in good["text"]
    assert "geheim" not in ended.out + ended.err + asked.out + asked.err + well.out
    assert [mail.login for mail in relay.mails] == [USER]


async def test_no_mail_server_at_all_lets_mail_wait(watching: Stage) -> None:
    await watching.check()
    watching.settings = {"TRIALWATCH_SMTP_URL": ""}

    ended = await watching.run("deliver", status=1)

    assert "no mail server is set, so mail waits" in ended.out
    watching.settings = {}
    await _deliver_later(watching)
    assert len(watching.mails) == 1

"""What people type or set wrongly: told in words, nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import COMMAND, Ended, Stage, on_stage

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


def assert_told(ended: Ended, *words: str) -> None:
    """Hold that a person was told on standard error, in words, and tools read nothing."""
    assert "Traceback" not in ended.err
    assert "trialwatch: " in ended.err
    for word in words:
        assert word in ended.err.replace("\n", " "), ended.err
    assert ended.out == ""


# --- what is typed ---


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("NCT", "'NCT' is not an NCT number"),
        ("12345678", "'12345678' is not an NCT number"),
        ("NCT00000000", "'NCT00000000' is not an NCT number"),
        ("NCT990000011", "'NCT990000011' is not an NCT number"),
        ("NCT9900000l", "'NCT9900000l' is not an NCT number"),
        ("NCT9900001", "If you mean NCT09900001, write that"),
        ("\u0661\u0662", "is not an NCT number"),
        ("NCT99000001,oops", "'oops' is not an NCT number"),
    ],
)
async def test_wrong_number_watches_nothing(stage: Stage, number: str, words: str) -> None:
    ended = await stage.run("watch", SUSPENDS, number, "--json", status=2)

    assert_told(ended, words)
    assert (await stage.run("list", "--json")).objects == []


@pytest.mark.parametrize("command", ["show", "history", "summary", "unwatch"])
async def test_wrong_number_is_wrong_use_of_every_command(stage: Stage, command: str) -> None:
    ended = await stage.run(command, "NCT9900001", status=2)

    assert_told(ended, "'NCT9900001' is not a whole NCT number", "NCT and 8 digits")


@pytest.mark.parametrize(
    "address",
    [
        *("nobody", "@clinic.example", "a b@clinic.example", "a@b@c.example", "a@[127.0.0.1]", ""),
        *("Ann <a@clinic.example>", "a@clinic.example\r\nBcc: b@clinic.example"),
        "a" * 300 + "@c.example",
    ],
)
async def test_what_is_no_mail_address_watches_nothing(stage: Stage, address: str) -> None:
    ended = await stage.run("watch", SUSPENDS, "--email", address, "--json", status=2)

    assert_told(ended, "e-mail address")
    assert len(ended.err.splitlines()) == 1
    assert (await stage.run("list", "--json")).objects == []


NOT_PUBLIC = "TRIALWATCH_WEBHOOK_ALLOW"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://10.1.2.3/hook", NOT_PUBLIC),
        ("https://192.168.0.1:8443/", NOT_PUBLIC),
        ("https://169.254.169.254/latest/meta-data", NOT_PUBLIC),
        ("https://LocalHost:8443/", NOT_PUBLIC),
        ("https://2130706433/", NOT_PUBLIC),
        ("https://0x7f.1/", NOT_PUBLIC),
        ("https://0177.0.0.1/", "is not a web address"),
        ("https://0/", NOT_PUBLIC),
        ("https://[::1]/", NOT_PUBLIC),
        ("https://[::ffff:127.0.0.1]/", NOT_PUBLIC),
        ("https://[fd00::1]/", NOT_PUBLIC),
        ("http://8.8.8.8/hook", "change the address to https"),
        ("https://8.8.8.8:22/", "choose another port"),
        ("https://me:geheim@8.8.8.8/", "leave it out, signatures prove who sends"),
        ("ftp://8.8.8.8/", "does not begin with https://"),
        ("https:///hook", "names no host"),
        ("hook", "does not begin with https://"),
        ("https://8.8.8.8/" + "x" * 2100, "too long"),
    ],
)
async def test_webhook_that_leads_astray_watches_nothing(
    stage: Stage, url: str, words: str
) -> None:
    stage.settings = {"TRIALWATCH_WEBHOOK_ALLOW": ""}

    ended = await stage.run("watch", SUSPENDS, "--webhook", url, "--json", status=2)

    assert_told(ended, words)
    assert "geheim" not in ended.err
    assert (await stage.run("list", "--json")).objects == []


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 81])
async def test_list_without_a_proper_name_is_refused(stage: Stage, name: str) -> None:
    assert_told(await stage.run("watch", SUSPENDS, "--list", name, status=2), "--list", "printable")


# --- what is set ---


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("REGISTRY_RATE", "often", "TRIALWATCH_REGISTRY_RATE: read 'often'"),
        ("REGISTRY_URL", "https://clinicaltrials.gov/", "ends in /api/v2"),
        ("REGISTY_RATE", "1", "Did you mean TRIALWATCH_REGISTRY_RATE?"),
        ("POLL_EVERY", "0", "TRIALWATCH_POLL_EVERY: read"),
        ("WEBHOOK_ALLOW", "10.0.0.1/8", "TRIALWATCH_WEBHOOK_ALLOW: read"),
        ("WEB_BIND", "8080", "TRIALWATCH_WEB_BIND: read '8080'"),
        ("CONFIG", "/nowhere/trialwatch.toml", "TRIALWATCH_CONFIG: there is no file"),
        ("SMTP_URL_FILE", "/nowhere/secret", "TRIALWATCH_SMTP_URL and TRIALWATCH_SMTP_URL_FILE"),
    ],
)
async def test_wrong_setting_stops_every_start(
    stage: Stage, setting: str, value: str, words: str
) -> None:
    stage.settings = {f"TRIALWATCH_{setting}": value}

    assert_told(await stage.run("list", status=2), words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SMTP_URL": "http://relay.example"}, "TRIALWATCH_SMTP_URL: the mail relay's address has"),
        (
            {"SMTP_URL": "smtp://me:geheim@127.0.0.1?starttls=never"},
            "TRIALWATCH_SMTP_URL: with ?starttls=never the password would travel in clear",
        ),
        ({"SMTP_URL": "smtp://me:gehe/im@relay.example"}, "TRIALWATCH_SMTP_URL: "),
        (
            {"MAIL_FROM": "", "SMTP_URL": "smtp://relay.example"},
            "Set TRIALWATCH_MAIL_FROM",
        ),
        ({"MAIL_FROM": "nobody"}, "TRIALWATCH_MAIL_FROM"),
        (
            {
                "SMTP_URL": "smtp://me:geheim@relay.example",
                "MAIL_TOKEN_URL": "https://login.example/token",
            },
            "names a user and no password",
        ),
        (
            {"SMTP_URL": "smtp://me@relay.example", "MAIL_TOKEN_URL": "http://login.example/"},
            "TRIALWATCH_MAIL_TOKEN_...: the token address has to begin with https://",
        ),
    ],
)
@pytest.mark.parametrize("command", ["deliver", "run"])
async def test_wrong_mail_setting_is_named_and_no_password_shown(
    stage: Stage, command: str, settings: dict[str, str], words: str
) -> None:
    stage.settings = {f"TRIALWATCH_{name}": value for name, value in settings.items()}

    ended = await stage.run(command, status=2)

    assert_told(ended, words)
    assert "geheim" not in ended.err
    assert "gehe" not in ended.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("registry_rate = ", "is not TOML"),
        ("registry_rat = 1", "Did you mean registry_rate?"),
        ("registry_rate = -1", "registry_rate in "),
        ('[web]\nbind = "x"', "there is no such setting"),
    ],
)
async def test_bad_settings_file_is_named(stage: Stage, text: str, words: str) -> None:
    file = stage.folder / "settings.toml"
    file.write_text(text)
    stage.settings = {"TRIALWATCH_CONFIG": str(file)}
    # The environment would win over the file.
    usual = dict(stage.environment)
    del usual["TRIALWATCH_REGISTRY_RATE"]

    ended = await _run(usual, stage.folder, COMMAND, "list")

    assert ended.status == 2
    assert_told(ended, words, str(file))


async def test_port_that_is_taken_is_named_and_nothing_runs(stage: Stage) -> None:
    bind = f"127.0.0.1:{stage.hook.port}"
    stage.settings = {"TRIALWATCH_WEB_BIND": bind}

    ended = await stage.run("run", status=1)

    assert_told(ended, f"cannot be served on {bind}", "set TRIALWATCH_WEB_BIND")
    assert not stage.registry.requests.all()


async def _run(environment: dict[str, str], folder: Path, *arguments: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *arguments,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())

"""What an operator may set, and what is said of a mistake."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.settings import load


def test_nothing_set_gives_the_real_registry_and_sqlite(tmp_path: Path) -> None:
    settings = load({"TRIALWATCH_DATA_DIR": str(tmp_path)})

    assert settings.registry_url == "https://clinicaltrials.gov/api/v2"
    assert settings.registry_rate == 1
    assert settings.database_url == f"sqlite:///{tmp_path}/trialwatch.db"
    assert settings.web_url == "http://127.0.0.1:8080"


def test_postgresql_url_is_taken_as_it_stands() -> None:
    url = "postgresql://watch:p%40ss@db.example/trialwatch?sslmode=require"

    assert load({"TRIALWATCH_DATABASE_URL": url}).database_url == url


def test_networks_are_split_at_commas() -> None:
    settings = load({"TRIALWATCH_WEBHOOK_ALLOW": "127.0.0.0/8, fd00::/8"})

    assert settings.webhook_allow == (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))


def test_environment_wins_over_file(tmp_path: Path) -> None:
    file = tmp_path / "trialwatch.toml"
    file.write_text('registry_rate = 3\nmail_from = "file@example.org"\npoll_every = 60\n')

    settings = load({"TRIALWATCH_CONFIG": str(file), "TRIALWATCH_REGISTRY_RATE": "0"})

    assert settings.registry_rate == 0
    assert settings.mail_from == "file@example.org"
    assert settings.poll_every == timedelta(minutes=1)


def test_usual_file_is_read_from_the_xdg_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "trialwatch").mkdir()
    (tmp_path / "trialwatch" / "trialwatch.toml").write_text("registry_rate = 7\n")

    assert load({}).registry_rate == 7


def test_secret_is_read_from_the_file_named(tmp_path: Path) -> None:
    secret = tmp_path / "smtp"
    secret.write_text("smtps://me:secret@mail.example:465\n")

    settings = load({"TRIALWATCH_SMTP_URL_FILE": str(secret)})

    assert settings.smtp_url == "smtps://me:secret@mail.example:465"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"TRIALWATCH_REGISTRY_RAT": "1"}, ["TRIALWATCH_REGISTRY_RAT:", "Did you mean"]),
        ({"TRIALWATCH_REGISTRY_RATE": "fast"}, ["TRIALWATCH_REGISTRY_RATE:", "'fast'", "0 is no"]),
        ({"TRIALWATCH_REGISTRY_RATE": "-1"}, ["TRIALWATCH_REGISTRY_RATE:", "'-1'"]),
        ({"TRIALWATCH_REGISTRY_URL": "http://x/api"}, ["'http://x/api'", "ends in /api/v2"]),
        ({"TRIALWATCH_WEBHOOK_ALLOW": "10.0.0.1/8"}, ["TRIALWATCH_WEBHOOK_ALLOW:", "10.0.0.1/8"]),
        ({"TRIALWATCH_POLL_EVERY": "0"}, ["TRIALWATCH_POLL_EVERY:"]),
        ({"TRIALWATCH_WEB_BIND": "8080"}, ["TRIALWATCH_WEB_BIND:", "127.0.0.1:8080"]),
        ({"TRIALWATCH_CONFIG": "/no/such.toml"}, ["TRIALWATCH_CONFIG:", "/no/such.toml"]),
        ({"TRIALWATCH_SMTP_URL_FILE": "/no/such"}, ["TRIALWATCH_SMTP_URL_FILE:", "cannot read"]),
        (
            {"TRIALWATCH_SMTP_URL": "smtp://a", "TRIALWATCH_SMTP_URL_FILE": "/x"},
            ["both set"],
        ),
    ],
)
def test_wrong_setting_stops_the_start_with_its_name(
    environment: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        load(environment)

    for word in words:
        assert word in str(error.value)


def test_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trialwatch.toml"
    file.write_text("smpt_url = 'x'\n")

    with pytest.raises(ConfigError, match=r"smpt_url in .*Did you mean smtp_url"):
        load({"TRIALWATCH_CONFIG": str(file)})


def test_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "trialwatch.toml"
    file.write_text("this is = = not toml")

    with pytest.raises(ConfigError, match=r"trialwatch\.toml"):
        load({"TRIALWATCH_CONFIG": str(file)})


def test_secrets_are_never_repeated(tmp_path: Path) -> None:
    file = tmp_path / "trialwatch.toml"
    file.write_text("smtp_url = ['smtp://me:hunter2@x']\n")

    with pytest.raises(ConfigError) as error:
        load({"TRIALWATCH_CONFIG": str(file)})

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("POLL_EVERY", "abc", "It is no number of seconds"),
        ("REGISTRY_RATE", "x", "It is no number"),
        ("REGISTRY_RATE", "-1", "It is less than 0"),
        ("REGISTRY_RATE", "9999", "It is more than 1000"),
        ("MODEL_PATIENCE", "0", "It is less than 1 second"),
        ("REGISTRY_HISTORY", "maybe", "It is neither true nor false"),
        ("WEB_BIND", "nonsense", "It does not have the form it needs"),
        ("CONFIRM_MAIL", "never", "It is not one of 'others' or 'always'"),
        ("WEBHOOK_ALLOW", "10.0.0.0/99,foo", "There is something in it that is no network"),
        ("MAIL_FROM", "x" * 400, "It is longer than 320 characters"),
    ],
)
def test_mistakes_are_told_in_our_words(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        load({f"TRIALWATCH_{name}": value})

    told = str(wrong.value)
    assert told.startswith(f"TRIALWATCH_{name}: read ")
    assert f". {says}. Allowed: " in told
    for foreign in ("Input should", "String should", "Value error", "pattern '"):
        assert foreign not in told

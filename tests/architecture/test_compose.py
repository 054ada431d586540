"""docker-compose.yml: pinned, watched over, without a secret, and not open to the world."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from config.settings import Settings
from tests.architecture.papers import read

_SERVICES = ("trialwatch", "postgres", "mail")
#: A tag with a version in it: not bare, not latest, not one number that moves every week.
_PINNED = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")
_SECRET_NAME = re.compile(r"password|secret|token|key|database_url", re.IGNORECASE)


@cache
def compose() -> Any:
    return yaml.safe_load(read("docker-compose.yml"))


def services() -> Any:
    return compose()["services"]


def environment(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in services()[name].get("environment", {}).items()}


def test_service_database_and_mail_catcher_are_there() -> None:
    assert sorted(services()) == sorted(_SERVICES)


@pytest.mark.parametrize("name", _SERVICES)
def test_image_is_pinned_to_a_version(name: str) -> None:
    assert _PINNED.fullmatch(services()[name]["image"])


def test_our_image_carries_our_version() -> None:
    version = re.search(r'^version = "([^"]+)"', read("pyproject.toml"), re.MULTILINE)

    assert version
    assert services()["trialwatch"]["image"] == f"trialwatch:{version[1]}"


@pytest.mark.parametrize("name", _SERVICES)
def test_health_is_checked_within_bounds(name: str) -> None:
    check = services()[name]["healthcheck"]

    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_service_starts_after_the_others_are_healthy() -> None:
    awaited = services()["trialwatch"]["depends_on"]

    assert awaited == {
        "postgres": {"condition": "service_healthy"},
        "mail": {"condition": "service_healthy"},
    }


@pytest.mark.parametrize("name", _SERVICES)
def test_what_is_kept_lies_in_named_volumes(name: str) -> None:
    mounted = [volume.split(":")[0] for volume in services()[name]["volumes"]]

    assert mounted
    assert set(mounted) <= set(compose()["volumes"])


def test_every_volume_is_used() -> None:
    used = {volume.split(":")[0] for each in services().values() for volume in each["volumes"]}

    assert used == set(compose()["volumes"])


@pytest.mark.parametrize("name", _SERVICES)
def test_environment_names_secrets_by_file_alone(name: str) -> None:
    secret = {key: value for key, value in environment(name).items() if _SECRET_NAME.search(key)}

    told = {key for key in secret if not key.endswith("_FILE")}
    assert not told
    files = {value for key, value in secret.items() if key.endswith("_FILE")}
    granted = {f"/run/secrets/{each}" for each in services()[name].get("secrets", [])}
    assert files == granted


def test_no_value_holds_a_password() -> None:
    values = [value for name in _SERVICES for value in environment(name).values()]

    assert not [value for value in values if re.search(r"://[^/\s]*:[^/\s]*@", value)]


def test_secrets_are_files_that_git_and_images_leave_out() -> None:
    files = [each["file"] for each in compose()["secrets"].values()]

    assert files
    assert all(file.startswith("./secrets/") for file in files)
    assert "secrets/" in read(".gitignore").splitlines()
    assert "secrets" in read(".dockerignore").splitlines()


@pytest.mark.parametrize("name", _SERVICES)
def test_ports_are_bound_to_this_machine(name: str) -> None:
    ports = services()[name].get("ports", [])

    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


def test_database_is_not_published_at_all() -> None:
    assert "ports" not in services()["postgres"]


def test_service_runs_with_as_little_as_it_needs() -> None:
    ours = services()["trialwatch"]

    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in ours["security_opt"]
    assert re.search(r"^USER (?!root)\w+$", read("Dockerfile"), re.MULTILINE)


def test_settings_in_it_are_settings_there_are() -> None:
    names = {
        key.removeprefix("TRIALWATCH_").removesuffix("_FILE").lower()
        for key in environment("trialwatch")
    }

    assert names <= set(Settings.model_fields)


def test_image_copies_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", read("Dockerfile"), re.MULTILINE))

    assert copied == {"config", "monitor", "notifiers", "simulator", "storage", "trialwatch"}

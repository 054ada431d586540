"""The compose files: pinned, watched over, without a secret, and not open to the world."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from config.settings import Settings
from tests.architecture.papers import read

_ALONE, _ROLES = "docker-compose.yml", "docker-compose.roles.yml"
_OURS = {_ALONE: ("trialwatch",), _ROLES: ("upgrade", "serve", "scheduler", "worker")}
_OTHERS = {_ALONE: ("postgres", "mail"), _ROLES: ("postgres", "mail", "proxy")}
_FILES = (_ALONE, _ROLES)
_SERVICES = [(file, name) for file in _FILES for name in (*_OURS[file], *_OTHERS[file])]
_OUR_SERVICES = [(file, name) for file in _FILES for name in _OURS[file]]
#: It ends by itself, and the others wait until it has.
_ENDS = "upgrade"
#: A tag with a version in it: not bare, not latest, not one number that moves every week.
_PINNED = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")
_SECRET_NAME = re.compile(r"password|secret|token|key|database_url", re.IGNORECASE)


@cache
def compose(file: str) -> Any:
    return yaml.safe_load(read(file))


def services(file: str) -> Any:
    return compose(file)["services"]


def environment(file: str, name: str) -> dict[str, str]:
    given = services(file)[name].get("environment", {})
    return {key: str(value) for key, value in given.items()}


@pytest.mark.parametrize("file", _FILES)
def test_service_database_and_mail_catcher_are_there(file: str) -> None:
    assert sorted(services(file)) == sorted((*_OURS[file], *_OTHERS[file]))


@pytest.mark.parametrize(("file", "name"), _SERVICES)
def test_image_is_pinned_to_a_version(file: str, name: str) -> None:
    assert _PINNED.fullmatch(services(file)[name]["image"])


@pytest.mark.parametrize(("file", "name"), _OUR_SERVICES)
def test_our_image_carries_our_version(file: str, name: str) -> None:
    version = re.search(r'^version = "([^"]+)"', read("pyproject.toml"), re.MULTILINE)

    assert version
    assert services(file)[name]["image"] == f"trialwatch:{version[1]}"


@pytest.mark.parametrize(("file", "name"), [one for one in _SERVICES if one[1] != _ENDS])
def test_health_is_checked_within_bounds(file: str, name: str) -> None:
    check = services(file)[name]["healthcheck"]

    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize(("file", "name"), [(_ALONE, "trialwatch"), (_ROLES, _ENDS)])
def test_service_starts_after_the_others_are_healthy(file: str, name: str) -> None:
    awaited = services(file)[name]["depends_on"]

    assert awaited == {
        "postgres": {"condition": "service_healthy"},
        "mail": {"condition": "service_healthy"},
    }


@pytest.mark.parametrize("name", ["serve", "scheduler", "worker"])
def test_role_starts_after_the_tables_are_made(name: str) -> None:
    ours = services(_ROLES)

    assert ours[name]["command"] == [name]
    assert ours[name]["depends_on"] == {_ENDS: {"condition": "service_completed_successfully"}}
    assert ours[_ENDS]["command"] == ["db", "upgrade"]


@pytest.mark.parametrize(
    ("file", "name"),
    [(_ALONE, "trialwatch"), *((file, name) for file in _FILES for name in ("postgres", "mail"))],
)
def test_what_is_kept_lies_in_named_volumes(file: str, name: str) -> None:
    mounted = [volume.split(":")[0] for volume in services(file)[name]["volumes"]]

    assert mounted
    assert set(mounted) <= set(compose(file)["volumes"])


@pytest.mark.parametrize("file", _FILES)
def test_every_volume_is_used(file: str) -> None:
    used = {
        volume.split(":")[0]
        for each in services(file).values()
        for volume in each.get("volumes", [])
    }

    assert used == set(compose(file)["volumes"])


@pytest.mark.parametrize(("file", "name"), _SERVICES)
def test_environment_names_secrets_by_file_alone(file: str, name: str) -> None:
    secret = {
        key: value for key, value in environment(file, name).items() if _SECRET_NAME.search(key)
    }

    told = {key for key in secret if not key.endswith("_FILE")}
    assert not told
    files = {value for key, value in secret.items() if key.endswith("_FILE")}
    granted = {f"/run/secrets/{each}" for each in services(file)[name].get("secrets", [])}
    assert files == granted


def test_no_value_holds_a_password() -> None:
    values = [value for one in _SERVICES for value in environment(*one).values()]

    assert not [value for value in values if re.search(r"://[^/\s]*:[^/\s]*@", value)]


@pytest.mark.parametrize("file", _FILES)
def test_secrets_are_files_that_git_and_images_leave_out(file: str) -> None:
    files = [each["file"] for each in compose(file)["secrets"].values()]

    assert files
    assert all(each.startswith("./secrets/") for each in files)
    assert "secrets/" in read(".gitignore").splitlines()
    assert "secrets" in read(".dockerignore").splitlines()


@pytest.mark.parametrize(("file", "name"), _SERVICES)
def test_ports_are_bound_to_this_machine(file: str, name: str) -> None:
    ports = services(file)[name].get("ports", [])

    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("file", _FILES)
def test_database_is_not_published_at_all(file: str) -> None:
    assert "ports" not in services(file)["postgres"]


@pytest.mark.parametrize(("file", "name"), _OUR_SERVICES)
def test_service_runs_with_as_little_as_it_needs(file: str, name: str) -> None:
    ours = services(file)[name]

    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in ours["security_opt"]
    assert re.search(r"^USER (?!root)\w+$", read("Dockerfile"), re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), _OUR_SERVICES)
def test_settings_in_it_are_settings_there_are(file: str, name: str) -> None:
    known = set(Settings.model_fields)
    given = [key.removeprefix("TRIALWATCH_").lower() for key in environment(file, name)]

    assert [key for key in given if not {key, key.removesuffix("_file")} & known] == []


def test_image_copies_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", read("Dockerfile"), re.MULTILINE))

    assert copied == {"config", "monitor", "notifiers", "simulator", "storage", "trialwatch"}

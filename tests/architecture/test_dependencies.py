"""Every dependency has its reason, every reason its dependency, and the lock pins them all."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.papers import PACKAGES, ROOT, project, read, table

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.IGNORECASE)
_RUN = "| library | why it is here | page |"
_DEVELOP = "| library | why it is here |"
#: Needed though no line of ours imports it: FastAPI reads forms with it.
_USED_BY_OTHERS = {"python-multipart"}


def names(requirements: list[str]) -> list[str]:
    found = []
    for requirement in requirements:
        name = _NAME.match(requirement)
        assert name, requirement
        found.append(name[0].lower())
    return found


def runs_with() -> list[str]:
    return names(project()["project"]["dependencies"])


def developed_with() -> list[str]:
    return names(project()["dependency-groups"]["dev"])


def test_each_library_of_the_service_has_one_reason() -> None:
    rows = table(read("docs/adr/README.md"), _RUN)

    assert sorted(row[0] for row in rows) == sorted(runs_with())
    assert all(len(row[1].split()) >= 4 for row in rows)


def test_each_tool_of_development_has_one_reason() -> None:
    rows = table(read("docs/adr/README.md"), _DEVELOP)

    assert sorted(row[0] for row in rows) == sorted(developed_with())


def test_the_lock_pins_every_dependency_with_hashes() -> None:
    lock = read("requirements.lock")
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)
    pinned = {
        entry.split("==")[0].split("[")[0].lower(): entry for entry in entries if "==" in entry
    }

    missing = set(runs_with() + developed_with()) - set(pinned)
    assert not missing
    assert [name for name, entry in pinned.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("part", ["requirements-run.lock", "requirements-build.lock"])
def test_a_part_of_the_lock_pins_what_the_whole_pins(part: str) -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.\[\]-]+==[\w.]+", read(name), re.MULTILINE))

    assert pins(part)
    assert pins(part) <= pins("requirements.lock")


def imported() -> set[str]:
    """Distributions that the packages import."""
    modules = {
        line
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for line in _modules_of(path)
    }
    known = packages_distributions()
    return {name.lower().replace("_", "-") for module in modules for name in known.get(module, [])}


def _modules_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE)


@pytest.mark.parametrize("name", runs_with())
def test_library_of_the_service_is_used_by_it(name: str) -> None:
    assert name in imported() | _USED_BY_OTHERS


def test_packages_import_nothing_that_is_not_named() -> None:
    #: Come with, and are the inside of, a library that is named.
    within = {
        "httpcore": "httpx",
        "pydantic": "pydantic-settings",
        "pydantic-core": "pydantic-settings",
    }
    unnamed = imported() - set(runs_with()) - {"trialwatch"}

    assert {name for name in unnamed if within.get(name) not in runs_with()} == set()

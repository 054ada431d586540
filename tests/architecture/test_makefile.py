"""The Makefile: its targets, and that set-up does nothing the second time."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.papers import ROOT, read

_TARGETS = ("help", "setup", "demo", "test", "lint", "sbom", "audit", "check", "clean")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what set-up looks at, and nothing made yet."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def made(folder: Path, *words: str) -> str:
    """What make would do."""
    make = shutil.which("make")
    assert make, "make is not installed; the project needs it and Python, nothing else"
    # A make that runs these tests hands its own flags down; they are not about this one.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        [make, "--no-print-directory", "-n", f"PYTHON={sys.executable}", *words],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def fresh(folder: Path, *, age: int) -> None:
    """Let set-up have ended ``age`` seconds after the lock was written."""
    stamp = folder / ".venv" / ".installed"
    stamp.parent.mkdir(exist_ok=True)
    stamp.touch()
    written = max(
        (folder / name).stat().st_mtime for name in ("pyproject.toml", "requirements.lock")
    )
    os.utime(stamp, (written + age, written + age))


@pytest.mark.parametrize("target", _TARGETS)
def test_target_exists_and_is_no_file(target: str, project: Path) -> None:
    made(project, target)

    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert target in phony[1].split()


def test_setup_installs_from_the_lock_with_hashes(project: Path) -> None:
    steps = made(project, "setup")

    assert "--require-hashes -r requirements.lock" in steps
    assert "--no-deps --no-build-isolation -e ." in steps


def test_setup_does_nothing_the_second_time(project: Path) -> None:
    fresh(project, age=5)

    assert "pip" not in made(project, "setup")


def test_setup_runs_again_after_the_lock_changed(project: Path) -> None:
    fresh(project, age=-5)

    assert "pip" in made(project, "setup")


@pytest.mark.parametrize("target", ["demo", "test", "lint", "check"])
def test_target_does_its_own_set_up(target: str, project: Path) -> None:
    assert "--require-hashes" in made(project, target)


def test_demo_ends_by_itself_when_asked(project: Path) -> None:
    assert "trialwatch demo --once" in made(project, "demo", "ONCE=1")
    assert "--once" not in made(project, "demo")


def test_check_is_linters_and_tests(project: Path) -> None:
    steps = made(project, "check")

    for tool in ("ruff format --check", "ruff check", "mypy", "lint-imports", "pytest"):
        assert tool in steps


def test_help_names_every_target_a_person_calls() -> None:
    told = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))

    assert told == set(_TARGETS)

"""The wheel holds what the service needs beside its code, and nothing of the workshop."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.papers import PACKAGES, ROOT

_NO_DATA = {".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Names of the files in a wheel built here and now, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("trialwatch-*.whl")
    with zipfile.ZipFile(built) as opened:
        return frozenset(opened.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_file_of_a_package(package: str, wheel: frozenset[str]) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in _NO_DATA
    }

    assert ours <= wheel


@pytest.mark.parametrize(
    "pattern",
    [
        "notifiers/templates/*.html",
        "notifiers/templates/*.txt",
        "notifiers/schemas/*.json",
        "storage/migrations/env.py",
        "storage/migrations/versions/*.py",
        "monitor/detection/*.tsv",
        "monitor/detection/*.toml",
        "monitor/summaries/data/*",
        "simulator/stories/*.json",
        "trialwatch/web/templates/*.html",
        "trialwatch/web/static/*.css",
        "trialwatch/web/static/*.js",
    ],
)
def test_wheel_holds_data_of_this_kind(pattern: str, wheel: frozenset[str]) -> None:
    assert any(Path(name).match(pattern) for name in wheel)


def test_wheel_holds_nothing_else(wheel: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert any(name.endswith("licenses/LICENSE") for name in wheel)

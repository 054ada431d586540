"""The container image's steps, run as they stand in a plain directory.

No base image is pulled: folders that the steps name at the root are made below a temporary one,
and what is copied is copied. What the image would run is then run from there, without anything of the
work tree. Who runs it is not tried: the interpreter of a developer's machine may be for one user.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.papers import ROOT, project, read

pytestmark = pytest.mark.acceptance

#: Folders at the image's root that the steps write to.
_AT_ROOT = re.compile(r"(?<![\w.])/(venv|build|wheel|src)\b")


def steps(stage: int) -> list[tuple[str, str]]:
    """Return instructions and their arguments, of the first or second part of the file."""
    text = re.sub(r"^#.*\n", "", read("Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    starts = [place for place, line in enumerate(lines) if line[0] == "FROM"]
    assert len(starts) == 2
    chosen = lines[starts[0] + 1 : starts[1]] if stage == 1 else lines[starts[1] + 1 :]
    return [(name, rest) for name, rest in chosen]


def build(root: Path) -> None:
    """Do what the first part says."""
    place = root
    for name, rest in steps(1):
        if name == "WORKDIR":
            place = root / rest.lstrip("/")
            place.mkdir(parents=True)
        elif name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(ROOT / source, place / target)
        else:
            assert name == "RUN", f"this test does not know {name}"
            command = _AT_ROOT.sub(lambda found: f"{root}{found[0]}", rest)
            path = f"{Path(sys.executable).resolve().parent}:{os.environ['PATH']}"
            ended = subprocess.run(
                ["sh", "-c", command],
                cwd=place,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0, ended.stderr


def copy(source: Path, target: Path) -> None:
    """Copy as COPY does: a folder's contents, or a file into a folder."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("image")
    build(root)
    return root


def run(image: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the image's command with nothing around it."""
    return subprocess.run(
        [image / "venv/bin/trialwatch", *arguments],
        cwd=home,
        env={"PATH": f"{image}/venv/bin:/usr/bin:/bin", "TRIALWATCH_DATA_DIR": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_second_part_takes_the_environment_alone_and_is_not_root() -> None:
    told = dict(steps(2)[::-1])

    assert told["COPY"] == "--from=build /venv /venv"
    assert told["USER"] == "trialwatch"
    assert told["ENTRYPOINT"] == '["trialwatch"]'
    assert told["CMD"] == '["run"]'


def test_command_runs_from_the_image_and_makes_its_database(image: Path, tmp_path: Path) -> None:
    version = run(image, "--version", home=tmp_path)
    made = run(image, "db", "upgrade", "--json", home=tmp_path)

    assert version.stdout.split() == ["trialwatch", project()["project"]["version"]]
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "trialwatch.db").stat().st_size > 0


def test_main_job_is_done_by_what_the_image_holds(image: Path, tmp_path: Path) -> None:
    played = run(image, "demo", "--once", home=tmp_path)

    assert played.returncode == 0, played.stderr
    assert "Traceback" not in played.stderr


def test_image_holds_nothing_of_the_workshop(image: Path) -> None:
    installed = {one.name for one in (image / "venv/lib").glob("python*/site-packages/*")}

    assert not {"tests", "benchmarks", "pytest", "mypy"} & installed

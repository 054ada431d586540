"""The layers hold, and the contracts say what docs/architecture.md says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.papers import PACKAGES, ROOT, project, read, table

_LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_HEAD = "| library | lives only in |"
#: Names in the papers that are not the name to import.
_IMPORTED_AS = {
    "dnspython": "dns",
    "SQLAlchemy": "sqlalchemy",
    "Alembic": "alembic",
    "DeepDiff": "deepdiff",
    "RapidFuzz": "rapidfuzz",
    "Jinja2": "jinja2",
    "APScheduler": "apscheduler",
    "FastAPI": "fastapi",
    "Starlette": "starlette",
    "Typer": "typer",
    "Rich": "rich",
}


def test_imports_keep_every_contract(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LINT, "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert f"Contracts: {len(project()['tool']['importlinter']['contracts'])} kept, 0 broken" in (
        done.stdout
    )


def test_contracts_look_at_every_package() -> None:
    assert tuple(project()["tool"]["importlinter"]["root_packages"]) == PACKAGES


def homes() -> list[tuple[str, tuple[str, ...]]]:
    """Library, as it is imported, and the packages that may import it."""
    return [
        (
            _IMPORTED_AS.get(library, library).replace("-", "_"),
            tuple(home.strip(" `") for home in row[1].split(",")),
        )
        for row in table(read("docs/architecture.md"), _HEAD)
        for library in row[0].split(", ")
    ]


@pytest.mark.parametrize(("library", "allowed"), homes())
def test_library_lives_in_its_home(library: str, allowed: tuple[str, ...]) -> None:
    importers = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if _imports(path, library)
    }

    assert importers, f"nobody imports {library}"
    strangers = [
        name for name in importers if not any(f"{name}.".startswith(f"{home}.") for home in allowed)
    ]
    assert not strangers


def _imports(path: Path, library: str) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = (f"import {library}", f"from {library}")
    return any(
        line.strip() in heads
        or line.strip().startswith(tuple(f"{head}{end}" for head in heads for end in " ."))
        for line in lines
    )

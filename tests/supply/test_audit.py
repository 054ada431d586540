"""Advisories are held against what is pinned, and no answer is never taken for a good one."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from supply.audit import NoAnswerError, audit, records
from supply.lock import Pinned, pinned

NOW = datetime(2026, 3, 9, tzinfo=UTC)
PACKAGE = Pinned(name="left-pad", version="2.5.1", hashes=("0" * 64,), wanted_by=())


def advisory(
    *, name: str = "Left_Pad", modified: datetime = NOW, **affected: Any
) -> dict[str, Any]:
    return {
        "id": "PYSEC-2026-1",
        "modified": modified.isoformat().replace("+00:00", "Z"),
        "summary": "pads to the right",
        "affected": [{"package": {"ecosystem": "PyPI", "name": name}, **affected}],
    }


def within(**events: str) -> dict[str, Any]:
    told = [{kind.rstrip("_"): at} for kind, at in events.items()]
    return advisory(ranges=[{"type": "ECOSYSTEM", "events": told}])


@pytest.mark.parametrize(
    ("record", "hit"),
    [
        (within(introduced="0"), True),
        (within(introduced="0", fixed="2.5.1"), False),
        (within(introduced="0", fixed="2.5.2"), True),
        (within(introduced="2.5.1"), True),
        (within(introduced="2.6"), False),
        (within(introduced="0", last_affected="2.5.1"), True),
        (within(introduced="0", last_affected="2.5.0"), False),
        (within(introduced="0", fixed="1.0", introduced_="2.0", fixed_="3.0"), True),
        (within(introduced="0", fixed="1.0", introduced_="2.6", fixed_="3.0"), False),
        (within(introduced="not a version", fixed="neither"), True),
        (advisory(versions=["2.5", "2.5.1"]), True),
        (advisory(versions=["2.5.1.0"]), True),
        (advisory(versions=["2.5.10"]), False),
        (advisory(name="right-pad", versions=["2.5.1"]), False),
    ],
)
def test_advisory_hits_the_versions_it_is_about(record: dict[str, Any], *, hit: bool) -> None:
    found = audit([PACKAGE], [record], now=NOW)

    assert bool(found) is hit


def test_withdrawn_advisory_and_one_of_another_index_hit_nothing() -> None:
    withdrawn = {**within(introduced="0"), "withdrawn": "2026-03-01T00:00:00Z"}
    elsewhere = within(introduced="0")
    elsewhere["affected"][0]["package"]["ecosystem"] = "npm"

    assert audit([PACKAGE], [withdrawn, elsewhere], now=NOW) == ()


def test_no_advisory_or_none_of_late_is_no_answer() -> None:
    with pytest.raises(NoAnswerError, match="holds no advisory"):
        audit([PACKAGE], [], now=NOW)
    old = advisory(name="other", modified=NOW - timedelta(days=31))
    with pytest.raises(NoAnswerError, match="2026-02-06: this is an old copy"):
        audit([PACKAGE], [old], now=NOW)


def run(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "supply.audit", source], capture_output=True, text=True, check=False
    )


@pytest.fixture(params=["folder", "zip"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Advisories of today: one about a package we pin, one about another."""
    locked = next(one for one in pinned() if one.name == "jinja2")
    today = datetime.now(UTC)
    hit = advisory(name="Jinja2", modified=today, versions=[locked.version])
    folder = tmp_path / "advisories"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(hit))
    (folder / "b.json").write_text(json.dumps(advisory(name="other", modified=today)))
    if request.param == "folder":
        return folder
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return tmp_path / "all.zip"


def test_seeded_fault_is_found_and_named(source: Path) -> None:
    ended = run(str(source))

    assert ended.returncode == 1
    assert "jinja2" in ended.stdout
    assert "PYSEC-2026-1 pads to the right" in ended.stdout
    assert "1 known faults" in ended.stdout


def test_nothing_known_is_status_zero(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(advisory(modified=datetime.now(UTC))))

    ended = run(str(tmp_path))

    assert ended.returncode == 0
    assert "0 known faults" in ended.stdout


@pytest.mark.parametrize(
    "content", [None, b"PK no zip at all", b""], ids=["missing", "damaged", "empty"]
)
def test_source_that_cannot_be_read_is_status_two(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "all.zip"
    if content is not None:
        path.write_bytes(content)

    ended = run(str(path))

    assert ended.returncode == 2
    assert ended.stderr.startswith("Not audited: ")
    assert ended.stdout == ""


def test_source_out_of_reach_or_unreadable_is_status_two(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")

    assert run(str(tmp_path)).returncode == 2
    assert "a.json is not JSON" in run(str(tmp_path)).stderr
    assert run("http://127.0.0.1:9/all.zip").returncode == 2
    with pytest.raises(NoAnswerError, match="cannot be read"):
        list(records("http://127.0.0.1:9/all.zip"))

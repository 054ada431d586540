"""What a killed backup leaves goes with the next one, and nothing that somebody still writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.unfinished import remove_abandoned, writing_whole

_KILLED = """
import os, signal, sys
from pathlib import Path
from storage.unfinished import writing_whole

with writing_whole(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*.unfinished"))


def test_killed_writers_file_goes_with_the_next(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, tmp_path / "monday"], check=False)
    assert killed.returncode < 0
    left = _hidden(tmp_path)
    assert [one.read_bytes() for one in left] == [b"half"]

    with writing_whole(tmp_path / "tuesday") as file:
        file.write(b"whole")

    assert [one.name for one in tmp_path.iterdir()] == ["tuesday"]
    assert (tmp_path / "tuesday").read_bytes() == b"whole"


def test_file_that_is_being_written_stays(tmp_path: Path) -> None:
    with writing_whole(tmp_path / "slow") as slow:
        with writing_whole(tmp_path / "quick") as quick:
            quick.write(b"quick")
        assert len(_hidden(tmp_path)) == 1
        slow.write(b"slow")

    assert (tmp_path / "slow").read_bytes() == b"slow"
    assert (tmp_path / "slow").stat().st_mode & 0o777 == 0o600


def test_trouble_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no more"), writing_whole(tmp_path / "it"):
        raise RuntimeError("no more")

    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / ".notes.unfinished").write_text("of somebody else")
    (tmp_path / ".linked.0123abcd.unfinished").symlink_to(target)
    before = sorted(tmp_path.iterdir())

    remove_abandoned(tmp_path)

    assert sorted(tmp_path.iterdir()) == before
    assert target.read_text() == "precious"


def test_pipe_of_that_name_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".pipe.0123abcd.unfinished")

    with writing_whole(tmp_path / "it") as file:
        file.write(b"whole")

    assert (tmp_path / "it").exists()

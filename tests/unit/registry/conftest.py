"""The folder of real records, where there is one."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[4] / "shared" / "registry" / "real"


@pytest.fixture(scope="session")
def real_records() -> Path:
    """Folder with ``records/`` and ``history/``; tests that need it skip without it."""
    folder = Path(os.environ.get("TRIALWATCH_REAL_RECORDS") or _BESIDE)
    if folder.is_dir():
        return folder
    text = f"no real records at {folder}; set TRIALWATCH_REAL_RECORDS to their folder"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)

"""What several tests of whole processes begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import ALL, Stage, on_stage


@pytest.fixture
async def stage(tmp_path: Path, empty_postgresql_url: str) -> AsyncIterator[Stage]:
    """The made-up trials on PostgreSQL, where processes share them; all watched and seen once."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        stage.settings["TRIALWATCH_DATABASE_URL"] = empty_postgresql_url
        await stage.watch(*ALL)
        await stage.check()
        yield stage

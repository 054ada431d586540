"""The watch over every log of the acceptance tests can see."""

from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.discretion import contacts, named_in
from tests.acceptance.stage import READER, on_stage

pytestmark = pytest.mark.acceptance


async def test_readers_secrets_and_contacts_are_found_in_a_log(tmp_path: Path) -> None:
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.secret = "whsec_" + "s" * 44
        contact = min(contacts())

        assert named_in("sweep: 3 changed", stage) == []
        for word in (READER, stage.hook.url, stage.secret, contact, f"/u/{'t' * 32}"):
            assert named_in(f"ERROR something about {word} failed", stage)

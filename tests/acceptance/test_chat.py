"""A chat told of a change, with the real command, and its address kept to itself."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import on_stage
from tests.servers import chats

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
JUDGES = {"slack": chats.slack, "teams": chats.teams, "discord": chats.discord}


async def test_all_three_chats_are_told_and_no_address_is_shown(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(on_stage(open_stories(), tmp_path))
        servers = {
            name: await stack.enter_async_context(chats.chat_server(judge))
            for name, judge in JUDGES.items()
        }
        addresses = [
            part for name, far in servers.items() for part in (f"--{name}", f"{far.url}/s3cretkey")
        ]
        said = [await stage.run("watch", SUSPENDS, *addresses)]
        await stage.check()
        for _ in range(2):
            stage.registry.publish_next()
            await stage.check()
            said.append(await stage.run("deliver", "--until-empty"))
        said += [
            await stage.run(*command)
            for command in (("list", "--json"), ("deliveries",), ("deliveries", "--json"))
        ]

    assert all(far.requests for far in servers.values())
    assert {row["channel"] for row in said[-1].objects} == set(servers)
    assert all(row["state"] == "delivered" for row in said[-1].objects)
    assert all(row["address"].endswith("/...tkey") for row in said[-1].objects)
    assert "s3cret" not in "".join(ended.out + ended.err for ended in said)

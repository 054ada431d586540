"""The id that joins a look at the registry to what comes of it."""

import asyncio

import pytest

from monitor.domain.trace import current_trace, new_trace, tracing


def test_ids_are_what_traces_are_named_by() -> None:
    one, other = new_trace(), new_trace()

    assert one != other
    assert len(one) == 32
    assert int(one, 16) > 0


async def test_id_holds_in_threads_and_tasks_of_the_block_and_no_longer() -> None:
    with tracing("outer"):
        task = asyncio.create_task(_said())
        with tracing("inner"):
            assert await asyncio.to_thread(current_trace) == "inner"
        assert await task == "outer"
    assert current_trace() == ""


async def _said() -> str:
    await asyncio.sleep(0)
    return current_trace()


def test_id_ends_with_its_block_that_fails() -> None:
    with pytest.raises(KeyError), tracing("inner"):
        raise KeyError

    assert current_trace() == ""

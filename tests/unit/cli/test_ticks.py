"""Acts that come again, under a machine's clock that is set."""

import asyncio
import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from trialwatch.tell import Pulse
from trialwatch.ticks import Act, EverySoOften, Ticks

HOUR = timedelta(hours=1)


class Wall:
    """A clock on the wall that somebody sets while time goes on."""

    def __init__(self) -> None:
        self.set_by = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.set_by


async def _done_again(
    wall: Wall, *, set_by: timedelta, led: bool = False, comes: bool = False
) -> bool:
    """Return whether an act of every hour comes at once when the clock is set.

    ``comes``: it is looked for until it does, and not for thirty looks at the clock alone.
    """
    times = 0
    again = asyncio.Event()

    async def act() -> None:
        nonlocal times
        times += 1
        if times > 1:
            again.set()

    often = timedelta(milliseconds=10)
    acts = {"act": Act(HOUR, act, led=led)}
    ticks = Ticks(acts, Pulse(), lambda: NOON, wall=wall, clock_every=often)
    async with ticks.going(leads=not led):
        wall.set_by += set_by.total_seconds()
        try:
            await asyncio.wait_for(again.wait(), 30 if comes else 0.3)
        except TimeoutError:
            return False
    return True


async def test_clock_set_back_keeps_no_act_waiting(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    assert await _done_again(Wall(), set_by=-HOUR, comes=True)
    assert "the clock was set back by 3600 s: all begins anew" in caplog.text


@pytest.mark.parametrize("set_by", [timedelta(seconds=-1), timedelta(0)])
async def test_clock_that_is_kept_right_in_small_steps_disturbs_nothing(
    set_by: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await _done_again(Wall(), set_by=set_by)
    assert "set back" not in caplog.text


async def test_what_only_a_leader_does_stays_at_rest() -> None:
    assert not await _done_again(Wall(), set_by=-HOUR, led=True)


@given(
    st.timedeltas(timedelta(milliseconds=20), timedelta(days=1)),
    st.timedeltas(timedelta(days=-2), timedelta(days=400)),
)
def test_what_was_missed_is_made_good_by_one_act(every: timedelta, slept: timedelta) -> None:
    following = EverySoOften(every).get_next_fire_time(NOON, NOON + slept)

    assert following > NOON + slept
    assert not (following - NOON) % every, "in step with the time before"
    assert following - every <= max(NOON, NOON + slept), "none that is to come is left out"

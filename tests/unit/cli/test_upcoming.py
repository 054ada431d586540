"""What is due next is read from the rows again when somebody has written to them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from trialwatch.upcoming import AT_THE_LATEST, Upcoming

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = timedelta(seconds=1)


class Rows:
    """Rows that say when something is due, and count how often they were asked."""

    def __init__(self, due_at: datetime | None) -> None:
        self.due_at = due_at
        self.stamp: int | None = 1
        self.asked = 0
        self.meanwhile: Callable[[], None] | None = None
        self.upcoming = Upcoming(self._next, lambda: self.stamp)

    def _next(self, now: datetime) -> datetime | None:
        del now
        self.asked += 1
        found = self.due_at
        if self.meanwhile is not None:
            self.meanwhile()
        return found

    def write(self, due_at: datetime | None) -> None:
        self.due_at = due_at
        if self.stamp is not None:
            self.stamp += 1


async def test_rows_at_rest_are_asked_once() -> None:
    rows = Rows(NOON + 30 * SECOND)

    came = [await rows.upcoming.is_here(NOON + second * SECOND) for second in range(30)]

    assert not any(came)
    assert rows.asked == 1


async def test_moment_that_was_read_comes_when_the_rows_still_say_so() -> None:
    rows = Rows(NOON + 30 * SECOND)
    await rows.upcoming.is_here(NOON)

    assert await rows.upcoming.is_here(NOON + 30 * SECOND)


async def test_moment_that_has_passed_without_anything_due_is_not_held_on_to() -> None:
    rows = Rows(NOON + SECOND)
    await rows.upcoming.is_here(NOON)
    rows.due_at = None

    assert not await rows.upcoming.is_here(NOON + SECOND)


async def test_what_is_due_and_is_not_taken_is_due_at_the_next_look() -> None:
    rows = Rows(NOON)

    assert [await rows.upcoming.is_here(NOON + n * SECOND) for n in range(3)] == [True] * 3


async def test_what_is_written_is_seen_at_the_next_look() -> None:
    rows = Rows(None)
    await rows.upcoming.is_here(NOON)

    rows.write(NOON)

    assert await rows.upcoming.is_here(NOON + SECOND)


async def test_what_is_written_while_they_are_read_is_seen_at_the_next_look() -> None:
    rows = Rows(None)
    rows.meanwhile = lambda: rows.write(NOON)

    assert not await rows.upcoming.is_here(NOON)
    assert await rows.upcoming.is_here(NOON + SECOND)


async def test_rows_that_could_not_be_read_are_asked_again_though_nobody_wrote() -> None:
    def cannot() -> None:
        raise OSError

    rows = Rows(None)
    await rows.upcoming.is_here(NOON)
    rows.stamp, rows.meanwhile = 2, cannot
    with pytest.raises(OSError, match=r"^$"):
        await rows.upcoming.is_here(NOON + SECOND)
    rows.stamp, rows.meanwhile, rows.due_at = 1, None, NOON

    assert await rows.upcoming.is_here(NOON + 2 * SECOND)


@pytest.mark.parametrize("after", [AT_THE_LATEST, -SECOND])
async def test_rows_are_asked_again_after_a_while_and_when_the_clock_was_set_back(
    after: timedelta,
) -> None:
    rows = Rows(None)
    await rows.upcoming.is_here(NOON)

    await rows.upcoming.is_here(NOON + after)

    assert rows.asked == 2


async def test_rows_that_cannot_tell_who_writes_are_asked_each_time() -> None:
    rows = Rows(None)
    rows.stamp = None
    await rows.upcoming.is_here(NOON)
    rows.due_at = NOON

    assert await rows.upcoming.is_here(NOON + SECOND)

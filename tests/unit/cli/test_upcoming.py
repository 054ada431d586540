"""What is due next is read from the rows again when somebody has written to them."""

from datetime import datetime, timedelta

import pytest

from tests.builders import NOON
from trialwatch.upcoming import AT_THE_LATEST, Upcoming

SECOND = timedelta(seconds=1)


class Rows:
    """Rows that say when something is due, and count how often they were asked."""

    def __init__(self, due_at: datetime | None) -> None:
        self.due_at = due_at
        self.stamp: int | None = 1
        self.asked = 0
        self.written_meanwhile: datetime | None = None
        self.upcoming = Upcoming(self._next, lambda: self.stamp)

    def _next(self, now: datetime) -> datetime | None:
        del now
        self.asked += 1
        found = self.due_at
        if self.written_meanwhile is not None:
            self.write(self.written_meanwhile)
            self.written_meanwhile = None
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


async def test_moment_that_was_read_comes_without_asking_again() -> None:
    rows = Rows(NOON + 30 * SECOND)
    await rows.upcoming.is_here(NOON)

    assert await rows.upcoming.is_here(NOON + 30 * SECOND)
    assert rows.asked == 1


async def test_what_is_written_is_seen_at_the_next_look() -> None:
    rows = Rows(None)
    await rows.upcoming.is_here(NOON)

    rows.write(NOON)

    assert await rows.upcoming.is_here(NOON + SECOND)


async def test_what_is_written_while_they_are_read_is_seen_at_the_next_look() -> None:
    rows = Rows(None)
    rows.written_meanwhile = NOON

    assert not await rows.upcoming.is_here(NOON)
    assert await rows.upcoming.is_here(NOON + SECOND)


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

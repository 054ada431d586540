"""Figures that docs/operations.md promises are the ones in the code."""

import re
from datetime import timedelta

from monitor.alerting.dispatch import LEASE, RENEW_EVERY, SLOTS
from monitor.alerting.retry import GAPS, LONGEST_RETRY_AFTER, MOST_JITTER, THROTTLED
from monitor.domain.watches import Channel
from tests.architecture.papers import read, table

_SECONDS = {"s": 1, "min": 60, "h": 3600}
_TIMES = {"eight times ": 8}


def gaps(cell: str) -> tuple[timedelta, ...]:
    """Read ``after 5 s, 5 min, eight times 12 h``; a number without a unit takes the next one's."""
    parts = cell.removeprefix("after ").split(", ")
    found: list[timedelta] = []
    unit = ""
    for part in reversed(parts):
        times = next((many for words, many in _TIMES.items() if part.startswith(words)), 1)
        number = re.search(r"(\d+)(?: (s|min|h))?$", part)
        assert number, part
        unit = number[2] or unit
        found += [timedelta(seconds=int(number[1]) * _SECONDS[unit])] * times
    return tuple(reversed(found))


def row(begins: str) -> list[str]:
    rows = table(read("docs/operations.md"), "| | tried again | given up |")
    return next(cells for cells in rows if cells[0].startswith(begins))


def test_webhooks_are_tried_again_as_promised() -> None:
    assert gaps(row("webhook")[1]) == GAPS[Channel.WEBHOOK]
    assert sum(GAPS[Channel.WEBHOOK], timedelta(0)) == timedelta(hours=75, minutes=35, seconds=5)
    assert row("webhook")[2] == "after ten attempts, 75 h 35 min 5 s"
    assert len(GAPS[Channel.WEBHOOK]) + 1 == 10


def test_mail_is_tried_again_as_promised() -> None:
    assert gaps(row("mail, refused")[1]) == GAPS[Channel.EMAIL]
    assert round(sum(GAPS[Channel.EMAIL], timedelta(0)) / timedelta(days=1)) == 5


def test_leases_and_the_bound_on_repeats_are_those_promised() -> None:
    text = read("docs/operations.md")

    assert f"**Leases of {LEASE.seconds} seconds.**" in text
    assert f"renewed every {RENEW_EVERY.seconds} seconds" in text
    assert f"at that moment are repeated: {SLOTS.most}." in text


def test_chance_and_wishes_of_the_far_side_are_bounded_as_promised() -> None:
    text = read("docs/operations.md")

    assert timedelta(minutes=15) == MOST_JITTER
    assert "at most a tenth or 15 minutes" in text
    assert timedelta(hours=24) == LONGEST_RETRY_AFTER
    assert "`Retry-After` is honoured up to 24 hours" in text
    assert timedelta(minutes=1) == THROTTLED

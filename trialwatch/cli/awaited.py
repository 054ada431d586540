"""What is still to go out, in words."""

from storage.due import DueState
from trialwatch.terminal import say


def say_waiting(outbox: DueState) -> None:
    """Say what a round made now would send, and what waits for a later time."""
    for line in waiting_lines(outbox):
        say(line)


def waiting_lines(outbox: DueState) -> tuple[str, ...]:
    """Return one line for each thing that deliveries wait for; none where nothing is to go out."""
    said = [
        (outbox.due, "due now: trialwatch deliver --until-empty"),
        (outbox.for_an_hour, "held for the hour that the reader chose"),
        (outbox.later, "not due yet: to be tried again, or under way"),
    ]
    return tuple(f"{_deliveries(count)} {words}" for count, words in said if count)


def _deliveries(count: int) -> str:
    return "1 delivery is" if count == 1 else f"{count} deliveries are"

"""What is still to go out, in words."""

from storage.due import DueState
from trialwatch.cli.awaited import waiting_lines


def test_what_is_due_stands_apart_from_what_waits() -> None:
    assert waiting_lines(DueState(due=1, for_an_hour=2, later=3)) == (
        "1 delivery is due now: trialwatch deliver --until-empty",
        "2 deliveries are held for the hour that the reader chose",
        "3 deliveries are not due yet: to be tried again, or under way",
    )


def test_nothing_is_said_where_nothing_is_to_go_out() -> None:
    assert waiting_lines(DueState(due=0, for_an_hour=0, later=0)) == ()

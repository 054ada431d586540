"""What the log says of the outbox: once when it begins, once when it is over."""

import logging

import pytest

from storage.readmodels import Backlog
from tests.builders import NOON
from trialwatch.bootstrap import Service
from trialwatch.lookout import Lookout, is_late

QUIET = Backlog(past_due=0, oldest_due_at=None, failing_targets=0, open_breakers=0)
LATE = Backlog(past_due=101, oldest_due_at=NOON, failing_targets=0, open_breakers=0)
FAILING = Backlog(past_due=0, oldest_due_at=None, failing_targets=2, open_breakers=1)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "trialwatch"]
    caplog.clear()
    return lines


@pytest.mark.parametrize(
    ("trouble", "begun", "over"),
    [
        (LATE, "101 deliveries are more than 10 minutes past due", "no more deliveries"),
        (FAILING, "2 receivers fail, 1 of them", "all receivers answer again"),
    ],
)
def test_trouble_is_told_once_and_so_is_its_end(
    service: Service, caplog: pytest.LogCaptureFixture, trouble: Backlog, begun: str, over: str
) -> None:
    caplog.set_level(logging.INFO)
    lookout = Lookout(service)
    lookout.note(QUIET)
    assert told(caplog) == []

    for backlog, words in ((trouble, begun), (trouble, None), (QUIET, over), (QUIET, None)):
        lookout.note(backlog)
        lines = told(caplog)
        assert len(lines) == (0 if words is None else 1)
        assert words is None or words in lines[0]


def test_look_reads_the_outbox_itself(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    lookout = Lookout(service)

    lookout.look()

    assert lookout.seen is not None
    assert lookout.seen.failing_targets == 1
    assert "1 receivers fail" in told(caplog)[0]


def test_a_few_past_due_alarm_nobody() -> None:
    assert not is_late(QUIET)
    assert is_late(LATE)

"""What reaches the log of a running service."""

import logging
from collections.abc import Iterator

import pytest

from config.logs import start_logging

_NAMES = ("apscheduler", "httpx", "aiosmtplib")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _NAMES]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_tick_that_is_still_under_way_at_its_next_turn_is_no_warning() -> None:
    start_logging(debug=False)

    scheduler = logging.getLogger("apscheduler.scheduler")
    assert not scheduler.isEnabledFor(logging.WARNING)
    assert scheduler.isEnabledFor(logging.ERROR)


@pytest.mark.parametrize("name", ["httpx", "aiosmtplib"])
def test_library_that_would_name_addresses_keeps_to_warnings(name: str) -> None:
    start_logging(debug=True)

    assert not logging.getLogger(name).isEnabledFor(logging.INFO)

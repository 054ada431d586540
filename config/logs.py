"""What the running service writes to standard error. Never addresses, contacts or secrets."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

#: Libraries that would name the addresses they talk to, or tell of their own workings.
_QUIET = ("httpx", "httpcore", "aiosmtplib", "uvicorn.access", "mail.log", "alembic")
#: Warns each second that a tick still runs, which is as it should be.
_QUIETER = "apscheduler"
#: Tells of each step of an alert's way: many lines, of use to who searches them.
_STEPS = "trialwatch.steps"
#: Facts that a line may carry as fields. What is not named here is left out, so that no address
#: gets into a log because somebody handed it over.
FIELDS: Final = (
    *("step", "release", "came", "missing", "nct_id", "from_version", "to_version"),
    *("kind", "severity", "changes", "alert", "deliveries", "delivery", "target", "channel"),
    *("attempt", "outcome", "status"),
)


class JsonLines(logging.Formatter):
    """One JSON object an event, ASCII, on one line."""

    def __init__(self, trace: Callable[[], str]) -> None:
        super().__init__()
        self._trace = trace

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = getattr(record, "trace", None) or self._trace()
        if trace:
            line["trace"] = trace
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def start_logging(
    *, debug: bool, as_json: bool = False, trace: Callable[[], str] = lambda: ""
) -> None:
    """Send the log to standard error, one line an event.

    Args:
        debug: Whether everything is wanted.
        as_json: One object a line, with every step of an alert's way; words otherwise.
        trace: Says under which id something is being done.
    """
    lines = logging.StreamHandler(sys.stderr)
    words = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    lines.setFormatter(JsonLines(trace) if as_json else words)
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[lines])
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_QUIETER).setLevel(logging.ERROR)
    wanted = as_json or debug
    logging.getLogger(_STEPS).setLevel(logging.INFO if wanted else logging.WARNING)

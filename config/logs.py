"""What the running service writes to standard error. Never addresses, contacts or secrets."""

import logging
import sys

#: Libraries that would name the addresses they talk to, or tell of their own workings.
_QUIET = ("httpx", "httpcore", "aiosmtplib", "uvicorn.access", "mail.log", "alembic")
#: Warns each second that a tick still runs, which is as it should be.
_QUIETER = "apscheduler"


def start_logging(*, debug: bool) -> None:
    """Send the log to standard error, one line an event."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if debug else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_QUIETER).setLevel(logging.ERROR)

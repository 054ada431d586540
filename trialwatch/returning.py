"""What came back, written down: from the door for returned mail and from providers' webhooks."""

from datetime import datetime

from monitor.domain.bounces import Bounce
from monitor.domain.ports import Work
from notifiers.canary import is_canary
from notifiers.returned import Report


def note(work: Work, delivery_id: str, report: Report, *, now: datetime) -> str:
    """Write down that a delivery's mail came back; return it in words without addresses."""
    bounce = Bounce(kind=report.kind, at=now, status=report.status, detail=report.detail)
    given_up = work.bounces.came_back(delivery_id, bounce)
    end = ", its address is sent nothing more" if given_up else ""
    return f"{report.kind.value} {report.status} for delivery {delivery_id}{end}"


def note_canary(
    work: Work, canary_id: str, report: Report | None, content: bytes, *, now: datetime
) -> str:
    """Write down that the mail to ourselves came in, or was sent back; return it in words."""
    if report is not None:
        status = report.status or "no status code"
        work.canaries.sent_back(canary_id, status=status)
        return f"{report.kind.value} {status} for the mail to ourselves"
    if not is_canary(content, canary_id):
        return ""
    work.canaries.came_in(canary_id, at=now)
    return "the mail to ourselves came in"

"""What came back, written down: from the door for returned mail and from providers' webhooks."""

from datetime import datetime

from monitor.domain.bounces import Bounce
from monitor.domain.ports import Work
from notifiers.returned import Report


def note(work: Work, delivery_id: str, report: Report, *, now: datetime) -> str:
    """Write down that a delivery's mail came back; return it in words without addresses."""
    bounce = Bounce(kind=report.kind, at=now, status=report.status, detail=report.detail)
    given_up = work.bounces.came_back(delivery_id, bounce)
    end = ", its address is sent nothing more" if given_up else ""
    return f"{report.kind.value} {report.status} for delivery {delivery_id}{end}"

"""What a webhook receiver's answer means. Values in, a receipt or an error out.

Source:
    Standard Webhooks 1.0.0 (2xx alone is success, 410 ends it, 429/502/503/504 throttle);
    ``webhook-delivery`` header: https://docs.svix.com/receiving/delivery-control.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.alerting.retry import LONGEST_RETRY_AFTER
from monitor.domain.alerts import Receipt
from monitor.domain.errors import DeliveryError
from notifiers.clean import cut_bytes, paragraphs

#: Most of an answer that is kept.
MOST_DETAIL_BYTES = 4096

OVERLOADED = frozenset({429, 502, 503, 504})


def judge_answer(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Receipt:
    """Return the receipt of an accepted delivery.

    Args:
        status: Status code of the answer.
        headers: Its headers; looked up without regard to case.
        body: The beginning of its body, as it came.
        now: When it came, for a ``Retry-After`` that is a date.

    Raises:
        DeliveryError: Anything but a 2xx, or the receiver asks for no more.
    """
    detail = shown(body)
    word = headers.get("webhook-delivery", "").strip().lower()
    if word == "disable" or status == HTTPStatus.GONE:
        raise _no_more(status, detail)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Receipt(status=status, detail=detail)
    raise DeliveryError(
        reason_of(status),
        permanent=word == "abort-message",
        retry_after=retry_after(headers.get("retry-after", ""), now=now),
        throttled=status in OVERLOADED,
        status=status,
        detail=detail,
    )


def _no_more(status: int, detail: str) -> DeliveryError:
    return DeliveryError(
        f"The receiver asks for no more webhooks ({_named(status)}): this target is switched off",
        permanent=True,
        disable_target=True,
        status=status,
        detail=detail,
    )


def retry_after(text: str, *, now: datetime) -> timedelta:
    """Return the gap a ``Retry-After`` header asks for; zero when it makes no sense.

    Source:
        RFC 9110, section 10.2.3: seconds, or a date.
    """
    gap = _seconds(text.strip())
    if gap is None:
        gap = _until(text.strip(), now)
    return min(max(gap, timedelta(0)), LONGEST_RETRY_AFTER)


def shown(body: bytes) -> str:
    """Return the beginning of an answer as text that can be stored and shown."""
    return cut_bytes(
        paragraphs(body[:MOST_DETAIL_BYTES].decode("utf-8", "replace")), MOST_DETAIL_BYTES
    )


def _seconds(text: str) -> timedelta | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    if not math.isfinite(seconds):
        return timedelta(0)
    return min(timedelta(seconds=min(max(math.ceil(seconds), 0), 10**9)), LONGEST_RETRY_AFTER)


def _until(text: str, now: datetime) -> timedelta:
    try:
        moment = parsedate_to_datetime(text)
        # A date without a zone is UTC: RFC 9110 knows no other.
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware - now
    except (ValueError, OverflowError):
        return timedelta(0)


def reason_of(status: int) -> str:
    """Say why an answer that is no 2xx does not count."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return (
            f"The receiver answered with a redirect ({_named(status)}), which webhooks do not"
            " follow: give the address it redirects to"
        )
    return f"The receiver answered {_named(status)}, and only 2xx means accepted"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)

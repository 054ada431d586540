"""Answers that are sent again only when they differ (RFC 9110, section 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from fastapi import Request, Response

_NOT_MODIFIED = 304
#: Ask each time whether there is something new; what is the same is not sent again.
_ASK_AGAIN = "private, no-cache"
#: What was made in this time may not be on record yet, so a time alone says nothing before.
_SETTLED_AFTER = timedelta(hours=1)


def answer(
    request: Request,
    body: bytes,
    *,
    media_type: str,
    newest: datetime | None = None,
    now: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return ``body``, or 304 to a client that has it already.

    Args:
        request: What was asked.
        body: The whole answer.
        media_type: Its type.
        newest: When the newest thing in it was made; with ``now`` it lets clients ask by time.
        now: The time.
        headers: More headers of the answer.
    """
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    kept = {"ETag": etag, "Cache-Control": _ASK_AGAIN, **(headers or {})}
    changed_at = _changed_at(newest, now)
    if changed_at is not None:
        kept["Last-Modified"] = format_datetime(changed_at, usegmt=True)
    if _has_it(request, etag, changed_at):
        return Response(status_code=_NOT_MODIFIED, headers=kept)
    return Response(body, media_type=media_type, headers=kept)


def _changed_at(newest: datetime | None, now: datetime | None) -> datetime | None:
    """Return a time to the second before which all was settled, None while it is too fresh."""
    if newest is None or now is None or newest + _SETTLED_AFTER > now:
        return None
    return (newest + _SETTLED_AFTER).astimezone(UTC).replace(microsecond=0)


def _has_it(request: Request, etag: str, changed_at: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in known or "*" in known
    since = _time(request.headers.get("if-modified-since"))
    return since is not None and changed_at is not None and since >= changed_at


def _time(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

"""Reading what an answer holds: a release, a page of studies, one study.

Each reader takes an answer that was not refused. What it cannot read is a fault that may pass:
half a body, a page of HTML, JSON of another shape.
"""

import re
from dataclasses import dataclass

import msgspec

from monitor.domain.ports import Release
from monitor.registry.pages import NotAPageError, Page, split_page
from monitor.registry.parse import UNREADABLE
from monitor.registry.verdicts import PassingFaultError
from monitor.registry.wire import Answer

_OK, _NOT_MODIFIED, _NOT_FOUND = 200, 304, 404
#: A stamp or tag that can be stored, shown and sent back as it is.
_TAME = re.compile(r"[\x20-\x7e]{1,200}")


class _Version(msgspec.Struct, frozen=True, rename="camel"):
    data_timestamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyAnswer:
    """One study byte for byte, or where the registry sends us instead."""

    raw: bytes | None
    location: str = ""


def read_release(answer: Answer, *, conditional: bool) -> Release | None:
    """Return the release that ``/version`` names, None for "not modified".

    Raises:
        PassingFaultError: The answer names none.
    """
    if conditional and answer.status == _NOT_MODIFIED:
        return None
    _require_ok(answer)
    try:
        stamp = msgspec.json.decode(answer.body, type=_Version).data_timestamp
    except UNREADABLE as error:
        raise _unreadable(answer, error) from error
    if not _TAME.fullmatch(stamp):
        raise PassingFaultError("an answer whose dataTimestamp makes no sense")
    etag = answer.headers.get("etag", "")
    return Release(data_timestamp=stamp, etag=etag if _TAME.fullmatch(etag) else None)


def read_page(answer: Answer) -> Page:
    """Return the studies of a page.

    Raises:
        PassingFaultError: The answer is no such page.
    """
    _require_ok(answer)
    try:
        return split_page(answer.body)
    except NotAPageError as error:
        raise _unreadable(answer, error) from error


def read_study(answer: Answer) -> StudyAnswer | None:
    """Return one study or a redirect, None when the registry says it knows no such number.

    Raises:
        PassingFaultError: The answer is not JSON.
    """
    if answer.status == _NOT_FOUND:
        return None
    location = answer.headers.get("location")
    if location and answer.status != _OK:
        return StudyAnswer(raw=None, location=location)
    _require_ok(answer)
    try:
        return StudyAnswer(raw=bytes(msgspec.json.decode(answer.body, type=msgspec.Raw)))
    except UNREADABLE as error:
        raise _unreadable(answer, error) from error


def _require_ok(answer: Answer) -> None:
    if answer.status != _OK:
        raise PassingFaultError(f"status {answer.status} out of place")


def _unreadable(answer: Answer, error: Exception) -> PassingFaultError:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "text/html":
        return PassingFaultError("a web page came instead of data")
    if isinstance(error, RecursionError):
        return PassingFaultError("JSON nested beyond all measure")
    return PassingFaultError(f"an answer that cannot be read ({str(error)[:120]})")

"""Taking a page of studies apart without reading the studies.

Each study's bytes come out exactly as they came in. Only its number is looked for, and its
aliases when a number asked for is not there under its own name.
"""

import re
from dataclasses import dataclass

import msgspec

from monitor.registry.parse import UNREADABLE

_NCT = re.compile(r"NCT[0-9]{8}")
#: How every record of the registry begins. Anchored, so the number can be no other study's.
_START = re.compile(
    rb'\s*\{\s*"protocolSection"\s*:\s*\{\s*"identificationModule"\s*:\s*\{\s*'
    rb'"nctId"\s*:\s*"(NCT[0-9]{8})"'
)
_MOST_TOKEN = 2000


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    studies: list[msgspec.Raw]
    next_page_token: str | None = None
    total_count: int | None = None


class _Numbers(msgspec.Struct, frozen=True, rename="camel"):
    nct_id: str = ""
    nct_id_aliases: tuple[str, ...] | str = ()


class _Section(msgspec.Struct, frozen=True, rename="camel"):
    identification_module: _Numbers = _Numbers()


class _Named(msgspec.Struct, frozen=True, rename="camel"):
    protocol_section: _Section = _Section()


_PAGE = msgspec.json.Decoder(_Page)
_NAMED = msgspec.json.Decoder(_Named)


class NotAPageError(ValueError):
    """The body is not a page of studies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Studies of one answer, each byte for byte, and where the next are."""

    studies: tuple[bytes, ...]
    token: str | None
    #: Studies of all pages together, where that was asked for.
    total: int | None = None


def split_page(body: bytes) -> Page:
    """Return the studies of a page as they are written in it.

    Raises:
        NotAPageError: ``body`` is not JSON, has no list of studies, or a token of no sense.
    """
    try:
        page = _PAGE.decode(body)
    except UNREADABLE as error:
        raise NotAPageError(str(error)) from error
    if page.next_page_token and len(page.next_page_token) > _MOST_TOKEN:
        raise NotAPageError("the token of the next page is endless")
    return Page(
        studies=tuple(map(bytes, page.studies)),
        token=page.next_page_token or None,
        total=page.total_count,
    )


def number_of(raw: bytes) -> str:
    """Return the number a study gives itself, empty when it gives none."""
    found = _START.match(raw)
    if found:
        return found[1].decode()
    number = _numbers(raw).nct_id
    return number if _NCT.fullmatch(number) else ""


def aliases_of(raw: bytes) -> tuple[str, ...]:
    """Return the other numbers under which a study is known."""
    aliases = _numbers(raw).nct_id_aliases
    return (aliases,) if isinstance(aliases, str) else aliases


def _numbers(raw: bytes) -> _Numbers:
    try:
        return _NAMED.decode(raw).protocol_section.identification_module
    except UNREADABLE:
        return _Numbers()

"""The registry's own history pages: which versions a record had, and what one of them said.

The address is undocumented: it may change, refuse or vanish. Whatever comes that cannot be read
as a history reads as "there is none"; only a refusal and a fault that may pass are errors. Text
comes HTML-escaped there, unlike in API v2, and is given back unescaped.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

import msgspec

from monitor.domain.errors import DamagedRecordError, RegistryBlockedError, RegistryError
from monitor.domain.ports import PastVersion
from monitor.domain.trial import NctId
from monitor.registry.asking import Asker
from monitor.registry.options import RegistryOptions
from monitor.registry.parse import UNREADABLE, decode_study
from monitor.registry.questions import Question
from monitor.registry.record import Study
from monitor.registry.verdicts import PassingFaultError, given_up
from monitor.registry.wire import Answer

T = TypeVar("T")
_OK: Final = 200
#: No record is older than the registry.
_FIRST_YEAR: Final = 1990
#: What an escaper of HTML writes. Beside these, escaped text holds no &, < or >.
_ESCAPES: Final = {
    b"&amp;": b"&",
    b"&lt;": b"<",
    b"&gt;": b">",
    b"&quot;": b'\\"',
    b"&#34;": b'\\"',
    b"&#39;": b"'",
    b"&#x27;": b"'",
}
_ESCAPE = re.compile(b"|".join(map(re.escape, _ESCAPES)))
_BARE = re.compile(rb"[<>]|&(?!(?:amp|lt|gt|quot|#34|#39|#x27);)")


class _Entry(msgspec.Struct, frozen=True):
    version: int
    date: str


class _Changes(msgspec.Struct, frozen=True):
    changes: tuple[_Entry, ...]


class _Sections(msgspec.Struct, frozen=True, rename="camel"):
    protocol_section: msgspec.Raw


class _PastStudy(msgspec.Struct, frozen=True):
    study: _Sections


async def ask_past(
    asker: Asker, options: RegistryOptions, question: Question, read: Callable[[Answer], T | None]
) -> T | None:
    """Return what ``read`` makes of the answer to one try, None when there is nothing to read.

    Raises:
        RegistryBlockedError: The registry refuses us.
        RegistryUnavailableError: A fault that may pass.
    """
    try:
        return read(await asker.once(question))
    except RegistryBlockedError:
        raise
    except PassingFaultError as fault:
        raise given_up(
            fault, question, host=options.host, tries=1, wait=fault.retry_after
        ) from fault
    except RegistryError:
        return None


def list_question(nct_id: NctId) -> Question:
    """Ask for the list of past versions."""
    return Question(
        about=f"the history of {nct_id}", path=f"/studies/{nct_id}/history", internal=True
    )


def record_question(nct_id: NctId, number: int) -> Question:
    """Ask for one past version."""
    return Question(
        about=f"past version {number} of {nct_id}",
        path=f"/studies/{nct_id}/history/{number}",
        internal=True,
    )


def read_list(answer: Answer) -> tuple[PastVersion, ...] | None:
    """Return the versions that a history lists, oldest first; None when it is none."""
    if answer.status != _OK:
        return None
    try:
        entries = msgspec.json.decode(answer.body, type=_Changes).changes
    except UNREADABLE:
        return None
    listed = {entry.version: entry.date for entry in entries}
    sound = len(listed) == len(entries) and all(number >= 0 for number in listed)
    if not sound or not all(map(_is_day, listed.values())):
        return None
    return tuple(PastVersion(number=number, date=listed[number]) for number in sorted(listed))


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day.isoformat() == text and day.year >= _FIRST_YEAR


def read_record(answer: Answer, nct_id: NctId) -> bytes | None:
    """Return the protocol section of a past version as a record, None when it is not ``nct_id``'s.

    What else a past version carries is left out: not every one carries it.
    """
    if answer.status != _OK:
        return None
    try:
        section = msgspec.json.decode(answer.body, type=_PastStudy).study.protocol_section
        # Written anew, so that no character hides behind \\u0026.
        raw = b'{"protocolSection":' + msgspec.json.encode(msgspec.json.decode(section)) + b"}"
        study = decode_study(unescaped(raw))
    except (*UNREADABLE, DamagedRecordError):
        return None
    return unescaped(raw) if study.nct_id == nct_id else None


def unescaped(raw: bytes) -> bytes:
    """Return JSON with the HTML escapes in its texts undone, once.

    Only where all of it is escaped: a record that holds a bare ``<``, ``>`` or ``&`` was not, and
    what looks like an escape in it is what its sponsor wrote.
    """
    if _BARE.search(raw):
        return raw
    return _ESCAPE.sub(lambda found: _ESCAPES[found[0]], raw)


def past_part(study: Study) -> Study:
    """Return only what past versions hold too, for comparing a record with one of them."""
    return Study(protocol_section=study.protocol_section)

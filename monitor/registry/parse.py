"""From bytes to typed records.

Decides what can be read. Whether a readable record can also be believed is decided in
``monitor.registry.judge``.
"""

import re
import types
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from monitor.domain.errors import DamagedRecordError
from monitor.registry.record import Study

_STUDY = msgspec.json.Decoder(Study)
_ANY = msgspec.json.Decoder()
#: All that decoding raises on bytes that are not what was expected.
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
#: The release stamp is the same on every study of a release and says nothing about the study.
_STAMP = re.compile(rb'"versionHolder"\s*:\s*"([^"\\]*)"')


def decode_study(raw: bytes) -> Study:
    """Return the typed record of one study.

    A single object where the API's schema has a list is read as a list of one, an empty object
    as an empty list: records that went through other tools come that way.

    Raises:
        DamagedRecordError: ``raw`` is not JSON, or not a study.
    """
    try:
        return _decode(raw)
    except msgspec.ValidationError as error:
        raise DamagedRecordError(f"not a study as the API describes it: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedRecordError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise DamagedRecordError("not a study: JSON nested beyond all measure") from error


def _decode(raw: bytes) -> Study:
    # What is kept as it came, results above all, the decoder passes over: look at its bytes here.
    str(raw, "utf-8")
    try:
        return _STUDY.decode(raw)
    except msgspec.ValidationError:
        return _decode_leniently(raw)


def _decode_leniently(raw: bytes) -> Study:
    wrapped = _wrap_singles(_ANY.decode(raw), Study)
    return _STUDY.decode(msgspec.json.encode(wrapped))


def _wrap_singles(value: Any, expected: Any) -> Any:
    """Return ``value`` with every lone item put into a list where ``expected`` has a tuple."""
    if get_origin(expected) is tuple:
        items = value if isinstance(value, list) else [value] if value else []
        return [_wrap_singles(item, get_args(expected)[0]) for item in items]
    if get_origin(expected) is types.UnionType:
        return _wrap_singles(value, get_args(expected)[0])
    if isinstance(value, dict) and _is_struct(expected):
        return {key: _wrap_field(key, item, expected) for key, item in value.items()}
    return value


def _wrap_field(key: str, value: Any, struct: type[msgspec.Struct]) -> Any:
    hints = get_type_hints(struct)
    names = dict(zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True))
    return _wrap_singles(value, hints[names[key]]) if key in names else value


def _is_struct(expected: Any) -> bool:
    return isinstance(expected, type) and issubclass(expected, msgspec.Struct)


def without_stamp(raw: bytes) -> bytes:
    """Return the record without its release stamp, for telling versions apart byte by byte."""
    return b"".join(parts_without_stamp(raw))


def parts_without_stamp(raw: bytes) -> tuple[bytes | memoryview, ...]:
    """Return the same as ``without_stamp`` in parts, of which none is a copy.

    The stamp stands near the end and is looked for from there: a sweep does this to every record.
    """
    stamp = _STAMP.match(raw, max(0, raw.rfind(b'"versionHolder"')))
    if stamp is None:
        return (raw,)
    whole = memoryview(raw)
    return whole[: stamp.start()], b'"versionHolder":""', whole[stamp.end() :]


def stamp_of(raw: bytes) -> str:
    """Return the release date that a record carries, unread; ``""`` when it carries none."""
    stamp = _STAMP.match(raw, max(0, raw.rfind(b'"versionHolder"')))
    return stamp[1].decode(errors="replace") if stamp else ""


def release_of(study: Study) -> str:
    """Return the date of the release that ``study`` was served in (``2026-03-09``), or ``""``."""
    return study.derived_section.misc_info_module.version_holder or ""

"""Bytes in rows: versions packed against the one before, values as JSON.

Pure: values in, bytes out. A version's body is a zstd frame with its own checksum, so damage is
found when it is read; the version before it serves as prefix, so a small edit costs what it says.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import zstandard

from monitor.domain.changes import Json
from monitor.domain.errors import StorageError
from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow

_LEVEL = 9
#: Every so many versions one stands by itself, so that a read unpacks at most so many.
WHOLE_EVERY = 16


def stands_alone(number: int) -> bool:
    """Return whether the version with this number is packed without the one before."""
    return number % WHOLE_EVERY == 1


def pack(raw: bytes, *, prefix: bytes = b"") -> bytes:
    """Return ``raw`` compressed; the same ``prefix`` is needed to read it."""
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        source_size=len(raw),
        dict_size=len(prefix),
        write_checksum=True,
        write_content_size=True,
    )
    packer = zstandard.ZstdCompressor(dict_data=_dictionary(prefix), compression_params=parameters)
    return packer.compress(raw)


def unpack(body: bytes, *, prefix: bytes = b"", of: str) -> bytes:
    """Return what was packed.

    Args:
        body: What ``pack`` gave.
        prefix: What ``pack`` was given.
        of: What it is, for the message.

    Raises:
        StorageError: The bytes are damaged.
    """
    try:
        return zstandard.ZstdDecompressor(dict_data=_dictionary(prefix)).decompress(body)
    except zstandard.ZstdError as error:
        raise StorageError(
            f"What is stored of {of} is damaged ({error}); restore a backup with "
            "`trialwatch db restore`"
        ) from error


def _dictionary(prefix: bytes) -> zstandard.ZstdCompressionDict | None:
    if not prefix:
        return None
    return zstandard.ZstdCompressionDict(prefix, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def to_json(value: Json) -> str:
    """Return JSON in ASCII: any text that JSON can hold comes back as it was."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), default=_plain)


def from_json(text: str) -> Any:
    """Return the value; arrays are lists, objects are dicts."""
    return json.loads(text)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def pack_summary(summary: Summary) -> bytes:
    """Return a summary as compressed JSON, field by field."""
    return pack(to_json(_fields_of(summary)).encode("ascii"))


def _fields_of(summary: Summary) -> dict[str, Json]:
    return {
        "nct_id": summary.nct_id,
        "version": summary.version,
        "lexicon_version": summary.lexicon_version,
        "title": summary.title,
        "sections": [[part.id, part.title, part.sentences] for part in summary.sections],
        "eligibility": [_criterion_fields(rule) for rule in summary.eligibility],
        "words_to_know": [[word.term, word.meaning] for word in summary.words_to_know],
        "facts": summary.facts,
    }


def _criterion_fields(rule: PlainCriterion) -> dict[str, Json]:
    return {
        "path": rule.path,
        "section": rule.section,
        "group": rule.group,
        "source": rule.source,
        "plain": rule.plain,
        "method": rule.method,
        "flags": rule.flags,
    }


def unpack_summary(body: bytes) -> Summary:
    """Return the summary that was packed."""
    fields = from_json(unpack(body, of="a summary").decode("ascii"))
    return Summary(
        nct_id=fields["nct_id"],
        version=fields["version"],
        lexicon_version=fields["lexicon_version"],
        title=fields["title"],
        sections=tuple(
            SummarySection(id=part, title=title, sentences=tuple(sentences))
            for part, title, sentences in fields["sections"]
        ),
        eligibility=tuple(_criterion(rule) for rule in fields["eligibility"]),
        words_to_know=tuple(
            WordToKnow(term=term, meaning=meaning) for term, meaning in fields["words_to_know"]
        ),
        facts=fields["facts"],
    )


def _criterion(fields: dict[str, Any]) -> PlainCriterion:
    lists = {name: tuple(fields[name]) for name in ("plain", "flags")}
    return PlainCriterion(**{**fields, **lists})

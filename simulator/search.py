"""Finding the studies a request asks for, and writing them down.

Works on one release at a time; how a request spells its wishes is in
``simulator.parameters``.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from simulator.damage import Spoil
from simulator.fields import in_legacy_markup, pruned
from simulator.parameters import Search, Shape, page_token
from simulator.records import dumps
from simulator.registry import View
from simulator.source import Study

#: Which parts of a study a ``query.*`` parameter searches.
_AREAS: dict[str, tuple[str, ...]] = {
    "cond": ("conditionsModule", "identificationModule"),
    "locn": ("contactsLocationsModule",),
    "titles": ("identificationModule",),
    "intr": ("armsInterventionsModule",),
    "outc": ("outcomesModule",),
    "spons": ("sponsorCollaboratorsModule",),
    "lead": ("sponsorCollaboratorsModule",),
    "id": ("identificationModule",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of studies as the body says it."""

    studies: list[bytes]
    next_position: int | None
    total: int | None

    def body(self) -> bytes:
        """Return the JSON, every study on a line of its own."""
        total = b'"totalCount":%d,' % self.total if self.total is not None else b""
        token = ""
        if self.next_position is not None:
            token = f',"nextPageToken":"{page_token(self.next_position)}"'
        return b"".join(
            (b"{", total, b'"studies":[\n', b",\n".join(self.studies), b"\n]", token.encode(), b"}")
        )


def page_of(view: View, search: Search, shape: Shape, spoil: Spoil) -> Page:
    """Return the page that ``search`` asks for."""
    found = _found(view, search, search.position)
    rows = list(islice(found, search.page_size))
    after = next(found, None)
    first = search.position == 0
    return Page(
        studies=[text for _, study in rows if (text := written(view, study, shape, spoil))],
        next_position=after[0] if after else None,
        total=_total(view, search) if search.count_total and first else None,
    )


def written(view: View, study: Study, shape: Shape, spoil: Spoil) -> bytes | None:
    """Return a study's JSON in the shape asked for, ``None`` when a fault leaves it out."""
    raw = spoil(study.nct_id, view.raw(study))
    if raw is None or shape.as_stored:
        return raw
    value = pruned(json.loads(raw), shape.cut)
    return dumps(in_legacy_markup(value) if shape.legacy else value)


def _found(view: View, search: Search, start: int) -> Iterator[tuple[int, Study]]:
    if search.ids is None:
        rows = view.scan(start)
    else:
        rows = islice(enumerate(_named(view, search.ids)), start, None)
    return ((position, study) for position, study in rows if _matches(study, search))


def _named(view: View, ids: tuple[str, ...]) -> list[Study]:
    """Return the studies of those numbers in an order that is the registry's own."""
    found = {study.nct_id: study for nct_id in ids if (study := view.find(nct_id))}
    day = view.release.day.isoformat()
    return sorted(found.values(), key=lambda study: zlib.crc32(f"{study.nct_id}{day}".encode()))


def _matches(study: Study, search: Search) -> bool:
    first, last = search.updated
    return (
        (search.statuses is None or study.overall_status in search.statuses)
        and (not first or study.last_update_posted >= first)
        and (not last or "" < study.last_update_posted <= last)
        and (not search.words or _has_words(study, search))
    )


def _has_words(study: Study, search: Search) -> bool:
    protocol = json.loads(study.body()).get("protocolSection", {})
    return all(
        word in _text_of(protocol, area) for area, words in search.words.items() for word in words
    )


def _text_of(protocol: dict[str, Any], area: str) -> str:
    modules = _AREAS.get(area, tuple(protocol))
    parts = (json.dumps(protocol.get(name), ensure_ascii=False) for name in modules)
    return " ".join(parts).casefold()


def _total(view: View, search: Search) -> int:
    if (
        search.ids is None
        and search.statuses is None
        and not search.words
        and not any(search.updated)
    ):
        return view.size()
    return sum(1 for _ in _found(view, search, 0))

"""Finding the studies a request asks for, and writing them down.

Works on one release at a time; how a request spells its wishes is in
``simulator.parameters``.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import asin, cos, radians, sin, sqrt
from typing import Any

from simulator.damage import Spoil
from simulator.essie import Document, values_of
from simulator.fields import in_legacy_markup, pruned
from simulator.parameters import Search, Shape, page_token
from simulator.records import dumps
from simulator.registry import View
from simulator.source import Study

_EARTH_KM = 6371.0088
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
    if search.order:
        return islice(enumerate(_sorted(view, search)), start, None)
    return _unsorted(view, search, start)


def _sorted(view: View, search: Search) -> list[Study]:
    studies = [study for _, study in _unsorted(view, search, 0)]
    for area, newest_first in reversed(search.order):
        studies.sort(key=lambda study: _first_value(study, area), reverse=newest_first)
    return studies


def _first_value(study: Study, area: str) -> str:
    values = values_of(json.loads(study.body()), area)
    return str(values[0]) if values else ""


def _unsorted(view: View, search: Search, start: int) -> Iterator[tuple[int, Study]]:
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
        and (not _reads(search) or _fits(json.loads(study.body()), search))
    )


def _reads(search: Search) -> bool:
    """Tell whether records have to be read to answer."""
    return bool(search.words or search.advanced or search.near)


def _fits(record: dict[str, Any], search: Search) -> bool:
    protocol = record.get("protocolSection", {})
    return (
        all(
            test(Document(study=record, text=_text_of(protocol, area)))
            for area, test in search.words.items()
        )
        and all(test(Document(study=record, text="")) for test in search.advanced)
        and (search.near is None or _has_place_near(record, *search.near))
    )


def _has_place_near(record: dict[str, Any], latitude: float, longitude: float, far: float) -> bool:
    points = values_of(record, "LocationGeoPoint")
    return any(
        _kilometres(latitude, longitude, point["lat"], point["lon"]) <= far for point in points
    )


def _kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the distance along the surface of a round earth."""
    one, other, across = radians(lat), radians(other_lat), radians(other_lon - lon)
    half = sin((other - one) / 2) ** 2 + cos(one) * cos(other) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _text_of(protocol: dict[str, Any], area: str) -> str:
    modules = _AREAS.get(area, tuple(protocol))
    parts = (json.dumps(protocol.get(name), ensure_ascii=False) for name in modules)
    return " ".join(parts).casefold()


def _total(view: View, search: Search) -> int:
    if (
        search.ids is None
        and search.statuses is None
        and not _reads(search)
        and not any(search.updated)
    ):
        return view.size()
    return sum(1 for _ in _found(view, search, 0))

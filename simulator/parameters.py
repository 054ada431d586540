"""Reading a request's parameters: which are declared, and what each may hold.

Values in, values out. The words of the refusals are the registry's own where they are
known; where the stand-in cannot play a parameter it says so.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from simulator.enums import STATUSES
from simulator.essie import QuerySyntaxError, Test, parsed
from simulator.fields import Cut, UnknownFieldError, cut_for

_NCT = re.compile(r"[Nn][Cc][Tt]0*([1-9]\d{0,7})")
_RANGE = re.compile(
    r"\s*AREA\[LastUpdatePostDate\]\s*RANGE\[\s*(MIN|\d{4}-\d\d-\d\d)\s*,\s*(MAX|\d{4}-\d\d-\d\d)\s*\]\s*"
)
_TOKEN = re.compile(rb"p(\d{1,9})")
_GEO = re.compile(r"distance\((-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(km|mi)?\)")
_KM_A_MILE = 1.609344
_DEFAULT_PAGE, _LARGEST_PAGE = 10, 1000
_MOST_WORDS = 12
#: Fields to sort by, as far as the stand-in does.
_SORTED = ("StudyFirstPostDate", "LastUpdatePostDate", "StartDate", "PrimaryCompletionDate")
_QUERIES = ("cond", "term", "locn", "titles", "intr", "outc", "spons", "lead", "id", "patient")
_FILTERS = ("overallStatus", "geo", "ids", "advanced", "synonyms")
_SHAPE = ("format", "markupFormat", "fields")
#: Declared, but not played: asking for them is refused in so many words.
_NOT_PLAYED = (
    "filter.synonyms",
    "postFilter.synonyms",
    "aggFilters",
)
#: Parameters that the OpenAPI document declares, by path.
DECLARED: Mapping[str, tuple[str, ...]] = {
    "/studies": (
        *_SHAPE,
        *(f"query.{name}" for name in _QUERIES),
        *(f"{prefix}.{name}" for prefix in ("filter", "postFilter") for name in _FILTERS),
        *("aggFilters", "geoDecay", "sort", "countTotal", "pageSize", "pageToken"),
    ),
    "/studies/{nctId}": _SHAPE,
    "/studies/metadata": ("includeIndexedOnly", "includeHistoricOnly"),
    "/studies/search-areas": (),
    "/studies/enums": (),
    "/stats/size": (),
    "/stats/field/values": ("types", "fields"),
    "/stats/field/sizes": ("fields",),
    "/version": (),
}
Parameters = Mapping[str, str]


class BadRequestError(ValueError):
    """The request is refused; the text is the answer's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How studies are to be written."""

    cut: Cut
    legacy: bool

    @property
    def as_stored(self) -> bool:
        """Whether the stored bytes serve as they are."""
        return not self.cut and not self.legacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which studies are asked for, and which page of them."""

    #: Numbers asked for, canonical form; ``None`` when all studies are searched.
    ids: tuple[str, ...] | None
    #: Statuses wanted, ``None`` when any will do.
    statuses: frozenset[str] | None
    #: First and last day of the last posted update, either may be empty.
    updated: tuple[str, str]
    #: Search area to what must be true of it.
    words: Mapping[str, Test]
    #: What must be true of the whole study.
    advanced: tuple[Test, ...]
    #: Latitude, longitude and kilometres around them, None when any place will do.
    near: tuple[float, float, float] | None
    #: Date fields to sort by, each with whether the newest comes first.
    order: tuple[tuple[str, bool], ...]
    page_size: int
    position: int
    count_total: bool


def read(path: str, query: str) -> Parameters:
    """Return a request's parameters; of a repeated one the first counts.

    Raises:
        BadRequestError: One of them is not declared for ``path``.
    """
    read_in: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in DECLARED[path]:
            raise BadRequestError(f"`{name}` is unknown parameter")
        read_in.setdefault(name, value)
    return read_in


def shape_of(asked: Parameters) -> Shape:
    """Return how the studies are to be written."""
    wanted = _one_of(asked, "format", ("json", "csv", "json.zip", "fhir.json", "ris"))
    if wanted != "json":
        raise BadRequestError(f"The stand-in registry answers format=json only, not `{wanted}`")
    legacy = _one_of(asked, "markupFormat", ("markdown", "legacy")) == "legacy"
    names = _items(asked.get("fields"))
    try:
        return Shape(cut=cut_for(names), legacy=legacy)
    except UnknownFieldError as error:
        raise BadRequestError(f"Invalid value in parameter `fields`: `{error.args[0]}`") from error


def search_of(asked: Parameters) -> Search:
    """Return which studies and which page of them are asked for."""
    for name in _NOT_PLAYED:
        if name in asked:
            raise BadRequestError(f"The stand-in registry does not play `{name}`")
    by_query = _ids_in_queries(asked)
    filters = {} if by_query else asked
    return Search(
        ids=by_query or _ids_in_filters(filters),
        statuses=_statuses(filters),
        updated=_updated(filters),
        words={} if by_query else dict(_words(asked)),
        advanced=tuple(_advanced(filters)),
        near=_near(filters),
        order=tuple(_order(asked)),
        page_size=_page_size(asked),
        position=_position(asked),
        count_total=_one_of(asked, "countTotal", ("false", "true")) == "true",
    )


def nct_id_in(text: str) -> str | None:
    """Return an NCT number in its usual form, ``None`` when ``text`` is none."""
    found = _NCT.fullmatch(text)
    return f"NCT{int(found[1]):08d}" if found else None


def page_token(position: int) -> str:
    """Return the token of the page that starts at ``position``.

    It knows nothing of the other parameters, so with others it finds wrong rows.
    """
    return base64.urlsafe_b64encode(f"p{position}".encode()).decode().rstrip("=")


def _position(asked: Parameters) -> int:
    token = asked.get("pageToken")
    if token is None:
        return 0
    try:
        found = _TOKEN.fullmatch(base64.urlsafe_b64decode(token.encode() + b"=="))
    except binascii.Error:
        found = None
    if found is None:
        raise BadRequestError("Parameter `pageToken` has incorrect format")
    return int(found[1])


def _page_size(asked: Parameters) -> int:
    text = asked.get("pageSize", "0")
    if not text.isascii() or not text.isdigit():
        raise BadRequestError("Parameter `pageSize` has incorrect format")
    return min(int(text[:9]) or _DEFAULT_PAGE, _LARGEST_PAGE)


def _items(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(item.strip() for item in re.split(r"[,|]", text))


def _one_of(asked: Parameters, name: str, allowed: tuple[str, ...]) -> str:
    value = asked.get(name, allowed[0])
    if value not in allowed:
        raise BadRequestError(f"Invalid value in parameter `{name}`: `{value}`")
    return value


def _ids_in_filters(asked: Parameters) -> tuple[str, ...] | None:
    wanted: dict[str, None] | None = None
    for name in ("filter.ids", "postFilter.ids"):
        if name in asked:
            ids = dict.fromkeys(_checked_ids(name, asked[name]))
            wanted = ids if wanted is None else {one: None for one in wanted if one in ids}
    return None if wanted is None else tuple(wanted)


def _checked_ids(name: str, text: str) -> Iterable[str]:
    for number, item in enumerate(_items(text), start=1):
        nct_id = nct_id_in(item)
        if nct_id is None:
            raise BadRequestError(f"Item {number} in parameter `{name}` has incorrect format")
        yield nct_id


def _ids_in_queries(asked: Parameters) -> tuple[str, ...] | None:
    """Return the ids of a query that holds nothing else: filters are then ignored."""
    for name in _QUERIES:
        words = re.split(r"[,\s]+", asked.get(f"query.{name}", "").strip())
        ids = tuple(nct_id for word in words if (nct_id := nct_id_in(word)))
        if ids and len(ids) == len(words):
            return tuple(dict.fromkeys(ids))
    return None


def _statuses(asked: Parameters) -> frozenset[str] | None:
    wanted: frozenset[str] | None = None
    for name in ("filter.overallStatus", "postFilter.overallStatus"):
        if name in asked:
            named = frozenset(_checked_statuses(asked[name]))
            wanted = named if wanted is None else wanted & named
    return wanted


def _checked_statuses(text: str) -> Iterable[str]:
    for status in _items(text):
        if status not in STATUSES:
            raise BadRequestError(f"Invalid value in parameter `overallStatus`: `{status}`")
        yield status


def _updated(asked: Parameters) -> tuple[str, str]:
    text = asked.get("filter.advanced", asked.get("postFilter.advanced"))
    if text is None:
        return "", ""
    found = _RANGE.fullmatch(text)
    # The one filter that is told without reading records; others are read as expressions.
    return (found[1].replace("MIN", ""), found[2].replace("MAX", "")) if found else ("", "")


def _advanced(asked: Parameters) -> Iterable[Test]:
    for name in ("filter.advanced", "postFilter.advanced"):
        text = asked.get(name, "")
        if text.strip() and not _RANGE.fullmatch(text):
            yield _expression(text, "Error parsing query in advanced filter")


def _words(asked: Parameters) -> Iterable[tuple[str, Test]]:
    for name in _QUERIES:
        text = asked.get(f"query.{name}", "")
        if len(text.split()) > _MOST_WORDS:
            raise BadRequestError("Too complicated query")
        if text.strip():
            yield name, _expression(text, f"Error parsing query in parameter `query.{name}`")


def _expression(text: str, complaint: str) -> Test:
    try:
        return parsed(text)
    except QuerySyntaxError as error:
        raise BadRequestError(f"{complaint}: {error}") from error


def _near(asked: Parameters) -> tuple[float, float, float] | None:
    text = asked.get("filter.geo", asked.get("postFilter.geo"))
    if text is None:
        return None
    found = _GEO.fullmatch(text)
    if found is None:
        raise BadRequestError("Parameter `filter.geo` has incorrect format")
    far = float(found[3]) * (1 if found[4] == "km" else _KM_A_MILE)
    return float(found[1]), float(found[2]), far


def _order(asked: Parameters) -> Iterable[tuple[str, bool]]:
    for item in _items(asked.get("sort")):
        name, _, way = item.partition(":")
        if name == "@relevance":
            continue
        if name not in _SORTED:
            raise BadRequestError("Unsupported sort field type: text")
        yield name, way == "desc"

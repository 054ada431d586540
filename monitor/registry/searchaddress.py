"""Searches as addresses: one copied from the registry's search page, and one back to it.

The page's own short codes are put into the registry's language, since the registry answers codes
it does not know with nothing at all instead of an error. What is not known here is refused by
name: left out, it would make another search of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.domain.errors import SearchRefusedError
from monitor.domain.near import KM_A_MILE
from monitor.domain.searches import Parameters, Query
from monitor.registry.asked import Parts

_T = TypeVar("_T")
_HOSTS: Final = frozenset({"clinicaltrials.gov", "www.clinicaltrials.gov"})
_PAGE, _API = "/search", "/api/v2/studies"
#: Search areas by the page's name, and what people call them.
_TEXTS: Final[Mapping[str, str]] = {
    "cond": "condition",
    "term": "words",
    "intr": "treatment",
    "spons": "sponsor",
    "lead": "lead sponsor",
    "titles": "title",
    "outc": "outcome",
    "id": "study id",
    "locn": "place",
    "patient": "patient words",
}
_AREAS: Final = {"country": "LocationCountry", "state": "LocationState", "city": "LocationCity"}
_DATES: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("StartDate", "started"),
    "primComp": ("PrimaryCompletionDate", "main part ends"),
    "studyComp": ("CompletionDate", "ends"),
    "firstPost": ("StudyFirstPostDate", "first posted"),
    "resFirstPost": ("ResultsFirstPostDate", "results posted"),
    "lastUpdPost": ("LastUpdatePostDate", "last updated"),
}
#: Say how a page looks, not which trials are on it.
_LOOKS: Final = frozenset(
    {"viewType", "sort", "page", "limit", "rank", "tab", "checkSpell"}
    | {"fields", "format", "markupFormat", "pageSize", "pageToken", "countTotal", "geoDecay"}
)
_STATUS_CODES: Final[Mapping[str, str]] = {
    "rec": "RECRUITING",
    "not": "NOT_YET_RECRUITING",
    "enr": "ENROLLING_BY_INVITATION",
    "act": "ACTIVE_NOT_RECRUITING",
    "com": "COMPLETED",
    "sus": "SUSPENDED",
    "ter": "TERMINATED",
    "wit": "WITHDRAWN",
    "unk": "UNKNOWN",
}
#: Code groups of ``aggFilters``: area, words, and each code's value with its words.
_CODES: Final[Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]]] = {
    "ages": (
        "StdAge",
        {
            "child": ("CHILD", "for children"),
            "adult": ("ADULT", "for adults"),
            "older": ("OLDER_ADULT", "for older adults"),
        },
    ),
    "sex": ("Sex", {"f": ("(FEMALE OR ALL)", "for women"), "m": ("(MALE OR ALL)", "for men")}),
    "healthy": ("HealthyVolunteers", {"y": ("true", "for healthy volunteers")}),
    "studyType": (
        "StudyType",
        {
            "int": ("INTERVENTIONAL", "interventional"),
            "obs": ("OBSERVATIONAL", "observational"),
            "exp": ("EXPANDED_ACCESS", "expanded access"),
        },
    ),
    "results": (
        "ResultsFirstPostDate",
        {"with": ("RANGE[MIN, MAX]", "with results"), "without": ("MISSING", "without results")},
    ),
}
_GEO: Final = re.compile(r"distance\((-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(km|mi)?\)")
_SPAN: Final = re.compile(r"(\d{4}(?:-\d\d){0,2})?_(\d{4}(?:-\d\d){0,2})?")


def query_from_address(address: str) -> Query:
    """Return the search that an address of the registry's search page, or of its API, asks for.

    Raises:
        SearchRefusedError: It is no such address, or says something that cannot be asked for.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError as error:
        raise _no_address(address) from error
    path = parts.path.rstrip("/")
    if parts.hostname not in _HOSTS or path not in {_PAGE, _API}:
        raise _no_address(address)
    named = {name: text for name, text in parse_qsl(parts.query) if text.strip()}
    return _of_page(named) if path == _PAGE else _of_api(named)


def _no_address(address: str) -> SearchRefusedError:
    return SearchRefusedError(
        f"{address.strip()[:60]!r} is no address of a search at ClinicalTrials.gov: search there,"
        " and copy the whole address, which begins with https://clinicaltrials.gov/search?"
    )


def _of_page(named: dict[str, str]) -> Query:
    asked = Parts()
    for name, label in _TEXTS.items():
        if name in named:
            asked.text(f"query.{name}", named.pop(name).strip(), label)
    _places(asked, named)
    for name, (area, words) in _DATES.items():
        if name in named:
            _dates(asked, named.pop(name), name, area, words)
    _codes(asked, named.pop("aggFilters", ""))
    _refuse_rest(named)
    return asked.query()


def _of_api(named: dict[str, str]) -> Query:
    asked = Parts()
    for name, label in _TEXTS.items():
        if f"query.{name}" in named:
            asked.text(f"query.{name}", named.pop(f"query.{name}").strip(), label)
    takers: Mapping[str, Callable[[str], None]] = {
        "overallStatus": lambda text: asked.statuses(re.split(r"[,|]", text)),
        "advanced": lambda text: asked.clause(f"({text.strip()})", f"with {text.strip()}"),
        "geo": lambda text: _geo(asked, text.strip()),
    }
    for name, take in takers.items():
        given = [named.pop(f"{kind}.{name}", "") for kind in ("filter", "postFilter")]
        for text in filter(None, given):
            take(text)
    _codes(asked, named.pop("aggFilters", ""))
    _refuse_rest(named)
    return asked.query()


def _refuse_rest(named: Mapping[str, str]) -> None:
    rest = sorted(set(named) - _LOOKS)
    if rest:
        raise SearchRefusedError(
            f"The address asks for {', '.join(rest)[:200]}, which is not understood here; take it"
            " out of the search, copy the address again"
        )


def _places(asked: Parts, named: dict[str, str]) -> None:
    """Take a distance if there is one, or else the place by its parts, or else by its words."""
    text = named.pop("locStr", "").strip()
    point = [named.pop(name, "") for name in ("lat", "lng", "distance")]
    areas = {area: named.pop(name, "").strip() for name, area in _AREAS.items()}
    if all(point):
        miles = point[2].lower().removesuffix("mi")
        _geo(asked, f"distance({point[0]},{point[1]},{miles}mi)", text)
        return
    for area, place in areas.items():
        if place:
            asked.place(area, [place])
    if text and not any(areas.values()):
        asked.text("query.locn", text, "place")


def _geo(asked: Parts, expression: str, place: str = "") -> None:
    found = _GEO.fullmatch(expression)
    if found is None:
        raise SearchRefusedError(
            f"{expression[:60]!r} is no distance that the registry knows: copy the address again"
        )
    unit = "km" if found[4] == "km" else "miles"
    where = place or f"{found[1]}, {found[2]}"
    asked.geo(expression, f"within {found[3]} {unit} of {where}")


def _dates(asked: Parts, text: str, name: str, area: str, words: str) -> None:
    found = _SPAN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise SearchRefusedError(f"{name}={text[:40]!r} is no span of dates")
    since, until = found.groups()
    said = [f"from {since}" if since else "", f"until {until}" if until else ""]
    span = f"AREA[{area}]RANGE[{since or 'MIN'}, {until or 'MAX'}]"
    asked.clause(span, " ".join([words, *filter(None, said)]))


def _codes(asked: Parts, text: str) -> None:
    for group in filter(None, (part.strip() for part in text.split(","))):
        name, _, codes = group.partition(":")
        wanted = codes.split()
        if name == "status":
            asked.statuses([_code(group, _STATUS_CODES, code) for code in wanted])
        elif name == "phase":
            asked.phases(["early1" if code == "0" else code for code in wanted])
        elif name in _CODES:
            area, known = _CODES[name]
            chosen = [_code(group, known, code) for code in wanted]
            values = [value for value, _ in chosen]
            words = " or ".join(words for _, words in chosen)
            _any_value(asked, area, values, words)
        else:
            raise _unknown_code(group)


def _any_value(asked: Parts, area: str, values: list[str], words: str) -> None:
    clauses = [f"AREA[{area}]{value}" for value in values]
    asked.clause(clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})", words)


def _code(group: str, known: Mapping[str, _T], code: str) -> _T:
    if code not in known:
        raise _unknown_code(group)
    return known[code]


def _unknown_code(group: str) -> SearchRefusedError:
    return SearchRefusedError(
        f"The address filters by {group[:60]!r}, which is not understood here; take that filter"
        " out of the search, copy the address again"
    )


def search_url(parameters: Parameters) -> str:
    """Return the registry's own page for a search, for people to open."""
    return f"https://clinicaltrials.gov{_PAGE}?" + urlencode(list(_on_the_page(dict(parameters))))


def _on_the_page(asked: dict[str, str]) -> Iterator[tuple[str, str]]:
    advanced = asked.pop("filter.advanced", "")
    terms = [term for term in (asked.pop("query.term", ""), advanced) if term]
    if terms:
        yield "term", terms[0] if len(terms) == 1 else " AND ".join(f"({term})" for term in terms)
    for name in _TEXTS:
        text = asked.get(f"query.{name}")
        if text:
            yield ("locStr" if name == "locn" else name), text
    codes = {status: code for code, status in _STATUS_CODES.items()}
    statuses = [
        codes[one] for one in asked.get("filter.overallStatus", "").split("|") if one in codes
    ]
    if statuses:
        yield "aggFilters", f"status:{' '.join(statuses)}"
    found = _GEO.fullmatch(asked.get("filter.geo", ""))
    if found:
        # The registry's page reads a distance in miles.
        miles = f"{float(found[3]) / KM_A_MILE:.1f}" if found[4] == "km" else found[3]
        yield from zip(("lat", "lng", "distance"), (found[1], found[2], miles), strict=True)

"""Answers about the data set as a whole: data structure, search areas, sizes."""

from itertools import islice
from typing import Any

from simulator.fields import Node, data_structure
from simulator.registry import View

#: Studies looked at for size statistics; a generated registry is too large to weigh whole.
_WEIGHED = 500
_PERCENTS = (50, 90, 99)
_KILOBYTE = 1024
_SEARCH_AREAS = {
    "BasicSearch": (
        "term",
        "Other terms",
        ("NCTId", "BriefTitle", "Condition", "InterventionName"),
    ),
    "ConditionSearch": ("cond", "Condition or disease", ("Condition", "BriefTitle", "Keyword")),
    "InterventionSearch": ("intr", "Intervention/treatment", ("InterventionName", "ArmGroupLabel")),
    "LocationSearch": ("locn", "Location terms", ("LocationCity", "LocationFacility")),
    "TitleSearch": ("titles", "Title / Acronym", ("Acronym", "BriefTitle", "OfficialTitle")),
    "IdSearch": ("id", "Study IDs", ("NCTId", "NCTIdAlias", "OrgStudyId", "SecondaryId")),
}


def field_tree() -> list[dict[str, Any]]:
    """Return the body of ``/studies/metadata``."""
    return [_described(node) for node in data_structure()]


def _described(node: Node) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": node.name,
        "piece": node.piece,
        "sourceType": "STRUCT" if node.children else "TEXT",
        "type": node.type,
    }
    if node.children:
        described["children"] = [_described(child) for child in node.children]
    return described


def search_areas() -> list[dict[str, Any]]:
    """Return the body of ``/studies/search-areas``."""
    areas = [
        {"name": name, "param": param, "uiLabel": label, "parts": [_part(one) for one in pieces]}
        for name, (param, label, pieces) in _SEARCH_AREAS.items()
    ]
    return [{"name": "Study", "areas": areas}]


def _part(piece: str) -> dict[str, Any]:
    return {"pieces": [piece], "type": "text", "isEnum": False, "isSynonyms": False, "weight": 1.0}


def size_statistics(view: View) -> dict[str, Any]:
    """Return the body of ``/stats/size``, weighed on the first studies of the release."""
    weighed = islice(view.scan(), _WEIGHED)
    sizes = sorted((len(view.raw(study)), study.nct_id) for _, study in weighed)
    if not sizes:
        return {
            "averageSizeBytes": 0,
            "largestStudies": [],
            "percentiles": {},
            "ranges": [],
            "totalStudies": 0,
        }
    return {
        "averageSizeBytes": sum(size for size, _ in sizes) // len(sizes),
        "largestStudies": [{"id": nct_id, "sizeBytes": size} for size, nct_id in sizes[:-11:-1]],
        "percentiles": {str(part): sizes[(len(sizes) - 1) * part // 100][0] for part in _PERCENTS},
        "ranges": _ranges([size for size, _ in sizes]),
        "totalStudies": view.size(),
    }


def _ranges(sizes: list[int]) -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    for size in sizes:
        counts[size // _KILOBYTE] = counts.get(size // _KILOBYTE, 0) + 1
    return [{"sizeRange": f"{low}-{low + 1} KB", "studiesCount": n} for low, n in counts.items()]

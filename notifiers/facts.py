"""A change's values as a reader sees them: before and now, in words, without markup.

Shapes of the values by kind are those of ``monitor.domain.changes.Change``. A value of a shape
not known here is still shown, piece by piece: nothing that changed is hidden.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from monitor.domain.changes import Change, Json
from monitor.summaries.timing import date_words, parts_of

#: What a change of a kind is about, as a heading of the table.
HEADINGS: Final[Mapping[str, str]] = {
    "status": "Recruitment status",
    "why_stopped": "Why it stopped",
    "expanded_access": "Use outside the study (expanded access)",
    "date.start": "Start date",
    "date.primary_completion": "Primary completion date",
    "date.completion": "Completion date",
    "enrollment": "Number of people",
    "phase": "Phase",
    "study_type": "Type of study",
    "design": "Design",
    "title": "Title",
    "sponsor": "Sponsor",
    "collaborators": "Collaborators",
    "responsible_party": "Responsible party",
    "oversight": "Oversight",
    "description": "Description",
    "conditions": "Conditions",
    "keywords": "Keywords",
    "arm": "Groups in the study",
    "intervention": "Treatments",
    "outcome.primary": "Main things measured",
    "outcome.secondary": "Other things measured",
    "outcome.other": "Further things measured",
    "eligibility": "Who can join",
    "eligibility.age": "Age limits",
    "eligibility.sex": "Sex",
    "eligibility.healthy_volunteers": "Healthy volunteers",
    "eligibility.population": "Study population",
    "site": "Study places",
    "country": "Countries",
    "contact": "Contacts",
    "official": "People responsible",
    "ipd": "Sharing of data",
    "reference": "Publications",
    "link": "Links",
    "document": "Documents",
    "results": "Results",
    "record": "The record",
}

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?")
_WORD = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_CAPITAL = re.compile(r"[A-Z]")

#: Values of the registry that reading aloud would not explain.
_WORDS: Final[Mapping[str, str]] = {
    "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
    "NOT_YET_RECRUITING": "Not yet recruiting",
    "EARLY_PHASE1": "Early Phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
    "NA": "Not applicable",
    "ALL": "All",
}
#: Kinds whose texts are values of the registry's own lists, not free text.
_LISTED_KINDS: Final = frozenset(
    {"status", "site.status", "phase", "study_type", "design", "eligibility.sex", "ipd", "sponsor"}
)
#: Keys of values that are words of the registry's lists wherever they stand.
_LISTED_KEYS: Final = frozenset({"type", "status", "role", "class", "kinds", "section", "modules"})
_NOT_GIVEN: Final = "not given"


def heading(change: Change) -> str:
    """Return what ``change`` is about."""
    kind = change.kind
    while kind not in HEADINGS:
        kind, found, _ = kind.rpartition(".")
        if not found:
            return change.kind
    return HEADINGS[kind]


def shown(kind: str, value: Json) -> str:
    """Return a ``before`` or ``after`` of a change as text; ``""`` when there is none."""
    if value is None:
        return ""
    writer = _WRITERS.get(kind.rpartition(".")[0]) or _WRITERS.get(kind)
    if writer is not None and isinstance(value, Mapping):
        return writer(value)
    if kind == "contact" and isinstance(value, int):
        return f"{value} contact{'' if value == 1 else 's'}"
    if kind == "eligibility.age" and isinstance(value, str):
        return value.lower()
    if (
        kind.startswith("eligibility.")
        and isinstance(value, Sequence)
        and not isinstance(value, str)
    ):
        return "\n".join(_text(part) for part in value)
    return _text(value, listed=kind in _LISTED_KINDS)


def day(text: str) -> str:
    """Return ``March 9, 2026`` for ``2026-03-09``, ``March 2026`` for ``2026-03``."""
    return date_words(text) if parts_of(text) else text


def word(value: str) -> str:
    """Return plain words for a value of one of the registry's lists."""
    if value in _WORDS:
        return _WORDS[value]
    return value.replace("_", " ").capitalize() if _WORD.fullmatch(value) else value


def _text(value: Json, *, listed: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return word(value) if listed else value
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:g}"
    if isinstance(value, Mapping):
        return "; ".join(_piece(key, part) for key, part in value.items() if _text(part))
    return ", ".join(text for text in (_text(part, listed=listed) for part in value) if text)


def _piece(key: str, value: Json) -> str:
    if key == "modules" and isinstance(value, Sequence) and not isinstance(value, str):
        return f"parts: {', '.join(_module(str(name)) for name in value)}"
    if isinstance(value, str) and _DATE.fullmatch(value):
        return f"{key.replace('_', ' ')}: {day(value)}"
    return f"{key.replace('_', ' ')}: {_text(value, listed=key in _LISTED_KEYS)}"


def _module(name: str) -> str:
    """Return ``adverse events`` for ``adverseEventsModule``."""
    return _CAPITAL.sub(lambda found: f" {found[0].lower()}", name.removesuffix("Module")).strip()


def _date(value: Mapping[str, Json]) -> str:
    when = value.get("date")
    return f"{day(when)}{_type(value)}" if isinstance(when, str) else _NOT_GIVEN


def _enrollment(value: Mapping[str, Json]) -> str:
    count = value.get("count")
    if not isinstance(count, int):
        return _NOT_GIVEN
    return f"{count:,} {'person' if count == 1 else 'people'}{_type(value)}"


def _type(value: Mapping[str, Json]) -> str:
    return {"ESTIMATED": " (planned)", "ACTUAL": " (actual)"}.get(str(value.get("type")), "")


def _place(value: Mapping[str, Json]) -> str:
    keys = ("facility", "city", "state", "zip", "country")
    place = ", ".join(str(value[key]) for key in keys if value.get(key))
    status = value.get("status")
    return f"{place} ({word(status).lower()})" if isinstance(status, str) and status else place


def _outcome(value: Mapping[str, Json]) -> str:
    return _lines(value, "measure", "time_frame", "description")


def _named(value: Mapping[str, Json]) -> str:
    return _lines(value, "label", "name", "type", "description", "interventions", "other_names")


def _moved(value: Mapping[str, Json]) -> str:
    section = str(value.get("section") or "")
    return f"{_SECTIONS.get(section, word(section))}: {_text(value.get('text'))}"


_SECTIONS: Final = {
    "inclusion": "Among what a person needs to join",
    "exclusion": "Among what keeps a person out",
}


def _lines(value: Mapping[str, Json], *keys: str) -> str:
    """The pieces named, in this order, then whatever else there is."""
    first = [_text(value.get(key), listed=key == "type") for key in keys]
    rest = [_piece(key, part) for key, part in value.items() if key not in keys and _text(part)]
    return "\n".join(line for line in (*first, *rest) if line)


#: By kind, or by its beginning.
_WRITERS: Final[Mapping[str, Callable[[Mapping[str, Json]], str]]] = {
    "date": _date,
    "enrollment": _enrollment,
    "site": _place,
    "arm": _named,
    "intervention": _named,
    "outcome.primary": _outcome,
    "outcome.secondary": _outcome,
    "outcome.other": _outcome,
    "eligibility.moved": _moved,
}

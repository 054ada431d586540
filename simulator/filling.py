"""Filling the gaps of a generated study: state in, JSON-ready text out.

Texts that repeat (sites, criteria lines) are encoded once and joined, which is what
makes thousands of studies a second.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from simulator.evolve import SITE_POOL, State
from simulator.source import Calendar
from simulator.wording import (
    COMPARATORS,
    DRUGS,
    EXCLUSION,
    NAMES,
    PEOPLE,
    REASONS,
    SPONSORS,
    TOPICS,
    Topic,
    site_pool,
)

_PHASES = (
    ("PHASE1", "Phase 1"),
    ("PHASE2", "Phase 2"),
    ("PHASE3", "Phase 3"),
    ("PHASE4", "Phase 4"),
)
_STOPPED = frozenset({"SUSPENDED", "TERMINATED", "WITHDRAWN"})
_OVER = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})
_MONTHS = 12
#: Exclusion criteria that every study has; the others come by chance.
_ALWAYS_EXCLUDED = 5
_SUBMITTED_BEFORE = timedelta(days=2)
#: Earliest year in which a study that was first seen in a status started.
_STARTED = {"NOT_YET_RECRUITING": 2026, "COMPLETED": 2016, "TERMINATED": 2017, "WITHDRAWN": 2017}


def gaps(nct_id: str, state: State, calendar: Calendar) -> Mapping[str, str]:
    """Return the text for every gap of the skeleton."""
    feature = state.features
    return {
        **_dates(state, calendar),
        **_condition(_topic(state)),
        **_treatment(feature),
        **_sponsors(feature),
        "nct_id": nct_id,
        "status": state.status,
        "why_stopped": _why_stopped(state),
        "enrollment": str(state.enrollment),
        "criteria": _criteria(state),
        "central_contacts": _central_contacts(state),
        "contact_name": _name(state.contact),
        "official": _name(feature[22]),
        "locations": _locations(state),
    }


def _condition(topic: Topic) -> dict[str, str]:
    return {
        "condition": topic.condition,
        "condition_lower": topic.condition.lower(),
        "mesh_id": topic.mesh_id,
        "keyword": topic.keyword,
        "measure": topic.measure,
        "measure_description": topic.measure_description,
    }


def _treatment(feature: Sequence[int]) -> dict[str, str]:
    people = PEOPLE[feature[14] % len(PEOPLE)]
    comparator = COMPARATORS[feature[15] % len(COMPARATORS)]
    phase, phase_words = _PHASES[feature[16] % len(_PHASES)]
    return {
        "drug": DRUGS[feature[19] % len(DRUGS)],
        "people": people,
        "people_lower": people.lower(),
        "comparator": comparator,
        "comparator_lower": comparator.lower(),
        "phase": phase,
        "phase_words": phase_words,
        "dose": str(5 * (1 + feature[20] % 40)),
        "weeks": str(12 + 4 * (feature[21] % 11)),
    }


def _sponsors(feature: Sequence[int]) -> dict[str, str]:
    sponsor, sponsor_class = SPONSORS[feature[13] % len(SPONSORS)]
    return {
        "org_id": f"{sponsor[:3].upper()}-{feature[17]:05d}",
        "sponsor": sponsor,
        "sponsor_class": sponsor_class,
        "collaborator": SPONSORS[feature[18] % len(SPONSORS)][0],
    }


def last_update(state: State, calendar: Calendar) -> str:
    """Return the day on which the last update was posted."""
    if state.updated_in:
        return calendar.day(state.updated_in).isoformat()
    year = _start_year(state)
    return _months_after(
        min(year, 2025), state.features[23] % _MONTHS, 0, day=1 + state.features[24] % 28
    )


def criterion(state: State) -> str:
    """Return the line of the criteria whose number edits move, without its bullet."""
    topic = _topic(state)
    start, step = topic.threshold
    return topic.inclusion[0].format(start + step * state.threshold)


@cache
def sites_of() -> Sequence[Mapping[str, Any]]:
    """Return the pool of sites, in the registry's order."""
    return site_pool()


def _topic(state: State) -> Topic:
    return TOPICS[state.features[12] % len(TOPICS)]


def _name(number: int) -> str:
    return NAMES[number % len(NAMES)]


def _why_stopped(state: State) -> str:
    if state.status not in _STOPPED:
        return ""
    return f'"whyStopped":"{REASONS[state.features[25] % len(REASONS)]}",'


def _central_contacts(state: State) -> str:
    if state.status != "RECRUITING":
        return ""
    name = _name(state.contact)
    address = name.lower().replace(" ", ".")
    phone = f"555-01{state.contact % 90 + 10}"
    return (
        f'"centralContacts":[{{"name":"{name}","role":"CONTACT",'
        f'"phone":"{phone}","email":"{address}@example.org"}}],'
    )


def _criteria(state: State) -> str:
    topic = _topic(state)
    dropped = state.features[26]
    lines = ["Inclusion Criteria:\\n\\n* 18 years of age or older\\n* ", _inside(criterion(state))]
    lines += [f"\\n* {_inside(line)}" for line in topic.inclusion[1:]]
    lines.append("\\n* Able and willing to give written consent\\n\\nExclusion Criteria:\\n")
    lines += _exclusions()[:_ALWAYS_EXCLUDED]
    lines += [
        line
        for number, line in enumerate(_exclusions()[_ALWAYS_EXCLUDED:])
        if dropped >> number & 1
    ]
    return "".join(lines)


@cache
def _exclusions() -> tuple[str, ...]:
    return tuple(f"\\n* {_inside(line)}" for line in EXCLUSION)


@lru_cache(maxsize=1024)
def _inside(text: str) -> str:
    """Return text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _locations(state: State) -> str:
    chosen = sorted((state.first_site + number) % SITE_POOL for number in range(state.sites))
    sites = _encoded_sites(state.status if state.status == "RECRUITING" else "", state.placed)
    return f"[{','.join([sites[number] for number in chosen])}]"


@lru_cache(maxsize=64)
def _encoded_sites(status: str, placed: int) -> tuple[str, ...]:
    return tuple(_encoded_site(number, status, placed) for number in range(SITE_POOL))


def _encoded_site(number: int, status: str, placed: int) -> str:
    site = dict(sites_of()[number])
    point = site.pop("geoPoint")
    shown: dict[str, Any] = {"facility": site.pop("facility")}
    if status:
        shown["status"] = status
    shown |= site
    if status:
        shown["contacts"] = [
            {"name": _name(number * 7), "role": "CONTACT", "phone": f"555-01{number % 90 + 10}"}
        ]
    shown["geoPoint"] = {"lat": round(point["lat"] + placed / 1000, 5), "lon": point["lon"]}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _start_year(state: State) -> int:
    return _STARTED.get(state.first_status, 2022) + state.features[27] % (
        1 if state.first_status == "NOT_YET_RECRUITING" else 4
    )


def _dates(state: State, calendar: Calendar) -> dict[str, str]:
    year, month = _start_year(state), state.features[28] % _MONTHS
    lasts = 18 + state.features[29] % 30 + state.slipped
    posted = last_update(state, calendar)
    submitted = (date.fromisoformat(posted) - _SUBMITTED_BEFORE).isoformat()
    first = _months_after(year, month, -4, day=1 + state.features[30] % 28)
    return {
        "stamp": calendar.day(0).isoformat(),
        "verified": submitted[:7],
        "start": _months_after(year, month, 0),
        "start_type": "ESTIMATED" if state.first_status == "NOT_YET_RECRUITING" else "ACTUAL",
        "primary_completion": _months_after(year, month, lasts),
        "completion": _months_after(year, month, lasts + 3),
        "end_type": "ACTUAL" if state.first_status in _OVER else "ESTIMATED",
        "first_submitted": first,
        "first_posted": first,
        "update_submitted": submitted,
        "update_posted": posted,
    }


def _months_after(year: int, month: int, months: int, *, day: int = 0) -> str:
    """Return a date ``months`` after a month counted from 0, to the day when one is given."""
    total = year * _MONTHS + month + months
    text = f"{total // _MONTHS:04d}-{total % _MONTHS + 1:02d}"
    return f"{text}-{day:02d}" if day else text

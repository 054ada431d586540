"""Seeded edits of registry records with known truth, to measure how well changes are found.

Knows the registry's JSON and nothing of the service: what an edit is called here is what a reader
would call it. Each case is a record before and after, and every change between them.
"""

import html
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any
_TRIED_MORE = {"site": 4, "country": 4, "rule": 6, "results": 3, "contact": 3, "other": 3}
_LISTS = frozenset(
    {
        "armGroupLabels",
        "largeDocs",
        "secondaryIdInfos",
        "collaborators",
        "seeAlsoLinks",
        "references",
        "overallOfficials",
        "centralContacts",
        "contacts",
        "locations",
        "otherOutcomes",
        "secondaryOutcomes",
        "primaryOutcomes",
        "interventions",
        "armGroups",
        "conditions",
        "interventionNames",
        "keywords",
        "otherNames",
        "phases",
        "removedCountries",
        "stdAges",
    }
)
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One change a reader would see."""

    kind: str
    #: Words that the subject or a value of the change holds; empty when the kind says it all.
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two versions of a record and all that differs between them."""

    nct_id: str
    before: bytes
    after: bytes
    truths: tuple[Truth, ...]
    #: Names of the edits made, for reading failures.
    edits: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A record being edited."""

    before: Json
    study: Json
    rng: random.Random
    donors: Sequence[Json]
    truths: list[Truth] = field(default_factory=list)
    claimed: set[object] = field(default_factory=set)
    #: True when no other edit may follow.
    closed: bool = False

    def module(self, name: str) -> Json:
        """Return a module of the protocol, made when it is absent."""
        return self.study["protocolSection"].setdefault(name, {})

    def donor(self, name: str) -> Json:
        """Return the same module of another record; empty when that has none."""
        return self.rng.choice(self.donors)["protocolSection"].get(name, {})

    def claim(self, *things: object) -> bool:
        """Take things no other edit of this case may touch; False when one is taken."""
        if self.claimed.intersection(things):
            return False
        self.claimed.update(things)
        return True

    def pick(self, items: Sequence[Json]) -> Json | None:
        """Return one item no other edit has taken, and take it."""
        free = [item for item in items if isinstance(item, dict) and id(item) not in self.claimed]
        if not free:
            return None
        chosen = self.rng.choice(free)
        self.claimed.add(id(chosen))
        return chosen

    def tell(self, kind: str, about: str = "") -> bool:
        """Note a change; returns True so that an edit can end with it."""
        self.truths.append(Truth(kind=kind, about=loose(about)))
        return True


#: Makes one edit, or returns False when this record does not allow it.
Editor = Callable[[Draft], bool]


def loose(text: str) -> str:
    """Return the letters and digits of a text, for telling whether two texts mean one thing."""
    plain = html.unescape(html.unescape(text.replace("\\", "")))
    return _NOT_WORD.sub(" ", plain).casefold().strip()


def cases(
    records: Sequence[bytes],
    editors: dict[str, Editor],
    noises: dict[str, Callable[[Json, random.Random], None]],
    *,
    edits: int,
    seed: int,
) -> Iterator[Case]:
    """Yield cases until ``edits`` edits are made; the same arguments give the same cases.

    Of ten cases two are noise alone, four hold one edit, four hold two to six; most carry noise.
    """
    rng = random.Random(seed)
    donors = [with_lists(json.loads(raw)) for raw in records]
    wrapped = [json.dumps(donor).encode() for donor in donors]
    made = 0
    while made < edits:
        for number in rng.sample(range(len(records)), len(records)):
            case = _case(wrapped[number], donors, editors, noises, rng)
            made += len(case.edits)
            yield case
            if made >= edits:
                return


def _case(
    raw: bytes,
    donors: Sequence[Json],
    editors: dict[str, Editor],
    noises: dict[str, Callable[[Json, random.Random], None]],
    rng: random.Random,
) -> Case:
    draft = Draft(before=json.loads(raw), study=json.loads(raw), rng=rng, donors=donors)
    done: list[str] = []
    wanted = rng.choice((0, 0, 1, 1, 1, 1, 2, 3, 4, 6))
    for name in rng.choices(sorted(editors), weights=_weights(editors), k=wanted * 6):
        if len(done) < wanted and not draft.closed and editors[name](draft):
            done.append(name)
    if any(truth.kind.startswith("site.") for truth in draft.truths):
        # A place that comes with the registry's old name of its country has that name.
        noises = {name: noise for name, noise in noises.items() if name != "noise.old_countries"}
    noisy = (
        rng.sample(sorted(noises), k=rng.randint(1, 6)) if not wanted or rng.random() < 0.7 else []
    )
    before_noise = _countries(draft.before), _countries(draft.study)
    for name in noisy:
        noises[name](draft.study, rng)
    draft.truths += _country_truths(*before_noise)
    return Case(
        nct_id=draft.study["protocolSection"]["identificationModule"]["nctId"],
        before=json.dumps(draft.before).encode(),
        after=json.dumps(draft.study).encode(),
        truths=tuple(draft.truths),
        edits=(*done, *noisy),
    )


def with_lists(value: Json, key: str = "") -> Json:
    """Return a record with lists wherever the API has them; other tools unwrap lists of one."""
    if isinstance(value, list):
        return [with_lists(item) for item in value]
    if isinstance(value, dict) and value:
        value = {name: with_lists(item, name) for name, item in value.items()}
    if key in _LISTS:
        return [value] if value else []
    return value


def _weights(editors: dict[str, Editor]) -> list[int]:
    """Edits that many records do not allow are tried more often."""
    return [_TRIED_MORE.get(name.split()[0], 1) for name in sorted(editors)]


def _countries(study: Json) -> set[str]:
    places = study["protocolSection"].get("contactsLocationsModule", {}).get("locations", [])
    return {place["country"] for place in places if place.get("country")}


def _country_truths(old: set[str], new: set[str]) -> Iterator[Truth]:
    yield from (Truth(kind="country.removed", about=loose(name)) for name in old - new)
    yield from (Truth(kind="country.added", about=loose(name)) for name in new - old)

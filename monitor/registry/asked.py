"""From what a person looks for to the parameters of the registry's own search.

Free text goes into ``query.*`` as it was typed: it is in the registry's own language, and what
it means is the registry's to say. Everything that has a list of values goes into filters, where
no word of a title can be taken for it.

Source:
    Parameters: the registry's OpenAPI document 2.0.5. Language: its page "Constructing complex
    search queries".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from monitor.domain.errors import InvalidNctIdError, SearchRefusedError
from monitor.domain.searches import Query, Wanted
from monitor.domain.trial import parse_nct_id

#: Longest text of one parameter; the registry calls long ones too complicated anyway.
_LONGEST: Final = 1_000
STATUSES: Final[Mapping[str, str]] = {
    "RECRUITING": "recruiting",
    "NOT_YET_RECRUITING": "not yet recruiting",
    "ENROLLING_BY_INVITATION": "enrolling by invitation",
    "ACTIVE_NOT_RECRUITING": "active, not recruiting",
    "COMPLETED": "completed",
    "SUSPENDED": "suspended",
    "TERMINATED": "terminated",
    "WITHDRAWN": "withdrawn",
    "UNKNOWN": "status unknown",
    "AVAILABLE": "available",
    "NO_LONGER_AVAILABLE": "no longer available",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily not available",
    "APPROVED_FOR_MARKETING": "approved for marketing",
    "WITHHELD": "withheld",
}
PHASES: Final[Mapping[str, str]] = {
    "EARLY_PHASE1": "early phase 1",
    "PHASE1": "phase 1",
    "PHASE2": "phase 2",
    "PHASE3": "phase 3",
    "PHASE4": "phase 4",
    "NA": "no phase",
}
GROUPS: Final[Mapping[str, str]] = {
    "CHILD": "children",
    "ADULT": "adults",
    "OLDER_ADULT": "older adults",
}
_PHASE_NAMES: Final = {
    **{name.lower().replace("_", ""): name for name in PHASES},
    "0": "EARLY_PHASE1",
    "early1": "EARLY_PHASE1",
    **{str(number): f"PHASE{number}" for number in range(1, 5)},
}
_AGE: Final = re.compile(r"(\d{1,3})(?:\s*(?:y|years?))?", re.IGNORECASE)
_OLDEST: Final = 120
#: What a country's name is made of; nothing that means something in the registry's language.
_COUNTRY: Final = re.compile(r"[^\W\d_][\w .,'()-]{0,79}")
_SPACES: Final = re.compile(r"\s+")
_TEXTS: Final = (
    ("condition", "query.cond", "condition"),
    ("intervention", "query.intr", "treatment"),
    ("sponsor", "query.spons", "sponsor"),
    ("place", "query.locn", "place"),
    ("words", "query.term", "words"),
)


def query_of(wanted: Wanted) -> Query:
    """Return what to ask of the registry for what a person looks for.

    Raises:
        SearchRefusedError: It says nothing, or something that cannot be asked for.
    """
    parts = Parts()
    for field, name, label in _TEXTS:
        text = _SPACES.sub(" ", getattr(wanted, field)).strip()
        if text:
            parts.text(name, text, label)
    if wanted.statuses:
        parts.statuses(wanted.statuses)
    if wanted.phases:
        parts.phases(wanted.phases)
    if wanted.countries:
        parts.place("LocationCountry", wanted.countries)
    if wanted.age.strip():
        parts.age(wanted.age)
    return parts.query()


class Parts:
    """Puts a search together, piece by piece; what cannot be asked for is refused."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._clauses: list[str] = []
        self._words: list[str] = []

    def text(self, name: str, text: str, label: str) -> None:
        """Ask for words in one of the registry's search areas."""
        self._texts[name] = checked_text(text, label)
        self._words.append(f'{label} "{text}"')

    def statuses(self, names: Iterable[str]) -> None:
        """Ask for any of these recruitment statuses."""
        found = [_named(name, STATUSES, "status") for name in names]
        self._texts["filter.overallStatus"] = "|".join(dict.fromkeys(found))
        self._words.append(any_of(STATUSES[one] for one in dict.fromkeys(found)))

    def phases(self, names: Iterable[str]) -> None:
        """Ask for any of these phases."""
        found = [_phase(name) for name in names]
        self.values("Phase", list(dict.fromkeys(found)), any_of(PHASES[one] for one in found))

    def place(self, area: str, names: Iterable[str], label: str = "in") -> None:
        """Ask for a place by country, state or city, in quotes: names hold blanks."""
        found = [_place_name(name) for name in names]
        self.values(area, [f'"{name}"' for name in found], f"{label} {any_of(found)}")

    def age(self, text: str) -> None:
        """Ask for trials that somebody of an age may join, or for a group of ages."""
        typed = text.strip()
        group = typed.upper().replace("-", "_").replace(" ", "_")
        if group in GROUPS:
            self.values("StdAge", [group], f"for {GROUPS[group]}")
            return
        found = _AGE.fullmatch(typed)
        if found is None or int(found[1]) > _OLDEST:
            raise SearchRefusedError(
                f"The age {typed[:40]!r} cannot be searched for: give years, as in 34, or one of"
                " child, adult, older-adult"
            )
        years = f"{int(found[1])} years"
        # A record without a limit takes everybody on that side.
        self.clause(f"(AREA[MinimumAge]RANGE[MIN, {years}] OR AREA[MinimumAge]MISSING)")
        self.clause(f"(AREA[MaximumAge]RANGE[{years}, MAX] OR AREA[MaximumAge]MISSING)")
        self._words.append(f"for people of {years}")

    def values(self, area: str, values: Sequence[str], words: str) -> None:
        """Ask for any of some values of one area."""
        asked = values[0] if len(values) == 1 else f"({' OR '.join(values)})"
        self.clause(f"AREA[{area}]{asked}")
        self._words.append(words)

    def clause(self, expression: str, words: str = "") -> None:
        """Ask for an expression of the registry's language as it is."""
        self._clauses.append(expression)
        if words:
            self._words.append(words)

    def geo(self, expression: str, words: str) -> None:
        """Ask for places within a distance."""
        self._texts["filter.geo"] = expression
        self._words.append(words)

    def query(self) -> Query:
        """Return it all.

        Raises:
            SearchRefusedError: Nothing was asked for.
        """
        if not self._texts and not self._clauses:
            raise SearchRefusedError(
                "The search says nothing to look for: give a condition, a treatment, a sponsor, a"
                " place or words"
            )
        if self._clauses:
            self._texts["filter.advanced"] = " AND ".join(self._clauses)
        return Query(parameters=tuple(self._texts.items()), words="; ".join(self._words))


def checked_text(text: str, label: str) -> str:
    """Return words to search for.

    Raises:
        SearchRefusedError: They would not be taken for what they are.
    """
    if len(text) > _LONGEST:
        raise SearchRefusedError(
            f"The {label} has {len(text):,} characters, more than {_LONGEST:,}: search for less"
        )
    if not text.isprintable():
        raise SearchRefusedError(f"The {label} holds characters that cannot be printed")
    numbers = [part for part in re.split(r"[,\s]+", text) if part]
    if all(map(_is_number, numbers)):
        raise SearchRefusedError(
            f"Nothing but trial numbers is in the {label}, and the registry then ignores the"
            f" rest of the search. Watch them instead: trialwatch watch {' '.join(numbers[:3])}"
        )
    return text


def _is_number(text: str) -> bool:
    try:
        parse_nct_id(text)
    except InvalidNctIdError:
        return False
    return True


def _named(text: str, known: Mapping[str, str], label: str) -> str:
    name = re.sub(r"[\s,_-]+", "_", text.strip()).upper()
    if name in known:
        return name
    choices = ", ".join(name.lower().replace("_", "-") for name in known)
    raise SearchRefusedError(f"The {label} {text.strip()[:40]!r} is none of {choices}")


def _phase(text: str) -> str:
    name = _PHASE_NAMES.get(re.sub(r"[\s_-]+", "", text.strip().lower()))
    if name is None:
        raise SearchRefusedError(
            f"The phase {text.strip()[:40]!r} is none of early1, 1, 2, 3, 4, na"
        )
    return name


def _place_name(text: str) -> str:
    name = _SPACES.sub(" ", text).strip()
    if not _COUNTRY.fullmatch(name):
        raise SearchRefusedError(
            f"{name[:40]!r} is no name of a country or town: write it as the registry does, as in"
            " United Kingdom"
        )
    return name


def any_of(names: Iterable[str]) -> str:
    """Return ``a, b or c``."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last

"""A saved search: what is asked of the registry's own search, and which trials it finds."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self, TypeAlias

from monitor.domain.trial import NctId

#: Parameters of the registry's search as they are sent, by name.
Parameters: TypeAlias = tuple[tuple[str, str], ...]

#: More trials than this is no search to be told of: refused when it is made.
MOST_AT_FIRST: Final = 1_000
#: A search that grows beyond this is not compared any more until it is narrower.
MOST_FOLLOWED: Final = 2_000

#: Kinds of change of a search. The trial concerned is the change's subject.
ENTERED: Final = "search.entered"
LEFT: Final = "search.left"
BACK: Final = "search.back"
#: It finds too many trials now, or the registry refuses it: nothing new of it can be told.
HALTED: Final = "search.halted"
RESUMED: Final = "search.resumed"
SEARCH_KINDS: Final = (ENTERED, BACK, LEFT, HALTED, RESUMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person looks for, as typed. Empty means that it does not matter."""

    condition: str = ""
    intervention: str = ""
    sponsor: str = ""
    #: Words that may stand anywhere in the record.
    words: str = ""
    #: Words of a place: a town, a hospital.
    place: str = ""
    countries: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    #: Years (``34``), or ``child``, ``adult``, ``older-adult``.
    age: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked of the registry, and the same in words."""

    parameters: Parameters
    #: ``condition "lupus"; recruiting; phase 2 or 3``.
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A trial as a search shows it."""

    nct_id: NctId
    title: str = ""
    #: In the registry's words (``RECRUITING``); empty when the record has none.
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the registry answers to a search."""

    #: How many trials it finds.
    total: int
    #: All of them, or the first where no more were asked for.
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A trial that a search finds now, or found once."""

    hit: Hit
    #: Step of the search in which it came in last.
    entered: int
    #: Step in which it went, None while it is found.
    left: int | None = None
    #: First release that did not show it at all, None while it is shown: it has to be missing in
    #: the next one too before it counts as gone.
    missing_since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search on a watch list, and how far it is known."""

    id: int
    list_name: str
    name: str
    query: Query
    #: Whether trials that enter are put on the list.
    follow: bool = False
    created_at: datetime
    #: Number of its newest step: 1 is the baseline, then one more whenever something is told.
    step: int = 0
    #: Data timestamp of the release it was last evaluated for, None before the baseline.
    evaluated_release: str | None = None
    evaluated_at: datetime | None = None
    #: Trials it found then.
    trials: int = 0
    #: Why it could not be evaluated, empty when it could.
    trouble: str = ""
    trouble_since: datetime | None = None
    #: When it was last asked for, whatever came of it.
    tried_at: datetime | None = None
    #: Told to be halted, until it is told to be resumed.
    halted: bool = False
    #: Release in which it found so much less that the next one has to say the same.
    doubted_release: str | None = None

    def evolve(self, **changes: object) -> Self:
        """Return a copy with ``changes``."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchNews:
    """What an alert says of the search it is about, as it stood then."""

    id: int
    name: str
    query: Query = field(default_factory=lambda: Query(parameters=(), words=""))
    #: Trials it found.
    trials: int = 0


def search_key(search_id: int) -> NctId:
    """Return what stands for a trial's number where an alert is about a search.

    Order of messages, threads and ids go by it, and no trial's number looks like it.
    """
    return NctId(f"search-{search_id}")

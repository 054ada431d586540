"""What a subscription may ask for, in a reader's words: groups of kinds of change."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """A group of kinds. Which kinds it has may grow; what a reader asked for stays."""

    STATUS = "status"
    JOINING = "joining"
    PLACES = "places"
    RESULTS = "results"
    DATES = "dates"
    SEARCHES = "searches"


#: Kinds of each topic; one that ends with a point stands for all that begin so.
TOPIC_KINDS: Mapping[Topic, tuple[str, ...]] = MappingProxyType(
    {
        Topic.STATUS: ("status", "why_stopped", "expanded_access", "record."),
        Topic.JOINING: ("eligibility.",),
        Topic.PLACES: ("site.", "country.", "contact"),
        Topic.RESULTS: ("results.", "document"),
        Topic.DATES: ("date.",),
        Topic.SEARCHES: ("search.",),
    }
)
#: How a choice is offered. Topics that are not offered alone come with everything.
IN_WORDS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.STATUS: "When it opens, pauses or closes",
        Topic.JOINING: "Anything about who can join",
        Topic.PLACES: "Places: new ones, and those that open or close",
        Topic.RESULTS: "Results and documents",
        Topic.DATES: "Dates",
        Topic.SEARCHES: "Trials found by the searches of the list",
    }
)


def is_of(kind: str, topics: Iterable[Topic]) -> bool:
    """Return whether a kind of change belongs to one of ``topics``; to none given, it does."""
    chosen = tuple(topics)
    return not chosen or any(
        kind == named or (named.endswith(".") and kind.startswith(named))
        for topic in chosen
        for named in TOPIC_KINDS[topic]
    )

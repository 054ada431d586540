"""Sentences for changes of the key dates and of the number of people."""

from monitor.domain.changes import Json
from monitor.summaries.numbers import counted
from monitor.summaries.prose import quote, speak
from monitor.summaries.scene import Scene, Told, count_at, raw_at
from monitor.summaries.timing import date_words, distance, is_finer

GUESS = "This date is a best guess."
_NAMES = {
    "date.start": "start date",
    "date.primary_completion": "date for the main results",
    "date.completion": "end date",
}


def tell_date(scene: Scene) -> Told:
    """Tell what a key date was and is, how far it moved, and whether it is a guess."""
    name = _NAMES.get(scene.kind, "date")
    old, new = raw_at(scene.old, "date"), raw_at(scene.new, "date")
    kind = _certainty(scene.new)
    if not new:
        return f"The record no longer gives the {name}. Before, it was {date_words(old)}.", ""
    if not old:
        return speak(
            f"The record now gives the {name}: {date_words(new)}.", kind, "Before, it gave none."
        ), ""
    if old == new:
        return speak(*_same_date(name, scene)), ""
    rougher = is_finer(new, old)
    if rougher or is_finer(old, new):
        first = f"The {name} is now given {'only ' if rougher else ''}as {date_words(new)}."
        return speak(first, f"Before, it was given as {date_words(old)}.", kind), ""
    first = f"The {name} moved from {date_words(old)} to {date_words(new)}."
    length = distance(old, new)
    return speak(first, f"That is {length}." if length else "", kind), ""


def _certainty(value: Json) -> str:
    kind = raw_at(value, "type")
    if kind is None:
        return ""
    named = {"ESTIMATED": GUESS, "ACTUAL": "This is a real date, not a guess."}
    return named.get(kind) or f"The record marks this date as {quote(kind, 40)}."


def _same_date(name: str, scene: Scene) -> tuple[str, str]:
    kinds = {"ESTIMATED": "a best guess", "ACTUAL": "a real date, not a guess"}
    was, now = (
        kinds.get(kind, f"marked as {quote(kind, 40)}") if kind else "not marked as real or a guess"
        for kind in (raw_at(scene.old, "type"), raw_at(scene.new, "type"))
    )
    shown = date_words(raw_at(scene.new, "date"))
    return f"The {name}, {shown}, is now {now}.", f"Before, it was {was}."


def tell_enrollment(scene: Scene) -> Told:
    """Tell how many people the study plans for, or how many joined."""
    return f"{people_now(scene.new)} {_people_before(scene.old)}", ""


def people_now(value: Json) -> str:
    """Return how many people, as the record has it now."""
    count, kind = count_at(value, "count"), raw_at(value, "type")
    if count is None:
        return "The record no longer says how many people are in the study."
    people = counted(count, "person")
    if kind == "ESTIMATED":
        return f"The study now plans for {people}."
    if kind == "ACTUAL":
        joined = f"{people} joined" if count else "no one joined"
        return f"The study now has a final count: {joined}."
    return f"The record now gives a size of {people}.{_unsure(kind)}"


def _people_before(value: Json) -> str:
    count, kind = count_at(value, "count"), raw_at(value, "type")
    if count is None:
        return "Before, it gave no number."
    people = counted(count, "person")
    if kind == "ESTIMATED":
        return f"Before, the plan was {people}."
    if kind == "ACTUAL":
        return f"Before, the final count was {people}."
    return f"Before, it gave a size of {people}."


def _unsure(kind: str | None) -> str:
    if kind is None:
        return " It does not say if this is a plan or a final count."
    return f" It marks this number as {quote(kind, 40)}."

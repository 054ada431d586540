"""Places of a study in words."""

from monitor.summaries.numbers import counted, verb
from monitor.summaries.prose import speak, tidy_name

#: What the registry's own form leaves in a field that nobody filled.
_PLACEHOLDERS = frozenset({"none selected", "please select", "not applicable", "n/a"})


def place_name(
    facility: str | None, city: str | None, state: str | None, country: str | None
) -> str:
    """Return ``Mercy Hospital (Austin, Texas, United States)`` as far as it is known.

    A part that only repeats the one before (``Beijing, Beijing``) is left out.
    """
    area = _area(city, state, country)
    name = tidy_name(facility)
    if name and area:
        return f"{name} ({area})"
    return name or area or "a place with no name"


def town_name(city: str | None, state: str | None, country: str | None) -> str:
    """Return ``Austin, Texas`` in the United States, ``Ghent, Belgium`` elsewhere."""
    if country == "United States" and state:
        return _area(city, state, None)
    return _area(city, None, country)


def _area(*parts: str | None) -> str:
    said: list[str] = []
    for part in parts:
        text = tidy_name(part)
        if text and text not in said and text.casefold() not in _PLACEHOLDERS:
            said.append(text)
    return ", ".join(said)


def totals(places: int, countries: int | None, opened: int | None) -> str:
    """Return how many places there are now, in how many countries, and how many are open."""
    if not places:
        return "The study now lists no places."
    where = f" in {counted(countries, 'country')}" if countries else ""
    first = f"The study now has {counted(places, 'place')}{where}."
    return first if opened is None else speak(first, open_of(places, opened, "them"))


#: Countries that are spoken of with an article.
_THE = frozenset(
    {
        *("Bahamas", "Central African Republic", "Czech Republic", "Dominican Republic", "Gambia"),
        *("Maldives", "Netherlands", "Philippines", "United Arab Emirates", "United Kingdom"),
        *("United States",),
    }
)


def in_country(country: str) -> str:
    """Return ``in Norway``, ``in the United States``."""
    return f"in {'the ' if country in _THE else ''}{country}"


def open_of(places: int, opened: int, these: str) -> str:
    """Return how many of ``these`` places are open now."""
    if places == 1:
        return f"It is {'' if opened else 'not '}open now."
    if opened == places:
        return f"All of {these} are open now."
    return f"{opened or 'None':{',' if opened else ''}} of {these} {verb(opened, 'is', 'are')} open now."

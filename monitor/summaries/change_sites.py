"""Sentences for changes of places and countries."""

from monitor.domain.changes import Json
from monitor.summaries.numbers import counted
from monitor.summaries.places import open_of, place_name, totals
from monitor.summaries.prose import capital, clean, shortened, speak, tidy_name
from monitor.summaries.scene import Scene, Told, count_at, raw_at, raw_of, text_of
from monitor.summaries.status import site_status_words

_CARE = "If you go to this place, ask the study team what this means for you."
_ASK = "If this place is near you, ask the study team or your doctor."
_BOUND = 200


def named(value: Json, label: str) -> str:
    """Return the name of a place from its parts, else from the detection's label."""
    parts = (raw_at(value, part) for part in ("facility", "city", "state", "country"))
    facility, city, state, country = parts
    if facility or city or country:
        return place_name(facility, city, state, country)
    return tidy_name(label) or "a place with no name"


def _totals(scene: Scene) -> str:
    notes = scene.difference.notes
    total = count_at(notes, "total")
    if total is None:
        return ""
    return totals(total, count_at(notes, "countries"), count_at(notes, "open"))


def tell_site_added(scene: Scene) -> Told:
    """Tell a new place, how it stands, and how many there are now."""
    stands = site_status_words(raw_at(scene.new, "status"))
    first = f"A place was added: {named(scene.new, scene.subject)}."
    opened = raw_at(scene.new, "status") == "RECRUITING"
    return speak(
        first, f"It is {stands}." if stands else "", _totals(scene)
    ), _ASK if opened else ""


def tell_site_removed(scene: Scene) -> Told:
    """Tell a place that is no longer listed."""
    first = f"A place is no longer listed: {named(scene.old, scene.subject)}."
    return speak(first, _totals(scene)), _CARE


def tell_site_renamed(scene: Scene) -> Told:
    """Tell a place whose name or address is written in another way."""
    now, was = named(scene.new, scene.subject), named(scene.old, scene.subject)
    if now == was:
        return f"The address of a place has changed: {now}.{_zips(scene)}", ""
    return f"A place is now listed as {now}. Before, it was listed as {was}.", ""


def _zips(scene: Scene) -> str:
    old, new = (clean(raw_at(value, "zip")) for value in (scene.old, scene.new))
    if old == new:
        return ""
    return f" Its ZIP code is now {new or 'not given'}. Before, it was {old or 'not given'}."


def tell_site_status(scene: Scene) -> Told:
    """Tell how a place stands now and how it stood."""
    now, was = site_status_words(raw_of(scene.new)), site_status_words(raw_of(scene.old))
    place = tidy_name(scene.subject)
    first = f"This place is now {now}: {place}." if now else ""
    missing = f"The record no longer says how this place stands: {place}."
    before = f"Before, it was {was}." if was else "Before, the record did not say."
    meaning = _ASK if scene.new == "RECRUITING" else _CARE
    notes = scene.difference.notes
    total, opened = count_at(notes, "total"), count_at(notes, "open")
    counts = ""
    if total is not None and total > 1 and opened is not None:
        counts = open_of(total, opened, f"the {counted(total, 'place')}")
    return speak(first or missing, before, counts), meaning


def tell_site_contact(scene: Scene) -> Told:
    """Tell that whom to call at a place, or a number of theirs, changed; the record holds which."""
    place = tidy_name(scene.subject)
    return f"Whom to call at this place, or how to reach them, has changed: {place}.", ""


def tell_country(scene: Scene) -> Told:
    """Tell a country that came or went."""
    told = text_of(scene.new) or text_of(scene.old) or clean(scene.subject)
    name = capital(shortened(told, _BOUND)) or "one with no name"
    if scene.kind == "country.added":
        first = f"The study now has places in one more country: {name}. Before, it had none there."
        return speak(first, _totals(scene)), ""
    first = f"The study no longer lists places in this country: {name}. Before, it did."
    return speak(first, _totals(scene)), _CARE.replace("go to this place", "go to a place there")

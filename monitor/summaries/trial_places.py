"""Where a study takes place, whom to call, its key dates, its results."""

from collections import Counter

from monitor.registry.record import Study
from monitor.registry.record.administrative import PartialDateStruct
from monitor.registry.record.people import Location
from monitor.summaries.calling import call_sentence
from monitor.summaries.change_dates import GUESS
from monitor.summaries.numbers import counted
from monitor.summaries.places import in_country, open_of, place_name
from monitor.summaries.prose import clean, quote, some, speak
from monitor.summaries.status import MAY_TAKE_PEOPLE, site_status_words
from monitor.summaries.timing import date_words, when

Lines = tuple[str, ...]

#: Places told one by one; the rest are counted.
TOLD = 25
_COUNTRIES = 12
_CALLS = 5


def place_lines(study: Study) -> Lines:
    """Return how many places and countries there are, then each place and how it stands."""
    places = study.contacts.locations
    if not places:
        return _none(study)
    more = len(places) - TOLD
    rest = f"The record lists {counted(more, 'more place')}." if more > 0 else ""
    doubt = "listed as " if study.status.overall_status == "UNKNOWN" else ""
    told = (_place(place, doubt) for place in _open_first(places)[:TOLD])
    lines = (_count(places), _by_country(places), _open(study), *told, rest)
    return tuple(line for line in lines if line)


def _none(study: Study) -> Lines:
    if study.status.overall_status in MAY_TAKE_PEOPLE:
        return ("The record names no place.",)
    return ()


def _open_first(places: tuple[Location, ...]) -> list[Location]:
    return sorted(places, key=lambda place: place.status != "RECRUITING")


def _countries(places: tuple[Location, ...]) -> list[tuple[str, int]]:
    found = Counter(clean(place.country) for place in places if clean(place.country))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _count(places: tuple[Location, ...]) -> str:
    countries = _countries(places)
    where = f" in {counted(len(countries), 'country')}" if countries else ""
    if len(countries) == 1:
        where = f" {in_country(countries[0][0])}"
    return f"The study has {counted(len(places), 'place')}{where}."


def _by_country(places: tuple[Location, ...]) -> str:
    countries = _countries(places)
    if len(countries) <= 1:
        return ""
    said = [f"{name} {number:,}" for name, number in countries]
    return f"Places in each country: {some(said, _COUNTRIES)}."


def _open(study: Study) -> str:
    places = study.contacts.locations
    if not any(place.status for place in places):
        return ""
    if study.status.overall_status == "UNKNOWN":
        return "This list may be out of date. A place listed as open may be closed."
    opened = sum(place.status == "RECRUITING" for place in places)
    return open_of(len(places), opened, "them") if len(places) > 1 else ""


def _place(place: Location, doubt: str) -> str:
    stands = site_status_words(place.status)
    name = place_name(place.facility, place.city, place.state, place.country)
    return f"{name}: {doubt}{stands}." if stands else f"{name}."


def contact_lines(study: Study) -> Lines:
    """Return whom to call; that nobody is named, where a reader would look for it."""
    people = study.contacts.central_contacts
    calls = tuple(
        said
        for person in people
        if (said := call_sentence(person.name, person.phone, person.phone_ext, person.email))
    )
    if calls:
        return calls
    sites = _site_calls(study)
    if sites:
        return ("The record names no one for the whole study.", *sites)
    if study.status.overall_status in MAY_TAKE_PEOPLE:
        return ("The record names no one to call. Ask your doctor how to reach the study team.",)
    return ()


def _site_calls(study: Study) -> Lines:
    calls = [
        f"At {place_name(place.facility, place.city, None, place.country)}: {said}"
        for place in _open_first(study.contacts.locations)
        for person in place.contacts
        if (said := call_sentence(person.name, person.phone, person.phone_ext, person.email))
    ]
    more = len(calls) - _CALLS
    rest = (f"The record names {counted(more, 'more person')} to call.",) if more > 0 else ()
    return (*calls[:_CALLS], *rest)


def date_lines(study: Study) -> Lines:
    """Return the key dates and whether each is a guess."""
    status = study.status
    dates = (
        ("start date", "The study started", status.start_date_struct),
        (
            "date of the last check for the main results",
            "The last check for the main results was",
            status.primary_completion_date_struct,
        ),
        ("end date", "The study ended", status.completion_date_struct),
    )
    return tuple(said for date in dates if (said := _date(*date)))


def _date(name: str, done: str, given: PartialDateStruct | None) -> str:
    if given is None or not given.date:
        return ""
    if given.type == "ACTUAL":
        return f"{done} {when(given.date)}."
    doubt = "The record does not say if this is a guess."
    if given.type:
        doubt = f"The record marks this date as {quote(given.type, 40)}."
    if given.type == "ESTIMATED":
        doubt = GUESS
    return f"The {name} is {date_words(given.date)}. {doubt}"


_ON_THEIR_WAY = {
    "RELEASE": "The study team has sent results to the registry. They are not posted yet.",
    "RESET": "The registry sent results back to the study team. They are not posted yet.",
}


def result_lines(study: Study) -> Lines:
    """Return whether results can be read, since when, or that they are on their way."""
    posted = study.status.results_first_post_date_struct
    if study.has_results:
        first = f"They were first posted {when(posted.date)}." if posted and posted.date else ""
        return (speak("Results are on the registry.", first, "Ask your doctor what they mean."),)
    module = study.annotation_section.annotation_module.unposted_annotation
    event = module.unposted_events[-1] if module and module.unposted_events else None
    waiting = _ON_THEIR_WAY.get((event.type if event else None) or "", "")
    return (waiting or "No results are on the registry.",)

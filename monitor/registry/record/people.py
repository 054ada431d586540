"""Modules that say where, with whom, and what was published."""

from monitor.registry.record.base import Record


class Contact(Record, frozen=True):
    """A person or desk to call."""

    name: str | None = None
    role: str | None = None
    phone: str | None = None
    phone_ext: str | None = None
    email: str | None = None


class Official(Record, frozen=True):
    """A person answerable for the study."""

    name: str | None = None
    affiliation: str | None = None
    role: str | None = None


class GeoPoint(Record, frozen=True):
    """Computed by the registry, moves by itself."""

    lat: float | None = None
    lon: float | None = None


class Location(Record, frozen=True):
    """A place of the study; it has no key of its own."""

    facility: str | None = None
    status: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    contacts: tuple[Contact, ...] = ()
    geo_point: GeoPoint | None = None


class ContactsLocationsModule(Record, frozen=True):
    """Contacts, officials and places."""

    central_contacts: tuple[Contact, ...] = ()
    overall_officials: tuple[Official, ...] = ()
    locations: tuple[Location, ...] = ()


class Retraction(Record, frozen=True):
    """A retraction of a cited paper."""

    pmid: str | None = None
    source: str | None = None


class Reference(Record, frozen=True):
    """A paper; DERIVED ones are linked by the registry itself."""

    pmid: str | None = None
    type: str | None = None
    citation: str | None = None
    retractions: tuple[Retraction, ...] = ()


class SeeAlsoLink(Record, frozen=True):
    """A web page."""

    label: str | None = None
    url: str | None = None


class AvailIpd(Record, frozen=True):
    """A data set offered."""

    id: str | None = None
    type: str | None = None
    url: str | None = None
    comment: str | None = None


class ReferencesModule(Record, frozen=True):
    """Papers, links and data sets."""

    references: tuple[Reference, ...] = ()
    see_also_links: tuple[SeeAlsoLink, ...] = ()
    avail_ipds: tuple[AvailIpd, ...] = ()


class IpdSharingStatementModule(Record, frozen=True):
    """Plan to share participants' data."""

    ipd_sharing: str | None = None
    description: str | None = None
    info_types: tuple[str, ...] = ()
    time_frame: str | None = None
    access_criteria: str | None = None
    url: str | None = None

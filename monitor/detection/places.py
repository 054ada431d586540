"""One place of a trial in a form that can be compared, and how alike two places are.

Places have no id. Sponsors rename them, repair spellings, move postcodes, and call fifty of them
"Research Site". Matching whole lists is in ``sites``.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from monitor.detection.normalize import canonical, country_key, shown
from monitor.eligibility.ratios import ratio
from monitor.registry.record.people import Contact, Location

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_WORDS: dict[str, list[str]] = tomllib.loads(
    (files(__package__) / "place_words.toml").read_text(encoding="utf-8")
)
#: A name of such words alone, with or without a number, says nothing about which place it is.
_ANONYMOUS_WORDS = frozenset(_WORDS["anonymous"])
#: Words that many names in one town share.
_COMMON_WORDS = _ANONYMOUS_WORDS | frozenset(_WORDS["common"])
#: Words that tell apart places whose names are otherwise the same.
_TELLING_WORDS = frozenset(_WORDS["telling"])
_ALIKE = 0.82
_SUBSET = 0.97
_CITY_ALIKE = 0.75
_SHORTEST_ZIP = 4
#: Most words of a name that is a sponsor's and "Investigational Site".
_SPONSOR_SITE = 4
_SAME_ZIP_AND_NAME = 0.9
_RARE_NAME = 0.6
_RARE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A location in canonical words, with the keys by which passes look at it."""

    location: Location
    facility: str
    city: str
    state: str
    zip: str
    country: str
    #: Words of the name and of the city without accents, case and punctuation.
    name_key: str
    city_key: str
    #: Letters and digits of the postcode.
    zip_key: str
    #: Words of the name that are its own: of ``12 Made Investigational Site`` only 12.
    own_words: tuple[str, ...]
    #: Its contacts in canonical words, in one order.
    people: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, location: Location) -> "Place":
        """Return ``location`` in canonical words."""
        facility, city = canonical(location.facility), canonical(location.city)
        postcode = canonical(location.zip)
        words = words_of(facility)
        return cls(
            location,
            facility,
            city,
            canonical(location.state),
            postcode,
            country_key(location.country),
            " ".join(words),
            " ".join(words_of(city)),
            "".join(words_of(postcode)),
            _own_words(words),
            people_of(location.contacts),
        )

    @property
    def address(self) -> tuple[str, ...]:
        """All that says where it is."""
        return (self.facility, self.city, self.state, self.zip, self.country)

    @property
    def is_anonymous(self) -> bool:
        """Whether the name could be that of any place."""
        return not self.own_words

    @property
    def is_numbered(self) -> bool:
        """Whether the name is a sponsor's number for the place (``Local Institution - 0123``)."""
        return bool(self.own_words) and all(_DIGIT.search(word) for word in self.own_words)

    @property
    def telling(self) -> frozenset[str]:
        """Words that tell it apart from a place of nearly the same name."""
        words = self.name_key.split()
        return frozenset(word for word in words if word in _TELLING_WORDS or _DIGIT.search(word))

    def own_name(self) -> tuple[str, str, str] | None:
        """Return country, city and name when the name says which place it is."""
        if self.is_anonymous or not self.name_key:
            return None
        return (self.country, self.city_key, self.name_key)

    def own_zip(self) -> tuple[str, str, str] | None:
        """Return country, city and postcode when there is a postcode."""
        return (self.country, self.city_key, self.zip_key) if self.zip_key else None

    def town(self) -> tuple[str, str]:
        """Return country and city."""
        return (self.country, self.city_key)


def _own_words(words: list[str]) -> tuple[str, ...]:
    if words[-1:] in (["site"], ["sites"]) and len(words) <= _SPONSOR_SITE:
        names = [word for word in words if not _DIGIT.search(word)]
        if _ANONYMOUS_WORDS.issuperset(names[-2:]):
            return tuple(word for word in words if word not in names)
    return tuple(word for word in words if word not in _ANONYMOUS_WORDS)


def people_of(contacts: Iterable[Contact]) -> tuple[tuple[str, ...], ...]:
    """Return contacts in canonical words, in one order."""
    return tuple(
        sorted(
            tuple(
                canonical(word)
                for word in (one.name, one.role, one.phone, one.phone_ext, one.email)
            )
            for one in contacts
        )
    )


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` without accents and case."""
    if not text.isascii():
        bare = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return _WORD.findall(text.casefold())


def label_of(location: Location) -> str:
    """Return how a place is called: facility, city, state, country, as far as they are known."""
    parts = (location.facility, location.city, location.state, location.country)
    return ", ".join(filter(None, (shown(part) for part in parts))) or "Unnamed place"


def same_town_likeness(one: Place, other: Place) -> float:
    """Return how likely two places of one town and no common postcode are one; 0 is no."""
    likeness = name_likeness(one, other)
    if likeness == 0 and _no_name(one, other):
        return 0.5 if zips_alike(one, other) else 0
    return likeness


def same_zip_likeness(one: Place, other: Place) -> float:
    """Return which of several places of one town and postcode fit best; never 0.

    A place that has another name keeps its people.
    """
    same_people = bool(one.people) and one.people == other.people
    return 0.01 + 100 * (ratio(one.name_key, other.name_key) + same_people)


def unnamed_likeness(one: Place, other: Place) -> float:
    """Return how likely the only places of one town are one when a name says nothing; 0 is no."""
    if not one.is_anonymous and not other.is_anonymous:
        return 0
    same_name = one.name_key == other.name_key
    return 1 if same_name or not (one.zip_key and other.zip_key) else 0


def _no_name(one: Place, other: Place) -> bool:
    return one.is_anonymous or other.is_anonymous or one.is_numbered or other.is_numbered


def name_likeness(one: Place, other: Place) -> float:
    """Return how much two names are one name (0 to 1); 0 when they are not, or say nothing."""
    if one.is_anonymous or other.is_anonymous or one.telling != other.telling:
        return 0.0
    least = 1.0 if one.is_numbered or other.is_numbered else _ALIKE
    whole = ratio(one.name_key, other.name_key)
    if whole >= least:
        return whole
    return _SUBSET if _part_of(one.name_key, other.name_key) else 0.0


def _part_of(one: str, other: str) -> bool:
    """Tell whether all words of one name are in the other, some rare one among them."""
    mine, theirs = set(one.split()), set(other.split())
    smaller = min(mine, theirs, key=len)
    return (mine <= theirs or theirs <= mine) and bool(smaller - _COMMON_WORDS)


def zips_alike(one: Place, other: Place) -> bool:
    """Tell whether two postcodes are one, apart from stray signs or a longer form."""
    mine, theirs = one.zip_key, other.zip_key
    shorter = min(len(mine), len(theirs))
    return shorter >= _SHORTEST_ZIP and (mine.startswith(theirs) or theirs.startswith(mine))


def moved_likeness(one: Place, other: Place) -> float:
    """Return how likely two places of different towns or countries are one; 0 is no.

    A repaired town or country leaves name and postcode in place. A name that is the same in
    another town is a chain, not a move.
    """
    name = name_likeness(one, other)
    if one.country != other.country:
        same_town = one.city_key == other.city_key and zips_alike(one, other)
        return name if same_town and name >= _ALIKE else 0
    if zips_alike(one, other):
        same = one.zip_key == other.zip_key and one.name_key == other.name_key
        return max(name, _city_likeness(one, other), _SAME_ZIP_AND_NAME if same else 0)
    if name == 1 and _city_likeness(one, other):
        return 1
    without_zip = not one.zip_key and not other.zip_key
    return _RARE_NAME if name == 1 and without_zip and _is_rare(one.name_key) else 0


def _is_rare(name: str) -> bool:
    """Tell whether a name is so much its own that no chain of places has it."""
    return len(set(name.split()) - _COMMON_WORDS) >= _RARE_WORDS


def _city_likeness(one: Place, other: Place) -> float:
    mine, theirs = one.city_key, other.city_key
    if not mine or not theirs:
        return 0.0
    whole = ratio(mine, theirs)
    words, others = set(mine.split()), set(theirs.split())
    if words <= others or others <= words:
        return max(whole, _CITY_ALIKE)
    return whole if whole >= _CITY_ALIKE else 0.0

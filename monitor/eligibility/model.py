"""The values of a criterion tree. How one is read from text is in ``tree``; comparing is in ``align``."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

#: Raised whenever the same text may give another tree, so that a new tree is not taken for an edit.
PARSER_VERSION = 2


class SectionKind(StrEnum):
    """What the registry's own words say a stretch of the text is."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    #: Rules under no heading, or under one that names both sides: polarity is never guessed.
    RULES = "rules"
    #: Words before the first heading.
    PREAMBLE = "preamble"
    #: Remarks about the list itself ("Other protocol-defined criteria may apply").
    NOTE = "note"

    @property
    def letter(self) -> str:
        """First part of a path: I, E, R, P or N."""
        return self.value[0].upper()


class ListLogic(StrEnum):
    """How the rules of a list belong together, only as far as the text says so."""

    ALL = "all"
    ANY = "any"
    ONE_OF = "one_of"
    #: "None of the following".
    NONE = "none"
    #: The text does not say, or there is no list.
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What a reader or writer of a criterion must be careful about."""

    #: The text stops in the middle of a thought. Never repaired.
    TRUNCATED = "truncated"
    #: A page header or footer of the protocol was pasted in.
    PAGE_ARTIFACT = "page_artifact"
    #: A sign was lost on the way (a question mark or box where a comparator was).
    SYMBOL_DAMAGED = "symbol_damaged"
    EXCEPTION = "exception"
    EITHER_OR = "either_or"
    #: Its section does not say whether it lets people in or keeps them out.
    NO_POLARITY = "no_polarity"
    #: The text says that there are more rules than it lists.
    LIST_NOT_COMPLETE = "list_not_complete"
    #: More than 80 words.
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open range of offsets into the registry's raw text, in characters."""

    start: int
    end: int

    def of(self, raw: str) -> str:
        """Return the slice of ``raw`` it stands for."""
        return raw[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One rule as the registry lists it, with the rules nested under it."""

    #: ``I.6.2``: second child of the sixth inclusion rule. I, E, R (rules), P, N (note).
    path: str
    section: SectionKind
    #: Cohort, part or kind of people the rule is listed under, None for everybody.
    group: str | None
    #: As written, ``1.`` or ``*`` or ``(a)``; empty when there is none.
    marker: str
    #: 1 for a rule of the list itself.
    depth: int
    #: Its own characters with the white space after them; those of children are theirs.
    span: Span
    raw: str
    #: ``raw`` for reading: marker off, escapes and entities undone, spaces collapsed.
    text: str
    list_logic: ListLogic
    children: tuple["Criterion", ...]
    flags: frozenset[Flag]

    def walk(self) -> Iterator["Criterion"]:
        """Yield this criterion, then all under it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading (or none) and the rules under it."""

    kind: SectionKind
    #: The heading for reading, without its colon; empty when there is none.
    label: str
    #: Cohort, part or kind of people that the heading names.
    group: str | None
    #: "Patients must meet all of the following criteria:", when it follows the heading.
    intro: str
    list_logic: ListLogic
    #: The characters of heading and intro alone; those of the criteria are theirs.
    span: Span
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityDoc:
    """A whole eligibility text. Its spans in order, joined, are ``raw`` again."""

    raw: str
    raw_sha256: str
    parser_version: int
    sections: tuple[Section, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The rules of the lists themselves, without children, in the order of the text."""
        return tuple(rule for section in self.sections for rule in section.criteria)

    @property
    def notes(self) -> tuple[Section, ...]:
        """The sections that are remarks about the list."""
        return tuple(section for section in self.sections if section.kind is SectionKind.NOTE)

    def of_kind(self, kind: SectionKind) -> tuple[Criterion, ...]:
        """Return the rules of all sections of one kind, without children."""
        return tuple(rule for rule in self.criteria if rule.section is kind)

    def walk(self) -> Iterator[Criterion]:
        """Yield every criterion, parents before children, in the order of the text."""
        for rule in self.criteria:
            yield from rule.walk()

    def spans(self) -> Iterator[Span]:
        """Yield the span of every node, headings included, in the order of the text."""
        for section in self.sections:
            yield section.span
            for rule in section.criteria:
                yield from (node.span for node in rule.walk())

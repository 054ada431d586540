"""Short lists of things with a key of sorts: officials, papers, links, data sets, documents, events."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from monitor.detection.alike import same_story
from monitor.detection.findings import Finding, differing
from monitor.detection.normalize import canonical, folded, shown
from monitor.detection.pairing import Pairing
from monitor.detection.places import people_of
from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.registry.record.derived import LargeDoc, UnpostedEvent, ViolationEvent
from monitor.registry.record.people import AvailIpd, Contact, Official, Reference, SeeAlsoLink

Item = TypeVar("Item")
_CITATION_LENGTH = 80
_CITATION_ALIKE = 0.8


@dataclass(frozen=True, kw_only=True)
class _List(Generic[Item]):
    """One list of the record: where it is, what is the same thing, what is shown of it."""

    kind: str
    of: Callable[[Study], Sequence[Item]]
    subject: Callable[[Item], str | None]
    #: Keys from the surest to the last resort.
    keys: tuple[Callable[[Item], Hashable | None], ...]
    shown: Callable[[Item], dict[str, Json]]
    #: What counts when two are compared; all that is shown unless said otherwise.
    form: Callable[[Item], dict[str, Any]] | None = None
    #: How much two things without a common key are one thing; 0 is not at all.
    likeness: Callable[[Item, Item], float] | None = None
    notes: Callable[[Item], dict[str, Json] | None] = lambda _item: None

    def compare(self, before: Study, after: Study) -> Iterator[Finding]:
        """Yield one finding for each thing that came, went or changed."""
        old, new = self.of(before), self.of(after)
        if old == new:
            return
        pairing = Pairing(old=old, new=new)
        for key in (lambda item: item, lambda item: str(self._form(item)), *self.keys):
            pairing.match(key)
        if self.likeness:
            pairing.match_alike(self.likeness)
        pairs = dict(enumerate(pairing.matched()))
        changed = differing(
            {n: self._form(one) for n, (one, _) in pairs.items()},
            {n: self._form(other) for n, (_, other) in pairs.items()},
        )
        for number in changed:
            yield self._finding(*pairs[number])
        for item in pairing.left():
            yield self._finding(item, None)
        for item in pairing.arrived():
            yield self._finding(None, item)

    def _form(self, item: Item) -> dict[str, Any]:
        return _canonical((self.form or self.shown)(item))

    def _finding(self, old: Item | None, new: Item | None) -> Finding:
        item = old if new is None else new
        assert item is not None  # noqa: S101 - one of the two is there by construction
        return Finding(
            kind=self.kind,
            subject=self.subject(item) or "unnamed",
            before=None if old is None else self.shown(old),
            after=None if new is None else self.shown(new),
            notes=self.notes(item),
        )


def _canonical(form: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (canonical(value) or None) if isinstance(value, str) else value
        for name, value in form.items()
    }


def _shown_official(one: Official) -> dict[str, Json]:
    return {
        "name": shown(one.name),
        "affiliation": shown(one.affiliation),
        "role": one.role,
    }


def _reference_key(one: Reference) -> str | None:
    citation = shown(one.citation) or ""
    if len(citation) > _CITATION_LENGTH:
        head = citation[: _CITATION_LENGTH + 1]
        citation = head.rpartition(" ")[0] or head[:_CITATION_LENGTH]
    return one.pmid or citation or None


def _shown_reference(one: Reference) -> dict[str, Json]:
    return {
        "pmid": one.pmid,
        "type": one.type,
        "citation": shown(one.citation),
        "retractions": len(one.retractions),
    }


def _reference_form(one: Reference) -> dict[str, Any]:
    form = _shown_reference(one)
    return {**form, "citation": None} if one.type == "DERIVED" else form


def _reference_likeness(one: Reference, other: Reference) -> float:
    """Only a paper without a number can be the same paper in other words."""
    if one.pmid and other.pmid:
        return 0.0
    return same_story(canonical(one.citation), canonical(other.citation), alike=_CITATION_ALIKE)


def _shown_link(one: SeeAlsoLink) -> dict[str, Json]:
    return {"label": shown(one.label), "url": one.url}


def _shown_data(one: AvailIpd) -> dict[str, Json]:
    return {"id": one.id, "type": one.type, "url": one.url, "comment": shown(one.comment)}


def _kinds(one: LargeDoc) -> list[Json]:
    marks = {"protocol": one.has_protocol, "sap": one.has_sap, "icf": one.has_icf}
    return [name for name, has in marks.items() if has]


def _shown_document(one: LargeDoc) -> dict[str, Json]:
    return {
        "label": shown(one.label),
        "date": one.date,
        "kinds": _kinds(one),
        "filename": one.filename,
        "uploaded": one.upload_date,
    }


_LISTS: tuple[_List[Any], ...] = (
    _List[Official](
        kind="official",
        of=lambda study: study.contacts.overall_officials,
        subject=lambda one: shown(one.name),
        keys=(
            lambda one: (folded(one.name), one.role),
            lambda one: folded(one.name) or None,
            lambda one: one.role,
        ),
        shown=_shown_official,
    ),
    _List[Reference](
        kind="reference",
        of=lambda study: study.references.references,
        subject=_reference_key,
        keys=(lambda one: one.pmid, lambda one: folded(one.citation) or None),
        shown=_shown_reference,
        form=_reference_form,
        likeness=_reference_likeness,
        notes=lambda one: {"by_registry": one.type == "DERIVED"},
    ),
    _List[SeeAlsoLink](
        kind="link",
        of=lambda study: study.references.see_also_links,
        subject=lambda one: one.url or shown(one.label),
        keys=(lambda one: one.url, lambda one: folded(one.label) or None),
        shown=_shown_link,
    ),
    _List[AvailIpd](
        kind="ipd",
        of=lambda study: study.references.avail_ipds,
        subject=lambda one: one.id or one.url or shown(one.comment),
        keys=(
            lambda one: (one.id, one.url),
            lambda one: folded(one.id) or None,
            lambda one: one.url,
        ),
        shown=_shown_data,
    ),
    _List[LargeDoc](
        kind="document",
        of=lambda study: study.document_section.large_document_module.large_docs,
        subject=lambda one: one.filename or shown(one.label),
        keys=(lambda one: one.filename, lambda one: tuple(_kinds(one)) or None),
        shown=_shown_document,
    ),
)


def compare_lists(before: Study, after: Study) -> Iterator[Finding]:
    """Yield what changed in the short lists of the record."""
    for one in _LISTS:
        yield from one.compare(before, after)
    yield from _secondary_ids(before, after)
    yield from _events("results.submitted", "unposted_events", _unposted(before), _unposted(after))
    yield from _events("oversight", "violation_events", _violations(before), _violations(after))


def _secondary_ids(before: Study, after: Study) -> Iterator[Finding]:
    old, new = _ids(before), _ids(after)
    if old != new:
        yield Finding(
            kind="title", subject="secondary_ids", before=[*old] or None, after=[*new] or None
        )


def _ids(study: Study) -> list[str]:
    ids = study.identification.secondary_id_infos
    return sorted({" ".join(filter(None, (one.type, canonical(one.id)))) for one in ids})


Event = dict[str, Json]


def _events(kind: str, subject: str, old: list[Event], new: list[Event]) -> Iterator[Finding]:
    if old != new:
        yield Finding(kind=kind, subject=subject, before=old or None, after=new or None)


def _unposted(study: Study) -> list[Event]:
    annotation = study.annotation_section.annotation_module.unposted_annotation
    events: tuple[UnpostedEvent, ...] = annotation.unposted_events if annotation else ()
    return [{"type": one.type, "date": one.date} for one in events]


def _violations(study: Study) -> list[Event]:
    annotation = study.annotation_section.annotation_module.violation_annotation
    events: tuple[ViolationEvent, ...] = annotation.violation_events if annotation else ()
    return [
        {"type": one.type, "date": one.issued_date or one.release_date or one.creation_date}
        for one in events
    ]


def compare_contacts(before: Study, after: Study) -> tuple[list[Finding], int]:
    """Return what changed about the contacts of the whole trial.

    Returns:
        The finding, and how many contacts came or went because the trial's own status moved;
        those are no finding.
    """
    old, new = before.contacts.central_contacts, after.contacts.central_contacts
    if old == new or people_of(old) == people_of(new):
        return [], 0
    if (not old or not new) and before.status.overall_status != after.status.overall_status:
        return [], len(old) + len(new)
    finding = Finding(
        kind="contact",
        subject="central_contacts",
        before=_shown_contacts(old),
        after=_shown_contacts(new),
    )
    return [finding], 0


def _shown_contacts(contacts: Sequence[Contact]) -> Json:
    if not contacts:
        return None
    return {
        "contacts": [
            {"name": shown(one.name), "phone": _phone(one), "email": one.email} for one in contacts
        ]
    }


def _phone(contact: Contact) -> str | None:
    return " ext. ".join(filter(None, (contact.phone, contact.phone_ext))) or None

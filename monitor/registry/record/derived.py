"""Sections outside the protocol: notes, documents, what the registry computes."""

from monitor.registry.record.administrative import DateStruct
from monitor.registry.record.base import Record


class UnpostedEvent(Record, frozen=True):
    """A step of results under review."""

    type: str | None = None
    date: str | None = None
    date_unknown: bool | None = None


class UnpostedAnnotation(Record, frozen=True):
    """Results submitted but not yet posted."""

    unposted_responsible_party: str | None = None
    unposted_events: tuple[UnpostedEvent, ...] = ()


class ViolationEvent(Record, frozen=True):
    """A step of a violation notice."""

    type: str | None = None
    description: str | None = None
    creation_date: str | None = None
    issued_date: str | None = None
    release_date: str | None = None
    posted_date: str | None = None


class ViolationAnnotation(Record, frozen=True):
    """A violation of the reporting law."""

    violation_events: tuple[ViolationEvent, ...] = ()


class AnnotationModule(Record, frozen=True):
    """Notes the registry adds."""

    unposted_annotation: UnpostedAnnotation | None = None
    violation_annotation: ViolationAnnotation | None = None


class AnnotationSection(Record, frozen=True):
    """Notes the registry adds."""

    annotation_module: AnnotationModule = AnnotationModule()


class LargeDoc(Record, frozen=True):
    """A document on the registry."""

    type_abbrev: str | None = None
    has_protocol: bool | None = None
    has_sap: bool | None = None
    has_icf: bool | None = None
    label: str | None = None
    date: str | None = None
    upload_date: str | None = None
    filename: str | None = None
    size: int | None = None


class LargeDocumentModule(Record, frozen=True):
    """Documents on the registry."""

    no_sap: bool | None = None
    large_docs: tuple[LargeDoc, ...] = ()


class DocumentSection(Record, frozen=True):
    """Documents on the registry."""

    large_document_module: LargeDocumentModule = LargeDocumentModule()


class FirstMcpInfo(Record, frozen=True):
    """First manual check of results."""

    post_date_struct: DateStruct | None = None


class SubmissionInfo(Record, frozen=True):
    """A step of results under review."""

    release_date: str | None = None
    unrelease_date: str | None = None
    unrelease_date_unknown: bool | None = None
    reset_date: str | None = None
    mcp_release_n: int | None = None


class SubmissionTracking(Record, frozen=True):
    """Results on their way."""

    estimated_results_first_submit_date: str | None = None
    first_mcp_info: FirstMcpInfo | None = None
    submission_infos: tuple[SubmissionInfo, ...] = ()


class MiscInfoModule(Record, frozen=True):
    """`version_holder` is the date of the release, the same on every study."""

    version_holder: str | None = None
    removed_countries: tuple[str, ...] = ()
    submission_tracking: SubmissionTracking | None = None


class Mesh(Record, frozen=True):
    """A term of the MeSH tree."""

    id: str | None = None
    term: str | None = None


class BrowseLeaf(Record, frozen=True):
    """A leaf of the registry's browse tree."""

    id: str | None = None
    name: str | None = None
    as_found: str | None = None
    relevance: str | None = None


class BrowseBranch(Record, frozen=True):
    """A branch of the registry's browse tree."""

    abbrev: str | None = None
    name: str | None = None


class BrowseModule(Record, frozen=True):
    """MeSH terms computed by the registry."""

    meshes: tuple[Mesh, ...] = ()
    ancestors: tuple[Mesh, ...] = ()
    browse_leaves: tuple[BrowseLeaf, ...] = ()
    browse_branches: tuple[BrowseBranch, ...] = ()


class DerivedSection(Record, frozen=True):
    """What the registry computes itself."""

    misc_info_module: MiscInfoModule = MiscInfoModule()
    condition_browse_module: BrowseModule = BrowseModule()
    intervention_browse_module: BrowseModule = BrowseModule()

"""Modules that say what a study is, how it stands and who runs it."""

from msgspec import field

from monitor.registry.record.base import Record


class OrgStudyIdInfo(Record, frozen=True):
    """The sponsor's own number for the study."""

    id: str | None = None
    type: str | None = None
    link: str | None = None


class SecondaryIdInfo(Record, frozen=True):
    """A number under which other bodies know the study."""

    id: str | None = None
    type: str | None = None
    domain: str | None = None
    link: str | None = None


class Organization(Record, frozen=True):
    """The organization that keeps the record."""

    full_name: str | None = None
    class_: str | None = field(default=None, name="class")


class IdentificationModule(Record, frozen=True):
    """Numbers and titles."""

    nct_id: str | None = None
    nct_id_aliases: tuple[str, ...] = ()
    org_study_id_info: OrgStudyIdInfo | None = None
    secondary_id_infos: tuple[SecondaryIdInfo, ...] = ()
    brief_title: str | None = None
    official_title: str | None = None
    acronym: str | None = None
    organization: Organization | None = None


class ExpandedAccessInfo(Record, frozen=True):
    """Whether the treatment can be had outside of the study."""

    has_expanded_access: bool | None = None
    nct_id: str | None = None
    status_for_nct_id: str | None = None


class PartialDateStruct(Record, frozen=True):
    """A date as precise as the sponsor gave it (2026, 2026-03 or 2026-03-15), ESTIMATED or ACTUAL."""

    date: str | None = None
    type: str | None = None


class DateStruct(Record, frozen=True):
    """A whole date, ESTIMATED or ACTUAL."""

    date: str | None = None
    type: str | None = None


class StatusModule(Record, frozen=True):
    """Recruitment status and every date of the record."""

    status_verified_date: str | None = None
    overall_status: str | None = None
    last_known_status: str | None = None
    delayed_posting: bool | None = None
    why_stopped: str | None = None
    expanded_access_info: ExpandedAccessInfo | None = None
    start_date_struct: PartialDateStruct | None = None
    primary_completion_date_struct: PartialDateStruct | None = None
    completion_date_struct: PartialDateStruct | None = None
    study_first_submit_date: str | None = None
    study_first_submit_qc_date: str | None = None
    study_first_post_date_struct: DateStruct | None = None
    results_waived: bool | None = None
    results_first_submit_date: str | None = None
    results_first_submit_qc_date: str | None = None
    results_first_post_date_struct: DateStruct | None = None
    disp_first_submit_date: str | None = None
    disp_first_submit_qc_date: str | None = None
    disp_first_post_date_struct: DateStruct | None = None
    last_update_submit_date: str | None = None
    last_update_post_date_struct: DateStruct | None = None


class ResponsibleParty(Record, frozen=True):
    """Who answers for the record."""

    type: str | None = None
    investigator_full_name: str | None = None
    investigator_title: str | None = None
    investigator_affiliation: str | None = None
    old_name_title: str | None = None
    old_organization: str | None = None


class Sponsor(Record, frozen=True):
    """A sponsor or collaborator."""

    name: str | None = None
    class_: str | None = field(default=None, name="class")


class SponsorCollaboratorsModule(Record, frozen=True):
    """Who runs and pays."""

    responsible_party: ResponsibleParty | None = None
    lead_sponsor: Sponsor | None = None
    collaborators: tuple[Sponsor, ...] = ()


class OversightModule(Record, frozen=True):
    """Regulators and monitoring committees."""

    oversight_has_dmc: bool | None = None
    is_fda_regulated_drug: bool | None = None
    is_fda_regulated_device: bool | None = None
    is_unapproved_device: bool | None = None
    is_ppsd: bool | None = None
    is_us_export: bool | None = None
    fdaaa801_violation: bool | None = None


class DescriptionModule(Record, frozen=True):
    """What the study is about; both texts are markup."""

    brief_summary: str | None = None
    detailed_description: str | None = None


class ConditionsModule(Record, frozen=True):
    """Illnesses studied, and search words."""

    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

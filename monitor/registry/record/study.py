"""The whole record of one study."""

import msgspec

from monitor.registry.record.administrative import (
    ConditionsModule,
    DescriptionModule,
    IdentificationModule,
    OversightModule,
    SponsorCollaboratorsModule,
    StatusModule,
)
from monitor.registry.record.base import Record
from monitor.registry.record.derived import AnnotationSection, DerivedSection, DocumentSection
from monitor.registry.record.people import (
    ContactsLocationsModule,
    IpdSharingStatementModule,
    ReferencesModule,
)
from monitor.registry.record.scientific import (
    ArmsInterventionsModule,
    DesignModule,
    EligibilityModule,
    OutcomesModule,
)


class ProtocolSection(Record, frozen=True):
    """What the sponsor registered. An absent module reads as an empty one."""

    identification_module: IdentificationModule = IdentificationModule()
    status_module: StatusModule = StatusModule()
    sponsor_collaborators_module: SponsorCollaboratorsModule = SponsorCollaboratorsModule()
    oversight_module: OversightModule = OversightModule()
    description_module: DescriptionModule = DescriptionModule()
    conditions_module: ConditionsModule = ConditionsModule()
    design_module: DesignModule = DesignModule()
    arms_interventions_module: ArmsInterventionsModule = ArmsInterventionsModule()
    outcomes_module: OutcomesModule = OutcomesModule()
    eligibility_module: EligibilityModule = EligibilityModule()
    contacts_locations_module: ContactsLocationsModule = ContactsLocationsModule()
    references_module: ReferencesModule = ReferencesModule()
    ipd_sharing_statement_module: IpdSharingStatementModule = IpdSharingStatementModule()


class Study(Record, frozen=True):
    """One study as one version of its record has it.

    Modules are at hand by short names (``study.status.overall_status``).
    """

    protocol_section: ProtocolSection = ProtocolSection()
    #: Module name (``adverseEventsModule``) to its JSON; not decoded, it can be a megabyte.
    results_section: dict[str, msgspec.Raw] | None = None
    annotation_section: AnnotationSection = AnnotationSection()
    document_section: DocumentSection = DocumentSection()
    derived_section: DerivedSection = DerivedSection()
    has_results: bool = False

    @property
    def nct_id(self) -> str:
        """The registry's number of the study, empty when the record has none."""
        return self.identification.nct_id or ""

    @property
    def identification(self) -> IdentificationModule:
        """Numbers and titles."""
        return self.protocol_section.identification_module

    @property
    def status(self) -> StatusModule:
        """Recruitment status and dates."""
        return self.protocol_section.status_module

    @property
    def sponsors(self) -> SponsorCollaboratorsModule:
        """Who runs and pays."""
        return self.protocol_section.sponsor_collaborators_module

    @property
    def oversight(self) -> OversightModule:
        """Regulators and monitoring committees."""
        return self.protocol_section.oversight_module

    @property
    def description(self) -> DescriptionModule:
        """What the study is about."""
        return self.protocol_section.description_module

    @property
    def conditions(self) -> ConditionsModule:
        """Illnesses studied, and search words."""
        return self.protocol_section.conditions_module

    @property
    def design(self) -> DesignModule:
        """Type, phase, design and size."""
        return self.protocol_section.design_module

    @property
    def arms(self) -> ArmsInterventionsModule:
        """Groups and what they get."""
        return self.protocol_section.arms_interventions_module

    @property
    def outcomes(self) -> OutcomesModule:
        """What the study measures."""
        return self.protocol_section.outcomes_module

    @property
    def eligibility(self) -> EligibilityModule:
        """Who may join."""
        return self.protocol_section.eligibility_module

    @property
    def contacts(self) -> ContactsLocationsModule:
        """Contacts, officials and places."""
        return self.protocol_section.contacts_locations_module

    @property
    def references(self) -> ReferencesModule:
        """Papers, links and data sets."""
        return self.protocol_section.references_module

    @property
    def ipd_sharing(self) -> IpdSharingStatementModule:
        """Plan to share participants' data."""
        return self.protocol_section.ipd_sharing_statement_module

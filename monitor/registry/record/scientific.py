"""Modules that say how a study is done, what it measures and who may join."""

from monitor.registry.record.base import Record


class ExpandedAccessTypes(Record, frozen=True):
    """Kinds of expanded access offered."""

    individual: bool | None = None
    intermediate: bool | None = None
    treatment: bool | None = None


class MaskingBlock(Record, frozen=True):
    """Who does not know which treatment is given."""

    masking: str | None = None
    masking_description: str | None = None
    who_masked: tuple[str, ...] = ()


class DesignInfo(Record, frozen=True):
    """How the study is set up."""

    allocation: str | None = None
    intervention_model: str | None = None
    intervention_model_description: str | None = None
    primary_purpose: str | None = None
    observational_model: str | None = None
    time_perspective: str | None = None
    masking_info: MaskingBlock | None = None


class BioSpec(Record, frozen=True):
    """Samples kept."""

    retention: str | None = None
    description: str | None = None


class EnrollmentInfo(Record, frozen=True):
    """How many people, planned (ESTIMATED) or joined (ACTUAL)."""

    count: int | None = None
    type: str | None = None


class DesignModule(Record, frozen=True):
    """Type, phase, design and size."""

    study_type: str | None = None
    n_ptrs_to_this_exp_acc_nct_id: int | None = None
    expanded_access_types: ExpandedAccessTypes | None = None
    patient_registry: bool | None = None
    target_duration: str | None = None
    phases: tuple[str, ...] = ()
    design_info: DesignInfo | None = None
    bio_spec: BioSpec | None = None
    enrollment_info: EnrollmentInfo | None = None


class ArmGroup(Record, frozen=True):
    """A group of participants; `label` is its only key."""

    label: str | None = None
    type: str | None = None
    description: str | None = None
    intervention_names: tuple[str, ...] = ()


class Intervention(Record, frozen=True):
    """A treatment; (`type`, `name`) is its only key."""

    type: str | None = None
    name: str | None = None
    description: str | None = None
    arm_group_labels: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


class ArmsInterventionsModule(Record, frozen=True):
    """Groups and what they get."""

    arm_groups: tuple[ArmGroup, ...] = ()
    interventions: tuple[Intervention, ...] = ()


class Outcome(Record, frozen=True):
    """Something measured; `measure` is its only key."""

    measure: str | None = None
    description: str | None = None
    time_frame: str | None = None


class OutcomesModule(Record, frozen=True):
    """What the study measures."""

    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    other_outcomes: tuple[Outcome, ...] = ()


class EligibilityModule(Record, frozen=True):
    """Who may join; `eligibility_criteria` is markup."""

    eligibility_criteria: str | None = None
    healthy_volunteers: bool | None = None
    sex: str | None = None
    gender_based: bool | None = None
    gender_description: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    std_ages: tuple[str, ...] = ()
    study_population: str | None = None
    sampling_method: str | None = None

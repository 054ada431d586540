"""Plain words for the registry's enumerations; a value not listed is shown as itself in quotes.

Source:
    Schemas of the registry's OpenAPI document 2.0.5 and its data element definitions.
"""

import re
from collections.abc import Iterable, Mapping

from monitor.summaries.prose import listed, quote

PHASES = {
    "EARLY_PHASE1": "Early Phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}
STUDY_TYPES = {
    "INTERVENTIONAL": "a study that tests a treatment or a way of care",
    "OBSERVATIONAL": "a study that watches people and does not assign a treatment",
    "EXPANDED_ACCESS": "a way to get a treatment outside of a study (expanded access)",
}
#: Each follows "The main aim is to".
PURPOSES = {
    "TREATMENT": "treat an illness or problem",
    "PREVENTION": "prevent an illness or problem",
    "DIAGNOSTIC": "test a way to find an illness or problem",
    "ECT": "teach, coach, or train people",
    "SUPPORTIVE_CARE": "give comfort or ease side effects or a drop in health",
    "SCREENING": "test a way to look for an illness in people not known to have it",
    "HEALTH_SERVICES_RESEARCH": "learn how care is given, run, or paid for",
    "BASIC_SCIENCE": "learn how something works in the body",
    "DEVICE_FEASIBILITY": "see if a device works as planned",
}
ALLOCATIONS = {
    "RANDOMIZED": "People are put into groups by chance.",
    "NON_RANDOMIZED": "People are not put into groups by chance.",
    "NA": "Putting people into groups by chance does not apply here.",
}
MODELS = {
    "SINGLE_GROUP": "All people are in one group and get the same treatment.",
    "PARALLEL": "Each group gets its own treatment at the same time.",
    "CROSSOVER": "People get one treatment first and then another.",
    "FACTORIAL": "Groups get different mixes of the treatments.",
    "SEQUENTIAL": "People join groups in steps. Each step waits for the one before.",
}
OBSERVATIONAL_MODELS = {
    "COHORT": "It follows groups of people over time.",
    "CASE_CONTROL": "It compares people who have a problem with people who do not.",
    "CASE_ONLY": "It looks only at people who have the problem.",
    "CASE_CROSSOVER": "It compares different times in the lives of the same people.",
    "ECOLOGIC_OR_COMMUNITY": "It looks at whole places or groups, not at single people.",
    "FAMILY_BASED": "It looks at people of the same family.",
    "DEFINED_POPULATION": "It looks at one set group of people.",
    "NATURAL_HISTORY": "It looks at how an illness goes over time.",
}
TIMES = {
    "RETROSPECTIVE": "It looks back at things that already happened.",
    "PROSPECTIVE": "It looks at what happens after people join.",
    "CROSS_SECTIONAL": "It looks at people at one point in time.",
}
MASKED = {
    "PARTICIPANT": "the people in the study",
    "CARE_PROVIDER": "the people who give the care",
    "INVESTIGATOR": "the study doctors",
    "OUTCOMES_ASSESSOR": "the people who check the results",
}
MASKING_LEVELS = {"SINGLE": "One party", "DOUBLE": "Two parties", "TRIPLE": "Three parties"} | {
    "QUADRUPLE": "Four parties"
}
ARM_TYPES = {
    "EXPERIMENTAL": "This group gets what is being tested.",
    "ACTIVE_COMPARATOR": "This group gets a treatment that others are compared with.",
    "PLACEBO_COMPARATOR": "This group gets a placebo, to compare.",
    "SHAM_COMPARATOR": "This group gets a fake treatment, to compare.",
    "NO_INTERVENTION": "This group gets no study treatment.",
}
INTERVENTION_TYPES = {
    "BEHAVIORAL": "a way to change habits",
    "BIOLOGICAL": "a biological product, such as a vaccine or cells",
    "COMBINATION_PRODUCT": "a mix of drug, device, or biological product",
    "DEVICE": "a device",
    "DIAGNOSTIC_TEST": "a test",
    "DIETARY_SUPPLEMENT": "a food supplement",
    "DRUG": "a drug",
    "GENETIC": "a gene treatment or test",
    "PROCEDURE": "a procedure",
    "RADIATION": "radiation",
}
AGE_GROUPS = {"CHILD": "children", "ADULT": "adults", "OLDER_ADULT": "older adults"}
SEXES = {"FEMALE": "women or girls", "MALE": "men or boys", "ALL": "people of any sex"}
ROLES = {
    "PRINCIPAL_INVESTIGATOR": "lead doctor or scientist",
    "STUDY_DIRECTOR": "study director",
    "STUDY_CHAIR": "study chair",
    "SUB_INVESTIGATOR": "study doctor or scientist",
    "CONTACT": "contact",
}
PARTIES = {
    "SPONSOR": "the sponsor",
    "PRINCIPAL_INVESTIGATOR": "the lead doctor or scientist",
    "SPONSOR_INVESTIGATOR": "a doctor or scientist who also runs the study",
}
SPONSOR_CLASSES = {
    "INDUSTRY": "a company",
    "NIH": "the U.S. National Institutes of Health",
    "FED": "a part of the U.S. government",
    "OTHER_GOV": "a part of another government",
    "INDIV": "a single person",
    "NETWORK": "a network of groups",
    "OTHER": "another kind of group",
    "AMBIG": "not clear",
    "UNKNOWN": "not known",
}
SAMPLING = {
    "PROBABILITY_SAMPLE": "by chance",
    "NON_PROBABILITY_SAMPLE": "not by chance",
}
NOTICES = {
    "VIOLATION_IDENTIFIED": "the U.S. FDA found that the law was broken",
    "CORRECTION_CONFIRMED": "the U.S. FDA confirmed that this was put right",
    "PENALTY_IMPOSED": "the U.S. FDA set a fine",
    "ISSUES_IN_LETTER_ADDRESSED_CONFIRMED": "the points in a letter of the U.S. FDA were put right",
}
SHARING = {"YES": "yes", "NO": "no", "UNDECIDED": "not decided yet"}
RETENTION = {
    "NONE_RETAINED": "no samples are kept",
    "SAMPLES_WITH_DNA": "samples with DNA are kept",
    "SAMPLES_WITHOUT_DNA": "samples without DNA are kept",
}
SHARED_PAPERS = {
    "STUDY_PROTOCOL": "the study plan",
    "SAP": "the plan for the data (SAP)",
    "ICF": "the consent form",
    "CSR": "the study report",
    "ANALYTIC_CODE": "the computer code",
}


def label(words: Mapping[str, str], value: str | None, missing: str = "not given") -> str:
    """Return the plain words for ``value``, the value itself in quotes when it is not known."""
    if not value:
        return missing
    return words.get(value) or quote(value, 80)


def labels(words: Mapping[str, str], values: Iterable[str], missing: str = "not given") -> str:
    """Return the plain words for several values as a list."""
    return listed([label(words, value) for value in values]) or missing


def phase_names(phases: Iterable[str]) -> str:
    """Return ``Phase 1 and Phase 2``; ``""`` when there is none or phases do not apply."""
    return labels(PHASES, (phase for phase in phases if phase != "NA"), missing="")


def without_type(name: str) -> str:
    """Return ``Sintilimab`` for the registry's ``Drug: Sintilimab``."""
    kind, mark, rest = name.partition(": ")
    known = kind.upper().replace(" ", "_") in {*INTERVENTION_TYPES, "OTHER"}
    return rest if mark and known else name


_PLACEBO = re.compile(r"^\W*(?:placebos?|sham)\b|\bplacebos?\W*$", re.IGNORECASE)
#: More than the placebo is in a name with one of these.
_MORE = re.compile(r"[+&/,;]|\b(?:and|or|plus|with|then|followed|versus|vs)\b", re.IGNORECASE)


def is_placebo(name: str | None) -> bool:
    """Say whether a treatment is nothing but a placebo or a sham, going by its name alone.

    The registry files placebos under the kind of what they stand in for.
    """
    text = name or ""
    return _PLACEBO.search(text) is not None and _MORE.search(text) is None

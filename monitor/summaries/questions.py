"""Questions to take to a doctor, each one called for by a fact of this record."""

from monitor.registry.record import Study
from monitor.summaries.status import MAY_TAKE_PEOPLE, STOPPED
from monitor.summaries.treatments import treatment_names


def question_lines(study: Study) -> tuple[str, ...]:
    """Return the questions that fit what the record holds, none that it gives no reason for."""
    asked = (*_joining(study), *_after(study)) if _takes_people(study) else _after(study)
    return tuple(question for question in asked if question)


def _takes_people(study: Study) -> bool:
    return study.status.overall_status in MAY_TAKE_PEOPLE


def _joining(study: Study) -> tuple[str, ...]:
    names = treatment_names(study)
    tests = study.design.study_type == "INTERVENTIONAL"
    return (
        "Do I fit the rules of this study?" if study.eligibility.eligibility_criteria else "",
        _early(study),
        f"What could {names} do for me, and what could go wrong?" if names and tests else "",
        "What other care could I get?" if tests else "",
        _chance(study),
        _placebo(study),
        _masked(study),
        "How often would I go there, and who pays for travel?" if study.contacts.locations else "",
    )


def _early(study: Study) -> str:
    if {"EARLY_PHASE1", "PHASE1"} & set(study.design.phases):
        return "What is known so far about how safe this treatment is?"
    return ""


def _chance(study: Study) -> str:
    design = study.design.design_info
    if design and design.allocation == "RANDOMIZED":
        return "What if I am put into a group that I do not want?"
    return ""


def _placebo(study: Study) -> str:
    if any(group.type == "PLACEBO_COMPARATOR" for group in study.arms.arm_groups):
        return "What are the odds that I get a placebo?"
    return ""


def _masked(study: Study) -> str:
    design = study.design.design_info
    masking = design.masking_info if design else None
    if masking and "PARTICIPANT" in masking.who_masked:
        return "When could I find out which treatment I got?"
    return ""


def _after(study: Study) -> tuple[str, ...]:
    return (
        "What do the results mean for me?" if study.has_results else "",
        "What does it mean for me that this study stopped?"
        if study.status.overall_status in STOPPED
        else "",
        "Is this record up to date?" if study.status.overall_status == "UNKNOWN" else "",
    )

"""The treatments of a study, its groups, and who knows what is given."""

from monitor.registry.record import Study
from monitor.registry.record.scientific import ArmGroup, Intervention
from monitor.summaries import labels
from monitor.summaries.doses import dose_sentences
from monitor.summaries.numbers import counted
from monitor.summaries.prose import clean, full_stop, listed, quote, quote_end, some, speak

#: Treatments and groups told one by one; the rest are counted.
TOLD = 12
_NAME = 200
_TEXT = 500
_OTHER_NAMES = 4
_SHORT_NAME = 60


def treatment_sentences(study: Study) -> tuple[str, ...]:
    """Return each treatment with its dose and schedule in words beside the study's own words."""
    treatments = study.arms.interventions
    told = tuple(line for treatment in treatments[:TOLD] for line in _treatment(treatment))
    return (*told, *_more(len(treatments), "treatment"))


def _treatment(treatment: Intervention) -> tuple[str, ...]:
    kind = treatment.type
    bare = kind in (None, "OTHER") or labels.is_placebo(treatment.name)
    what = "" if bare else f" ({labels.label(labels.INTERVENTION_TYPES, kind)})"
    others = [quote(name, _NAME) for name in treatment.other_names if clean(name)]
    first = speak(
        f"{quote(treatment.name, _NAME)}{what}.",
        f"It is also called {some(others, _OTHER_NAMES)}." if others else "",
    )
    doses = dose_sentences(treatment.description)
    said = (f"In plain words: {speak(*doses)}",) if doses else ()
    own = f"The study's own words: {quote_end(treatment.description, _TEXT)}"
    return (first, *said, *((own,) if clean(treatment.description) else ()))


def _more(count: int, noun: str) -> tuple[str, ...]:
    if count <= TOLD:
        return ()
    return (f"The record lists {counted(count - TOLD, f'more {noun}')}.",)


def group_sentences(study: Study) -> tuple[str, ...]:
    """Return how people are put into groups, then each group and what it gets."""
    groups = study.arms.arm_groups
    told = tuple(_group(number, group) for number, group in enumerate(groups[:TOLD], 1))
    head = f"The study has {counted(len(groups), 'group')}." if groups else ""
    ways = _ways(study)
    return (*((head,) if head else ()), *ways, *told, *_more(len(groups), "group"))


def _ways(study: Study) -> tuple[str, ...]:
    design = study.design.design_info
    if design is None:
        return ()
    single = design.intervention_model == "SINGLE_GROUP" and len(study.arms.arm_groups) > 1
    model = "" if single else _known(labels.MODELS, design.intervention_model, "set up as")
    chance = (
        ""
        if design.allocation == "NA"
        else _known(labels.ALLOCATIONS, design.allocation, "put into groups as")
    )
    return tuple(line for line in (chance, model) if line)


def _known(words: dict[str, str], value: str | None, lead: str) -> str:
    if not value:
        return ""
    return words.get(value) or f"The record says that people are {lead} {quote(value, 80)}."


def _group(number: int, group: ArmGroup) -> str:
    names = [labels.without_type(clean(name)) for name in group.intervention_names]
    kind = group.type
    known = labels.ARM_TYPES.get(kind or "")
    other = "" if kind in (None, "OTHER") else f"The record marks it as {quote(kind, 80)}."
    return speak(
        f"Group {number}: {quote_end(group.label, _NAME)}",
        known or other,
        full_stop(f"It gets: {some(names, TOLD)}") if names else "",
        f"The study team says: {quote_end(group.description, _TEXT)}"
        if clean(group.description)
        else "",
    )


def masking_sentences(study: Study) -> tuple[str, ...]:
    """Return who does not know which treatment is given."""
    design = study.design.design_info
    masking = design.masking_info if design else None
    if masking is None or not masking.masking:
        return ()
    if masking.masking == "NONE":
        return ("Everyone knows which treatment is given.",)
    if masking.who_masked:
        who = labels.labels(labels.MASKED, masking.who_masked)
        return (f"Some do not know which treatment is given. They are: {who}.",)
    level = labels.MASKING_LEVELS.get(masking.masking)
    if level is None:
        return (f"The record lists who knows the treatment as {quote(masking.masking, 80)}.",)
    return (
        (
            f"{level} in the study {'does' if level == 'One party' else 'do'} not know which "
            "treatment is given. The record does not say who."
        ),
    )


def treatment_names(study: Study) -> str:
    """Return the first treatments as a list, ``""`` when none has a name short enough.

    A placebo does nothing and is none of them.
    """
    names = [
        clean(treatment.name)
        for treatment in study.arms.interventions
        if treatment.name and not labels.is_placebo(treatment.name)
    ]
    return listed([name for name in names if len(name) <= _SHORT_NAME][:3])

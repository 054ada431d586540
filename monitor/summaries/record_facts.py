"""The facts a summary was written from, in the registry's own words, for readers of JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.domain.changes import Json
from monitor.registry.parse import release_of
from monitor.registry.record import Study
from monitor.registry.record.administrative import DateStruct, PartialDateStruct
from monitor.summaries.acronyms import Record
from monitor.summaries.prose import clean


def facts_of(study: Study) -> dict[str, Json]:
    """Return the facts by name; one that the record does not hold is left out."""
    found = {
        **_identity(study),
        **_standing(study),
        **_dates(study),
        **_design(study),
        **_people(study),
        **_where(study),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def protected_names(study: Study) -> frozenset[str]:
    """Return the names of the record that no plainer word may replace."""
    treatments = study.arms.interventions
    names = (
        *study.conditions.conditions,
        *(treatment.name for treatment in treatments),
        *(name for treatment in treatments for name in treatment.other_names),
    )
    return frozenset(name for name in map(clean, names) if name)


def record_of(study: Study, rules: Sequence[str]) -> Record:
    """Return what the record offers to explain its short forms with.

    Args:
        study: The record.
        rules: Its eligibility rules in its own words, cleaned.
    """
    names, told, arms = study.identification, study.description, study.arms
    number = names.org_study_id_info.id if names.org_study_id_info else None
    texts = (
        names.brief_title,
        names.official_title,
        told.brief_summary,
        told.detailed_description,
        *(part for drug in arms.interventions for part in (drug.name, drug.description)),
        *(part for group in arms.arm_groups for part in (group.label, group.description)),
        *(
            part
            for goal in study.outcomes.primary_outcomes
            for part in (goal.measure, goal.description)
        ),
        *study.conditions.conditions,
        *study.conditions.keywords,
    )
    return Record(
        texts=(*rules, *(clean(text) for text in texts if text)),
        own=frozenset(filter(None, (names.acronym, number))),
        treatments=tuple(
            clean(name)
            for drug in arms.interventions
            for name in (drug.name, *drug.other_names)
            if name
        ),
    )


def _identity(study: Study) -> Mapping[str, Json]:
    lead = study.sponsors.lead_sponsor
    return {
        "nct_id": study.nct_id,
        "release": release_of(study),
        "brief_title": study.identification.brief_title,
        "official_title": study.identification.official_title,
        "conditions": list(study.conditions.conditions),
        "lead_sponsor": lead.name if lead else None,
        "collaborators": [helper.name for helper in study.sponsors.collaborators],
    }


def _standing(study: Study) -> Mapping[str, Json]:
    status = study.status
    return {
        "overall_status": status.overall_status,
        "last_known_status": status.last_known_status,
        "why_stopped": status.why_stopped,
        "status_verified_date": status.status_verified_date,
        "last_update_submit_date": status.last_update_submit_date,
        "has_results": study.has_results,
    }


def _dates(study: Study) -> Mapping[str, Json]:
    status = study.status
    return {
        "start_date": _date(status.start_date_struct),
        "primary_completion_date": _date(status.primary_completion_date_struct),
        "completion_date": _date(status.completion_date_struct),
        "last_update_post_date": _date(status.last_update_post_date_struct),
        "results_first_post_date": _date(status.results_first_post_date_struct),
    }


def _date(given: PartialDateStruct | DateStruct | None) -> Json:
    if given is None or given.date is None:
        return None
    return {"date": given.date, "type": given.type}


def _design(study: Study) -> Mapping[str, Json]:
    design, size = study.design.design_info, study.design.enrollment_info
    masking = design.masking_info if design else None
    return {
        "study_type": study.design.study_type,
        "phases": list(study.design.phases),
        "enrollment": {"count": size.count, "type": size.type} if size else None,
        "allocation": design.allocation if design else None,
        "intervention_model": design.intervention_model if design else None,
        "primary_purpose": design.primary_purpose if design else None,
        "masking": masking.masking if masking else None,
        "who_masked": list(masking.who_masked) if masking else None,
        "arms": [group.label for group in study.arms.arm_groups],
        "interventions": [
            {"type": treatment.type, "name": treatment.name}
            for treatment in study.arms.interventions
        ],
        "primary_outcomes": [outcome.measure for outcome in study.outcomes.primary_outcomes],
    }


def _people(study: Study) -> Mapping[str, Json]:
    rules = study.eligibility
    return {
        "minimum_age": rules.minimum_age,
        "maximum_age": rules.maximum_age,
        "sex": rules.sex,
        "healthy_volunteers": rules.healthy_volunteers,
    }


def _where(study: Study) -> Mapping[str, Json]:
    places = study.contacts.locations
    countries = Counter(place.country for place in places if place.country)
    stated = [place.status for place in places if place.status]
    return {
        "sites": len(places),
        "sites_open": stated.count("RECRUITING") if stated else None,
        "countries": dict(sorted(countries.items())),
    }

"""From differences to changes: every difference gets sentences that stand alone.

``describe`` never guesses. What the record does not say is said to be missing, a value that is
not known here is shown as itself, and ``meaning`` stays empty unless it is certain. How much a
difference matters is decided in ``monitor.detection``; how it is laid out, in the carriers.
"""

from collections.abc import Callable, Iterable

from monitor.domain.changes import Change, Difference
from monitor.domain.trial import NctId
from monitor.registry.record import Study
from monitor.summaries import (
    change_about,
    change_dates,
    change_design,
    change_people,
    change_record,
    change_rules,
    change_sites,
    change_status,
    change_treatments,
)
from monitor.summaries.prose import quote, quote_end
from monitor.summaries.scene import Scene, Told, text_of

Writer = Callable[[Scene], Told]

_WRITERS: dict[str, Writer] = {
    "status": change_status.tell_status,
    "why_stopped": change_status.tell_why_stopped,
    "expanded_access": change_status.tell_expanded_access,
    "date.start": change_dates.tell_date,
    "date.primary_completion": change_dates.tell_date,
    "date.completion": change_dates.tell_date,
    "enrollment": change_dates.tell_enrollment,
    "phase": change_design.tell_phase,
    "study_type": change_design.tell_study_type,
    "design": change_design.tell_piece,
    "oversight": change_design.tell_piece,
    "ipd": change_design.tell_ipd,
    "title": change_about.tell_title,
    "sponsor": change_about.tell_sponsor,
    "collaborators": change_about.tell_collaborator,
    "responsible_party": change_about.tell_responsible_party,
    "official": change_about.tell_official,
    "contact": change_about.tell_contact,
    "description": change_about.tell_description,
    "conditions": change_about.tell_topic,
    "keywords": change_about.tell_topic,
    "arm.added": change_treatments.tell_arm,
    "arm.removed": change_treatments.tell_arm,
    "arm.changed": change_treatments.tell_arm,
    "intervention.added": change_treatments.tell_intervention,
    "intervention.removed": change_treatments.tell_intervention,
    "intervention.changed": change_treatments.tell_intervention,
    **{
        f"outcome.{rank}.{event}": change_treatments.tell_outcome
        for rank in ("primary", "secondary", "other")
        for event in ("added", "removed", "changed")
    },
    "eligibility.added": change_rules.tell_rule_added,
    "eligibility.removed": change_rules.tell_rule_removed,
    "eligibility.changed": change_rules.tell_rule_changed,
    "eligibility.moved": change_rules.tell_rule_moved,
    "eligibility.reworded": change_rules.tell_rule_reworded,
    "eligibility.split": change_rules.tell_rule_split,
    "eligibility.merged": change_rules.tell_rule_merged,
    "eligibility.age": change_people.tell_age,
    "eligibility.sex": change_people.tell_sex,
    "eligibility.healthy_volunteers": change_people.tell_healthy,
    "eligibility.population": change_people.tell_population,
    "site.added": change_sites.tell_site_added,
    "site.removed": change_sites.tell_site_removed,
    "site.renamed": change_sites.tell_site_renamed,
    "site.status": change_sites.tell_site_status,
    "site.contact": change_sites.tell_site_contact,
    "country.added": change_sites.tell_country,
    "country.removed": change_sites.tell_country,
    "reference": change_record.tell_reference,
    "link": change_record.tell_link,
    "document": change_record.tell_document,
    "results.posted": change_record.tell_results_posted,
    "results.updated": change_record.tell_results_updated,
    "results.submitted": change_record.tell_results_submitted,
    "record.reverified": change_record.tell_reverified,
    "record.damaged": change_record.tell_damaged,
    "record.gone": change_status.tell_gone,
    "record.back": change_status.tell_back,
    "record.merged": change_record.tell_merged,
    "record.stale": change_record.tell_stale,
}


def describe(difference: Difference, before: Study, after: Study) -> tuple[str, str]:
    """Return what changed in sentences that stand alone, and what it means for a reader.

    Args:
        difference: Shapes of its values by kind are listed in docs/detection.md.
        before: The record of the version before; an empty one when there is none.
        after: The record of the version after.

    Returns:
        The sentences, never empty, and the meaning, ``""`` when nothing can be said for sure.
        Both are one line of text without markup.
    """
    write = _WRITERS.get(difference.kind, _tell_unknown)
    sentence, meaning = write(Scene(difference=difference, before=before, after=after))
    return sentence, meaning


def _tell_unknown(scene: Scene) -> Told:
    """Tell a kind of change that has no writer here, with both values as they stand."""
    what = quote(scene.kind, 80)
    old, new = text_of(scene.old), text_of(scene.new)
    now = quote_end(new) if new else "nothing."
    was = quote_end(old) if old else "nothing."
    return f"The record changed in {what}. Now: {now} Before: {was}", ""


def tell(
    differences: Iterable[Difference],
    before: Study,
    after: Study,
    *,
    nct_id: NctId,
    from_version: int,
    to_version: int,
) -> tuple[Change, ...]:
    """Return the differences between two versions as changes, the weightiest first."""
    ranked = sorted(differences, key=lambda difference: -difference.severity)
    return tuple(
        _change(difference, describe(difference, before, after), nct_id, from_version, to_version)
        for difference in ranked
    )


def _change(
    difference: Difference, told: Told, nct_id: NctId, from_version: int, to_version: int
) -> Change:
    return Change(
        nct_id=nct_id,
        from_version=from_version,
        to_version=to_version,
        kind=difference.kind,
        subject=difference.subject,
        before=difference.before,
        after=difference.after,
        severity=difference.severity,
        sentence=told[0],
        reason=difference.reason,
        meaning=told[1],
        notes=difference.notes,
    )

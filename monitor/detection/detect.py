"""Two records of one trial in, what differs out. Pure: no clock, no network, no order but its own."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.detection.arms import compare_arms
from monitor.detection.classify import classify
from monitor.detection.criteria import compare_criteria
from monitor.detection.details import with_details
from monitor.detection.findings import Finding
from monitor.detection.flat import compare_flat
from monitor.detection.listed import compare_contacts, compare_lists
from monitor.detection.names import compare_names
from monitor.detection.outcomes import compare_outcomes
from monitor.detection.results import compare_results
from monitor.detection.sites import compare_sites
from monitor.detection.weights import Weights, default_weights
from monitor.domain.changes import Difference
from monitor.registry.record import Study

_RESULTS_IN_POSTED = ("results_first_submitted", "delay_first_submitted", "unposted_events")


def detect(
    before: Study, after: Study, *, weights: Weights | None = None
) -> tuple[Difference, ...]:
    """Return what really differs between two records of one trial, most important first.

    Order, markup, bookkeeping and what the registry computes do not count. Each real change is
    there once; (kind, subject) is unique. When nothing differs but dates of the record's upkeep
    there is one ``record.reverified``.

    Args:
        before: The older record.
        after: The newer record; that both are of one trial is the caller's to know.
        weights: What matters how much, the packaged table by default.
    """
    findings = list(_findings(before, after)) or list(_reverified(before, after))
    return classify(findings, before, after, weights=weights or default_weights())


def _findings(before: Study, after: Study) -> Iterator[Finding]:
    sites, statuses_swept = compare_sites(before, after)
    contacts, contacts_swept = compare_contacts(before, after)
    swept = {"sites_status_swept": statuses_swept, "contacts_swept": contacts_swept}
    results = list(compare_results(before, after))
    posted = any(finding.kind == "results.posted" for finding in results)
    for finding in with_details(compare_flat(before, after), before, after):
        if finding.kind == "status":
            yield replace(finding, notes={**(finding.notes or {}), **swept})
        elif not (posted and finding.subject in _RESULTS_IN_POSTED):
            yield finding
    for finding in compare_lists(before, after):
        if not (posted and finding.subject in _RESULTS_IN_POSTED):
            yield finding
    yield from compare_names(before, after)
    yield from compare_arms(before, after)
    yield from compare_outcomes(before, after)
    yield from compare_criteria(before, after)
    yield from (*sites, *contacts, *results)


def _reverified(before: Study, after: Study) -> Iterator[Finding]:
    """Yield one finding when a date of the record's upkeep moved."""
    old, new = _upkeep(before), _upkeep(after)
    for subject, value in new.items():
        if old[subject] != value:
            notes = {"last_update": new["last_update_submit_date"]}
            yield Finding(
                kind="record.reverified",
                subject=subject,
                before=old[subject],
                after=value,
                notes=notes,
            )
            return


def _upkeep(study: Study) -> dict[str, str | None]:
    status = study.status
    posted = status.last_update_post_date_struct
    return {
        "status_verified_date": status.status_verified_date,
        "last_update_submit_date": status.last_update_submit_date,
        "last_update_post_date": posted.date if posted else None,
    }

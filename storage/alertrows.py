"""Alerts and changes as rows, there and back."""

from hashlib import sha256
from typing import Any

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Severity
from monitor.domain.searches import Query, SearchNews
from storage.codec import from_json, pack_summary, to_json, unpack_summary
from storage.rows import AnyRow


def alert_row(alert: Alert, severity: Severity, place: int) -> dict[str, Any]:
    """Return the row of an alert, its places among others apart."""
    return {
        "id": alert.id,
        "nct_id": alert.nct_id,
        "from_version": alert.from_version,
        "to_version": alert.to_version,
        "release": alert.release,
        "created_at": alert.created_at,
        "title": alert.title,
        "severity": severity.value,
        "summary": pack_summary(alert.summary),
        "sequence": place,
        "search_id": alert.search.id if alert.search else None,
        "search": _search_json(alert.search) if alert.search else None,
        "trace": alert.trace or None,
    }


def _search_json(search: SearchNews) -> str:
    return to_json(
        {
            "name": search.name,
            "parameters": [list(pair) for pair in search.query.parameters],
            "words": search.query.words,
            "trials": search.trials,
        }
    )


def _search(row: AnyRow) -> SearchNews | None:
    if row.search_id is None:
        return None
    told = from_json(row.search)
    parameters = tuple((name, value) for name, value in told["parameters"])
    return SearchNews(
        id=row.search_id,
        name=told["name"],
        query=Query(parameters=parameters, words=told["words"]),
        trials=told["trials"],
    )


def alert_of(row: AnyRow, carried: tuple[Change, ...]) -> Alert:
    """Return the alert that a row of ``alerts`` holds, with its changes."""
    return Alert(
        id=row.id,
        nct_id=row.nct_id,
        from_version=row.from_version,
        to_version=row.to_version,
        release=row.release,
        created_at=row.created_at,
        title=row.title,
        changes=carried,
        summary=unpack_summary(row.summary),
        sequence=row.sequence,
        search=_search(row),
        trace=row.trace or "",
    )


def identity(change: Change) -> tuple[str, int, int, str, bytes]:
    """Return what makes a change that change, as it is stored."""
    # A subject may hold what no database takes as text; its hash still tells it from others.
    subject = sha256(change.subject.encode("utf-8", "surrogatepass")).digest()
    return change.nct_id, change.from_version, change.to_version, change.kind, subject


def change_row(alert: Alert, place: int, change: Change) -> dict[str, Any]:
    """Return the row of a change at its place in an alert."""
    return {
        "alert_id": alert.id,
        "position": place,
        "nct_id": change.nct_id,
        "from_version": change.from_version,
        "to_version": change.to_version,
        "kind": change.kind,
        "subject": change.subject,
        "subject_sha256": identity(change)[-1],
        "before": to_json(change.before),
        "after": to_json(change.after),
        "notes": None if change.notes is None else to_json(change.notes),
        "severity": change.severity.value,
        "sentence": change.sentence,
        "meaning": change.meaning,
        "reason": change.reason,
    }


def change_of(row: AnyRow) -> Change:
    """Return the change that a row of ``changes`` holds."""
    return Change(
        nct_id=row.nct_id,
        from_version=row.from_version,
        to_version=row.to_version,
        kind=row.kind,
        subject=row.subject,
        before=from_json(row.before),
        after=from_json(row.after),
        severity=Severity(row.severity),
        sentence=row.sentence,
        reason=row.reason,
        meaning=row.meaning,
        notes=None if row.notes is None else from_json(row.notes),
    )

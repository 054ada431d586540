"""The JSON that a webhook carries: ``{type, timestamp, data}``, under 20 kB.

The same delivery gives the same bytes. Its shape is published in
``notifiers/schemas/trial.changed.json``; signing and sending are elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Change, Json
from notifiers.clean import cut, one_line, paragraphs
from notifiers.links import record_url, trial_url

EVENT_TYPE = "trial.changed"
#: What Standard Webhooks 1.0.0 recommends as the most.
MOST_BYTES = 20_000

_LONGEST_TITLE = 500
_TRIMMED_TEXT = 500
_TRIMMED_ITEMS = 10
_THIN_SUBJECT = 200
_THIN_SENTENCE = 400


def webhook_body(claimed: ClaimedDelivery, *, web_url: str) -> bytes:
    """Return the body of a delivery: whole, or trimmed, or thin, whichever fits.

    Trimmed: long texts and lists in ``before`` and ``after`` are cut. Thin: changes without
    ``before``, ``after`` and ``meaning``, as many as fit; the rest stands behind
    ``links.history``. ``truncated`` tells of both, ``changes_total`` counts all.
    """
    for body in _ever_smaller(claimed, web_url):
        if len(body) < MOST_BYTES:
            return body
    raise AssertionError("a body without any change is always small enough")


def _ever_smaller(claimed: ClaimedDelivery, web_url: str) -> Iterator[bytes]:
    told = claimed.alert.told
    sentences = [paragraphs(change.sentence) for change in told]
    yield _encoded(claimed, web_url, [_whole(change) for change in told], sentences)
    yield _encoded(claimed, web_url, [_trimmed(change) for change in told], sentences, cut_=True)
    thin = [_thin(change) for change in told]
    count = len(thin)
    while count:
        yield _encoded(claimed, web_url, thin[:count], [], cut_=True)
        count = count * 3 // 4
    yield _encoded(claimed, web_url, [], [], cut_=True)


def _encoded(
    claimed: ClaimedDelivery,
    web_url: str,
    changes: Sequence[Mapping[str, Json]],
    sentences: Sequence[str],
    *,
    cut_: bool = False,
) -> bytes:
    event = {
        "type": EVENT_TYPE,
        "timestamp": _iso(claimed.alert.created_at),
        "data": {
            **_about(claimed),
            "sentences": sentences,
            "changes": changes,
            "changes_total": len(claimed.alert.told),
            "truncated": cut_,
            "links": {
                "record": record_url(claimed.alert.nct_id),
                "history": trial_url(web_url, claimed.alert.nct_id),
            },
        },
    }
    return json.dumps(
        event, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode("utf-8", "replace")


def _about(claimed: ClaimedDelivery) -> dict[str, Json]:
    alert = claimed.alert
    return {
        "alert_id": alert.id,
        "nct_id": alert.nct_id,
        "title": one_line(alert.title, _LONGEST_TITLE),
        "from_version": alert.from_version,
        "to_version": alert.to_version,
        "release": alert.release,
        "severity": alert.severity.word,
        "list": one_line(claimed.delivery.list_name, _THIN_SUBJECT),
    }


def _whole(change: Change) -> dict[str, Json]:
    return {**change.contract(), "meaning": change.meaning}


def _trimmed(change: Change) -> dict[str, Json]:
    return {
        **_whole(change),
        "before": _shortened(change.before),
        "after": _shortened(change.after),
    }


def _thin(change: Change) -> dict[str, Json]:
    return {
        "kind": change.kind,
        "subject": cut(change.subject, _THIN_SUBJECT),
        "severity": change.severity.word,
        "sentence": cut(change.sentence, _THIN_SENTENCE),
    }


def _shortened(value: Json) -> Json:
    if isinstance(value, str):
        return cut(value, _TRIMMED_TEXT)
    if isinstance(value, Mapping):
        return {key: _shortened(part) for key, part in list(value.items())[:_TRIMMED_ITEMS]}
    if isinstance(value, Sequence):
        return [_shortened(part) for part in value[:_TRIMMED_ITEMS]]
    return value


def _plain(value: Any) -> Any:
    """Mappings and sequences that are no dict or list, for ``json``."""
    return dict(value) if isinstance(value, Mapping) else list(value)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

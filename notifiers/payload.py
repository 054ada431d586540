"""The JSON that a webhook carries: ``{type, timestamp, data}``, under 20 kB.

The same delivery gives the same bytes. Its shape is published in ``notifiers/schemas``, one
file a type; a target may have the same data as CloudEvents. Signing and sending are elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Change, Json
from monitor.domain.events import EventType
from monitor.domain.watches import Format
from notifiers.clean import cut, one_line, paragraphs
from notifiers.links import record_url, trial_url
from notifiers.searchpayload import ever_smaller

CONTENT_TYPES: Final[Mapping[Format, str]] = {
    Format.STANDARD: "application/json",
    # https://github.com/cloudevents/spec, 1.0.2, structured mode.
    Format.CLOUDEVENTS: "application/cloudevents+json",
}
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
    if claimed.delivery.notice is not None:
        return _enveloped(claimed, claimed.delivery.notice, web_url)
    for body in _bodies(claimed, web_url):
        if len(body) < MOST_BYTES:
            return body
    raise AssertionError("a body without any change is always small enough")


def _bodies(claimed: ClaimedDelivery, web_url: str) -> Iterator[bytes]:
    if claimed.alert.search is None:
        yield from _ever_smaller(claimed, web_url)
    else:
        yield from (_enveloped(claimed, data, web_url) for data in ever_smaller(claimed))


def _ever_smaller(claimed: ClaimedDelivery, web_url: str) -> Iterator[bytes]:
    told = claimed.told
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
    data = {
        **_about(claimed),
        "sentences": sentences,
        "changes": changes,
        "changes_total": len(claimed.told),
        "truncated": cut_,
        "links": {
            "record": record_url(claimed.alert.nct_id),
            "history": trial_url(web_url, claimed.alert.nct_id),
        },
    }
    return _enveloped(claimed, data, web_url)


def ping_body(message_id: str, format_: Format, *, now: datetime, web_url: str) -> bytes:
    """Return the body of a test event."""
    head = _Head(id=message_id, type=EventType.TEST_PING, at=now, subject="test", source=web_url)
    text = "A test of trialwatch. If you can read this, and the signature fits, all is well."
    return _encode(_event(head, {"message": text}, format_))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What stands around the data of an event."""

    id: str
    type: EventType
    at: datetime
    subject: str
    source: str


def _enveloped(claimed: ClaimedDelivery, data: Mapping[str, Json], web_url: str) -> bytes:
    delivery, alert = claimed.delivery, claimed.alert
    head = _Head(
        id=delivery.id,
        type=delivery.type,
        at=alert.created_at if delivery.notice is None else delivery.created_at,
        subject=alert.nct_id,
        source=web_url,
    )
    return _encode(_event(head, data, claimed.target.format))


def _event(head: _Head, data: Mapping[str, Json], format_: Format) -> Mapping[str, Json]:
    if format_ is Format.STANDARD:
        return {"type": head.type.value, "timestamp": _iso(head.at), "data": data}
    return {
        "specversion": "1.0",
        "id": head.id,
        "source": head.source,
        "type": head.type.value,
        "subject": head.subject,
        "time": _iso(head.at),
        "datacontenttype": "application/json",
        "data": data,
    }


def _encode(event: Mapping[str, Json]) -> bytes:
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
        "sequence": alert.sequence,
        "severity": max((one.severity for one in claimed.told), default=alert.severity).word,
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

"""What a webhook says of a saved search: whole, or with fewer trials, whichever fits."""

from collections.abc import Iterator, Mapping
from typing import Final

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Change, Json
from monitor.domain.searches import HALTED, RESUMED
from notifiers.clean import cut, one_line, paragraphs
from notifiers.links import record_url
from notifiers.search_view import search_link, search_name, search_words

_LONGEST_TITLE: Final = 300
_LONGEST_SENTENCE: Final = 500
_LONGEST_LINK: Final = 2_000


def ever_smaller(claimed: ClaimedDelivery) -> Iterator[Mapping[str, Json]]:
    """Yield the data of a search's event, each time with fewer trials, at last with none."""
    matches: list[Json] = [_match(change) for change in claimed.told]
    yield _data(claimed, matches)
    count = len(matches) * 3 // 4
    while count:
        yield _data(claimed, matches[:count])
        count = count * 3 // 4
    yield _data(claimed, [])


def _data(claimed: ClaimedDelivery, matches: list[Json]) -> Mapping[str, Json]:
    alert, search = claimed.alert, claimed.alert.search
    link = search_link(alert)
    return {
        "alert_id": alert.id,
        "search": {
            "id": search.id if search else 0,
            "name": search_name(alert),
            "words": search_words(alert),
            "trials": search.trials if search else 0,
        },
        "list": one_line(claimed.delivery.list_name, 200),
        "from_version": alert.from_version,
        "to_version": alert.to_version,
        "sequence": alert.sequence,
        "release": alert.release,
        "severity": alert.severity.word,
        "matches": matches,
        "matches_total": len(claimed.told),
        "truncated": len(matches) < len(claimed.told),
        "links": {"search": link if len(link) <= _LONGEST_LINK else None},
    }


def _match(change: Change) -> Mapping[str, Json]:
    of_search = change.kind in {HALTED, RESUMED}
    known = change.before if isinstance(change.before, Mapping) else {}
    now = change.after if isinstance(change.after, Mapping) else {}
    return {
        "kind": change.kind,
        "nct_id": None if of_search else change.subject,
        "title": cut(str(now.get("title") or known.get("title") or ""), _LONGEST_TITLE),
        "status": now.get("status") or None,
        "status_before": known.get("status") or None,
        "severity": change.severity.word,
        "sentence": paragraphs(change.sentence, _LONGEST_SENTENCE),
        "record": None if of_search else record_url(change.subject),
    }

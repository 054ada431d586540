"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from datetime import UTC
from typing import Any

from notifiers.clean import one_line
from notifiers.feeds.atom import html_of
from notifiers.feeds.entries import Entry, Feed

TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """Return the feed in UTF-8."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(feed.title),
        "home_page_url": feed.page_url,
        "feed_url": feed.url,
        "language": "en",
        "authors": [{"name": "trialwatch"}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _item(entry: Entry) -> dict[str, Any]:
    at = entry.at.astimezone(UTC).isoformat(timespec="seconds")
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": "\n".join(entry.sentences),
        "content_html": html_of(entry),
        "date_published": at,
        "date_modified": at,
    }

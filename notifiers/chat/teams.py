"""Microsoft Teams by Workflows: an Adaptive Card, and what an answer means.

The flow answers before it posts the card, so an answer means that Teams took the card, and no
more. Versions above 1.4 are refused there.

Source:
    https://adaptivecards.io/explorer/AdaptiveCard.html,
    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors (28 kB a message).
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from monitor.domain.alerts import Alert
from notifiers.chat.said import Said, fitting, said

VERSION: Final = "1.4"
#: Teams takes 28 kB; the flow around the card needs a little of it.
MOST_BYTES: Final = 25_000
#: Invisible, and keeps a sign from being read together with the one after it.
_JOINER: Final = "\u034f"
_SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
_CARD: Final = "application/vnd.microsoft.card.adaptive"


def body(alert: Alert, *, web_url: str) -> bytes:
    """Return the message about ``alert`` as JSON, within the limit."""
    return fitting(said(alert, web_url=web_url), _message, lambda packed: len(packed) <= MOST_BYTES)


def is_accepted(status: int, _answer: str) -> bool:
    """Tell whether the flow took the card; whether it is posted, nobody is told."""
    return 200 <= status < 300  # noqa: PLR2004  # the HTTP statuses


def is_dead(status: int, answer: str) -> bool:
    """Tell whether the flow is gone."""
    return status == 410 or (status == 404 and "WorkflowNotFound" in answer)  # noqa: PLR2004  # the HTTP statuses


def _message(one: Said) -> bytes:
    attachment = {"contentType": _CARD, "contentUrl": None, "content": _card(one)}
    message = {"type": "message", "attachments": [attachment]}
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def _card(one: Said) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": one.line,
        "body": list(_blocks(one)),
        "actions": [_link(words, url) for words, url in one.links],
    }


def _blocks(one: Said) -> Iterator[dict[str, Any]]:
    yield _text(one.headline, size="Large", weight="Bolder")
    yield _text(one.title, weight="Bolder")
    for line in one.lines:
        yield _text(line)
    for meaning in one.meanings:
        yield _text(meaning, isSubtle=True)
    if one.more:
        yield _text(one.more)
    yield _text(one.source, size="Small", isSubtle=True)


def _text(text: str, **look: str | bool) -> dict[str, Any]:
    return {"type": "TextBlock", "text": quiet(text), "wrap": True, **look}


def quiet(text: str) -> str:
    """Return ``text`` so that nothing in it is a link or sets letters bold or slanted."""
    for sign in "*_[":
        text = text.replace(sign, sign + _JOINER)
    return text.replace("](", "] (")


def _link(title: str, url: str) -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": title, "url": url}

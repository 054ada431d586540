"""Slack's incoming webhooks: a message of blocks, and what an answer means.

Source:
    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (answers),
    https://docs.slack.dev/reference/block-kit/blocks (limits),
    https://docs.slack.dev/messaging/formatting-message-text (``&``, ``<`` and ``>`` are escaped).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from monitor.domain.alerts import Alert
from notifiers.chat.said import Said, fitting, said
from notifiers.clean import cut

MOST_HEADER: Final = 150
MOST_SECTION: Final = 3_000
#: Not documented: a message somewhat longer than this is refused (``msg_blocks_too_long``).
MOST_MESSAGE: Final = 12_000

#: Nobody will take anything here again.
_DEAD: Final = frozenset(
    {
        "channel_is_archived",
        "channel_not_found",
        "invalid_token",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "team_disabled",
        "user_not_found",
    }
)


def body(alert: Alert, *, web_url: str) -> bytes:
    """Return the message about ``alert`` as JSON, within every limit."""
    message = fitting(
        said(alert, web_url=web_url), _message, lambda text: len(text) <= MOST_MESSAGE
    )
    return message.encode("utf-8", "replace")


def is_accepted(status: int, answer: str) -> bool:
    """Tell whether Slack, or a server that speaks like it, took the message."""
    return status == 200 and answer.strip().lower() == "ok"  # noqa: PLR2004  # the HTTP status


def is_dead(status: int, answer: str) -> bool:
    """Tell whether the address leads nowhere any more."""
    return status in {404, 410} or answer.strip() in _DEAD


def _message(one: Said) -> str:
    message = {
        # Read out by notifications, and by whoever cannot show blocks.
        "text": cut(escaped(one.line), MOST_SECTION),
        "blocks": list(_blocks(one)),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return json.dumps(message, ensure_ascii=False)


def _blocks(one: Said) -> Iterator[dict[str, Any]]:
    yield {
        "type": "header",
        "text": {"type": "plain_text", "text": cut(one.headline, MOST_HEADER), "emoji": False},
    }
    yield _section(f"*{_bold(one.title)}*")
    for part in _packed(f"• {escaped(line)}" for line in one.lines):
        yield _section(part)
    for meaning in one.meanings:
        yield _section(escaped(meaning))
    if one.more:
        yield _section(one.more)
    yield {"type": "context", "elements": [_words(_footer(one))]}


def _footer(one: Said) -> str:
    links = " · ".join(f"<{escaped(url)}|{words}>" for words, url in one.links)
    return f"{links}\n{one.source}"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _words(text)}


def _words(text: str) -> dict[str, Any]:
    # Verbatim: no address, channel or name in it becomes a link by itself.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _packed(lines: Iterable[str]) -> Iterator[str]:
    """Put lines together as long as a section holds them; a line by itself always fits."""
    held = ""
    for line in lines:
        if held and len(held) + len(line) + 1 > MOST_SECTION:
            yield held
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield held


def _bold(title: str) -> str:
    """A star of its own would end the bold letters early."""
    return escaped(title.replace("*", ""))


def escaped(text: str) -> str:
    """Return ``text`` so that nothing in it is a link, a mention or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

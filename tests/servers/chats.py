"""Stand-ins for Slack, Teams and Discord that refuse whatever the real ones refuse.

Limits and words are those of the services' own documents; nothing here knows our renderers.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from tests.servers.receiver import Behaviour, Receiver, Request, status

#: Takes a request, gives a status and what is answered with it.
Judge: TypeAlias = Callable[[Request], tuple[int, str]]

_LINK = re.compile(r"<(https?://[^\s|<>]+)\|([^<>|]+)>")


class _RefusedError(Exception):
    """The message is not one that the service takes."""


def _need(fact: object, word: str) -> None:
    if not fact:
        raise _RefusedError(word)


def slack(request: Request) -> tuple[int, str]:
    """Incoming webhooks: ``ok``, or 400 with a word."""
    try:
        message = json.loads(request.body)
        _need(isinstance(message.get("text"), str) and message["text"], "no_text")
        _no_markup(message["text"])
        _need(0 < len(message["blocks"]) <= 50, "invalid_blocks")
        for block in message["blocks"]:
            _slack_block(block)
        _need(
            len(json.dumps(message["blocks"], ensure_ascii=False)) <= 13_200, "msg_blocks_too_long"
        )
    except _RefusedError as word:
        return 400, str(word)
    except (ValueError, KeyError, TypeError):
        return 400, "invalid_payload"
    return 200, "ok"


def _slack_block(block: dict[str, Any]) -> None:
    match block["type"]:
        case "header":
            _need(block["text"]["type"] == "plain_text", "invalid_blocks")
            _need(0 < len(block["text"]["text"]) <= 150, "invalid_blocks")
        case "section":
            _slack_text(block["text"])
        case "context":
            _need(0 < len(block["elements"]) <= 10, "invalid_blocks")
            for element in block["elements"]:
                _slack_text(element)
        case _:
            raise _RefusedError("invalid_blocks")


def _slack_text(text: dict[str, Any]) -> None:
    _need(text["type"] == "mrkdwn", "invalid_blocks")
    _need(0 < len(text["text"]) <= 3_000, "invalid_blocks")
    _no_markup(_LINK.sub("", text["text"]))


def _no_markup(text: str) -> None:
    """Nothing but whole links stands in brackets, and every ampersand begins an entity."""
    _need("<" not in text and ">" not in text, "stray_bracket")
    _need(not re.search(r"&(?!(?:amp|lt|gt);)", text), "stray_ampersand")


def teams(request: Request) -> tuple[int, str]:
    """A flow: 202 for everything it can hand on; a bad card fails later, so it is refused here."""
    try:
        _need(len(request.body) <= 28_000, "RequestEntityTooLarge")
        message = json.loads(request.body)
        _need(message["type"] == "message" and len(message["attachments"]) == 1, "no attachment")
        [attachment] = message["attachments"]
        _need(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", "no card")
        _need("contentUrl" in attachment and attachment["contentUrl"] is None, "contentUrl")
        _teams_card(attachment["content"])
    except (_RefusedError, ValueError, KeyError, TypeError) as word:
        return 400, json.dumps({"error": {"code": "InvalidTemplate", "message": str(word)}})
    return 202, ""


def _teams_card(card: dict[str, Any]) -> None:
    _need(card["type"] == "AdaptiveCard", "type")
    _need(card["version"] in {"1.0", "1.1", "1.2", "1.3", "1.4"}, "version")
    _need(card["fallbackText"], "fallbackText")
    _need(card["body"], "empty card")
    for block in card["body"]:
        _need(block["type"] == "TextBlock" and block["text"] and block["wrap"] is True, "block")
        # Read as markdown there: no text of a record may make a link.
        _need(not re.search(r"\[[^\]]*\]\(", block["text"]), "a link in a text")
    for action in card["actions"]:
        _need(action["type"] == "Action.OpenUrl" and action["title"], "action")
        _need(re.match(r"https?://", action["url"]), "action url")


def discord(request: Request) -> tuple[int, str]:
    """Executing a webhook with ``wait``: the message, or 400 with code 50035."""
    try:
        _need(request.line.split(" ")[1].endswith("?wait=true"), "answers before it looks")
        message = json.loads(request.body)
        _need(0 < len(message["content"]) <= 2_000, "content")
        _need(message["allowed_mentions"] == {"parse": []}, "mentions")
        _need(0 < len(message["embeds"]) <= 10, "embeds")
        _need(sum(_discord_embed(embed) for embed in message["embeds"]) <= 6_000, "6000 in all")
    except (_RefusedError, ValueError, KeyError, TypeError) as word:
        return 400, json.dumps({"code": 50035, "message": "Invalid Form Body", "why": str(word)})
    return 200, json.dumps({"id": "1180000000000000001", "type": 0})


def _discord_embed(embed: dict[str, Any]) -> int:
    title, description, footer = embed["title"], embed["description"], embed["footer"]["text"]
    _need(0 < len(title) <= 256, "title")
    _need(0 < len(description) <= 4_096, "description")
    _need(len(footer) <= 2_048, "footer")
    _need(re.match(r"https?://", embed["url"]), "url")
    return len(title) + len(description) + len(footer)


@asynccontextmanager
async def chat_server(judge: Judge) -> AsyncIterator[Receiver]:
    """Run a stand-in; answers told to the receiver come first, then the judge's own."""
    running = _Judging(judge=judge)
    server = await asyncio.start_server(running.meet, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await running.stop()
        await server.wait_closed()


class _Judging(Receiver):
    def __init__(self, *, judge: Judge) -> None:
        super().__init__()
        self._judge = judge

    def usual(self, request: Request) -> Behaviour:
        code, text = self._judge(request)
        return status(code, text.encode())

"""Discord's webhooks: one embed, and what an answer means.

Source:
    https://docs.discord.com/developers/resources/webhook (``wait``, mentions, answers),
    https://docs.discord.com/developers/resources/message#embed-object (limits).
"""

import json
import re
from datetime import timedelta
from typing import Any, Final

from monitor.domain.alerts import Alert
from notifiers.chat.said import Said, fitting, said
from notifiers.clean import cut

MOST_CONTENT: Final = 2_000
MOST_TITLE: Final = 256
MOST_DESCRIPTION: Final = 4_096
_MARKUP: Final = re.compile(r"[\\*_~`|<>\[\]()#]")


def body(alert: Alert, *, web_url: str) -> bytes:
    """Return the message about ``alert`` as JSON, within every limit."""
    whole = said(alert, web_url=web_url)
    description = fitting(whole, _description, lambda text: len(text) <= MOST_DESCRIPTION)
    message = _message(whole, description)
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def is_accepted(status: int, _answer: str) -> bool:
    """Tell whether Discord posted the message: it was asked to answer only then."""
    return status in {200, 204}


def is_dead(status: int, _answer: str) -> bool:
    """Tell whether the webhook was deleted, or its token is none."""
    return status in {401, 404}


def asked_wait(answer: str) -> timedelta:
    """Return the gap that the body of a 429 asks for, zero when it asks for none."""
    try:
        seconds = float(json.loads(answer)["retry_after"])
        return timedelta(seconds=max(seconds, 0))
    except (ValueError, KeyError, TypeError, OverflowError):
        return timedelta(0)


def _message(one: Said, description: str) -> dict[str, Any]:
    return {
        "content": cut(escaped(one.headline), MOST_CONTENT),
        "embeds": [
            {
                "title": cut(escaped(one.title), MOST_TITLE),
                "url": one.links[0][1],
                "description": description,
                "footer": {"text": one.source},
            }
        ],
        # Whatever stands in a record, nobody is called by it.
        "allowed_mentions": {"parse": []},
    }


def _description(one: Said) -> str:
    lines = [f"- {escaped(line)}" for line in one.lines]
    lines += [escaped(meaning) for meaning in one.meanings]
    lines += [one.more] if one.more else []
    # Brackets keep Discord from showing a picture of the page.
    lines.append(" · ".join(f"[{words}](<{url}>)" for words, url in one.links))
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Return ``text`` so that nothing in it is markup, a link or a mention."""
    return _MARKUP.sub(r"\\\g<0>", text)

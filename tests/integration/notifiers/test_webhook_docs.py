"""What docs/webhooks.md shows is what happens."""

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import notifiers
from notifiers.webhook import WebhookNotifier, WebhookOptions
from tests.integration.notifiers.conftest import LOOPBACK, WEB
from tests.servers.made import SECRET, a_webhook_claim
from tests.servers.receiver import Request, receiver

ROOT = Path(notifiers.__file__).parent.parent
TEXT = (ROOT / "docs/webhooks.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def verify() -> Callable[[str, Mapping[str, str], bytes], None]:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102  # our own document is what is tested
    shown: Callable[[str, Mapping[str, str], bytes], None] = names["verify"]
    return shown


@pytest.fixture
async def request_now() -> Request:
    notifier = WebhookNotifier(
        WebhookOptions(web_url=WEB, allow=LOOPBACK), clock=lambda: datetime.now(UTC)
    )
    async with receiver() as far:
        await notifier.send(a_webhook_claim(far.url))
    await notifier.aclose()
    return far.requests[0]


def test_receiver_is_about_twenty_lines() -> None:
    assert len([line for line in block("python").splitlines() if line]) <= 20


async def test_receiver_shown_accepts_our_request(
    verify: Callable[[str, Mapping[str, str], bytes], None], request_now: Request
) -> None:
    verify(SECRET, request_now.headers, request_now.body)


async def test_receiver_shown_refuses_forgeries(
    verify: Callable[[str, Mapping[str, str], bytes], None], request_now: Request
) -> None:
    headers, body = dict(request_now.headers), request_now.body
    other = "whsec_" + "B" * 43 + "="
    old = {**headers, "webhook-timestamp": str(int(time.time()) - 301)}

    for secret, given, content in (
        (SECRET, headers, body + b" "),
        (SECRET, {**headers, "webhook-id": "other"}, body),
        (SECRET, old, body),
        (other, headers, body),
    ):
        with pytest.raises(ValueError, match=r"wrong|old"):
            verify(secret, given, content)


async def test_event_shown_has_the_shape_of_a_real_one(request_now: Request) -> None:
    shown, sent = json.loads(block("json")), json.loads(request_now.body)
    schema = json.loads((ROOT / "notifiers/schemas/trial.changed.json").read_text("utf-8"))

    Draft202012Validator(schema).validate(shown)
    assert {**shown["data"], "links": 0} == {**sent["data"], "links": 0}

"""What docs/webhooks.md shows is what happens."""

import asyncio
import base64
import json
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from jsonschema import Draft202012Validator

import notifiers
from monitor.domain.errors import DeliveryError
from notifiers.webhook import WebhookNotifier, WebhookOptions
from tests.integration.notifiers.conftest import LOOPBACK, WEB
from tests.servers.made import SECRET, a_webhook_claim
from tests.servers.receiver import Request, receiver

ROOT = Path(notifiers.__file__).parent.parent
OTHER = "whsec_" + "B" * 43 + "="
Verify: TypeAlias = Callable[[str, Mapping[str, str], bytes], None]
TEXT = (ROOT / "docs/webhooks.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def verify() -> Verify:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102  # our own document is what is tested
    shown: Verify = names["verify"]
    return shown


async def test_whole_receiver_shown_takes_our_requests_and_no_others(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "receiver.py").write_text("\n".join(blocks[:2]))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(tmp_path / "receiver.py"), SECRET, str(port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    notifier = WebhookNotifier(
        WebhookOptions(web_url=WEB, allow=LOOPBACK), clock=lambda: datetime.now(UTC)
    )
    claimed = a_webhook_claim(f"http://127.0.0.1:{port}/")
    try:
        assert process.stdout is not None
        await _listening(port)
        receipt = await notifier.send(claimed)
        said = (await process.stdout.readline()).decode().split()
        with pytest.raises(DeliveryError) as refused:
            await notifier.send(replace(claimed, target=replace(claimed.target, secret=OTHER)))
    finally:
        process.kill()
        await process.wait()
        await notifier.aclose()

    assert receipt.status == 204
    assert said == ["trial.changed", claimed.delivery.id]
    assert refused.value.status == 401


async def _listening(port: int) -> None:
    """Return once somebody takes connections at a port."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@pytest.fixture
async def request_now() -> Request:
    notifier = WebhookNotifier(
        WebhookOptions(web_url=WEB, allow=LOOPBACK), clock=lambda: datetime.now(UTC)
    )
    async with receiver() as far:
        await notifier.send(a_webhook_claim(far.url))
    await notifier.aclose()
    return far.requests[0]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_receiver_is_about_twenty_lines(language: str) -> None:
    assert len([line for line in block(language).splitlines() if line]) <= 20


async def test_receiver_shown_accepts_our_request(verify: Verify, request_now: Request) -> None:
    verify(SECRET, request_now.headers, request_now.body)


async def test_receiver_shown_refuses_forgeries(verify: Verify, request_now: Request) -> None:
    for secret, headers, body in _forgeries(request_now):
        with pytest.raises(ValueError, match=r"wrong|old|invalid"):
            verify(secret, headers, body)


def _forgeries(request: Request) -> list[tuple[str, Mapping[str, str], bytes]]:
    headers, body = dict(request.headers), request.body
    old = {**headers, "webhook-timestamp": str(int(time.time()) - 301)}
    return [
        (SECRET, headers, body + b" "),
        (SECRET, {**headers, "webhook-id": "other"}, body),
        (SECRET, old, body),
        (SECRET, {**headers, "webhook-timestamp": "soon"}, body),
        (SECRET, {**headers, "webhook-signature": "v1,"}, body),
        (OTHER, headers, body),
    ]


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None and os.environ.get("CI"):
        pytest.fail("node is missing; .ci/run installs it")
    if found is None:
        pytest.skip("node is not installed, so the receiver in JavaScript is not tried")
    return found


_DRIVER = """
for (const one of JSON.parse(require("node:fs").readFileSync(0))) {
  try {
    verify(one.secret, one.headers, Buffer.from(one.body, "base64"));
    console.log("accepted");
  } catch (error) {
    console.log(error.message);
  }
}
"""


async def test_receiver_in_javascript_tells_ours_from_forgeries(
    node: str, request_now: Request
) -> None:
    ours = (SECRET, request_now.headers, request_now.body)
    cases = [
        {"secret": secret, "headers": dict(headers), "body": base64.b64encode(body).decode()}
        for secret, headers, body in (ours, *_forgeries(request_now))
    ]
    process = await asyncio.create_subprocess_exec(
        node,
        "--input-type=commonjs",
        "--eval",
        block("javascript") + _DRIVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps(cases).encode())

    first, *others = said.decode().splitlines()
    assert first == "accepted"
    assert len(others) == len(cases) - 1
    assert all("wrong" in line or "old" in line for line in others)


async def test_event_shown_has_the_shape_of_a_real_one(request_now: Request) -> None:
    shown, sent = json.loads(block("json")), json.loads(request_now.body)
    schema = json.loads((ROOT / "notifiers/schemas/trial.changed.json").read_text("utf-8"))

    Draft202012Validator(schema).validate(shown)
    assert {**shown["data"], "links": 0} == {**sent["data"], "links": 0}

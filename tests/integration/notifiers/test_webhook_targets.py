"""Webhooks by target: secrets in turn, test events, CloudEvents."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Format
from notifiers.sign import new_secret
from tests.integration.notifiers.conftest import Poster
from tests.servers.made import NOON, SECRET, a_webhook_claim
from tests.servers.receiver import Request, receiver, status


async def test_both_secrets_sign_while_both_are_valid(poster: Poster) -> None:
    claimed = a_webhook_claim("http://127.0.0.1/")
    new = new_secret()
    async with receiver() as far, poster() as notifier:
        for until in (NOON + timedelta(seconds=1), NOON):
            rotated = replace(
                claimed.target,
                address=far.url,
                secret=new,
                old_secret=SECRET,
                old_secret_until=until,
            )
            await notifier.send(replace(claimed, target=rotated))

    both, after = far.requests
    for secret in (new, SECRET):
        verify_at(NOON, secret, both)
    assert len(both.headers["webhook-signature"].split()) == 2
    verify_at(NOON, new, after)
    with pytest.raises(WebhookVerificationError):
        verify_at(NOON, SECRET, after)


def verify_at(now: datetime, secret: str, request: Request) -> None:
    """Let the reference library verify a request as if it had come now."""
    moved = int(request.headers["webhook-timestamp"])
    assert moved == int(now.timestamp())
    signature = Webhook(secret).sign(
        request.headers["webhook-id"], datetime.fromtimestamp(moved, UTC), request.body.decode()
    )
    if signature not in request.headers["webhook-signature"].split():
        raise WebhookVerificationError("none of the signatures fits")


async def test_test_event_is_signed_and_its_answer_told(poster: Poster) -> None:
    target = a_webhook_claim("http://127.0.0.1/").target
    async with receiver() as far, poster() as notifier:
        far.answer(status(202, b"thanks"), status(500))
        receipt = await notifier.ping(replace(target, address=far.url), message_id="1-test")
        with pytest.raises(DeliveryError) as error:
            await notifier.ping(replace(target, address=far.url), message_id="2-test")

    assert (receipt.status, receipt.detail) == (202, "thanks")
    assert error.value.status == 500
    assert json.loads(far.requests[0].body)["type"] == "test.ping"
    verify_at(NOON, SECRET, far.requests[0])


async def test_cloud_event_says_so_in_its_content_type(poster: Poster) -> None:
    claimed = a_webhook_claim("http://127.0.0.1/")
    async with receiver() as far, poster() as notifier:
        target = replace(claimed.target, address=far.url, format=Format.CLOUDEVENTS)
        await notifier.send(replace(claimed, target=target))

    [request] = far.requests
    assert request.headers["content-type"] == "application/cloudevents+json"
    assert json.loads(request.body)["id"] == request.headers["webhook-id"]
    verify_at(NOON, SECRET, request)

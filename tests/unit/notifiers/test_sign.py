"""Signatures, against published vectors and the reference library."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from notifiers.sign import is_signed, new_secret, sign


def test_published_vector_is_met() -> None:
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_reference_library_verifies_signature() -> None:
    secret, now = new_secret(), datetime.now(UTC)
    body = '{"title":"é ↔ 🧪"}'.encode()

    signature = sign(secret, message_id="a-1", timestamp=int(now.timestamp()), body=body)

    verified = Webhook(secret).verify(
        body,
        {
            "webhook-id": "a-1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        },
    )
    assert verified == {"title": "é ↔ 🧪"}


@pytest.mark.parametrize(("late", "is_ours"), [(0, True), (299, True), (301, False), (-301, False)])
def test_signature_of_the_reference_library_is_verified(late: int, *, is_ours: bool) -> None:
    secret, now = new_secret(), datetime.now(UTC).replace(microsecond=0)
    body = '{"title":"é ↔ 🧪"}'
    headers = {
        "webhook-id": "a-1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": f"v1,bm9uZQ== {Webhook(secret).sign('a-1', now, body)}",
    }
    seen_at = now + timedelta(seconds=late)

    assert is_signed(secret, headers=headers, body=body.encode(), now=seen_at) is is_ours
    assert not is_signed(new_secret(), headers=headers, body=body.encode(), now=now)


def test_secret_is_32_random_bytes() -> None:
    first, second = new_secret(), new_secret()

    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32


def test_id_with_full_stop_is_refused() -> None:
    with pytest.raises(ValueError, match="full stop"):
        sign(new_secret(), message_id="a.b", timestamp=1, body=b"")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_!!!", "whsec_" + "A" * 200])
def test_damaged_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="damaged") as refusal:
        sign(secret, message_id="a-1", timestamp=1, body=b"")

    assert "AAAA" not in str(refusal.value)

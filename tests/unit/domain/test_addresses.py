"""Addresses as they are shown: to their owner without a key, to others hardly at all."""

from datetime import timedelta

import pytest

from monitor.domain.hosts import is_loopback
from monitor.domain.letterboxes import Letterbox
from monitor.domain.watches import (
    CHATS,
    SEALED,
    Channel,
    masked_address,
    masked_mail,
    shown_address,
)
from tests.builders import NOON, a_target

MISSING = "an address that is sealed, and its key is missing"


@pytest.mark.parametrize(
    ("channel", "address", "shown", "masked"),
    [
        (Channel.EMAIL, "ada@example.org", "ada@example.org", "a...@example.org"),
        (Channel.EMAIL, '"a@b"@example.org', '"a@b"@example.org', '"...@example.org'),
        (
            Channel.WEBHOOK,
            "https://hook.example:8443/in?key=1",
            "https://hook.example:8443/in?key=1",
            "https://hook.example:8443/...",
        ),
        (
            Channel.WEBHOOK,
            "https://hook.example?key=1",
            "https://hook.example?key=1",
            "https://hook.example/...",
        ),
        (
            Channel.STREAM,
            "nats://bus.example/trials",
            "nats://bus.example/trials",
            "nats://bus.example/...",
        ),
        *(
            (
                chat,
                "https://chat.example/services/T00/s3cretkey",
                "https://chat.example/...tkey",
                "https://chat.example/...",
            )
            for chat in sorted(CHATS)
        ),
    ],
)
def test_address_is_shown_to_its_owner_and_masked_to_others(
    channel: Channel, address: str, shown: str, masked: str
) -> None:
    target = a_target(channel=channel, address=address)

    assert shown_address(channel, address) == target.shown == shown
    assert masked_address(channel, address) == target.masked == masked
    assert not target.is_sealed


@pytest.mark.parametrize("channel", list(Channel))
def test_sealed_address_is_neither_shown_nor_masked(channel: Channel) -> None:
    target = a_target(channel=channel, address=f"{SEALED}c2VjcmV0")

    assert target.is_sealed
    assert target.shown == target.masked == MISSING


def test_target_whose_secret_is_sealed_is_sealed_and_shows_its_address() -> None:
    target = a_target(
        channel=Channel.WEBHOOK, address="https://hook.example/in", secret=f"{SEALED}c2VjcmV0"
    )

    assert target.is_sealed
    assert target.shown == "https://hook.example/in"


def test_old_secret_signs_beside_the_new_one_until_its_time() -> None:
    target = a_target(secret="new", old_secret="old", old_secret_until=NOON)

    assert target.secrets_at(NOON - timedelta(microseconds=1)) == ("new", "old")
    assert target.secrets_at(NOON) == ("new",)
    assert a_target(secret="new").secrets_at(NOON) == ("new",)


def test_letterbox_is_named_without_its_name() -> None:
    box = Letterbox(address="ada@example.org", list_name="a", nct_id=None, lists=1)

    assert box.shown == masked_mail("ada@example.org") == "a...@example.org"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_name_and_number(host: str, *, here: bool) -> None:
    assert is_loopback(host) is here

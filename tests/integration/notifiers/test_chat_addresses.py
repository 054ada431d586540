"""Which addresses are those of a chat."""

from pathlib import Path

import pytest

from monitor.domain.errors import InvalidAddressError
from monitor.domain.watches import CHATS, Channel, shown_address
from notifiers.chat.addresses import check_chat_url
from tests.integration.notifiers.conftest import LOOPBACK

GOOD = [
    (Channel.SLACK, "https://hooks.slack.com/services/T00000000/B00000000/abcdEFGH1234"),
    (Channel.SLACK, "https://hooks.slack-gov.com/services/T0/B0/x1"),
    (Channel.DISCORD, "https://discord.com/api/webhooks/1180000000000000001/a-B_c"),
    (Channel.DISCORD, "https://canary.discord.com/api/v10/webhooks/11/abc?thread_id=5"),
    (
        Channel.TEAMS,
        "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/paths/invoke?sv=1.0&sig=abc",
    ),
    (
        Channel.TEAMS,
        "https://default0a.2c.environment.api.powerplatform.com:443/powerautomate/1/invoke?sig=x",
    ),
]
BAD = [
    (Channel.SLACK, "https://hooks.slack.com/"),
    (Channel.SLACK, "https://hooks.slack.com.evil.example/services/T0/B0/x"),
    (Channel.SLACK, "https://discord.com/api/webhooks/1/abc"),
    (Channel.DISCORD, "https://discord.com/channels/1/2"),
    (Channel.DISCORD, "https://evildiscord.com/api/webhooks/1/abc"),
    (Channel.TEAMS, "https://outlook.office.com/webhook/abc"),
    (Channel.TEAMS, "https://logic.azure.com.evil.example/workflows/1"),
    (Channel.SLACK, "http://hooks.slack.com/services/T0/B0/x"),
]


def _public(_host: str, _port: int) -> tuple[str, ...]:
    return ("93.184.216.34",)


@pytest.mark.parametrize(("channel", "url"), GOOD)
def test_address_of_the_service_is_taken(channel: Channel, url: str) -> None:
    checked = check_chat_url(channel, url, resolve=_public)

    assert checked == url.replace(":443/", "/")


@pytest.mark.parametrize(("channel", "url"), BAD)
def test_address_of_another_place_is_refused(channel: Channel, url: str) -> None:
    with pytest.raises(InvalidAddressError) as refused:
        check_chat_url(channel, url, allow=LOOPBACK, resolve=_public)

    assert "/services/T0" not in str(refused.value)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (
            Channel.SLACK,
            (
                "This is not the address of a Slack webhook. Slack shows it under Incoming Webhooks:"
                " https://hooks.slack.com/services/T.../B.../..."
            ),
        ),
        (
            Channel.TEAMS,
            (
                "This is not the address of a Microsoft Teams webhook. Teams shows it when a workflow"
                " 'Post to a channel when a webhook request is received' is made:"
                " https://...logic.azure.com:443/workflows/..."
            ),
        ),
        (
            Channel.DISCORD,
            (
                "This is not the address of a Discord webhook. Discord shows it under Integrations,"
                " Webhooks: https://discord.com/api/webhooks/number/token"
            ),
        ),
    ],
)
def test_person_is_told_where_to_find_the_address(channel: Channel, said: str) -> None:
    with pytest.raises(InvalidAddressError) as refused:
        check_chat_url(channel, "https://elsewhere.example/", resolve=_public)

    assert str(refused.value) == said


def test_own_server_in_an_allowed_network_is_taken() -> None:
    url = "http://127.0.0.1:8065/hooks/abc"

    assert check_chat_url(Channel.SLACK, url, allow=LOOPBACK) == url


def test_key_in_the_address_is_never_shown() -> None:
    shown = shown_address(*GOOD[0])

    assert shown == "https://hooks.slack.com/...1234"
    assert shown_address(Channel.WEBHOOK, "https://a.example/b") == "https://a.example/b"


def test_golden_messages_are_all_there() -> None:
    golden = Path(__file__).parents[2] / "unit/notifiers/golden"

    files = {file.stem for file in golden.iterdir() if file.is_file()}
    assert files == {channel.value for channel in CHATS}

"""Chats against strict stand-ins, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.alerts import Receipt
from monitor.domain.errors import DeliveryError, InvalidAddressError
from monitor.domain.watches import CHATS, Channel, shown_address
from notifiers.chat.addresses import check_chat_url
from notifiers.chat.notifier import ChatNotifier, ChatOptions
from tests.integration.notifiers.conftest import LOOPBACK, WEB
from tests.servers import chats
from tests.servers.made import NOON, a_claim
from tests.servers.receiver import Behaviour, Receiver, hang, raw, reset, status

JUDGES = {Channel.SLACK: chats.slack, Channel.TEAMS: chats.teams, Channel.DISCORD: chats.discord}
EVERY_CHAT = pytest.mark.parametrize("channel", sorted(CHATS))


@asynccontextmanager
async def carrier() -> AsyncIterator[ChatNotifier]:
    notifier = ChatNotifier(
        ChatOptions(web_url=WEB, allow=LOOPBACK, total_time=timedelta(seconds=1)),
        clock=lambda: NOON,
    )
    try:
        yield notifier
    finally:
        await notifier.aclose()


async def sent(channel: Channel, *answers: Behaviour) -> tuple[Receipt, Receiver]:
    async with chats.chat_server(JUDGES[channel]) as far, carrier() as notifier:
        far.answer(*answers)
        receipt = await notifier.send(a_claim(channel=channel, address=far.url))
    return receipt, far


async def refusal(channel: Channel, answer: Behaviour) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await sent(channel, answer)
    return refused.value


@EVERY_CHAT
async def test_message_is_taken_by_the_strict_stand_in(channel: Channel) -> None:
    receipt, far = await sent(channel)

    assert receipt.status in {200, 202}
    [request] = far.requests
    assert request.headers["content-type"] == "application/json"
    assert "webhook-signature" not in request.headers


async def test_teams_is_said_to_have_accepted_not_posted() -> None:
    receipt, _ = await sent(Channel.TEAMS)

    assert receipt.detail == "accepted by Teams, which does not say whether it was posted"


async def test_discord_is_asked_to_answer_after_it_looked() -> None:
    _, far = await sent(Channel.DISCORD)

    assert far.requests[0].line == "POST /hooks?wait=true HTTP/1.1"


@pytest.mark.parametrize(
    ("channel", "code", "words"),
    [
        (Channel.SLACK, 404, b"no_service"),
        (Channel.SLACK, 400, b"invalid_token"),
        (Channel.SLACK, 410, b"channel_is_archived"),
        (Channel.SLACK, 403, b"team_disabled"),
        (Channel.TEAMS, 404, b'{"error":{"code":"WorkflowNotFound"}}'),
        (Channel.TEAMS, 410, b""),
        (Channel.DISCORD, 404, b'{"message":"Unknown Webhook","code":10015}'),
        (Channel.DISCORD, 401, b'{"message":"Invalid Webhook Token","code":50027}'),
    ],
)
async def test_dead_address_switches_the_target_off(
    channel: Channel, code: int, words: bytes
) -> None:
    error = await refusal(channel, status(code, words))

    assert error.permanent
    assert error.disable_target
    assert error.status == code


@pytest.mark.parametrize(
    ("channel", "code"),
    [(Channel.SLACK, 400), (Channel.SLACK, 413), (Channel.DISCORD, 400), (Channel.TEAMS, 413)],
)
async def test_message_called_malformed_is_given_up_alone(channel: Channel, code: int) -> None:
    error = await refusal(channel, status(code, b"invalid_blocks"))

    assert error.permanent
    assert not error.disable_target


@EVERY_CHAT
@pytest.mark.parametrize("code", [429, 502, 503, 504])
async def test_overload_is_waited_for(channel: Channel, code: int) -> None:
    error = await refusal(channel, status(code, retry_after="30"))

    assert error.throttled
    assert error.retry_after == timedelta(seconds=30)
    assert not error.permanent


async def test_discord_wait_in_the_body_counts() -> None:
    error = await refusal(Channel.DISCORD, status(429, b'{"retry_after": 64.5}'))

    assert error.retry_after == timedelta(seconds=64.5)


@EVERY_CHAT
@pytest.mark.parametrize("code", [301, 307, 500, 403, 408])
async def test_other_answers_are_tried_again(channel: Channel, code: int) -> None:
    error = await refusal(channel, status(code, location="http://127.0.0.1/"))

    assert not error.permanent
    assert not error.disable_target


async def test_teams_404_without_its_word_is_tried_again() -> None:
    assert not (await refusal(Channel.TEAMS, status(404, b"<html>not here</html>"))).permanent


async def test_slack_answer_that_is_not_ok_is_no_success() -> None:
    error = await refusal(Channel.SLACK, status(200, b"<html>Sign in to the hotel</html>"))

    assert "not in the words that mean accepted" in str(error)


@EVERY_CHAT
@pytest.mark.parametrize("behaviour", [hang(), reset(), raw(b"SSH-2.0\r\n\r\n")])
async def test_broken_road_is_tried_again(channel: Channel, behaviour: Behaviour) -> None:
    error = await refusal(channel, behaviour)

    assert error.status is None
    assert not error.permanent


# --- addresses ---

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

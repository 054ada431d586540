"""Chats against strict stand-ins, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from monitor.alerting.retry import LONGEST_RETRY_AFTER
from monitor.domain.alerts import Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import CHATS, Channel
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
    assert request.headers["user-agent"] == "trialwatch-chat/1.0"
    assert "webhook-signature" not in request.headers


async def test_teams_is_said_to_have_accepted_not_posted() -> None:
    receipt, _ = await sent(Channel.TEAMS)

    assert receipt.detail == "accepted by Teams, which does not say whether it was posted"


@pytest.mark.parametrize(
    ("channel", "detail"),
    [(Channel.SLACK, "posted by Slack"), (Channel.DISCORD, "posted by Discord")],
)
async def test_service_that_looked_is_said_to_have_posted(channel: Channel, detail: str) -> None:
    receipt, _ = await sent(channel)

    assert (receipt.status, receipt.detail) == (200, detail)


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

    assert str(error) == (
        f"{channel.value.capitalize()} no longer knows this address ({code}): this target is"
        " switched off. Make a new webhook there, and give its address"
    )
    assert error.permanent
    assert error.disable_target
    assert (error.status, error.detail) == (code, words.decode())


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


@pytest.mark.parametrize(
    ("header", "body", "wait"),
    [
        ("30", b'{"retry_after": 20}', timedelta(seconds=30)),
        ("30", b'{"retry_after": 40}', timedelta(seconds=40)),
        ("0", b'{"retry_after": 1e9}', LONGEST_RETRY_AFTER),
    ],
)
async def test_longer_of_two_waits_counts_up_to_the_longest(
    header: str, body: bytes, wait: timedelta
) -> None:
    error = await refusal(Channel.DISCORD, status(429, body, retry_after=header))

    assert error.retry_after == wait


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

    assert str(error) == "Slack answered 200, but not in the words that mean accepted"
    assert (error.status, error.detail) == (200, "<html>Sign in to the hotel</html>")


@pytest.mark.parametrize(
    ("channel", "code", "said"),
    [
        (Channel.SLACK, 299, "Slack answered 299, but not in the words that mean accepted"),
        (Channel.DISCORD, 202, "Discord answered 202, but not in the words that mean accepted"),
        (
            Channel.SLACK,
            300,
            (
                "The receiver answered with a redirect (300 Multiple Choices), which webhooks do not"
                " follow: give the address it redirects to"
            ),
        ),
        (
            Channel.TEAMS,
            500,
            "The receiver answered 500 Internal Server Error, and only 2xx means accepted",
        ),
    ],
)
async def test_answer_that_does_not_count_is_told_by_its_status(
    channel: Channel, code: int, said: str
) -> None:
    error = await refusal(channel, status(code))

    assert str(error) == said
    assert not error.throttled


@EVERY_CHAT
@pytest.mark.parametrize("behaviour", [hang(), reset(), raw(b"SSH-2.0\r\n\r\n")])
async def test_broken_road_is_tried_again(channel: Channel, behaviour: Behaviour) -> None:
    error = await refusal(channel, behaviour)

    assert error.status is None
    assert not error.permanent

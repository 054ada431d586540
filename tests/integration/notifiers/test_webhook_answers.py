"""What becomes of a delivery, by every answer a receiver can give."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerting.retry import after_failure, after_success
from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Channel
from notifiers.webhook import WebhookNotifier
from tests.integration.notifiers.conftest import Poster
from tests.servers.made import NOON, a_webhook_claim
from tests.servers.receiver import receiver, status

#: What an answer means: word of the outcome, given up, switched off, let alone for a while.
MATRIX = {
    **dict.fromkeys((200, 201, 202, 204, 206, 226, 299), ("accepted", False, False, False)),
    **dict.fromkeys((300, 301, 302, 303, 304, 307, 308), ("failed", False, False, False)),
    **dict.fromkeys((400, 401, 403, 404, 405, 408, 413, 415, 451), ("failed", False, False, False)),
    410: ("refused", True, True, False),
    **dict.fromkeys((429, 502, 503, 504), ("failed", False, False, True)),
    **dict.fromkeys((500, 501, 505, 520, 599, 600, 999), ("failed", False, False, False)),
}


@pytest.mark.parametrize("code", MATRIX)
async def test_status_means_what_it_is_said_to(poster: Poster, code: int) -> None:
    claimed = a_webhook_claim("http://127.0.0.1/")
    async with receiver() as far, poster() as notifier:
        far.answer(status(code))
        target = replace(claimed.target, address=far.url)
        outcome = await outcome_of(notifier, replace(claimed, target=target))

    given_up = outcome.state is DeliveryState.FAILED
    held = outcome.hold > timedelta(0)
    assert (outcome.word, given_up, outcome.disable_target, held) == MATRIX[code]
    assert outcome.status == code
    assert len(far.requests) == 1


@pytest.mark.parametrize("code", [200, 500])
async def test_receivers_word_ends_the_target_or_the_message(poster: Poster, code: int) -> None:
    claimed = a_webhook_claim("http://127.0.0.1/")
    outcomes = []
    async with receiver() as far, poster() as notifier:
        for word in ("disable", "abort-message", "Disable", "nonsense"):
            far.answer(status(code, webhook_delivery=word))
            target = replace(claimed.target, address=far.url)
            outcomes.append(await outcome_of(notifier, replace(claimed, target=target)))

    disable, abort, also, nonsense = outcomes
    assert disable.disable_target
    assert also.disable_target
    assert abort.word == ("accepted" if code == 200 else "refused")
    assert not abort.disable_target
    assert nonsense.word == ("accepted" if code == 200 else "failed")


async def outcome_of(notifier: WebhookNotifier, claimed: ClaimedDelivery) -> Outcome:
    """Send, and judge the end as the outbox does."""
    try:
        return after_success(await notifier.send(claimed))
    except DeliveryError as error:
        return after_failure(error, claimed.delivery, Channel.WEBHOOK, now=NOON, chance=0.0)

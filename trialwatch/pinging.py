"""A test event for a webhook, past the outbox."""

import asyncio

from monitor.domain.alerts import Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.ids import new_id
from monitor.domain.watches import Target
from notifiers.webhook import WebhookNotifier
from storage.replaying import works_again
from trialwatch.bootstrap import Service
from trialwatch.outside import webhook_options


async def ping(service: Service, target: Target) -> Receipt | DeliveryError:
    """Send a webhook a test event now, and return its answer.

    Where it is taken, what had failed is tried again at once.
    """
    notifier = WebhookNotifier(webhook_options(service.settings), clock=service.clock)
    try:
        answer = await notifier.ping(target, message_id=f"{new_id(service.clock())}-test")
    except DeliveryError as error:
        return error
    finally:
        await notifier.aclose()
    await asyncio.to_thread(works_again, service.database, target, now=service.clock())
    return answer

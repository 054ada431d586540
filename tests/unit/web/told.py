"""A member who is told of a list by webhook, and a message that went there."""

from datetime import timedelta

from monitor.alerting.asking import subscribe
from monitor.alerting.dispatch import deliver_due
from monitor.alerting.poll import sweep
from monitor.alerting.preview import Choice
from monitor.domain.people import Person
from monitor.domain.watches import Channel
from storage import queries
from storage.lists import ListRow
from tests.fakes.notifier import FakeNotifier
from tests.fakes.registry import FakeRegistry
from tests.servers.made import SECRET
from tests.unit.web.site import CHANGES, SECOND_STAMP, titled
from trialwatch.bootstrap import Service

HOOK = "https://hooks.example/owner"


async def tell_and_change(service: Service, owner: Person, chosen: ListRow) -> dict[str, str]:
    """Tell the owner of a list, let its trial change and the message arrive.

    Returns the numbers of target, subscription and delivery, as addresses have them.
    """
    with service.database.open_work(owner.id) as work:
        target = work.watches.target(Channel.WEBHOOK, HOOK, secret=SECRET, now=service.clock())
        told = subscribe(
            work,
            target,
            Choice(),
            list_name=chosen.name,
            new_token=lambda: f"token-{owner.id}",
            now=service.clock(),
        )
        work.commit()
    registry = FakeRegistry({CHANGES: titled(CHANGES, "Robots")})
    await sweep(service.open_work, registry, clock=service.clock)
    registry.publish(SECOND_STAMP, **{CHANGES: titled(CHANGES, "Robots", "SUSPENDED")})
    await sweep(service.open_work, registry, clock=service.clock)
    await deliver_due(
        service.open_work,
        {Channel.WEBHOOK: FakeNotifier()},
        clock=lambda: service.clock() + timedelta(minutes=1),
        owner=service.owner,
    )
    (row,) = queries.deliveries(service.database, of=owner.id)
    return {
        "target_id": str(target.id),
        "subscription_id": str(told.id),
        "delivery_id": row.id,
    }

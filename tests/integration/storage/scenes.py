"""Short ways to say who watches what, for the tests of this folder."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.domain.alerts import Alert, ClaimedDelivery
from monitor.domain.changes import Severity
from monitor.domain.lanes import Room
from monitor.domain.ports import OpenWork, Work
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST, Channel, Subscription, Target
from tests.builders import NOON, TRIAL, agreed_target
from tests.servers.made import SECRET

LEASE = timedelta(seconds=20)


def watch(open_work: OpenWork, *nct_ids: NctId, list_name: str = DEFAULT_LIST) -> None:
    with open_work() as work:
        for nct_id in nct_ids or (TRIAL,):
            work.watches.add(nct_id, list_name=list_name, now=NOON)
        work.commit()


def make_target(work: Work, address: str, channel: Channel = Channel.EMAIL) -> Target:
    secret = SECRET if channel is Channel.WEBHOOK else ""
    return agreed_target(work, address, channel, secret=secret)


def join(
    open_work: OpenWork,
    address: str = "ada@example.org",
    *,
    list_name: str = DEFAULT_LIST,
    nct_id: NctId | None = None,
    min_severity: Severity = Severity.MINOR,
    token: str | None = None,
    channel: Channel = Channel.EMAIL,
) -> Subscription:
    with open_work() as work:
        joined = work.watches.subscribe(
            make_target(work, address, channel),
            list_name=list_name,
            nct_id=nct_id,
            min_severity=min_severity,
            token=token or f"{address}/{list_name}/{nct_id}",
            now=NOON,
        )
        work.commit()
    return joined


def send_out(open_work: OpenWork, *alerts: Alert, now: datetime = NOON) -> int:
    with open_work() as work:
        made = 0
        for alert in alerts:
            work.alerts.add(alert)
            made += work.alerts.fan_out(alert, now=now)
        work.commit()
    return made


def claim(
    open_work: OpenWork,
    *,
    now: datetime = NOON,
    limit: int = 100,
    owner: str = "worker",
    room: Room | None = None,
) -> tuple[ClaimedDelivery, ...]:
    with open_work() as work:
        claimed = work.deliveries.claim(now, room=room or Room.of(limit), lease=LEASE, owner=owner)
        work.commit()
    return claimed


def addresses(claimed: Iterable[ClaimedDelivery]) -> list[str]:
    return sorted(claim.target.address for claim in claimed)

"""Readers' hours from the change to the carrier."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerting.dispatch import LEASE, DispatchReport, deliver_due
from monitor.alerting.hours import choose_hours
from monitor.domain.alerts import ClaimedDelivery, DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import DeliveryError
from monitor.domain.timings import Quiet, Rhythm, Timing
from monitor.domain.watches import Channel
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_state, a_step, agreed_target
from tests.fakes.notifier import FakeNotifier
from tests.fakes.work import FakeDatabase
from tests.unit.alerting.test_timing import ZONES

DAILY = Timing(rhythm=Rhythm.DAILY, at=time(13), zone="UTC")
ONE = NOON + timedelta(hours=1)
NIGHT = Quiet(start=time(22), end=time(7))


def readers(**timings: Timing) -> FakeDatabase:
    """Return a database in which each named reader is told of a list at their hours."""
    database = FakeDatabase()
    with database.open_work() as work:
        for nct_id in (TRIAL, OTHER_TRIAL):
            work.trials.save([a_state(nct_id=nct_id)])
            work.watches.add(nct_id, list_name="a", now=NOON)
        for name, timing in timings.items():
            target = agreed_target(work, f"{name}@clinic.example")
            work.watches.subscribe(
                target,
                list_name="a",
                nct_id=None,
                min_severity=Severity.MINOR,
                token=name,
                now=NOON,
            )
            choose_hours(work, target, timing, list_name="a", token=f"all-{name}", now=NOON)
        work.commit()
    return database


def tell(database: FakeDatabase, number: int, *, now: datetime = NOON, **fields: Any) -> None:
    with database.open_work() as work:
        alert = a_step(number, created_at=now, **fields)
        work.alerts.add(alert)
        work.alerts.fan_out(alert, now=now)
        work.commit()


async def deliver(
    database: FakeDatabase, notifier: FakeNotifier, now: datetime, *, owner: str = "worker"
) -> DispatchReport:
    return await deliver_due(
        database.open_work,
        {Channel.EMAIL: notifier},
        clock=lambda: now,
        owner=owner,
        chance=lambda: 0.0,
    )


def steps(claimed: ClaimedDelivery) -> list[tuple[str, int]]:
    carried = claimed.digest.alerts if claimed.digest else (claimed.alert,)
    return [(alert.nct_id, alert.to_version) for alert in carried]


async def test_changes_of_a_day_arrive_in_one_message_weightiest_trial_first() -> None:
    database, notifier = readers(ada=DAILY), FakeNotifier()
    tell(database, 2, severity=Severity.MINOR)
    tell(database, 2, nct_id=OTHER_TRIAL, severity=Severity.CRITICAL)
    tell(database, 3, severity=Severity.MINOR)

    early = await deliver(database, notifier, ONE - timedelta(minutes=1))
    report = await deliver(database, notifier, ONE)

    assert early.counts == {}
    assert early.next_due_at == ONE
    (arrived,) = notifier.arrived
    assert steps(arrived) == [(OTHER_TRIAL, 2), (TRIAL, 2), (TRIAL, 3)]
    assert arrived.digest is not None
    assert arrived.digest.trials == 2
    assert arrived.delivery.dated_at == ONE
    assert arrived.delivery.unsubscribe_token == "all-ada"
    assert report.counts == {DeliveryState.DELIVERED: 1}
    with database.open_work() as work:
        assert work.deliveries.counts == {DeliveryState.DELIVERED: 3}


async def test_a_year_of_digests_reaches_readers_in_five_zones_once_a_day() -> None:
    names = [f"reader{number}" for number, _ in enumerate(ZONES)]
    at = time(2, 30)
    timings = {
        name: Timing(rhythm=Rhythm.DAILY, at=at, zone=zone)
        for name, zone in zip(names, ZONES, strict=True)
    }
    database, notifier = readers(**timings), FakeNotifier()
    chance, now, number = Random(7), NOON, 2
    arrived: dict[str, list[datetime]] = {zone: [] for zone in ZONES}
    told: dict[str, list[int]] = {zone: [] for zone in ZONES}
    while now < NOON + timedelta(days=366):
        if number - 2 <= (now - NOON).days:
            tell(database, number, now=now)
            number += 1
        await deliver(database, notifier, now)
        for claimed in notifier.arrived:
            name = claimed.target.address.partition("@")[0]
            zone = ZONES[names.index(name)]
            arrived[zone].append(now)
            told[zone] += [version for _, version in steps(claimed)]
        notifier.arrived.clear()
        _forget_delivered(database)
        now += timedelta(minutes=chance.randint(5, 360))

    for zone in ZONES:
        # The first look after 02:30 on the reader's own clock, once on every day.
        days = [moment.astimezone(ZoneInfo(zone)).date() for moment in arrived[zone]]
        assert len(set(days)) == len(days)
        assert set(told[zone]) >= set(range(2, number - 2))
        assert len(told[zone]) == len(set(told[zone]))


def _forget_delivered(database: FakeDatabase) -> None:
    rows = database.rows
    done = [
        key for key, row in rows.deliveries.items() if row.delivery.state is DeliveryState.DELIVERED
    ]
    for key in done:
        del rows.deliveries[key]


async def test_night_holds_and_the_morning_delivers() -> None:
    timing = Timing(zone="UTC", quiet=NIGHT)
    database, notifier = readers(ada=timing), FakeNotifier()
    night = NOON.replace(hour=23)
    morning = NOON.replace(hour=7) + timedelta(days=1)
    tell(database, 2, now=night)
    tell(database, 3, now=night)

    report = await deliver(database, notifier, night)
    assert notifier.arrived == []
    assert report.next_due_at == morning
    await deliver(database, notifier, morning)

    (arrived,) = notifier.arrived
    assert steps(arrived) == [(TRIAL, 2), (TRIAL, 3)]


async def test_critical_change_passes_the_night_when_the_reader_says_so() -> None:
    database = readers(
        ada=Timing(quiet=NIGHT, critical_passes=True),
        ben=Timing(quiet=NIGHT),
        cy=Timing(rhythm=Rhythm.WEEKLY, critical_passes=True),
    )
    notifier, night = FakeNotifier(), NOON.replace(hour=23)
    tell(database, 2, now=night, severity=Severity.CRITICAL)
    tell(database, 3, now=night, severity=Severity.MAJOR)

    await deliver(database, notifier, night)

    told = sorted((one.target.address, *steps(one)[0]) for one in notifier.arrived)
    assert told == [("ada@clinic.example", TRIAL, 2), ("cy@clinic.example", TRIAL, 2)]


async def test_one_alert_in_a_digest_is_sent_as_it_is() -> None:
    database, notifier = readers(ada=DAILY), FakeNotifier()
    tell(database, 2)

    await deliver(database, notifier, ONE)

    (arrived,) = notifier.arrived
    assert arrived.digest is None
    assert arrived.delivery.unsubscribe_token == "ada"


async def test_retry_in_the_night_waits_for_the_morning() -> None:
    database, notifier = readers(ada=Timing(quiet=NIGHT)), FakeNotifier()
    evening = NOON.replace(hour=21, minute=59, second=30)
    notifier.failures.append(DeliveryError("greylisted"))
    tell(database, 2, now=evening)

    report = await deliver(database, notifier, evening)

    assert report.next_due_at == NOON.replace(hour=7) + timedelta(days=1)


async def test_digest_of_a_worker_that_died_is_sent_again_under_its_id_with_the_same_alerts() -> (
    None
):
    database, notifier = readers(ada=DAILY), FakeNotifier()
    tell(database, 2)
    tell(database, 3)
    with database.open_work() as work:
        due = work.timings.due(ONE, limit=10)
        assert len(due[0].waiting) == 2
        # Dies before it commits: nothing was let go.
    notifier.failures.append(DeliveryError("no answer after the dot", uncertain=True))
    await deliver(database, notifier, ONE, owner="dead")
    tell(database, 4, now=ONE)

    again = ONE + LEASE + timedelta(minutes=5)
    await deliver(database, notifier, again, owner="alive")
    await deliver(database, notifier, ONE + timedelta(days=1), owner="alive")

    first, second = notifier.arrived
    assert steps(first) == [(TRIAL, 2), (TRIAL, 3)]
    assert first.delivery.dated_at == ONE
    assert first.delivery.attempts == 2
    assert steps(second) == [(TRIAL, 4)]


async def test_failed_digest_gives_up_all_it_carried() -> None:
    database, notifier = readers(ada=DAILY), FakeNotifier()
    tell(database, 2)
    tell(database, 3)
    notifier.failures.append(DeliveryError("no such mailbox", permanent=True))

    await deliver(database, notifier, ONE)

    with database.open_work() as work:
        assert work.deliveries.counts == {DeliveryState.FAILED: 2}


async def test_who_gives_up_digests_gets_what_waited_at_once() -> None:
    database, notifier = readers(ada=DAILY), FakeNotifier()
    tell(database, 2)
    tell(database, 3)
    with database.open_work() as work:
        (target,) = [agreed_target(work, "ada@clinic.example")]
        choose_hours(work, target, Timing(), list_name="a", token="other", now=NOON)
        work.commit()

    await deliver(database, notifier, NOON)

    (arrived,) = notifier.arrived
    assert steps(arrived) == [(TRIAL, 2), (TRIAL, 3)]
    assert arrived.delivery.unsubscribe_token == "all-ada"


async def test_measure_of_an_hour_holds_what_is_more_for_a_digest() -> None:
    database, notifier = readers(ada=Timing(most_an_hour=2)), FakeNotifier()
    moments = [NOON + timedelta(minutes=number) for number in range(6)]
    for number, now in enumerate(moments, start=2):
        tell(database, number, now=now)
        await deliver(database, notifier, now)
    singly = [steps(one) for one in notifier.arrived]
    notifier.arrived.clear()

    await deliver(database, notifier, NOON + timedelta(minutes=59))
    assert notifier.arrived == []
    await deliver(database, notifier, NOON + timedelta(minutes=60))

    assert singly == [[(TRIAL, 2)], [(TRIAL, 3)]]
    (rest,) = notifier.arrived
    assert steps(rest) == [(TRIAL, number) for number in range(4, 8)]
    assert datetime(2026, 3, 9, 13, tzinfo=UTC) == rest.delivery.dated_at

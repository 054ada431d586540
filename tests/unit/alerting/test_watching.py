"""Who watches what."""

from datetime import time, timedelta
from itertools import count

import pytest

from monitor.alerting.watching import Joining, join_list, watch_trials
from monitor.domain.changes import Severity
from monitor.domain.ports import Release
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.trial import NctId
from monitor.domain.watched import Held, Watched
from monitor.domain.watches import DEFAULT_LIST, Channel, TargetState
from monitor.domain.whole import Pass
from tests.builders import NOON, RELEASE, a_state, a_step, a_version
from tests.fakes.registry import a_study
from tests.fakes.work import FakeDatabase

_ONE, _TWO = NctId("NCT99000001"), NctId("NCT99000002")
_ADA = (Channel.EMAIL, "ada@clinic.example")
_BEN = (Channel.EMAIL, "ben@clinic.example")
_HOOK = (Channel.WEBHOOK, "https://hook.example/in")


def _watch(
    database: FakeDatabase, *nct_ids: NctId, to: tuple[Channel, str], on: str | None = None
) -> tuple[Watched, ...]:
    numbers = count(len(database.rows.subscriptions))
    with database.open_work() as work:
        watched = watch_trials(
            work,
            nct_ids,
            Joining(
                addresses=[to],
                new_secret=lambda: f"whsec_{next(numbers)}",
                new_token=lambda: f"token-{next(numbers)}",
            ),
            list_name=on,
            now=NOON,
        )
        work.commit()
    return watched


def _heard(database: FakeDatabase, nct_id: NctId) -> set[str]:
    """Return the addresses that an alert about a trial goes to."""
    alert = a_step(2, nct_id=nct_id)
    with database.open_work() as work:
        work.alerts.add(alert)
        work.alerts.fan_out(alert, now=NOON)
        work.commit()
    rows = database.rows
    return {rows.targets[row.target_id].address for row in rows.deliveries.values()}


def test_without_a_list_each_hears_only_of_their_own_trials() -> None:
    database = FakeDatabase()
    _watch(database, _ONE, to=_ADA)
    _watch(database, _TWO, to=_BEN)

    assert _heard(database, _ONE) == {_ADA[1]}


def test_named_list_is_heard_as_a_whole() -> None:
    database = FakeDatabase()
    _watch(database, _ONE, to=_ADA, on="lungs")
    _watch(database, _TWO, to=_BEN, on="lungs")

    assert _heard(database, _ONE) == {_ADA[1], _BEN[1]}


def test_same_address_again_is_the_same_target_with_the_same_secret() -> None:
    database = FakeDatabase()

    [first] = _watch(database, _ONE, to=_HOOK)
    [again] = _watch(database, _ONE, to=_HOOK)

    assert (first.new, again.new) == (True, False)
    assert first.targets == again.targets
    assert first.targets[0].secret.startswith("whsec_")
    assert len(database.rows.subscriptions) == 1


def test_mail_target_has_no_secret() -> None:
    [watched] = _watch(FakeDatabase(), _ONE, to=_ADA)

    assert watched.targets[0].secret == ""
    assert watched.list_name == DEFAULT_LIST


def _kept(database: FakeDatabase, **state: object) -> FakeDatabase:
    """Let a first version of a trial be held that nobody watches."""
    raw = a_study(_ONE)
    with database.open_work() as work:
        usual = a_state(swept_release=RELEASE, paused=True, seen_at=NOON)
        work.trials.save([usual.evolve(**state)])
        work.versions.add(a_version(raw=raw))
        work.commit()
    return database


def _paused(database: FakeDatabase) -> bool:
    return database.rows.trials[_ONE].paused


def _know(database: FakeDatabase, *, stamp: str = "", whole: bool = False) -> None:
    with database.open_work() as work:
        if stamp:
            work.releases.saw(Release(data_timestamp=stamp), now=NOON)
        if whole:
            work.whole.save(Pass(release=RELEASE, begun_at=NOON))
        work.commit()


def test_trial_never_heard_of_is_watched_without_anything_held() -> None:
    [watched] = _watch(FakeDatabase(), _ONE, to=_ADA)

    assert watched.held is None


def test_what_is_held_is_said_and_put_into_words_once() -> None:
    database = _kept(FakeDatabase())

    [watched] = _watch(database, _ONE, to=_ADA)
    [summary] = database.rows.summaries.values()
    [again] = _watch(database, _ONE, to=_BEN)

    assert watched.held == again.held == Held(version=1, release="2026-03-09", seen_at=NOON)
    assert summary.version == 1
    assert list(database.rows.summaries.values()) == [summary]
    assert database.rows.lineages[_ONE, 1].version == 1


def test_trial_put_down_since_the_release_known_missed_nothing() -> None:
    same, later, unknown = (_kept(FakeDatabase()) for _ in range(3))
    _know(same, stamp=RELEASE)
    _know(later, stamp="2026-03-10T09:00:05")

    for database in (same, later, unknown):
        _watch(database, _ONE, to=_ADA)

    assert [_paused(each) for each in (same, later, unknown)] == [False, True, True]


@pytest.mark.parametrize(
    ("ago", "paused"),
    [
        (timedelta(0), False),
        (timedelta(days=4), False),
        (timedelta(days=4, microseconds=1), True),
        (None, True),
    ],
)
def test_where_all_studies_are_kept_a_short_while_is_no_time(
    ago: timedelta | None, *, paused: bool
) -> None:
    database = _kept(FakeDatabase(), seen_at=None if ago is None else NOON - ago)
    _know(database, stamp="2026-03-10T09:00:05", whole=True)

    _watch(database, _ONE, to=_ADA)

    assert _paused(database) is paused


def test_hours_are_kept_for_mail_alone() -> None:
    database = FakeDatabase()
    daily = Timing(rhythm=Rhythm.DAILY, at=time(7))
    tokens = (f"token-{number}" for number in count())
    with database.open_work() as work:
        targets = join_list(
            work,
            Joining(
                addresses=[_ADA, _HOOK],
                timing=daily,
                new_secret=lambda: "whsec_1",
                new_token=lambda: next(tokens),
            ),
            list_name="lungs",
            now=NOON,
        )
        work.commit()

    [chosen] = database.rows.timings.values()
    assert (chosen.timing, chosen.target_id, chosen.list_name) == (daily, targets[0].id, "lungs")
    assert chosen.next_at == NOON.replace(day=10, hour=7)
    assert [(target.address, target.secret) for target in targets] == [
        (_ADA[1], ""),
        (_HOOK[1], "whsec_1"),
    ]


@pytest.mark.parametrize(
    ("asked_by", "state"),
    [(None, TargetState.ACTIVE), ("198.51.100.7", TargetState.UNCONFIRMED)],
)
def test_address_is_returned_as_it_stands_once_it_is_joined(
    asked_by: str | None, state: TargetState
) -> None:
    database = FakeDatabase()
    with database.open_work() as work:
        joining = Joining(
            addresses=[_ADA], asked_by=asked_by, new_secret=str, new_token=lambda: "token"
        )
        [target] = join_list(work, joining, list_name="lungs", now=NOON)
        work.commit()

    assert target.state is state
    assert len(database.rows.questions) == (asked_by is not None)
    [joined] = database.rows.subscriptions.values()
    assert (joined.list_name, joined.nct_id, joined.min_severity) == ("lungs", None, Severity.MINOR)


def test_number_named_twice_is_watched_once() -> None:
    watched = _watch(FakeDatabase(), _TWO, _ONE, _TWO, to=_ADA)

    assert [each.nct_id for each in watched] == [_TWO, _ONE]

"""Who watches what."""

from itertools import count

from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.trial import NctId
from monitor.domain.watched import Watched
from monitor.domain.watches import DEFAULT_LIST, Channel
from tests.builders import NOON, a_step
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

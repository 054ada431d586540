"""Nobody is written to who did not agree; nobody is asked more than is bearable."""

from datetime import datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.consent import (
    BY_OPERATOR,
    EXPIRES_AFTER,
    LEAST_GAP,
    MOST_FROM_ORIGIN,
    MOST_TO_ADDRESS,
    WINDOW,
    Asking,
    Question,
    answer,
    ask_consent,
    consent_lines,
    may_ask,
    question,
)
from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.consents import ConsentHow, Wanted
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState
from tests.builders import NOON, TRIAL, a_target
from tests.fakes.work import FakeDatabase

ADA = "ada@clinic.example"


def watched(
    database: FakeDatabase, address: str = ADA, *, asked_by: str | None = "198.51.100.7"
) -> TargetState:
    """Watch a trial for an address; return how its target stands then."""
    tokens = (f"{address} {number}" for number in count())
    with database.open_work() as work:
        (one,) = watch_trials(
            work,
            [TRIAL],
            Joining(
                addresses=[(Channel.EMAIL, address)],
                asked_by=asked_by,
                new_secret=lambda: "",
                new_token=lambda: next(tokens),
            ),
            list_name="robots",
            now=NOON,
        )
        work.commit()
    return one.targets[0].state


def ask(
    database: FakeDatabase,
    address: str = ADA,
    *,
    now: datetime = NOON,
    again: bool = True,
    origin: str = BY_OPERATOR,
) -> Asking:
    with database.open_work() as work:
        target = work.watches.target(Channel.EMAIL, address, secret="", now=now)
        came = ask_consent(
            work,
            target,
            origin=origin,
            again=again,
            now=now,
            new_token=lambda: f"{address} {now} {len(database.rows.questions)}",
        )
        work.commit()
    return came


def token_of(database: FakeDatabase) -> str:
    (asked,) = database.rows.questions.values()
    return asked.confirmation.token


def look(database: FakeDatabase, token: str, now: datetime = NOON) -> Question:
    with database.open_work() as work:
        found = question(work, token, now=now)
    assert found is not None
    return found


def press(database: FakeDatabase, token: str, seen: str, now: datetime = NOON) -> Question | None:
    with database.open_work() as work:
        found = answer(work, token, seen=seen, origin="203.0.113.9", now=now)
        work.commit()
    return found


def test_operators_word_is_enough_and_recorded_as_such() -> None:
    database = FakeDatabase()

    assert watched(database, asked_by=None) is TargetState.ACTIVE
    assert watched(database, asked_by=None) is TargetState.ACTIVE

    (consent,) = database.rows.consents.values()
    assert (consent.how, consent.at, consent.origin) == (ConsentHow.OPERATOR, NOON, "")
    assert str(TRIAL) in consent.text
    assert "a...@clinic.example" in consent.text
    assert not database.rows.questions


def test_address_entered_by_others_is_asked_once() -> None:
    database = FakeDatabase()

    states = [watched(database) for _ in range(3)]

    assert set(states) == {TargetState.UNCONFIRMED}
    assert len(database.rows.questions) == 1
    assert not database.rows.consents


def test_operators_word_frees_one_that_was_asked() -> None:
    database = FakeDatabase()
    watched(database)

    assert watched(database, asked_by=None) is TargetState.ACTIVE
    assert ask(database) is Asking.NOT_NEEDED


def test_webhooks_and_chats_are_asked_nothing() -> None:
    database = FakeDatabase()
    with database.open_work() as work:
        came = ask_consent(
            work, a_target(channel=Channel.SLACK), origin="", now=NOON, new_token=str
        )

    assert came is Asking.NOT_NEEDED


def test_address_is_asked_again_only_on_asking_and_not_often() -> None:
    database = FakeDatabase()
    hours = [timedelta(hours=hour) for hour in range(10)]

    first = ask(database, again=False)
    waits = ask(database, again=False)
    soon = ask(database, now=NOON + LEAST_GAP - timedelta(seconds=1))
    later = [ask(database, now=NOON + hour) for hour in hours[1:]]

    assert (first, waits, soon) == (Asking.ASKED, Asking.WAITING, Asking.TOO_OFTEN)
    assert later.count(Asking.ASKED) == MOST_TO_ADDRESS - 1
    assert ask(database, now=NOON + WINDOW + timedelta(hours=1)) is Asking.ASKED


def test_address_whose_link_expired_is_asked_anew() -> None:
    database = FakeDatabase()
    ask(database, again=False)

    assert ask(database, again=False, now=NOON + EXPIRES_AFTER) is Asking.ASKED


def test_one_origin_cannot_have_the_world_asked() -> None:
    database = FakeDatabase()

    came = [ask(database, f"a{n}@clinic.example", origin="198.51.100.7") for n in range(40)]

    assert came.count(Asking.ASKED) == MOST_FROM_ORIGIN
    assert came[-1] is Asking.TOO_OFTEN
    assert ask(database, "b@clinic.example", origin="198.51.100.8") is Asking.ASKED
    assert ask(database, "c@clinic.example", origin=BY_OPERATOR) is Asking.ASKED
    next_day = NOON + timedelta(days=1)
    assert ask(database, "d@clinic.example", origin="198.51.100.7", now=next_day) is Asking.ASKED


@given(st.lists(st.integers(0, 60 * 24 * 30), max_size=60))
def test_law_no_week_holds_more_mails_than_may_be(minutes: list[int]) -> None:
    asked: list[datetime] = []
    for minute in sorted(minutes):
        now = NOON + timedelta(minutes=minute)
        if may_ask(asked, now):
            asked.append(now)

    for at in asked:
        assert sum(at <= other < at + WINDOW for other in asked) <= MOST_TO_ADDRESS
        assert all(abs(at - other) >= LEAST_GAP for other in asked if other is not at)


def test_button_agrees_to_what_was_seen_word_for_word() -> None:
    database = FakeDatabase()
    watched(database)
    token = token_of(database)

    shown = look(database, token)
    assert not shown.agreed
    assert not database.rows.consents
    done = press(database, token, shown.seen)

    assert done is not None
    assert done.agreed
    (consent,) = database.rows.consents.values()
    assert consent.text == "\n".join(shown.lines)
    assert (consent.how, consent.origin) == (ConsentHow.LINK, "203.0.113.9")
    assert database.rows.targets[1].state is TargetState.ACTIVE


def test_answer_to_something_else_than_was_seen_does_not_count() -> None:
    database = FakeDatabase()
    watched(database)
    shown = look(database, token_of(database))
    with database.open_work() as work:
        work.watches.add(NctId("NCT99000009"), list_name="robots", now=NOON)
        work.commit()

    done = press(database, token_of(database), shown.seen)

    assert done is not None
    assert not done.agreed
    assert any("NCT99000009" in line for line in done.lines)
    assert press(database, token_of(database), done.seen) == look(database, token_of(database))
    assert look(database, token_of(database)).agreed


def test_second_press_agrees_to_nothing_new() -> None:
    database = FakeDatabase()
    watched(database)
    seen = look(database, token_of(database)).seen

    answers = [press(database, token_of(database), seen) for _ in range(3)]

    assert all(found is not None and found.agreed for found in answers)
    assert len(database.rows.consents) == 1


def test_link_that_expired_agrees_to_nothing() -> None:
    database = FakeDatabase()
    watched(database)
    late = NOON + EXPIRES_AFTER

    shown = look(database, token_of(database), late)
    press(database, token_of(database), shown.seen, late)

    assert shown.expired
    assert not database.rows.consents


def test_unknown_token_is_nobodys() -> None:
    assert press(FakeDatabase(), "unknown", "") is None


def test_very_long_list_is_told_with_a_number() -> None:
    numbers = tuple(NctId(f"NCT{99000001 + place}") for place in range(25))
    wanted = Wanted(list_name="all", nct_ids=numbers, whole=True, hours="daily at 07:00 (UTC)")

    _, line, _ = consent_lines([wanted], a_target())

    assert "NCT99000020, 5 more." in line
    assert "Mail comes daily at 07:00 (UTC)." in line

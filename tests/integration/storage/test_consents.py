"""Contract of ``Consents``: who agreed, who is asked, and who is forgotten."""

import threading
from datetime import timedelta

import pytest

from monitor.alerting.consent import WINDOW, Asking, ask_consent, take_word
from monitor.alerting.hours import choose_hours
from monitor.domain.bounces import Bounce, BounceKind
from monitor.domain.changes import Severity
from monitor.domain.consents import AskOutcome, ClaimedConfirmation, Consent, ConsentHow, Wanted
from monitor.domain.ports import OpenWork
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.watches import Channel, Target, TargetState
from storage import targetcare
from storage.agreed import agreements, unanswered
from storage.engine import Database
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_step
from tests.integration.storage.scenes import addresses, claim, join, send_out, watch

ADA = "ada@example.org"
YES = Consent(text="Yes to all of it.", at=NOON, how=ConsentHow.LINK, origin="198.51.100.7")
TAKEN = AskOutcome(due_at=None, taken=True, detail="kept")
LATER = NOON + timedelta(minutes=20)


def target(open_work: OpenWork, address: str = ADA) -> Target:
    with open_work() as work:
        found = work.watches.target(Channel.EMAIL, address, secret="", now=NOON)
        work.commit()
    return found


def asked(open_work: OpenWork, address: str = ADA, key: str = "ask") -> Target:
    """Return a target that hears of a list, and is asked whether it agrees."""
    watch(open_work, TRIAL, OTHER_TRIAL, list_name="robots")
    found = target(open_work, address)
    with open_work() as work:
        work.watches.subscribe(
            found,
            list_name="robots",
            nct_id=None,
            min_severity=Severity.MINOR,
            token=f"stop {address}",
            now=NOON,
        )
        came = ask_consent(work, found, origin="member 3", now=NOON, new_token=lambda: key)
        work.commit()
    assert came is Asking.ASKED
    return found


def take_up(open_work: OpenWork, *, owner: str = "worker") -> tuple[ClaimedConfirmation, ...]:
    with open_work() as work:
        claimed = work.consents.claim(NOON, limit=9, until=LATER, owner=owner)
        work.commit()
    return claimed


def record(open_work: OpenWork, claimed: ClaimedConfirmation, outcome: AskOutcome = TAKEN) -> bool:
    with open_work() as work:
        kept = work.consents.record(claimed, outcome, now=NOON)
        work.commit()
    return kept


def agree(open_work: OpenWork, whom: Target, key: str = "ask") -> None:
    with open_work() as work:
        work.consents.agree(whom, YES, token=key)
        work.commit()


def test_new_address_is_unconfirmed_and_other_channels_are_not(open_work: OpenWork) -> None:
    with open_work() as work:
        hook = work.watches.target(Channel.SLACK, "https://chat.example/x", secret="", now=NOON)

    assert target(open_work).state is TargetState.UNCONFIRMED
    assert hook.state is TargetState.ACTIVE


def test_unconfirmed_address_hears_nothing_then_and_nothing_of_then(open_work: OpenWork) -> None:
    ada = asked(open_work)

    assert send_out(open_work, a_step(2)) == 0
    agree(open_work, ada)
    assert claim(open_work) == ()

    assert send_out(open_work, a_step(3)) == 1
    assert addresses(claim(open_work)) == [ADA]


def test_question_comes_back_by_its_token(open_work: OpenWork) -> None:
    ada = asked(open_work)
    with open_work() as work:
        found = work.consents.asked("ask")
        assert work.consents.asked("other") is None

    assert found is not None
    assert (found.target, found.nct_ids, found.answered_at) == (ada, (TRIAL, OTHER_TRIAL), None)
    assert found.asked_at == NOON < found.expires_at
    assert found.id.endswith(f"-{ada.id}")


def test_mail_of_a_question_is_claimed_once(open_work: OpenWork) -> None:
    asked(open_work)

    (claimed,) = take_up(open_work)
    assert (claimed.confirmation.token, claimed.attempts) == ("ask", 1)
    assert take_up(open_work, owner="other") == ()
    with open_work() as work:
        assert work.consents.next_due_at(NOON) == LATER
        (again,) = work.consents.claim(LATER, limit=9, until=LATER, owner="other")

    assert (again.confirmation, again.attempts) == (claimed.confirmation, 2)


def test_mail_that_was_taken_is_not_sent_again(open_work: OpenWork) -> None:
    asked(open_work)
    (claimed,) = take_up(open_work)

    assert record(open_work, claimed)
    assert not record(open_work, claimed)
    with open_work() as work:
        assert work.consents.next_due_at(NOON) is None
        assert work.consents.claim(LATER, limit=9, until=LATER, owner="other") == ()


def test_road_that_failed_uses_up_no_attempt(open_work: OpenWork) -> None:
    asked(open_work)
    (claimed,) = take_up(open_work)
    record(
        open_work, claimed, AskOutcome(due_at=NOON, taken=False, detail="relay down", counts=False)
    )

    assert [one.attempts for one in take_up(open_work)] == [1]


def test_late_worker_writes_over_nobody(open_work: OpenWork) -> None:
    asked(open_work)
    (late,) = take_up(open_work, owner="late")
    with open_work() as work:
        work.consents.claim(LATER, limit=9, until=LATER + timedelta(hours=1), owner="now")
        work.commit()

    assert not record(open_work, late)


def test_nobody_is_asked_about_what_was_taken_back_before_the_mail_left(
    open_work: OpenWork,
) -> None:
    asked(open_work)
    with open_work() as work:
        work.watches.unsubscribe(f"stop {ADA}", now=NOON)
        work.commit()

    assert take_up(open_work) == ()
    with open_work() as work:
        assert work.consents.next_due_at(NOON) is None


@pytest.mark.postgresql
def test_two_who_ask_one_address_at_once_take_turns(postgresql: Database) -> None:
    found = target(postgresql.open_work)
    seen: list[int] = []

    def ask_too() -> None:
        with postgresql.open_work() as work:
            seen.append(len(work.consents.asked_at(ADA, since=NOON - WINDOW)))

    with postgresql.open_work() as work:
        assert ask_consent(work, found, origin="1", now=NOON, new_token=lambda: "a") is Asking.ASKED
        other = threading.Thread(target=ask_too)
        other.start()
        other.join(timeout=0.5)
        assert seen == [], "the other waits"
        work.commit()
    other.join(timeout=20)

    assert seen == [1]


def test_question_that_expired_is_not_sent(open_work: OpenWork) -> None:
    asked(open_work)

    with open_work() as work:
        late = NOON + timedelta(days=7)
        assert work.consents.claim(late, limit=9, until=late, owner="worker") == ()
        assert work.consents.next_due_at(late) is None


def test_who_agreed_is_asked_no_more(open_work: OpenWork) -> None:
    ada = asked(open_work)
    agree(open_work, ada)

    assert take_up(open_work) == ()
    with open_work() as work:
        found = work.consents.asked("ask")
        assert work.consents.agreed(ada)
    assert found is not None
    assert (found.answered_at, found.target.state) == (NOON, TargetState.ACTIVE)


def test_address_without_a_mailbox_is_asked_no_more(open_work: OpenWork) -> None:
    asked(open_work)
    (claimed,) = take_up(open_work)
    refused = AskOutcome(due_at=None, taken=False, detail="550", bounce=BounceKind.HARD)
    record(open_work, claimed, refused)

    assert target(open_work).state is TargetState.SUPPRESSED


def test_mail_that_comes_back_names_its_question(open_work: OpenWork) -> None:
    asked(open_work)
    (claimed,) = take_up(open_work)
    record(open_work, claimed)
    bounce = Bounce(kind=BounceKind.COMPLAINT, at=NOON)

    with open_work() as work:
        assert work.bounces.key_of(claimed.confirmation.id) == "ask"
        assert work.bounces.came_back(claimed.confirmation.id, bounce)
        work.commit()

    assert target(open_work).state is TargetState.SUPPRESSED


def test_forgiven_address_that_never_agreed_is_unconfirmed_again(open_work: OpenWork) -> None:
    asked(open_work)
    (claimed,) = take_up(open_work)
    with open_work() as work:
        work.bounces.came_back(claimed.confirmation.id, Bounce(kind=BounceKind.COMPLAINT, at=NOON))
        work.bounces.forgive(ADA)
        work.commit()

    assert target(open_work).state is TargetState.UNCONFIRMED
    assert send_out(open_work, a_step(2)) == 0


def test_whoever_agrees_is_forgiven_what_came_back(open_work: OpenWork) -> None:
    ada = asked(open_work)
    (claimed,) = take_up(open_work)
    with open_work() as work:
        work.bounces.came_back(claimed.confirmation.id, Bounce(kind=BounceKind.COMPLAINT, at=NOON))
        work.commit()
    agree(open_work, ada)

    assert target(open_work).state is TargetState.ACTIVE
    with open_work() as work:
        assert not work.bounces.forgive(ADA)


def test_what_would_be_told_is_said_list_by_list(open_work: OpenWork) -> None:
    ada = asked(open_work)
    watch(open_work)
    join(open_work, nct_id=TRIAL)
    with open_work() as work:
        daily = Timing(rhythm=Rhythm.DAILY, zone="UTC")
        choose_hours(work, ada, daily, list_name="watched", token="all", now=NOON)
        work.commit()

    with open_work() as work:
        wanted = work.consents.wanted(ada)
        work.watches.unsubscribe("all", now=NOON)
        left = work.consents.wanted(ada)

    assert wanted == (
        Wanted(list_name="robots", nct_ids=(TRIAL, OTHER_TRIAL), whole=True),
        Wanted(list_name="watched", nct_ids=(TRIAL,), whole=False, hours=daily.words),
    )
    assert left == wanted[:1]


def test_times_are_counted_by_address_and_by_origin(open_work: OpenWork) -> None:
    ada = asked(open_work)
    ben = asked(open_work, "ben@example.org", key="ben")
    before = NOON - timedelta(seconds=1)
    with open_work() as work:
        assert work.consents.asked_last(ada) == work.consents.asked_last(ben) == NOON
        assert work.consents.asked_at(ADA, since=before) == (NOON,)
        assert work.consents.asked_at(ADA, since=NOON) == ()
        assert work.consents.asked_from("member 3", since=before) == 2
        assert work.consents.asked_from("member 3", since=NOON) == 0
        assert work.consents.asked_from("member 4", since=before) == 0


def test_address_that_never_answers_is_forgotten(open_work: OpenWork) -> None:
    ada = asked(open_work)
    later = NOON + timedelta(seconds=1)
    with open_work() as work:
        assert work.consents.forget(asked_before=NOON) == 0
        assert work.consents.forget(asked_before=later) == 1
        work.commit()

    with open_work() as work:
        assert work.consents.asked("ask") is None
        assert work.watches.unsubscribe(f"stop {ADA}", now=NOON) is None
        new = work.watches.target(Channel.EMAIL, ADA, secret="", now=NOON)
        assert work.consents.wanted(new) == ()
        assert new.state is ada.state is TargetState.UNCONFIRMED


@pytest.mark.parametrize("how", ["agreed", "came back"])
def test_address_with_a_story_is_not_forgotten(open_work: OpenWork, how: str) -> None:
    ada = asked(open_work)
    (claimed,) = take_up(open_work)
    with open_work() as work:
        if how == "agreed":
            take_word(work, ada, now=NOON)
        else:
            complaint = Bounce(kind=BounceKind.COMPLAINT, at=NOON)
            work.bounces.came_back(claimed.confirmation.id, complaint)
        assert work.consents.forget(asked_before=LATER) == 0


def test_operator_sees_agreements_and_open_questions(stored: Database) -> None:
    ada = asked(stored.open_work)
    ben = asked(stored.open_work, "ben@example.org", key="ben")
    agree(stored.open_work, ada)

    (agreed,) = agreements(stored)
    (open_one,) = unanswered(stored)

    assert (agreed.target, agreed.text, agreed.how) == (ada.id, YES.text, "link")
    assert agreed.as_json()["agreed"] is True
    assert (open_one.target, open_one.taken_at, open_one.due_at) == (ben.id, None, NOON)
    assert open_one.as_json()["agreed"] is False


def test_switched_off_address_stays_so_and_comes_back_as_it_was(stored: Database) -> None:
    ada, ben = asked(stored.open_work), asked(stored.open_work, "ben@example.org", key="ben")
    for one in (ada, ben):
        targetcare.disable(stored, one)
    agree(stored.open_work, ada)

    assert target(stored.open_work).state is TargetState.DISABLED
    for one in (ada, ben):
        targetcare.enable(stored, one)
    assert target(stored.open_work).state is TargetState.ACTIVE
    assert target(stored.open_work, "ben@example.org").state is TargetState.UNCONFIRMED


def test_address_in_capitals_is_asked_no_oftener(open_work: OpenWork) -> None:
    asked(open_work)
    shouted = target(open_work, ADA.upper())

    with open_work() as work:
        at = work.consents.asked_at(shouted.address, since=NOON - WINDOW)

    assert at == (NOON,)

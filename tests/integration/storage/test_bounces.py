"""Contract of ``Bounces``: what came back, and who is sent nothing more."""

from datetime import timedelta

import pytest

from monitor.domain.alerts import DeliveryState
from monitor.domain.bounces import Bounce, BounceKind
from monitor.domain.ports import OpenWork
from storage.engine import Database
from storage.returned import bounced
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, send_out, watch

HARD = Bounce(kind=BounceKind.HARD, at=NOON, status="5.1.1", detail="User unknown")


@pytest.fixture
def told(open_work: OpenWork) -> OpenWork:
    """Ada and Ben are on a list."""
    watch(open_work)
    join(open_work, "ada@example.org", token="ada")
    join(open_work, "ben@example.org", token="ben")
    return open_work


def ada(open_work: OpenWork, number: int = 2) -> str:
    """Send an alert to both; return the id of Ada's delivery."""
    send_out(open_work, a_step(number))
    found = {one.target.address: one.delivery.id for one in claim(open_work)}
    return found["ada@example.org"]


def came_back(open_work: OpenWork, delivery_id: str, bounce: Bounce = HARD) -> bool:
    with open_work() as work:
        given_up = work.bounces.came_back(delivery_id, bounce)
        work.commit()
    return given_up


def forgive(open_work: OpenWork, address: str = "ada@example.org") -> bool:
    with open_work() as work:
        allowed = work.bounces.forgive(address)
        work.commit()
    return allowed


def test_address_without_a_mailbox_is_sent_nothing_more(told: OpenWork) -> None:
    assert came_back(told, ada(told))

    assert send_out(told, a_step(3)) == 1
    assert [one.target.address for one in claim(told)] == ["ben@example.org"]


def test_what_waits_for_it_is_cancelled(told: OpenWork) -> None:
    delivery_id = ada(told)
    send_out(told, a_step(3))
    came_back(told, delivery_id)

    assert [one.target.address for one in claim(told)] == ["ben@example.org"]


def test_report_that_comes_twice_counts_once(told: OpenWork) -> None:
    delivery_id = ada(told)
    for days in (0, 4, 8):
        soft = Bounce(kind=BounceKind.SOFT, at=NOON + timedelta(days=days))
        assert not came_back(told, delivery_id, soft)


def test_full_mailbox_is_given_up_after_a_week(told: OpenWork) -> None:
    given_up = [
        came_back(
            told,
            ada(told, number),
            Bounce(kind=BounceKind.SOFT, at=NOON + timedelta(days=4 * number)),
        )
        for number in (2, 3, 4)
    ]

    assert given_up == [False, False, True]


def test_forgiven_address_is_sent_to_again(told: OpenWork) -> None:
    came_back(told, ada(told))

    assert forgive(told)
    assert send_out(told, a_step(3)) == 2
    assert not forgive(told)
    assert not forgive(told, "nobody@example.org")


def test_what_was_forgiven_counts_no_more(told: OpenWork) -> None:
    first = ada(told)
    came_back(told, first)
    forgive(told)

    assert not came_back(told, ada(told, 3), Bounce(kind=BounceKind.SOFT, at=NOON))


def test_refusal_in_conversation_counts_like_a_report(told: OpenWork) -> None:
    send_out(told, a_step(2))
    (one,) = [one for one in claim(told) if one.target.address == "ada@example.org"]
    with told() as work:
        refused = an_outcome(
            state=DeliveryState.FAILED, word="refused", status=550, bounce=BounceKind.HARD
        )
        work.deliveries.record([(one, refused)], now=NOON)
        work.commit()

    assert send_out(told, a_step(3)) == 1


def test_key_is_the_token_that_the_mail_bore(told: OpenWork) -> None:
    delivery_id = ada(told)
    with told() as work:
        assert work.bounces.key_of(delivery_id) == "ada"
        assert work.bounces.key_of("01KJ8Z9V3W0000000000000001-7") is None


def test_report_that_was_not_committed_changes_nothing(told: OpenWork) -> None:
    delivery_id = ada(told)
    with told() as work:
        work.bounces.came_back(delivery_id, HARD)

    assert send_out(told, a_step(3)) == 2


def test_operator_sees_why(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, "ada@example.org", token="ada")
    delivery_id = ada(stored.open_work)
    came_back(stored.open_work, delivery_id)

    (row,) = bounced(stored)
    assert (row.address, row.kind, row.status) == ("ada@example.org", BounceKind.HARD, "5.1.1")
    assert row.state == "suppressed"
    assert row.as_json()["delivery_id"] == delivery_id
    forgive(stored.open_work)
    assert bounced(stored) == ()


def test_newest_mail_to_an_address_is_found_by_whom_it_was_for(told: OpenWork) -> None:
    with told() as work:
        assert work.bounces.newest_to("ada@example.org") is None
    ada(told, 2)
    newest = ada(told, 3)
    send_out(told, a_step(4))

    with told() as work:
        assert work.bounces.newest_to("Ada@Example.org") == newest
        assert work.bounces.newest_to("nobody@example.org") is None
        assert work.bounces.newest_to("") is None

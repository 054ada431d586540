"""Accounts tied to what their institution calls them, and sign-ins under way, on both databases."""

from datetime import timedelta

import pytest

from monitor.domain.institutions import Pin, Try
from monitor.domain.people import Person, Role
from storage.archive import rows
from storage.engine import Database
from storage.leaving import forget
from tests.builders import NOON

ISSUER, OTHER = "https://login.example.org", "https://login.example.net"
LATER = NOON + timedelta(minutes=10)
BEGUN = Try(state=b"s" * 32, browser=b"b" * 32, nonce=b"n" * 32, goes_to="/lists", ends_at=LATER)


def _add(stored: Database, name: str) -> Person:
    with stored.open_work() as work:
        person = work.people.add(name=name, email=f"{name}@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    return person


def _pin(stored: Database, person: Person, issuer: str, subject: str) -> bool:
    with stored.open_work() as work:
        new = work.pins.pin(person.id, issuer, subject, now=NOON)
        work.commit()
    return new


def _holder(stored: Database, issuer: str, subject: str) -> Person | None:
    with stored.open_snapshot() as work:
        return work.pins.holder(issuer, subject)


def test_account_is_found_by_issuer_and_subject_together(stored: Database) -> None:
    mo = _add(stored, "mo")
    assert _pin(stored, mo, ISSUER, "Mo-1")

    assert _holder(stored, ISSUER, "Mo-1") == mo
    assert _holder(stored, OTHER, "Mo-1") is None
    assert _holder(stored, ISSUER, "mo-1") is None, "capitals count"
    with stored.open_snapshot() as work:
        assert work.pins.of_person(mo.id) == (Pin(issuer=ISSUER, subject="Mo-1", pinned_at=NOON),)


def test_subject_belongs_to_one_account_and_account_to_one_subject(stored: Database) -> None:
    mo, ada = _add(stored, "mo"), _add(stored, "ada")
    _pin(stored, mo, ISSUER, "1")

    assert not _pin(stored, ada, ISSUER, "1")
    assert not _pin(stored, mo, ISSUER, "2")
    assert _pin(stored, mo, OTHER, "2")
    assert _holder(stored, ISSUER, "1") == mo
    assert _holder(stored, ISSUER, "2") is None


def test_account_taken_off_is_found_no_more(stored: Database) -> None:
    mo = _add(stored, "mo")
    _pin(stored, mo, ISSUER, "1")
    with stored.open_work() as work:
        assert work.pins.take_off(mo.id)
        assert not work.pins.take_off(mo.id)
        work.commit()

    assert _holder(stored, ISSUER, "1") is None
    assert _pin(stored, mo, ISSUER, "2")


def test_deleting_somebody_unties_their_account(stored: Database) -> None:
    mo, ada = _add(stored, "mo"), _add(stored, "ada")
    _pin(stored, mo, ISSUER, "1")
    _pin(stored, ada, ISSUER, "2")

    forget(stored, mo.id, now=NOON)

    assert _holder(stored, ISSUER, "1") is None
    assert _holder(stored, ISSUER, "2") == ada


def test_archive_holds_what_ones_own_account_is_tied_to(stored: Database) -> None:
    mo, ada = _add(stored, "mo"), _add(stored, "ada")
    _pin(stored, mo, ISSUER, "1")
    _pin(stored, ada, ISSUER, "2")

    (row,) = rows(stored, mo.id, "institution_pins")

    assert (row["issuer"], row["subject"]) == (ISSUER, "1")


def test_sign_in_under_way_is_used_once_by_the_browser_that_began_it(stored: Database) -> None:
    with stored.open_work() as work:
        work.pins.begin(BEGUN, now=NOON)
        work.commit()

    with stored.open_work() as work:
        assert work.pins.use(BEGUN.state, b"another", now=NOON) is None
        assert work.pins.is_under_way(BEGUN.state, BEGUN.browser, now=NOON)
        assert not work.pins.is_under_way(BEGUN.state, b"another", now=NOON)
        assert work.pins.use(BEGUN.state, BEGUN.browser, now=NOON) == BEGUN
        assert work.pins.use(BEGUN.state, BEGUN.browser, now=NOON) is None
        assert not work.pins.is_under_way(BEGUN.state, BEGUN.browser, now=NOON)


@pytest.mark.parametrize(("late", "works"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_sign_in_under_way_ends_with_its_time(
    stored: Database, late: timedelta, *, works: bool
) -> None:
    with stored.open_work() as work:
        work.pins.begin(BEGUN, now=NOON)
        at = LATER + late

        assert work.pins.is_under_way(BEGUN.state, BEGUN.browser, now=at) is works
        assert (work.pins.use(BEGUN.state, BEGUN.browser, now=at) is not None) is works

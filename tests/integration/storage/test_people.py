"""Those who may sign in, and what they sign in with, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from monitor.domain.errors import EmailTakenError
from monitor.domain.looks import Dates, Look
from monitor.domain.people import OPERATOR, Person, Role, Scope
from storage.engine import Database
from storage.tables import subscribers
from tests.builders import NOON, a_step
from tests.integration.storage.scenes import claim, join, send_out, watch

LATER = NOON + timedelta(hours=1)
DIGEST = b"d" * 32


def _add(stored: Database, email: str = "mo@example.org", role: Role = Role.MEMBER) -> Person:
    with stored.open_work() as work:
        person = work.people.add(name="Mo", email=email, role=role, now=NOON)
        work.commit()
    return person


def test_operator_is_there_from_the_start_and_cannot_sign_in(stored: Database) -> None:
    with stored.open_snapshot() as work:
        (operator,) = work.people.everybody()

        assert (operator.id, operator.role) == (OPERATOR, Role.OPERATOR)
        assert not operator.can_sign_in
        assert not work.people.anybody_can_sign_in()
        assert work.people.with_email("") is None


def test_person_is_found_by_number_and_address(stored: Database) -> None:
    person = _add(stored)

    with stored.open_snapshot() as work:
        assert work.people.get(person.id) == person
        assert work.people.with_email("mo@example.org") == person
        assert work.people.with_email("Mo@example.org") == person
        assert work.people.anybody_can_sign_in()


def test_address_belongs_to_one_person(stored: Database) -> None:
    _add(stored)

    with pytest.raises(EmailTakenError):
        _add(stored)
    with stored.open_work() as work, pytest.raises(EmailTakenError):
        work.people.set_email(OPERATOR, "mo@example.org")


def test_address_is_one_in_capitals_or_not(stored: Database) -> None:
    mo = _add(stored)

    with pytest.raises(EmailTakenError):
        _add(stored, "Mo@example.org")
    with stored.open_work() as work:
        found = work.people.with_email("MO@example.org")
        with pytest.raises(EmailTakenError):
            work.people.set_email(OPERATOR, "mO@example.org")

    assert found == mo


def test_two_accounts_from_before_are_found_each_by_its_own_writing(stored: Database) -> None:
    mo = _add(stored)
    with stored.writing() as connection:
        row = {"name": "Mo", "email": "Mo@example.org", "role": "member", "joined_at": NOON}
        connection.execute(insert(subscribers).values(row))
        connection.commit()

    with stored.open_snapshot() as work:
        assert work.people.with_email("mo@example.org") == mo
        other = work.people.with_email("Mo@example.org")
    assert other is not None
    assert other.id != mo.id


def test_operators_address_can_be_set_twice(stored: Database) -> None:
    with stored.open_work() as work:
        work.people.set_email(OPERATOR, "op@example.org")
        work.people.set_email(OPERATOR, "op@example.org")
        found = work.people.get(OPERATOR)

    assert found is not None
    assert found.email == "op@example.org"


def test_name_role_and_password_change_alone(stored: Database) -> None:
    person = _add(stored)

    with stored.open_work() as work:
        work.people.change(person.id, name="Maud")
        work.people.change(person.id, role=Role.READER)
        work.people.set_password(person.id, "$hash$")
        work.people.change(person.id)
        found = work.people.get(person.id)

        assert found is not None
        assert (found.name, found.role, found.has_password) == ("Maud", Role.READER, True)
        assert work.people.password_of(person.id) == "$hash$"
        assert work.people.password_of(99) == ""


def test_session_lasts_until_its_end(stored: Database) -> None:
    person = _add(stored)

    with stored.open_work() as work:
        work.people.open_session(DIGEST, person.id, now=NOON, until=LATER)

        assert work.people.in_session(DIGEST, now=LATER - timedelta(seconds=1)) == person
        assert work.people.in_session(DIGEST, now=LATER) is None
        assert work.people.in_session(b"other", now=NOON) is None

        work.people.end_session(DIGEST)
        assert work.people.in_session(DIGEST, now=NOON) is None


def test_all_sessions_and_links_of_one_person_end_together(stored: Database) -> None:
    mo, ada = _add(stored), _add(stored, "ada@example.org")

    with stored.open_work() as work:
        for digest, person in ((b"1", mo), (b"2", mo), (b"3", ada)):
            work.people.open_session(digest, person.id, now=NOON, until=LATER)
        work.people.add_link(b"4", mo.id, now=NOON, until=LATER)
        work.people.end_sessions(mo.id)

        left = [work.people.in_session(digest, now=NOON) for digest in (b"1", b"2", b"3")]
        assert left == [None, None, ada]
        assert work.people.use_link(b"4", now=NOON) is None


def test_link_works_once_and_in_time(stored: Database) -> None:
    person = _add(stored)

    with stored.open_work() as work:
        work.people.add_link(DIGEST, person.id, now=NOON, until=LATER)
        work.people.add_link(b"late", person.id, now=NOON, until=LATER)

        assert work.people.whose_link(DIGEST, now=NOON) == person
        assert work.people.use_link(DIGEST, now=NOON) == person
        assert work.people.use_link(DIGEST, now=NOON) is None
        assert work.people.use_link(b"late", now=LATER) is None


def test_key_lets_its_owner_in_until_it_ends(stored: Database) -> None:
    mo, ada = _add(stored), _add(stored, "ada@example.org")

    with stored.open_work() as work:
        key = work.people.add_key(DIGEST, mo.id, name="sheet", scope=Scope.WRITE, now=NOON)

        assert work.people.with_key(DIGEST) == (mo, Scope.WRITE)
        assert work.people.keys(mo.id) == (key,)
        assert work.people.keys(ada.id) == ()
        assert not work.people.end_key(ada.id, key.id)
        assert work.people.end_key(mo.id, key.id)
        assert work.people.with_key(DIGEST) is None


def test_use_of_a_key_is_noted_once_an_hour(stored: Database) -> None:
    person = _add(stored)

    with stored.open_work() as work:
        work.people.add_key(DIGEST, person.id, name="sheet", scope=Scope.READ, now=NOON)
        assert not work.people.is_noted(DIGEST, now=NOON)

        for at in (NOON, NOON + timedelta(minutes=59)):
            work.people.note_use(DIGEST, now=at)
        assert [key.used_at for key in work.people.keys(person.id)] == [NOON]
        assert work.people.is_noted(DIGEST, now=NOON + timedelta(minutes=59))

        work.people.note_use(DIGEST, now=LATER)
        assert [key.used_at for key in work.people.keys(person.id)] == [LATER]


def test_claimed_mail_brings_how_its_reader_reads(stored: Database) -> None:
    look = Look(dates=Dates.DAY_FIRST, zone="Europe/Berlin")
    watch(stored.open_work)
    join(stored.open_work)
    with stored.open_work() as work:
        work.people.set_look(OPERATOR, look)
        work.commit()

    send_out(stored.open_work, a_step(2))

    assert {one.look for one in claim(stored.open_work)} == {look}

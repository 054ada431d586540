"""Signing in by a link, a password, a passkey or a key: once, in time, and as who one is."""

from datetime import timedelta

import pytest

from monitor.accounts.keys import make_key, whose_key
from monitor.accounts.parties import Party
from monitor.accounts.passkeys import (
    Proof,
    ask_to_add,
    ask_to_sign_in,
    enter_by_passkey,
    keep_passkey,
    take_challenge,
)
from monitor.accounts.passwords import hashed
from monitor.accounts.signin import (
    HANDED_LINK,
    LINK,
    SESSION,
    check_password,
    enter_by_link,
    make_link,
    open_session,
    who_is_in,
)
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import Credential, Held
from monitor.domain.people import Person, Role, Scope
from storage.engine import Database
from storage.work import SqlWork
from tests.builders import NOON

MOMENT = timedelta(microseconds=1)
PASSWORD = "four made up words"
FULL = "10 passkeys are the most; take one off first"
OURS = Party(id="trials.example.org", origin="https://trials.example.org")


def a_person(work: SqlWork, name: str = "ada", role: Role = Role.MEMBER) -> Person:
    return work.people.add(name=name, email=f"{name}@example.org", role=role, now=NOON)


def test_times_are_those_that_mails_and_pages_name() -> None:
    assert (timedelta(minutes=30), timedelta(hours=24), timedelta(days=30)) == (
        LINK,
        HANDED_LINK,
        SESSION,
    )


@pytest.mark.parametrize("lasting", [LINK, HANDED_LINK])
def test_link_signs_in_once_and_in_time(database: Database, lasting: timedelta) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        link = make_link(work.people, ada, now=NOON, lasting=lasting).text
        late = make_link(work.people, ada, now=NOON, lasting=lasting).text

        inside = enter_by_link(work.people, link, now=NOON + lasting - MOMENT)

        assert inside is not None
        assert inside.person == ada
        assert who_is_in(work.people, inside.session.text, now=NOON + lasting) == ada
        assert enter_by_link(work.people, link, now=NOON) is None
        assert enter_by_link(work.people, late, now=NOON + lasting) is None
        assert enter_by_link(work.people, "", now=NOON) is None
        assert enter_by_link(work.people, "made up", now=NOON) is None


def test_usual_link_is_that_of_a_mail(database: Database) -> None:
    with database.open_work() as work:
        link = make_link(work.people, a_person(work), now=NOON).text

        assert enter_by_link(work.people, link, now=NOON + LINK) is None


def test_session_lasts_a_month(database: Database) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        session = open_session(work.people, ada, now=NOON).session.text

        assert who_is_in(work.people, session, now=NOON + SESSION - MOMENT) == ada
        assert who_is_in(work.people, session, now=NOON + SESSION) is None
        assert who_is_in(work.people, "", now=NOON) is None
        assert who_is_in(work.people, f"{session}x", now=NOON) is None


def test_password_fits_its_owner_alone(database: Database) -> None:
    with database.open_work() as work:
        ada, ben = a_person(work), a_person(work, "ben")
        work.people.set_password(ada.id, hashed(PASSWORD))

        found = check_password(work.people, ada.email, PASSWORD)

        assert found is not None
        assert found.id == ada.id
        assert check_password(work.people, ada.email, "four made up word") is None
        assert check_password(work.people, ben.email, PASSWORD) is None
        assert check_password(work.people, ben.email, "") is None
        assert check_password(work.people, "eve@example.org", PASSWORD) is None


@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.OPERATOR, Scope.WRITE, Scope.WRITE),
        (Role.MEMBER, Scope.WRITE, Scope.WRITE),
        (Role.MEMBER, Scope.READ, Scope.READ),
        (Role.READER, Scope.WRITE, Scope.READ),
    ],
)
def test_key_lets_a_tool_do_what_its_owner_may(
    database: Database, role: Role, scope: Scope, allowed: Scope
) -> None:
    with database.open_work() as work:
        person = a_person(work, role=role)

        made = make_key(work.people, person, name="tool", scope=scope, now=NOON)

        assert made.token.text.startswith("tw_")
        assert (made.key.name, made.key.scope) == ("tool", allowed)
        assert whose_key(work.people, made.token.text) == (person, allowed)
        assert whose_key(work.people, "tw_made-up") is None
        assert whose_key(work.people, "") is None


def test_key_of_who_only_reads_by_now_only_reads(database: Database) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        key = make_key(work.people, ada, name="tool", scope=Scope.WRITE, now=NOON).token.text
        work.people.change(ada.id, role=Role.READER)

        found = whose_key(work.people, key)

        assert found is not None
        assert found[1] is Scope.READ


def test_question_to_a_browser_is_answered_once_and_in_time(database: Database) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        to_add = ask_to_add(work.passkeys, ada, OURS, now=NOON)
        to_sign_in = ask_to_sign_in(work.passkeys, OURS, now=NOON)
        late = ask_to_sign_in(work.passkeys, OURS, now=NOON)
        end = NOON + timedelta(minutes=5)

        added = take_challenge(work.passkeys, to_add.token.text, now=end - MOMENT)
        signed_in = take_challenge(work.passkeys, to_sign_in.token.text, now=NOON)

        assert added is not None
        assert (added.person_id, len(added.handle), len(added.value)) == (ada.id, 32, 32)
        assert signed_in is not None
        assert (signed_in.person_id, signed_in.handle) == (None, b"")
        assert take_challenge(work.passkeys, to_add.token.text, now=NOON) is None
        assert take_challenge(work.passkeys, late.token.text, now=end) is None
        assert take_challenge(work.passkeys, "", now=NOON) is None


def a_credential(number: int) -> Credential:
    return Credential(id=bytes([number]) * 8, public_key=b"key", handle=b"h" * 32, sign_count=1)


def test_ten_passkeys_are_kept_each_once_under_one_handle(database: Database) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        for number in range(9):
            keep_passkey(work.passkeys, ada, a_credential(number), name="key", now=NOON)
        with pytest.raises(PasskeyRefusedError) as twice:
            keep_passkey(work.passkeys, ada, a_credential(0), name="key", now=NOON)
        question = ask_to_add(work.passkeys, ada, OURS, now=NOON)
        asked = take_challenge(work.passkeys, question.token.text, now=NOON)
        keep_passkey(work.passkeys, ada, a_credential(9), name="last", now=NOON)
        with pytest.raises(PasskeyRefusedError) as too_many:
            keep_passkey(work.passkeys, ada, a_credential(10), name="key", now=NOON)
        with pytest.raises(PasskeyRefusedError) as no_more:
            ask_to_add(work.passkeys, ada, OURS, now=NOON)

        assert str(twice.value) == "This passkey was added before"
        assert asked is not None
        assert asked.handle == b"h" * 32
        assert str(too_many.value) == str(no_more.value) == FULL
        assert len(work.passkeys.of_person(ada.id)) == 10


def test_passkey_whose_count_does_not_go_up_signs_nobody_in_any_more(database: Database) -> None:
    with database.open_work() as work:
        ada = a_person(work)
        credential = a_credential(1)
        keep_passkey(work.passkeys, ada, credential, name="key", now=NOON)
        (passkey,) = work.passkeys.of_person(ada.id)
        held = Held(passkey=passkey, person=ada, credential=credential)

        def entered(count: int) -> Person | None:
            proof = Proof(held=held, count=count)
            inside = enter_by_passkey(work.people, work.passkeys, proof, now=NOON)
            return None if inside is None else inside.person

        assert [entered(count) for count in (2, 2, 3)] == [ada, None, None]
        (copied,) = work.passkeys.of_person(ada.id)
        assert copied.copied_at == NOON

"""Passkeys and challenges, on both databases."""

from datetime import timedelta

import pytest

from monitor.domain.passkeys import Challenge, Credential
from monitor.domain.people import Person, Role
from storage import archive
from storage.engine import Database
from storage.leaving import forget
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)
BROWSER, ANOTHER = b"b" * 32, b"a" * 32
ASKED = Challenge(value=b"\x00\xffasked")


def a_credential(name: bytes = b"\x00one", sign_count: int = 5) -> Credential:
    return Credential(id=name, public_key=b"\xa5key", handle=b"handle", sign_count=sign_count)


@pytest.fixture
def mo(stored: Database) -> Person:
    with stored.open_work() as work:
        person = work.people.add(name="Mo", email="mo@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    return person


def _keep(stored: Database, person: Person, credential: Credential, name: str = "phone") -> int:
    with stored.open_work() as work:
        assert work.passkeys.add(person.id, credential, name=name, now=NOON)
        work.commit()
        return work.passkeys.of_person(person.id)[-1].id


def _ask(stored: Database, digest: bytes, challenge: Challenge = ASKED) -> None:
    with stored.open_work() as work:
        work.passkeys.ask(digest, challenge, now=NOON, until=LATER)
        work.commit()


def test_challenge_is_taken_once_and_by_its_own_browser(stored: Database) -> None:
    _ask(stored, BROWSER)

    with stored.open_work() as work:
        assert work.passkeys.take(ANOTHER, now=NOON) is None
        assert work.passkeys.take(BROWSER, now=NOON) == ASKED
        assert work.passkeys.take(BROWSER, now=NOON) is None


def test_challenge_ends_with_its_time(stored: Database) -> None:
    _ask(stored, BROWSER)

    with stored.open_work() as work:
        assert work.passkeys.take(BROWSER, now=LATER) is None


def test_old_challenges_go_when_a_new_one_is_made(stored: Database) -> None:
    _ask(stored, BROWSER)
    with stored.open_work() as work:
        work.passkeys.ask(ANOTHER, ASKED, now=LATER, until=LATER + timedelta(minutes=5))
        work.commit()

    with stored.open_work() as work:
        assert work.passkeys.take(BROWSER, now=NOON) is None
        assert work.passkeys.take(ANOTHER, now=LATER) == ASKED


def test_passkey_is_found_by_what_its_device_calls_it(stored: Database, mo: Person) -> None:
    _keep(stored, mo, a_credential())

    with stored.open_snapshot() as work:
        held = work.passkeys.find(b"\x00one")
        assert held is not None
        assert (held.person, held.credential, held.passkey.name) == (mo, a_credential(), "phone")
        assert held.passkey == work.passkeys.of_person(mo.id)[0]
        assert work.passkeys.credentials_of(mo.id) == (a_credential(),)
        assert work.passkeys.find(b"\x00two") is None


def test_passkey_is_kept_once(stored: Database, mo: Person) -> None:
    _keep(stored, mo, a_credential())

    with stored.open_work() as work:
        assert not work.passkeys.add(mo.id, a_credential(), name="again", now=NOON)
        assert [one.name for one in work.passkeys.of_person(mo.id)] == ["phone"]


@pytest.mark.parametrize(
    ("kept", "said", "fits"),
    [(5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False), (0, 0, True), (0, 1, True)],
)
def test_count_of_a_passkey_only_goes_up(
    stored: Database, mo: Person, kept: int, said: int, *, fits: bool
) -> None:
    number = _keep(stored, mo, a_credential(sign_count=kept))

    with stored.open_work() as work:
        assert work.passkeys.use(number, sign_count=said, now=LATER) is fits
        (passkey,) = work.passkeys.of_person(mo.id)
        (credential,) = work.passkeys.credentials_of(mo.id)
    assert passkey.used_at == (LATER if fits else None)
    assert credential.sign_count == (said if fits else kept)


def test_passkey_whose_copy_was_seen_is_used_no_more(stored: Database, mo: Person) -> None:
    number = _keep(stored, mo, a_credential())

    with stored.open_work() as work:
        work.passkeys.mark_copied(number, now=NOON)
        work.passkeys.mark_copied(number, now=LATER)
        assert not work.passkeys.use(number, sign_count=9, now=LATER)
        (passkey,) = work.passkeys.of_person(mo.id)
    assert passkey.copied_at == NOON


def test_nobody_takes_off_what_is_anothers(stored: Database, mo: Person) -> None:
    number = _keep(stored, mo, a_credential())
    with stored.open_work() as work:
        ben = work.people.add(name="Ben", email="ben@example.org", role=Role.MEMBER, now=NOON)

        assert not work.passkeys.end(ben.id, number)
        assert work.passkeys.end(mo.id, number)
        assert not work.passkeys.end(mo.id, number)


def test_all_of_a_person_go_at_once_and_of_nobody_else(stored: Database, mo: Person) -> None:
    _keep(stored, mo, a_credential())
    _keep(stored, mo, a_credential(b"\x00two"))
    _ask(stored, BROWSER, Challenge(value=b"new", person_id=mo.id, handle=b"handle"))
    with stored.open_work() as work:
        ben = work.people.add(name="Ben", email="ben@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    _keep(stored, ben, a_credential(b"\x00bens"))

    with stored.open_work() as work:
        work.passkeys.end_all(mo.id)
        assert work.passkeys.of_person(mo.id) == ()
        assert len(work.passkeys.of_person(ben.id)) == 1
        assert work.passkeys.take(BROWSER, now=NOON) is None


def test_passkeys_go_with_their_person(stored: Database, mo: Person) -> None:
    _keep(stored, mo, a_credential())
    _ask(stored, BROWSER, Challenge(value=b"new", person_id=mo.id, handle=b"handle"))

    forget(stored, mo.id, now=LATER)

    with stored.open_work() as work:
        assert work.passkeys.find(b"\x00one") is None
        assert work.passkeys.take(BROWSER, now=NOON) is None


def test_archive_lists_names_and_dates_and_no_keys(stored: Database, mo: Person) -> None:
    _keep(stored, mo, a_credential(), "blue phone")

    (row,) = archive.rows(stored, mo.id, "passkeys")

    assert (row["name"], row["created_at"], row["used_at"]) == ("blue phone", NOON, None)
    assert set(row) == {
        *("id", "subscriber_id", "name", "sign_count", "created_at", "used_at", "copied_at")
    }


def test_when_a_session_was_opened_is_told(stored: Database, mo: Person) -> None:
    with stored.open_work() as work:
        work.people.open_session(BROWSER, mo.id, now=NOON, until=LATER)

        assert work.people.signed_in_at(BROWSER) == NOON
        assert work.people.signed_in_at(ANOTHER) is None

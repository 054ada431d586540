"""Watch lists of several people, on both databases: who sees what, and what ends with it."""

from datetime import timedelta

import pytest

from monitor.alerting.consent import take_word
from monitor.domain.changes import Severity
from monitor.domain.errors import ListNameTakenError, StorageError
from monitor.domain.people import OPERATOR, ListRole, Person, Role
from monitor.domain.watches import Channel
from storage import listpages, queries, watchreads
from storage.engine import Database, open_database
from storage.leaving import forget
from storage.lists import ListRow
from storage.upgrade import upgrade
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_step
from tests.integration.storage.scenes import addresses, claim, join, send_out, watch

LATER = NOON + timedelta(days=1)


def _person(stored: Database, name: str) -> Person:
    with stored.open_work() as work:
        person = work.people.add(name=name, email=f"{name}@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    return person


def _list(stored: Database, owner: Person, name: str = "Asthma") -> ListRow:
    with stored.open_work(owner.id) as work:
        made = work.lists.make(owner.id, name, now=NOON)
        work.watches.add(TRIAL, list_name=name, now=NOON)
        work.commit()
    return made


def _tell(stored: Database, reader: Person, chosen: ListRow) -> str:
    """Let a reader hear of a list by mail; return the token that ends it."""
    token = f"{reader.name}/{chosen.id}"
    with stored.open_work(reader.id) as work:
        target = work.watches.target(Channel.EMAIL, reader.email, secret="", now=NOON)
        take_word(work, target, now=NOON)
        work.commit()
    with stored.open_work(chosen.owner_id) as work:
        work.watches.subscribe(
            target,
            list_name=chosen.name,
            nct_id=None,
            min_severity=Severity.MINOR,
            token=token,
            now=NOON,
        )
        work.commit()
    return token


def _share(stored: Database, chosen: ListRow, reader: Person, role: ListRole) -> None:
    with stored.open_work() as work:
        work.lists.let_in(chosen.id, reader.id, role)
        work.commit()


def test_people_have_lists_of_the_same_name(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")

    first, second = _list(stored, ada), _list(stored, mo)

    assert first.id != second.id
    with stored.open_snapshot() as work:
        assert [row.id for row in work.lists.seen_by(ada.id)] == [first.id]
        assert work.lists.seen(second.id, ada.id) is None
        assert work.lists.seen_by(OPERATOR) == ()


def test_list_is_seen_by_those_let_in_and_counted(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    _share(stored, chosen, mo, ListRole.READER)
    _share(stored, chosen, mo, ListRole.EDITOR)

    with stored.open_snapshot() as work:
        seen = work.lists.seen(chosen.id, mo.id)
        (member,) = work.lists.members(chosen.id)

    assert seen is not None
    assert (seen.role, seen.owner_name, seen.trials) == (ListRole.EDITOR, "ada", 1)
    assert (member.person_id, member.role) == (mo.id, ListRole.EDITOR)


def test_name_is_taken_until_the_list_is_removed(stored: Database) -> None:
    ada = _person(stored, "ada")
    chosen, other = _list(stored, ada), _list(stored, ada, "Eczema")

    with stored.open_work() as work:
        with pytest.raises(ListNameTakenError):
            work.lists.make(ada.id, "Asthma", now=NOON)
        with pytest.raises(ListNameTakenError):
            work.lists.rename(other, "Asthma")
        work.lists.remove(chosen.id, now=NOON)
        again = work.lists.make(ada.id, "Asthma", now=LATER)

    assert (again.id, again.trials) == (chosen.id, 0)


def test_list_is_renamed(stored: Database) -> None:
    ada = _person(stored, "ada")
    chosen = _list(stored, ada)

    with stored.open_work() as work:
        work.lists.rename(chosen, "Lungs")
        found = work.lists.seen(chosen.id, ada.id)

    assert found is not None
    assert found.name == "Lungs"


def test_list_takes_the_name_of_one_that_was_removed(stored: Database) -> None:
    ada = _person(stored, "ada")
    chosen, other = _list(stored, ada), _list(stored, ada, "Eczema")

    with stored.open_work() as work:
        work.lists.remove(chosen.id, now=NOON)
        work.lists.rename(other, "Asthma")
        work.lists.remove(other.id, now=NOON)
        third = work.lists.make(ada.id, "Third", now=LATER)
        work.lists.rename(third, "Asthma")
        work.commit()

    with stored.open_snapshot() as work:
        assert [(row.id, row.name) for row in work.lists.seen_by(ada.id)] == [(third.id, "Asthma")]


def test_held_list_is_as_it_stands_now(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    _share(stored, chosen, mo, ListRole.READER)

    with stored.open_work() as work:
        work.lists.rename(chosen, "Lungs")
        held = work.lists.hold(chosen.id, mo.id)
        work.lists.remove(chosen.id, now=NOON)
        gone = (work.lists.hold(chosen.id, ada.id), work.lists.hold(chosen.id + 1, ada.id))

    assert held is not None
    assert (held.name, held.role) == ("Lungs", ListRole.READER)
    assert gone == (None, None)


@pytest.mark.postgresql
def test_list_that_is_held_is_not_held_by_another_and_sweeps_go_on(
    empty_postgresql_url: str,
) -> None:
    patient = open_database(empty_postgresql_url)
    upgrade(patient)
    ada = _person(patient, "ada")
    chosen = _list(patient, ada)
    hurried = open_database(empty_postgresql_url, busy_timeout=timedelta(milliseconds=1))

    with patient.open_work() as first, hurried.open_work(ada.id) as second:
        first.lists.hold(chosen.id, ada.id)
        assert second.watches.add(OTHER_TRIAL, list_name=chosen.name, now=NOON)
        with pytest.raises(StorageError, match="is locked"):
            second.lists.hold(chosen.id, ada.id)
    hurried.close()
    patient.close()


def test_reader_of_a_shared_list_is_told_once_with_the_owner(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    for reader in (ada, mo):
        _tell(stored, reader, chosen)

    assert send_out(stored.open_work, a_step(2)) == 2
    assert addresses(claim(stored.open_work)) == ["ada@example.org", "mo@example.org"]


def test_nothing_goes_out_for_a_list_that_was_removed(stored: Database) -> None:
    ada = _person(stored, "ada")
    chosen = _list(stored, ada)
    _tell(stored, ada, chosen)
    send_out(stored.open_work, a_step(2))

    with stored.open_work() as work:
        work.lists.remove(chosen.id, now=NOON)
        work.commit()

    assert claim(stored.open_work) == ()
    assert send_out(stored.open_work, a_step(3)) == 0
    with stored.open_snapshot() as work:
        state = work.trials.get(TRIAL)
        assert work.lists.seen_by(ada.id) == ()
    assert state is not None
    assert state.paused


def test_who_is_let_out_hears_no_more_of_that_list(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen, own = _list(stored, ada), _list(stored, mo, "mine")
    _share(stored, chosen, mo, ListRole.READER)
    _tell(stored, mo, chosen)
    kept = _tell(stored, mo, own)
    with stored.open_work() as work:
        assert work.lists.let_out(chosen.id, mo.id, now=NOON)
        assert not work.lists.let_out(chosen.id, mo.id, now=NOON)
        work.commit()

    assert [one.token for one in listpages.told(stored, mo.id)] == [kept]
    with stored.open_snapshot() as work:
        assert work.lists.seen(chosen.id, mo.id) is None


def test_command_line_takes_up_a_removed_list_again(stored: Database) -> None:
    watch(stored.open_work, list_name="one")
    with stored.open_work() as work:
        (one,) = work.lists.seen_by(OPERATOR)
        work.lists.remove(one.id, now=NOON)
        work.commit()

    watch(stored.open_work, list_name="one")

    with stored.open_snapshot() as work:
        assert [row.id for row in work.lists.seen_by(OPERATOR)] == [one.id]


def test_watches_changes_and_messages_are_narrowed_to_a_person(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    _tell(stored, ada, chosen)
    send_out(stored.open_work, a_step(2))
    (row,) = queries.deliveries(stored)

    assert [one.nct_id for one in watchreads.watches(stored, of=ada.id)] == [TRIAL]
    assert watchreads.watches(stored, of=mo.id) == ()
    assert len(queries.newest_alerts(stored, limit=5, of=ada.id)) == 1
    assert queries.newest_alerts(stored, limit=5, of=mo.id) == ()
    assert len(queries.deliveries(stored, of=ada.id)) == 1
    assert queries.deliveries(stored, of=mo.id) == ()
    assert queries.delivery(stored, row.id, of=ada.id) is not None
    assert queries.delivery(stored, row.id, of=mo.id) is None


def test_page_of_a_list_shows_trials_and_who_is_told_of_ones_own(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    for reader in (ada, mo):
        _tell(stored, reader, chosen)

    (trial,) = listpages.trials_on(stored, chosen.id)
    (told,) = listpages.told(stored, mo.id, list_id=chosen.id)

    assert trial.nct_id == TRIAL
    assert (told.address, told.list_name, told.hours) == ("mo@example.org", "Asthma", "")
    assert listpages.told(stored, mo.id, list_id=chosen.id + 1) == ()


def test_alerts_of_a_list_begin_with_a_release(stored: Database) -> None:
    ada = _person(stored, "ada")
    chosen = _list(stored, ada)
    send_out(
        stored.open_work,
        a_step(2, release="2026-03-09"),
        a_step(3, release="2026-03-12"),
        a_step(4, release="2026-03-13", severity=Severity.SILENT),
        a_step(2, nct_id=OTHER_TRIAL, release="2026-03-12"),
    )

    found = listpages.alerts_of_list(stored, chosen.id, since="2026-03-10", limit=10)

    assert [(alert.nct_id, alert.to_version) for alert in found] == [(TRIAL, 3)]


def test_leaving_deletes_everything_of_a_person_and_nothing_of_others(stored: Database) -> None:
    ada, mo = _person(stored, "ada"), _person(stored, "mo")
    chosen = _list(stored, ada)
    _share(stored, chosen, mo, ListRole.READER)
    for reader in (ada, mo):
        _tell(stored, reader, chosen)
    watch(stored.open_work, OTHER_TRIAL)
    join(stored.open_work, "op@example.org", nct_id=OTHER_TRIAL)
    send_out(stored.open_work, a_step(2), a_step(2, nct_id=OTHER_TRIAL))
    claim(stored.open_work)
    with stored.open_work() as work:
        work.people.open_session(b"s", ada.id, now=NOON, until=LATER)
        work.commit()

    forget(stored, ada.id, now=NOON)

    assert [row.address for row in queries.deliveries(stored)] == ["op@example.org"]
    with stored.open_snapshot() as work:
        assert [person.name for person in work.people.everybody()] == ["operator", "mo"]
        assert work.people.in_session(b"s", now=NOON) is None
        assert work.lists.seen_by(mo.id) == ()
        state = work.trials.get(TRIAL)
    assert state is not None
    assert state.paused


def test_operator_stays(stored: Database) -> None:
    with pytest.raises(ValueError, match="operator"):
        forget(stored, OPERATOR, now=NOON)

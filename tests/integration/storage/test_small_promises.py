"""Promises of the rows that are small, and would be missed one at a time."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from monitor.alerting.hours import choose_hours
from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import SearchNotFoundError, SearchRefusedError, StorageError
from monitor.domain.events import NOTICES, EventType
from monitor.domain.notes import Note
from monitor.domain.people import OPERATOR, ListRole, Role
from monitor.domain.ports import OpenWork
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST, Channel
from storage import queries, targetcare
from storage.engine import Database, open_database
from storage.histories import Step
from storage.keys import Keyring, make_file
from storage.moving import move
from storage.replaying import works_again
from storage.sealing import opened_text, sealed_text
from storage.searchviews import find_search
from storage.standing import standing
from storage.targethours import hours_by_target
from storage.upgrade import upgrade
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_state, a_step, a_version, an_outcome
from tests.integration.storage.scenes import addresses, claim, join, make_target, send_out, watch
from tests.integration.storage.test_searches import a_search

ADA, BEN, HOOK = "ada@example.org", "ben@example.org", "https://hooks.example/a"
THIRD = NctId("NCT99000003")


def test_who_asked_for_one_trial_is_not_told_of_another_on_the_list(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, OTHER_TRIAL)
    join(open_work, ADA, nct_id=TRIAL)
    join(open_work, BEN)

    assert send_out(open_work, a_step(2, nct_id=OTHER_TRIAL)) == 1
    assert addresses(claim(open_work)) == [BEN]
    assert send_out(open_work, a_step(2)) == 2


def test_reader_of_webhooks_troubles_who_joins_a_list_hears_of_trials_too(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, ADA)
    targetcare.choose(stored, targetcare.find(stored, ADA), types=list(NOTICES))
    join(stored.open_work, HOOK, channel=Channel.WEBHOOK)
    targetcare.choose(stored, targetcare.find(stored, HOOK), types=[EventType.SEARCH_MATCHED])

    join(stored.open_work, ADA, token="again", min_severity=Severity.MAJOR)
    join(stored.open_work, HOOK, channel=Channel.WEBHOOK, token="hook again")

    assert EventType.TRIAL_CHANGED in targetcare.find(stored, ADA).types
    assert set(targetcare.find(stored, HOOK).types) == {EventType.SEARCH_MATCHED}


def test_end_of_everything_ends_notices_and_keeps_what_else_was_chosen(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, ADA, token="ada")
    chosen = [EventType.TRIAL_CHANGED, *NOTICES]
    targetcare.choose(stored, targetcare.find(stored, ADA), types=chosen)

    with stored.open_work() as work:
        work.letterboxes.end_all("ada", now=NOON)
        work.commit()

    assert set(targetcare.find(stored, ADA).types) == {EventType.TRIAL_CHANGED}


def test_ones_own_lists_come_before_those_one_is_let_into(stored: Database) -> None:
    watch(stored.open_work)
    with stored.open_work() as work:
        common = work.lists.seen_by(OPERATOR)[0]
        made = work.people.add(name="Ada", email=ADA, role=Role.MEMBER, now=NOON)
        own = work.lists.make(made.id, "zebras", now=NOON)
        work.lists.let_in(common.id, made.id, ListRole.READER)
        work.commit()

    with stored.open_snapshot() as work:
        assert [one.id for one in work.lists.seen_by(made.id)] == [own.id, common.id]


@pytest.mark.parametrize("note", [Note(text="Ask Ben"), Note(tags=("lung",))])
def test_note_without_tags_and_tags_without_a_note_follow_to_the_new_number(
    stored: Database, note: Note
) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL)
    with stored.open_work() as work:
        common = work.lists.seen_by(OPERATOR)[0]
        work.notes.write(common.id, TRIAL, note)
        work.notes.join(TRIAL, OTHER_TRIAL)
        work.commit()

    with stored.open_snapshot() as work:
        assert work.notes.get(common.id, OTHER_TRIAL) == note


def test_page_of_deliveries_goes_on_behind_the_one_it_is_asked_from(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, ADA)
    send_out(stored.open_work, *(a_step(number) for number in range(2, 6)))

    whole = [one.id for one in queries.deliveries(stored)]
    page = queries.deliveries(stored, older_than=whole[1])
    assert [one.id for one in page] == whole[2:]


def test_target_that_works_again_is_well_from_then_on(stored: Database) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL, THIRD)
    join(stored.open_work, HOOK, channel=Channel.WEBHOOK)
    send_out(stored.open_work, a_step(2))
    [one] = claim(stored.open_work)
    with stored.open_work() as work:
        failed = an_outcome(state=DeliveryState.PENDING, due_at=NOON, word="failed", status=None)
        work.deliveries.record([(one, failed)], now=NOON)
        work.commit()

    works_again(stored, one.target, now=NOON)

    send_out(stored.open_work, *(a_step(3, nct_id=nct_id) for nct_id in (OTHER_TRIAL, THIRD)))
    assert len(claim(stored.open_work)) > 1, "it is still tried one at a time"


def test_what_is_unseen_is_counted_apart_from_what_has_a_version(stored: Database) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL, THIRD)
    with stored.open_work() as work:
        work.trials.save([a_state(latest_version=1)])
        work.versions.add(a_version())
        work.commit()

    found = standing(stored)
    assert (found.watched, found.unseen) == (3, 2)
    with stored.open_snapshot() as work:
        assert work.trials.with_baseline() == (TRIAL,)


def test_hours_are_narrowed_to_ones_own_targets(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, ADA)
    with stored.open_work() as work:
        target = make_target(work, ADA)
        choose_hours(
            work,
            target,
            Timing(rhythm=Rhythm.DAILY, zone="UTC"),
            list_name=DEFAULT_LIST,
            token="hours",
            now=NOON,
        )
        work.commit()

    assert set(hours_by_target(stored)) == set(hours_by_target(stored, of=OPERATOR)) == {target.id}
    assert hours_by_target(stored, of=OPERATOR + 1) == {}


@pytest.mark.parametrize(("from_version", "before"), [(-1, True), (0, True), (1, False)])
def test_step_says_whether_it_was_before_the_watch(*, from_version: int, before: bool) -> None:
    step = Step(release="", from_version=from_version, to_version=from_version + 1, changes=())

    assert step.before_watch is before


def test_sealed_value_that_no_longer_fits_its_key_is_left_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "secrets.key"
    assert not make_file(path)
    keyring = Keyring(path)
    sealed = sealed_text("whsec", keyring.first, "targets.secret")
    broken = f"{sealed[:-8]}AAAAAAA="

    assert opened_text(sealed, keyring, "targets.secret") == "whsec"
    assert opened_text(sealed, keyring, "targets.address") == sealed
    assert opened_text(broken, keyring, "targets.secret") == broken


def test_version_that_is_not_the_next_is_said_with_what_to_do(stored: Database) -> None:
    with stored.open_work() as work:
        work.trials.save([a_state()])
        work.versions.add(a_version())
        with pytest.raises(StorageError) as newer:
            work.versions.add(a_version(3))
        with pytest.raises(StorageError) as older:
            work.versions.add_before(a_version(-1))

    assert str(newer.value) == (
        f"Version 3 of {TRIAL} was not stored: the newest is 1, so another sweep stored one"
        " meanwhile; sweep again"
    )
    assert re.fullmatch(
        rf"Version -1 of {TRIAL} was not stored: .+, and past versions go down one by one from the"
        r" baseline",
        str(older.value),
    )


def test_second_search_of_a_name_is_said_with_what_to_do(stored: Database) -> None:
    a_search(stored.open_work)
    with pytest.raises(SearchRefusedError) as error:
        a_search(stored.open_work)

    assert str(error.value) == (
        "The list 'machines' has a search 'Robots' already: give this one another name, or remove"
        " that one first (`trialwatch search list` has its number)"
    )


def test_search_that_is_not_there_is_said_where_its_number_is_found(stored: Database) -> None:
    with pytest.raises(SearchNotFoundError) as error:
        find_search(stored, 99, of=OPERATOR)

    words = "There is no search 99; see `trialwatch search list` for their numbers"
    assert str(error.value) == words


def test_move_into_what_is_not_empty_says_what_holds_something(
    database: Database, tmp_path: Path
) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'taken.db'}")) as taken:
        upgrade(taken)
        watch(taken.open_work)
        with pytest.raises(StorageError) as error:
            move(database, taken, now=NOON)

    assert re.fullmatch(
        rf"The database {re.escape(taken.shown_as)} is not empty \(\w+ has \d+ rows\);"
        r" name a new one\. Nothing was moved",
        str(error.value),
    )


def test_keys_that_are_lost_are_said_with_what_goes_on_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "secrets.key"
    path.write_text("no key\n", encoding="utf-8")

    assert re.fullmatch(
        rf"The key file {re.escape(str(path))} is no key file: .*\. Secrets of webhooks and addresses"
        r" of chats can be neither kept nor used until it is back; mail goes on\. Put back the file"
        r" that is kept apart from the backups, or name it in TRIALWATCH_SECRETS_KEY_FILE",
        Keyring(path).trouble,
    )


def test_keys_that_cannot_be_made_are_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "secrets.key"

    assert make_file(path) == (
        f"The key file {path} cannot be made (File exists). Webhooks and chats can be neither"
        " added nor used until there is one; mail goes on. Name a file outside the database's folder"
        " in TRIALWATCH_SECRETS_KEY_FILE"
    )

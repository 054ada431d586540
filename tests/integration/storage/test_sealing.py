"""Secrets stand sealed in the database; its file and its backups alone open nothing."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import text

from monitor.domain.errors import StorageError
from monitor.domain.watches import Channel, Target
from storage import keptanswers, targetcare
from storage.backup import backup, restore
from storage.engine import Database, open_database
from storage.keptanswers import Named
from storage.keys import Keyring, new_key, write_file
from storage.moving import move
from storage.resealing import OPEN, counted, forget_old, rotate, seal_rest, use_keys
from storage.upgrade import upgrade
from tests.builders import NOON, a_step
from tests.integration.storage.scenes import claim, join, send_out, watch

HOOK = "https://hooks.example.org/in?key=6f1d9c2e"
CHAT = "https://hooks.slack.example/services/T0001/B0001/hGzq8sR2kLwX"
SECRETS = (
    "whsec_bWFkZSB1cCBmb3IgdGVzdHM",
    "whsec_b2xkZXIgdGhhbiB0aGF0IG9u",
    "8sR2kLwX",
    "6f1d9c2e",
)
ANSWER = b'{"secret": "whsec_YW5zd2VyZWQgdG8gYSB0b29s"}'


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "secrets.key"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/restored.db")
    yield opened
    opened.close()


@pytest.fixture(params=["database", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stored(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A real database of this test's own: keys are given to it for good."""
    if request.param == "database":
        yield request.getfixturevalue("database")
        return
    opened = open_database(request.getfixturevalue("empty_postgresql_url"))
    upgrade(opened)
    yield opened
    opened.close()


def add(database: Database, channel: Channel, address: str, secret: str = "") -> Target:
    with database.open_work() as work:
        target = work.watches.target(channel, address, secret=secret, now=NOON)
        work.commit()
    return target


def fill(database: Database) -> None:
    """Put a secret of each kind into the database."""
    add(database, Channel.WEBHOOK, HOOK, SECRETS[1])
    [hook] = targetcare.all_targets(database)
    targetcare.rotate(database, hook, secret=SECRETS[0], now=NOON)
    add(database, Channel.SLACK, CHAT)
    add(database, Channel.EMAIL, "ada@example.org")
    named = Named(caller="c", key="k", person_id=1, request=b"r")
    keptanswers.claim(database, named, now=NOON)
    keptanswers.keep(database, named, status=201, body=ANSWER)


def is_all_there(database: Database) -> None:
    hook, chat, mail, *_ = targetcare.all_targets(database)
    assert (hook.address, hook.secret, hook.old_secret) == (HOOK, SECRETS[0], SECRETS[1])
    assert (chat.address, mail.address) == (CHAT, "ada@example.org")
    found = keptanswers.claim(
        database, Named(caller="c", key="k", person_id=1, request=b"r"), now=NOON
    )
    assert found is not None
    assert found.body == ANSWER


def known_in(folder: Path) -> list[str]:
    """Return the secrets that stand open in a database's files."""
    raw = b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))
    assert raw
    return [secret for secret in (*SECRETS, "YW5zd2VyZWQgdG8") if secret.encode() in raw]


def test_file_of_the_database_holds_no_secret(
    database: Database, tmp_path: Path, keys: Path
) -> None:
    use_keys(database, keys)

    fill(database)

    is_all_there(database)
    assert known_in(tmp_path) == []


def test_what_stood_open_is_sealed_and_leaves_no_copy(
    database: Database, tmp_path: Path, keys: Path
) -> None:
    fill(database)
    targetcare.disable(database, targetcare.find(database, HOOK))
    assert len(known_in(tmp_path)) == len(SECRETS) + 1

    use_keys(database, keys)

    is_all_there(database)
    assert known_in(tmp_path) == []
    assert OPEN not in counted(database)


def test_columns_on_the_server_hold_no_secret(stored: Database, keys: Path) -> None:
    use_keys(stored, keys)
    fill(stored)

    with stored.reading() as connection:
        rows = connection.execute(text("SELECT address, secret, old_secret FROM targets")).all()
        bodies = connection.execute(text("SELECT body FROM kept_answers")).scalars().all()

    said = repr(rows) + repr([bytes(body) for body in bodies])
    assert [secret for secret in SECRETS if secret in said] == []
    assert "ada@example.org" in said
    is_all_there(stored)


def test_same_address_again_is_the_same_target(stored: Database, keys: Path) -> None:
    use_keys(stored, keys)

    first, again = add(stored, Channel.SLACK, CHAT), add(stored, Channel.SLACK, CHAT)

    assert first.id == again.id
    assert targetcare.find(stored, CHAT).id == first.id


def test_key_file_is_its_owners_alone_and_lies_where_it_is_said(
    database: Database, keys: Path
) -> None:
    use_keys(database, keys)

    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]
    assert "raw" not in repr(Keyring(keys).keys)


def test_of_two_that_begin_at_once_the_second_takes_the_first_ones_key(
    database: Database, keys: Path
) -> None:
    first = use_keys(database, keys)

    second = use_keys(database, keys)

    assert first.keys == second.keys


def test_new_key_seals_everything_and_running_processes_follow(
    stored: Database, keys: Path
) -> None:
    running = use_keys(stored, keys)
    fill(stored)
    old = running.keys[0]
    other = Keyring(keys)

    changed = rotate(stored)

    new = other.first
    assert changed == 3
    assert new != old
    assert set(counted(stored)) == {new.id}
    is_all_there(stored)
    assert forget_old(stored) == 1
    assert Keyring(keys).keys == (new,)
    is_all_there(stored)


def test_killed_rotation_is_finished_by_the_next_start(stored: Database, keys: Path) -> None:
    keyring = use_keys(stored, keys)
    fill(stored)
    # The file is written, and the process dies before the commit.
    write_file(keys, [new_key(), *keyring.keys])

    is_all_there(stored)
    assert seal_rest(stored) == 3

    assert set(counted(stored)) == {Keyring(keys).first.id}
    is_all_there(stored)


def test_key_that_still_seals_something_is_not_forgotten(stored: Database, keys: Path) -> None:
    keyring = use_keys(stored, keys)
    fill(stored)
    write_file(keys, [new_key(), *keyring.keys])

    with pytest.raises(StorageError, match="Nothing was forgotten"):
        forget_old(stored)

    assert len(Keyring(keys).keys) == 2


def test_address_added_twice_while_keys_are_exchanged_stops_no_start(
    stored: Database, keys: Path
) -> None:
    keyring = use_keys(stored, keys)
    fill(stored)
    write_file(keys, [new_key(), *keyring.keys])
    twin = add(stored, Channel.SLACK, CHAT)

    seal_rest(stored)

    same = [target for target in targetcare.all_targets(stored) if target.address == CHAT]
    assert twin.id in {target.id for target in same}
    assert len(same) == 2


def test_lost_key_is_said_and_no_other_is_made(stored: Database, keys: Path) -> None:
    use_keys(stored, keys)
    fill(stored)
    keys.rename(keys.with_suffix(".away"))

    keyring = use_keys(stored, keys)

    assert not keys.exists()
    assert "cannot be read" in keyring.trouble
    assert "kept apart from the backups" in keyring.trouble
    hook, chat, mail = targetcare.all_targets(stored)
    assert (hook.is_sealed, chat.is_sealed, mail.is_sealed) == (True, True, False)
    assert hook.shown == "an address that is sealed, and its key is missing"
    with pytest.raises(StorageError, match="can be neither kept nor used"):
        add(stored, Channel.WEBHOOK, "https://new.example.org", SECRETS[0])
    assert add(stored, Channel.EMAIL, "ben@example.org").address == "ben@example.org"
    keys.with_suffix(".away").rename(keys)
    use_keys(stored, keys)
    is_all_there(stored)


def test_wrong_key_opens_nothing_and_breaks_nothing(stored: Database, keys: Path) -> None:
    use_keys(stored, keys)
    fill(stored)
    before = counted(stored)
    write_file(keys, [new_key()])

    use_keys(stored, keys)

    assert seal_rest(stored) == 0
    assert counted(stored) == before
    assert [target.is_sealed for target in targetcare.all_targets(stored)] == [True, True, False]


@pytest.mark.parametrize("content", ["", "no key", "YQ==\n", "\x00" * 88])
def test_file_without_keys_is_said_to_be_none(database: Database, keys: Path, content: str) -> None:
    keys.parent.mkdir()
    keys.write_text(content)

    keyring = use_keys(database, keys)

    assert "is no key file" in keyring.trouble
    assert keys.read_text() == content


def test_folder_that_may_not_be_written_is_said_and_mail_goes_on(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    keyring = use_keys(database, tmp_path / "file" / "secrets.key")

    assert "cannot be made" in keyring.trouble
    assert "mail goes on" in keyring.trouble
    assert add(database, Channel.EMAIL, "ada@example.org").address == "ada@example.org"


def test_webhook_without_its_key_is_claimed_beside_mail_and_blamed_for_nothing(
    stored: Database, keys: Path
) -> None:
    use_keys(stored, keys)
    watch(stored.open_work)
    join(stored.open_work)
    join(stored.open_work, HOOK, channel=Channel.WEBHOOK)
    send_out(stored.open_work, a_step(2))
    write_file(keys, [new_key()])
    use_keys(stored, keys)

    claimed = claim(stored.open_work)

    assert sorted((one.target.channel, one.target.is_sealed) for one in claimed) == [
        (Channel.EMAIL, False),
        (Channel.WEBHOOK, True),
    ]


def test_backup_is_sealed_and_opens_where_the_key_is(
    stored: Database, empty: Database, tmp_path: Path, keys: Path
) -> None:
    use_keys(stored, keys)
    fill(stored)

    backup(stored, tmp_path / "backup")

    with (tmp_path / "backup").open("rb") as file:
        lines = zstandard.ZstdDecompressor().stream_reader(file).read()
    assert [secret for secret in SECRETS if secret.encode() in lines] == []
    restore(empty, tmp_path / "backup")
    use_keys(empty, keys)
    is_all_there(empty)


def test_restored_without_its_key_no_new_one_is_made(
    stored: Database, empty: Database, tmp_path: Path, keys: Path
) -> None:
    use_keys(stored, keys)
    fill(stored)
    backup(stored, tmp_path / "backup")

    restore(empty, tmp_path / "backup")
    keyring = use_keys(empty, tmp_path / "new" / "secrets.key")

    assert "cannot be read" in keyring.trouble
    assert not (tmp_path / "new" / "secrets.key").exists()


def test_backup_from_before_there_were_keys_is_sealed_when_it_is_restored(
    database: Database, empty: Database, tmp_path: Path, keys: Path
) -> None:
    fill(database)
    backup(database, tmp_path / "backup")
    database.close()
    (tmp_path / "trialwatch.db").unlink()

    restore(empty, tmp_path / "backup")
    use_keys(empty, keys)

    is_all_there(empty)
    assert known_in(tmp_path) == []


def test_moved_secrets_stay_sealed_without_the_key(stored: Database, keys: Path) -> None:
    use_keys(stored, keys)
    fill(stored)
    before = counted(stored)
    other = open_database(f"sqlite:///{keys.parent.parent}/moved.db")

    compared = move(stored, other, now=NOON + timedelta(minutes=1))

    assert all(one.same for one in compared)
    assert counted(other) == before
    use_keys(other, keys)
    is_all_there(other)
    other.close()


def test_new_database_is_ready_with_a_key(empty: Database, keys: Path) -> None:
    upgrade(empty)

    assert use_keys(empty, keys).trouble == ""
    assert counted(empty) == {}

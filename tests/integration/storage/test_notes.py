"""Notes and tags beside trials, on both databases."""

from monitor.domain.notes import Note
from monitor.domain.people import OPERATOR, ListRole, Role
from monitor.domain.trial import NctId
from storage import archive, listpages
from storage.engine import Database
from storage.leaving import forget
from storage.lists import ListRow
from storage.tables import watches
from tests.builders import NOON, OTHER_TRIAL, TRIAL
from tests.integration.storage.scenes import watch

NOTE = Note(text="Ask Ben\nabout travel", tags=("lung", "phase-3"))


def _common(stored: Database, *numbers: NctId) -> ListRow:
    watch(stored.open_work, *numbers or (TRIAL,))
    with stored.open_work() as work:
        (common,) = work.lists.seen_by(OPERATOR)
    return common


def _write(stored: Database, chosen: ListRow, nct_id: NctId, note: Note) -> bool:
    with stored.open_work() as work:
        written = work.notes.write(chosen.id, nct_id, note)
        work.commit()
    return written


def _beside(stored: Database, chosen: ListRow, nct_id: NctId = TRIAL) -> Note | None:
    with stored.open_snapshot() as work:
        return work.notes.get(chosen.id, nct_id)


def test_note_is_written_read_and_replaced(stored: Database) -> None:
    common = _common(stored)
    assert _beside(stored, common) == Note()

    assert _write(stored, common, TRIAL, NOTE)
    assert _beside(stored, common) == NOTE
    _write(stored, common, TRIAL, Note())
    assert _beside(stored, common) == Note()


def test_trial_elsewhere_has_no_note_here(stored: Database) -> None:
    common = _common(stored)

    assert not _write(stored, common, OTHER_TRIAL, NOTE)
    assert _beside(stored, common, OTHER_TRIAL) is None


def test_list_is_narrowed_to_a_whole_tag(stored: Database) -> None:
    common = _common(stored, TRIAL, OTHER_TRIAL)
    _write(stored, common, TRIAL, Note(tags=("lung-2", "phase-3")))
    _write(stored, common, OTHER_TRIAL, Note(tags=("lung", "phase-3")))

    def found(tag: str) -> list[str]:
        return [one.nct_id for one in listpages.trials_on(stored, common.id, tag=tag)]

    assert found("lung") == [OTHER_TRIAL]
    assert found("phase-3") == sorted([TRIAL, OTHER_TRIAL])
    assert found("%") == found("_ung") == found("lung phase-3x") == []
    with stored.open_snapshot() as work:
        assert work.notes.tags_on(common.id) == {"lung": 1, "lung-2": 1, "phase-3": 2}


def test_note_goes_with_its_trial(stored: Database) -> None:
    common = _common(stored)
    _write(stored, common, TRIAL, NOTE)

    with stored.open_work() as work:
        work.watches.remove(TRIAL, list_name=None)
        work.watches.add(TRIAL, list_name=common.name, now=NOON)
        work.commit()

    assert _beside(stored, common) == Note()


def test_note_follows_to_the_trial_that_its_own_became(stored: Database) -> None:
    common = _common(stored, TRIAL, OTHER_TRIAL)
    _write(stored, common, TRIAL, NOTE)
    _write(stored, common, OTHER_TRIAL, Note(text="Mine", tags=("old",)))

    with stored.open_work() as work:
        work.watches.move(TRIAL, OTHER_TRIAL, now=NOON)
        work.commit()

    assert _beside(stored, common, TRIAL) is None
    assert _beside(stored, common, OTHER_TRIAL) == Note(
        text=f"Mine\n{NOTE.text}", tags=("lung", "old", "phase-3")
    )


def test_who_sees_a_list_sees_its_notes_and_nobody_else(stored: Database) -> None:
    common = _common(stored)
    _write(stored, common, TRIAL, NOTE)
    with stored.open_work() as work:
        mo, li = [
            work.people.add(name=name, email=f"{name}@example.org", role=Role.MEMBER, now=NOON)
            for name in ("mo", "li")
        ]
        work.lists.let_in(common.id, mo.id, ListRole.READER)
        work.commit()

    with stored.open_snapshot() as work:
        (seen,) = work.notes.of_trial(TRIAL, mo.id)
        assert (seen.list_name, seen.role, seen.note) == (common.name, ListRole.READER, NOTE)
        assert work.notes.of_trial(TRIAL, li.id) == ()


def test_notes_are_in_the_archive_of_oneself_and_go_with_it(stored: Database) -> None:
    with stored.open_work() as work:
        mo = work.people.add(name="mo", email="mo@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    with stored.open_work(mo.id) as work:
        made = work.lists.make(mo.id, "Robots", now=NOON)
        work.watches.add(TRIAL, list_name="Robots", now=NOON)
        work.notes.write(made.id, TRIAL, NOTE)
        work.commit()

    (kept,) = archive.rows(stored, mo.id, watches.name)
    forget(stored, mo.id, now=NOON)

    assert (kept["note"], kept["tags"].split()) == (NOTE.text, list(NOTE.tags))
    assert _beside(stored, made) is None

"""What is written down about a study that came back: the row, the version, words, and who hears."""

from datetime import datetime, timedelta

import pytest

from monitor.alerting.at import At
from monitor.alerting.settle import settle, settle_study
from monitor.alerting.settled import Settled
from monitor.domain.changes import Severity
from monitor.domain.errors import RegistryUnavailableError
from monitor.domain.ports import FetchedBatch, FetchedStudy, KeptAside
from monitor.domain.trial import TrialState
from tests.builders import NOON, OTHER_TRIAL, TRIAL, agreed_target
from tests.fakes.registry import a_study
from tests.fakes.work import FakeDatabase

FIRST, SECOND = "2026-03-02T09:00:05", "2026-03-03T09:00:05"
LATER = NOON + timedelta(days=1)


def record(status: str = "RECRUITING") -> FetchedStudy:
    raw = a_study(TRIAL, statusModule={"overallStatus": status, "statusVerifiedDate": "2026-02"})
    return FetchedStudy(requested=TRIAL, nct_id=TRIAL, raw=raw)


def came(
    database: FakeDatabase,
    study: FetchedStudy,
    *,
    release: str,
    now: datetime = NOON,
    whole: bool = False,
) -> Settled:
    at = At(release=release, now=now, whole=whole)
    with database.open_work() as work:
        state = work.trials.get(TRIAL) or TrialState(nct_id=TRIAL)
        settled = settle_study(work, state, study, at)
        work.commit()
    return settled


@pytest.fixture
def database() -> FakeDatabase:
    """One reader of one watched trial whose baseline was taken."""
    database = FakeDatabase()
    with database.open_work() as work:
        work.watches.add(TRIAL, list_name="a", now=NOON)
        work.watches.subscribe(
            agreed_target(work, "reader@clinic.example"),
            list_name="a",
            nct_id=None,
            min_severity=Severity.MINOR,
            token="token",
            now=NOON,
        )
        work.commit()
    came(database, record(), release=FIRST)
    return database


def pause(database: FakeDatabase) -> None:
    database.rows.trials[TRIAL] = database.rows.trials[TRIAL].evolve(paused=True)


def test_baseline_is_written_down_in_every_part_and_told_to_nobody(database: FakeDatabase) -> None:
    rows = database.rows

    assert list(rows.versions) == [(TRIAL, 1)]
    assert list(rows.lineages) == [(TRIAL, 1)]
    (summary,) = rows.summaries.values()
    assert (summary.version, bool(summary.sections)) == (1, True)
    state = rows.trials[TRIAL]
    assert (state.swept_release, state.seen_at) == (FIRST, NOON)
    assert (rows.alerts, rows.deliveries) == ({}, {})


def test_study_that_is_as_it_was_is_marked_as_seen_and_no_more(database: FakeDatabase) -> None:
    before = database.rows.trials[TRIAL]

    settled = came(database, record(), release=SECOND, now=LATER)

    assert settled == Settled(unchanged=1)
    assert database.rows.trials[TRIAL] == before.evolve(swept_release=SECOND, seen_at=LATER)
    assert list(database.rows.versions) == [(TRIAL, 1)]


def test_change_is_written_down_in_every_part_and_told(database: FakeDatabase) -> None:
    settled = came(database, record("SUSPENDED"), release=SECOND, now=LATER)

    rows = database.rows
    assert (settled.versions, settled.unchanged, settled.deliveries) == (1, 0, 1)
    assert settled.alerts == tuple(rows.alerts.values())
    assert list(rows.versions) == list(rows.lineages) == [(TRIAL, 1), (TRIAL, 2)]
    assert max(summary.version for summary in rows.summaries.values()) == 2
    state = rows.trials[TRIAL]
    assert (state.swept_release, state.seen_at, state.latest_version) == (SECOND, LATER, 2)


@pytest.mark.parametrize("status", ["RECRUITING", "SUSPENDED"])
@pytest.mark.parametrize(
    ("whole", "was_paused", "is_paused"),
    [(False, True, False), (False, False, False), (True, True, True), (True, False, False)],
)
def test_only_a_going_through_of_all_leaves_a_paused_trial_paused(
    database: FakeDatabase, status: str, *, whole: bool, was_paused: bool, is_paused: bool
) -> None:
    if was_paused:
        pause(database)

    came(database, record(status), release=SECOND, whole=whole)

    assert database.rows.trials[TRIAL].paused is is_paused


def test_change_while_nobody_watched_is_kept_and_sent_to_nobody(database: FakeDatabase) -> None:
    pause(database)

    settled = came(database, record("SUSPENDED"), release=SECOND)

    assert (len(settled.alerts), settled.deliveries) == (1, 0)
    assert len(database.rows.alerts) == 1
    assert database.rows.deliveries == {}


def test_study_that_nobody_watches_gets_no_words_in_a_going_through_of_all(
    database: FakeDatabase,
) -> None:
    pause(database)

    settled = came(database, record("SUSPENDED"), release=SECOND, whole=True)

    assert [alert.summary.title for alert in settled.alerts] == ["Lanterin for Tired Robots"]
    assert settled.alerts[0].summary.sections == ()
    assert [summary.version for summary in database.rows.summaries.values()] == [1]


def test_batch_is_settled_study_by_study(database: FakeDatabase) -> None:
    aside = KeptAside(nct_id=OTHER_TRIAL, reason="not JSON", raw=b"?")
    batch = FetchedBatch(studies=(record(),), missing=(), kept_aside=(aside,))

    settled = settle(database.open_work, batch, {}, At(release=SECOND, now=LATER))

    assert settled == Settled(unchanged=1, refused=(aside,))
    assert database.rows.kept_aside == {OTHER_TRIAL: (aside, SECOND)}
    other = database.rows.trials[OTHER_TRIAL]
    assert (other.swept_release, other.seen_at) == (SECOND, None)


def test_missing_number_is_settled_by_what_looking_at_it_gave(database: FakeDatabase) -> None:
    batch = FetchedBatch(studies=(), missing=(TRIAL, OTHER_TRIAL), kept_aside=())
    at, down = At(release=SECOND, now=LATER), RegistryUnavailableError("502")

    failed = settle(database.open_work, batch, {TRIAL: down, OTHER_TRIAL: None}, at)
    assert database.rows.trials[TRIAL].swept_release == FIRST, "asked for again"
    found = settle(database.open_work, batch, {TRIAL: record()}, at)

    assert failed == Settled(unknown=(OTHER_TRIAL,))
    assert database.rows.trials[OTHER_TRIAL].missing_since == SECOND
    assert found == Settled(unchanged=1)
    assert database.rows.trials[TRIAL].swept_release == SECOND


def test_merged_trial_leads_its_watches_to_a_row_that_is_due(database: FakeDatabase) -> None:
    moved = FetchedStudy(requested=TRIAL, nct_id=OTHER_TRIAL, raw=a_study(OTHER_TRIAL))

    settled = came(database, moved, release=SECOND)

    assert settled.merged == ((TRIAL, OTHER_TRIAL),)
    assert list(database.rows.watches) == [("a", OTHER_TRIAL)]
    assert database.rows.trials[OTHER_TRIAL] == TrialState(nct_id=OTHER_TRIAL)


def test_merged_trial_whose_new_number_is_held_leaves_that_as_it_is(
    database: FakeDatabase,
) -> None:
    held = TrialState(nct_id=OTHER_TRIAL, latest_version=4, swept_release=FIRST)
    database.rows.trials[OTHER_TRIAL] = held
    moved = FetchedStudy(requested=TRIAL, nct_id=OTHER_TRIAL, raw=a_study(OTHER_TRIAL))

    came(database, moved, release=SECOND)

    assert database.rows.trials[OTHER_TRIAL] == held

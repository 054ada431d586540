"""What one answer about one trial means, and what it adds to a sweep's report."""

from dataclasses import replace

import pytest

from monitor.alerting.at import At
from monitor.alerting.verdicts import (
    Last,
    Verdict,
    absent,
    content_sha256,
    first_kept,
    judge,
    refused,
    unchanged,
)
from monitor.domain.ports import FetchedStudy, KeptAside
from monitor.domain.trial import NctId, TrialState
from tests.builders import (
    NOON,
    OTHER_TRIAL,
    TRIAL,
    a_state,
    a_version,
)
from tests.fakes.registry import FIRST_STAMP, a_study

SECOND, THIRD = "2026-03-03T09:00:05", "2026-03-04T09:00:05"
AT = At(release=THIRD, now=NOON, trace="trace-1")
STATUS = {"overallStatus": "RECRUITING", "statusVerifiedDate": "2026-02"}
RAW = a_study(TRIAL, statusModule=STATUS)
STATE = a_state(content_sha256=content_sha256(RAW), swept_release=SECOND, brief_title="Robots")
HELD = Last(state=STATE, version=a_version(raw=RAW, content_sha256=content_sha256(RAW)))
ASIDE = KeptAside(nct_id=TRIAL, reason="not JSON", raw=b"?")


def fetched(raw: bytes = RAW, nct_id: NctId = TRIAL) -> FetchedStudy:
    return FetchedStudy(requested=TRIAL, nct_id=nct_id, raw=raw)


def last(**fields: object) -> Last:
    """Return what is held of a trial, its state otherwise."""
    return replace(HELD, state=STATE.evolve(**fields))


def kinds(verdict: Verdict) -> list[str]:
    return [change.kind for change in verdict.changes]


# --- the registry does not know the number -----------------------------------------------------


@pytest.mark.parametrize(("before", "since"), [(None, THIRD), (SECOND, SECOND), (THIRD, THIRD)])
def test_number_never_seen_is_unknown_since_the_first_release_without_it(
    before: str | None, since: str
) -> None:
    state = TrialState(nct_id=TRIAL, missing_since=before)

    verdict = absent(Last(state=state, version=None), AT)

    assert verdict == Verdict(state=state.evolve(missing_since=since), seen=False, unknown=True)


@pytest.mark.parametrize(
    ("missing_since", "gone", "since"),
    [(None, False, THIRD), (THIRD, False, THIRD), (SECOND, True, SECOND), (None, True, THIRD)],
)
def test_trial_missing_in_one_release_or_told_as_gone_before_is_no_news(
    missing_since: str | None, since: str, *, gone: bool
) -> None:
    held = last(missing_since=missing_since, gone=gone)

    verdict = absent(held, AT)

    assert verdict == Verdict(state=held.state.evolve(missing_since=since), seen=False)


def test_trial_missing_in_a_second_release_is_gone() -> None:
    held = last(missing_since=SECOND)

    verdict = absent(held, AT)

    assert kinds(verdict) == ["record.gone"]
    assert (verdict.seen, verdict.unknown, verdict.version) == (False, False, None)
    assert verdict.state == held.state.evolve(gone=True)
    assert verdict.summary is not None
    assert verdict.summary.version == 1


# --- an answer that cannot be believed ---------------------------------------------------------


def test_first_answer_that_cannot_be_believed_is_kept_aside_and_told_to_nobody() -> None:
    state = TrialState(nct_id=TRIAL)

    verdict = refused(Last(state=state, version=None), ASIDE, AT)

    assert verdict == Verdict(state=state, seen=False, aside=ASIDE)
    assert verdict.alert(AT) is None


def test_later_answer_that_cannot_be_believed_leaves_the_good_version() -> None:
    verdict = refused(HELD, ASIDE, AT)

    assert kinds(verdict) == ["record.damaged"]
    assert (verdict.seen, verdict.aside, verdict.version) == (False, ASIDE, None)
    assert verdict.state == STATE
    assert verdict.changes[0].after == {"reason": "not JSON"}


def test_record_that_is_no_record_is_kept_aside_with_the_reason() -> None:
    verdict = judge(HELD, fetched(b"{"), AT)

    assert verdict.aside is not None
    assert (verdict.aside.nct_id, verdict.aside.raw) == (TRIAL, b"{")
    assert verdict.changes[0].after == {"reason": verdict.aside.reason}
    assert not verdict.seen


# --- a record that is as it was ----------------------------------------------------------------


def test_same_record_leaves_the_state_as_it_is() -> None:
    assert unchanged(STATE, fetched(), AT) is STATE


def test_record_that_differs_in_its_stamp_alone_is_the_same() -> None:
    later = RAW.replace(FIRST_STAMP[:10].encode(), THIRD[:10].encode())

    assert later != RAW
    assert unchanged(STATE, fetched(later), AT) is STATE


def test_trial_that_was_missed_and_is_as_it_was_is_missed_no_more() -> None:
    state = STATE.evolve(missing_since=SECOND)

    assert unchanged(state, fetched(), AT) == STATE


@pytest.mark.parametrize(
    ("state", "study"),
    [
        (STATE.evolve(gone=True), fetched()),
        (STATE.evolve(stale_on="2026-03-04"), fetched()),
        (STATE, fetched(nct_id=OTHER_TRIAL)),
        (STATE, fetched(RAW.replace(b"RECRUITING", b"SUSPENDED"))),
    ],
    ids=["back", "stale today", "another number", "another status"],
)
def test_record_of_which_something_is_to_be_told_is_not_as_it_was(
    state: TrialState, study: FetchedStudy
) -> None:
    assert unchanged(state, study, AT) is None


def test_record_that_will_be_stale_tomorrow_is_as_it_was() -> None:
    state = STATE.evolve(stale_on="2026-03-05")

    assert unchanged(state, fetched(), AT) is state


# --- first sight -------------------------------------------------------------------------------


def test_first_sight_of_a_study_nobody_watches_is_kept_without_words() -> None:
    verdict = first_kept(fetched(), AT)

    assert verdict.version is not None
    assert (verdict.version.number, verdict.version.raw) == (1, RAW)
    assert (verdict.version.release, verdict.version.fetched_at) == ("2026-03-02", NOON)
    assert (verdict.summary, verdict.lineage, verdict.changes) == (None, None, ())
    state = verdict.state
    assert (state.paused, state.swept_release, state.seen_at) == (True, THIRD, NOON)
    assert (state.latest_version, state.overall_status) == (1, "RECRUITING")
    assert state.brief_title == "Lanterin for Tired Robots"
    assert state.content_sha256 == content_sha256(RAW)


def test_first_sight_of_something_that_is_no_record_was_not_seen() -> None:
    verdict = first_kept(fetched(b"{"), AT)

    assert verdict.aside is not None
    assert (verdict.aside.nct_id, verdict.aside.raw) == (TRIAL, b"{")
    assert (verdict.seen, verdict.version) == (False, None)
    assert verdict.state == TrialState(nct_id=TRIAL, paused=True, swept_release=THIRD)


def test_first_sight_of_a_watched_trial_has_words_and_names_for_its_rules() -> None:
    verdict = judge(Last(state=TrialState(nct_id=TRIAL), version=None), fetched(), AT)

    assert verdict.version is not None
    assert verdict.summary is not None
    assert verdict.lineage is not None
    assert verdict.version.number == verdict.summary.version == verdict.lineage.version == 1
    assert (verdict.seen, verdict.changes) == (True, ())


# --- merged ------------------------------------------------------------------------------------


def test_trial_that_goes_on_under_another_number_is_told_with_both() -> None:
    held = last(missing_since=SECOND)

    verdict = judge(held, fetched(nct_id=OTHER_TRIAL), AT)

    assert kinds(verdict) == ["record.merged"]
    assert (verdict.changes[0].before, verdict.changes[0].after) == (TRIAL, OTHER_TRIAL)
    assert verdict.moved_to == OTHER_TRIAL
    assert verdict.state == STATE.evolve(merged_into=OTHER_TRIAL)


def test_number_never_seen_that_is_another_by_now_is_followed_and_no_news() -> None:
    state = TrialState(nct_id=TRIAL, missing_since=SECOND)

    verdict = judge(Last(state=state, version=None), fetched(nct_id=OTHER_TRIAL), AT)

    known = TrialState(nct_id=TRIAL, merged_into=OTHER_TRIAL)
    assert verdict == Verdict(state=known, moved_to=OTHER_TRIAL)

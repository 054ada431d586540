"""Contract of ``Alerts`` and ``Summaries``: what is stored comes back as it was."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import Alert
from monitor.domain.changes import KINDS, Severity
from monitor.domain.ports import OpenWork
from monitor.domain.summaries import PlainCriterion, Summary, SummarySection, WordToKnow
from storage.codec import from_json, pack_summary, to_json, unpack_summary
from storage.engine import Database
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_change, a_step, a_summary, an_alert
from tests.integration.storage.scenes import claim, join, send_out, watch


def _add(open_work: OpenWork, *alerts: Alert) -> list[bool]:
    with open_work() as work:
        added = [work.alerts.add(alert) for alert in alerts]
        work.commit()
    return added


def _of_trial(open_work: OpenWork) -> tuple[Alert, ...]:
    with open_work() as work:
        return work.alerts.of_trial(TRIAL, limit=10)


def test_alert_comes_back_as_it_was_stored(open_work: OpenWork) -> None:
    alert = an_alert(
        changes=(
            a_change(subject="second", before=None, after=[1, 2.5, {"deep": [True, None]}]),
            a_change(subject="first", severity=Severity.SILENT, notes=None, meaning=""),
        )
    )

    assert _add(open_work, alert) == [True]
    assert _of_trial(open_work) == (alert,)


def test_alert_without_changes_is_kept_once(open_work: OpenWork) -> None:
    alert = an_alert(changes=())

    assert _add(open_work, alert, alert) == [True, False]
    assert _of_trial(open_work) == (alert,)


def test_same_changes_are_stored_once(open_work: OpenWork) -> None:
    first, again = an_alert(), an_alert(created_at=NOON + timedelta(days=1))

    assert _add(open_work, first, first, again) == [True, False, False]
    assert _of_trial(open_work) == (first,)


def test_there_and_back_again_is_three_changes(open_work: OpenWork) -> None:
    steps = [a_step(number) for number in (2, 3, 4)]

    assert _add(open_work, *steps) == [True, True, True]
    assert len(_of_trial(open_work)) == 3


def test_change_told_before_is_not_told_again_beside_a_new_one(open_work: OpenWork) -> None:
    told, fresh = a_change(subject="told"), a_change(subject="fresh", severity=Severity.MINOR)
    later = an_alert(changes=(told, fresh), created_at=NOON + timedelta(hours=1))

    assert _add(open_work, an_alert(changes=(told,)), later) == [True, True]
    newest = _of_trial(open_work)[0]
    assert newest.changes == (fresh,)
    assert newest.severity is Severity.MINOR


def test_newest_alerts_of_a_trial_come_first(open_work: OpenWork) -> None:
    steps = [a_step(number, created_at=NOON + timedelta(days=number)) for number in (2, 3, 4)]
    _add(open_work, *steps, a_step(2, nct_id=OTHER_TRIAL))

    with open_work() as work:
        assert work.alerts.of_trial(TRIAL, limit=2) == (steps[2], steps[1])


def test_alert_keeps_its_summary_when_the_trial_gets_another(open_work: OpenWork) -> None:
    alert = an_alert()
    _add(open_work, alert)
    with open_work() as work:
        work.summaries.save(alert.summary)
        work.summaries.save(a_summary(title="Another title"))
        work.commit()

    assert _of_trial(open_work)[0].summary == alert.summary


@pytest.mark.parametrize("later", ["0f3a", "f3a0"])
def test_summary_of_newest_version_is_given_as_written_last(
    open_work: OpenWork, later: str
) -> None:
    """A lexicon's version is a fingerprint: that of the newer one may sort before the older."""
    wanted = a_summary(version=3, lexicon_version=later)
    with open_work() as work:
        work.summaries.save(a_summary(version=3, lexicon_version=later, title="Overwritten"))
        work.summaries.save(a_summary(version=3, lexicon_version="7777", title="Older words"))
        work.summaries.save(wanted)
        work.summaries.save(a_summary(version=2, lexicon_version="2026.9"))
        work.commit()

    with open_work() as work:
        assert work.summaries.newest(TRIAL) == wanted
        assert work.summaries.newest(OTHER_TRIAL) is None


@pytest.mark.parametrize("subject", ["x" * 9000, "ünï 試験", "'; DROP TABLE changes; --", ""])
def test_any_subject_is_kept(open_work: OpenWork, subject: str) -> None:
    alert = an_alert(changes=(a_change(subject=subject, sentence=subject),))

    assert _add(open_work, alert, alert) == [True, False]
    assert _of_trial(open_work) == (alert,)


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_text_no_database_takes_is_marked_and_not_lost(stored: Database, bad: str) -> None:
    change = a_change(subject=bad, sentence=bad, before=bad)
    alert = an_alert(title=bad, changes=(change,))

    assert _add(stored.open_work, alert, alert) == [True, False]
    kept = _of_trial(stored.open_work)[0]
    assert kept.title == kept.changes[0].sentence == "a\ufffdb"
    assert kept.changes[0].before == bad


# PostgreSQL and SQLite take any text but these.
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_WORDS = st.lists(_TEXT, max_size=3).map(tuple)
_SUMMARIES = st.builds(
    Summary,
    nct_id=st.just(TRIAL),
    version=st.integers(0, 500),
    lexicon_version=_TEXT,
    title=_TEXT,
    sections=st.lists(
        st.builds(SummarySection, id=_TEXT, title=_TEXT, sentences=_WORDS), max_size=3
    ).map(tuple),
    eligibility=st.lists(
        st.builds(
            PlainCriterion,
            path=_TEXT,
            section=_TEXT,
            group=st.none() | _TEXT,
            source=_TEXT,
            plain=_WORDS,
            method=_TEXT,
            flags=_WORDS,
        ),
        max_size=3,
    ).map(tuple),
    words_to_know=st.lists(st.builds(WordToKnow, term=_TEXT, meaning=_TEXT), max_size=2).map(tuple),
    facts=st.dictionaries(_TEXT, _JSON, max_size=4),
)
_CHANGES = st.lists(
    st.builds(
        a_change,
        kind=st.sampled_from(KINDS),
        subject=_TEXT,
        before=_JSON,
        after=_JSON,
        severity=st.sampled_from(Severity),
        sentence=_TEXT,
        reason=_TEXT,
        meaning=_TEXT,
        notes=st.none() | st.dictionaries(_TEXT, _JSON, max_size=2),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda change: (change.kind, change.subject),
).map(tuple)


@given(value=_JSON)
def test_json_values_come_back_equal(value: Any) -> None:
    assert from_json(to_json(value)) == value
    assert to_json(value).isascii()


def test_not_a_number_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(float("nan"))


def test_json_is_what_any_reader_reads() -> None:
    assert json.loads(to_json({"a": ("tuple", 1)})) == {"a": ["tuple", 1]}


@given(summary=_SUMMARIES)
def test_summaries_come_back_equal(summary: Summary) -> None:
    assert unpack_summary(pack_summary(summary)) == summary


@given(changes=_CHANGES, title=_TEXT)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_alert_comes_back_equal(stored: Database, changes: Any, title: str) -> None:
    alert = an_alert(changes=changes, title=title)

    with stored.open_work() as work:
        assert work.alerts.add(alert)
        assert work.alerts.of_trial(TRIAL, limit=1) == (alert,)


def test_whoever_sends_an_alert_knows_the_id_of_the_look_that_found_it(
    open_work: OpenWork,
) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, a_step(2, trace="0123456789abcdef" * 2))

    [claimed] = claim(open_work)

    assert claimed.alert.trace == "0123456789abcdef" * 2

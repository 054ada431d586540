"""What a choice would have told, and in how many messages."""

import pytest

from monitor.alerting.preview import Choice, preview, wanted
from monitor.domain.changes import KINDS, Severity
from monitor.domain.timings import Rhythm
from monitor.domain.topics import IN_WORDS, TOPIC_KINDS, Topic, is_of
from tests.builders import a_change, a_step, an_alert


def test_everything_but_bookkeeping_is_wanted_at_first() -> None:
    assert wanted(a_step(2, severity=Severity.MINOR), Choice())
    assert not wanted(a_step(2, severity=Severity.SILENT), Choice())


def test_change_asked_for_must_itself_be_weighty_enough() -> None:
    alert = an_alert(
        changes=(
            a_change(kind="status", severity=Severity.CRITICAL),
            a_change(kind="site.added", subject="x", severity=Severity.MINOR),
        )
    )
    places = frozenset({Topic.PLACES})

    assert wanted(alert, Choice(topics=places))
    assert not wanted(alert, Choice(topics=places, min_severity=Severity.MAJOR))
    assert wanted(alert, Choice(min_severity=Severity.CRITICAL))


@pytest.mark.parametrize(
    ("rhythm", "messages"), [(Rhythm.AT_ONCE, 4), (Rhythm.DAILY, 3), (Rhythm.WEEKLY, 2)]
)
def test_digest_counts_days_or_weeks_in_which_something_changed(
    rhythm: Rhythm, messages: int
) -> None:
    releases = ("2026-03-02", "2026-03-02T09:00:05", "2026-03-06", "2026-03-09")
    alerts = [a_step(n, release=release) for n, release in enumerate(releases, 2)]

    seen = preview(alerts, Choice(rhythm=rhythm))

    assert seen.messages == messages
    assert [alert.release[:10] for alert in seen.alerts] == sorted(
        (release[:10] for release in releases), reverse=True
    )


def test_topics_speak_of_kinds_that_exist_and_share_none() -> None:
    for kind in KINDS:
        assert sum(is_of(kind, [topic]) for topic in Topic) <= 1, kind
    for topic, kinds in TOPIC_KINDS.items():
        if topic is not Topic.SEARCHES:
            assert all(any(is_of(kind, [topic]) for kind in KINDS) for _ in kinds), topic
    assert set(IN_WORDS) == set(Topic) == set(TOPIC_KINDS)


def test_no_topic_means_every_kind() -> None:
    assert all(is_of(kind, ()) for kind in KINDS)

"""The subject of a mail."""

import pytest

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from notifiers.view import ROOMS, view_of
from tests.servers.made import a_change, a_site, an_alert


def _subject(alert: Alert) -> str:
    return view_of(alert, web_url="https://watch.example", room=ROOMS[0]).subject


def test_subject_says_what_happened_to_which_trial() -> None:
    assert (
        _subject(an_alert())
        == "Now open: Testing Lumaprine in Adults With Slow River Fever (NCT99000001)"
    )


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("SUSPENDED", "Stopped for now"),
        ("TERMINATED", "Stopped early"),
        ("COMPLETED", "Ended as planned"),
    ],
)
def test_status_is_put_into_words(after: str, words: str) -> None:
    assert _subject(an_alert(a_change(after=after))).startswith(f"{words}: ")


def test_weightiest_change_leads_and_silent_ones_are_not_named() -> None:
    minor = a_change("description", subject="x", severity=Severity.MINOR)
    silent = a_change("keywords", subject="y", severity=Severity.SILENT)

    assert _subject(an_alert(a_change(), minor, silent)).startswith("Now open, and more: ")
    assert _subject(an_alert(a_change(), silent)).startswith("Now open: ")


def test_changes_of_one_kind_are_told_as_one() -> None:
    assert _subject(an_alert(a_site(1), a_site(2), a_site(3))).startswith("Places added: ")


def test_rules_of_all_kinds_are_who_can_join() -> None:
    rules = (
        a_change(f"eligibility.{kind}", subject=kind) for kind in ("added", "removed", "changed")
    )

    assert _subject(an_alert(*rules)).startswith("Who can join changed: ")


def test_long_title_is_cut_before_the_number() -> None:
    subject = _subject(an_alert(title="Word " * 100))

    assert subject.endswith("… (NCT99000001)")
    assert len(subject) < 160

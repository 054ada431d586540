"""Subjects of mails, lines of counts, short lists."""

import itertools
from dataclasses import replace

from monitor.domain.changes import KINDS, Difference, Severity
from monitor.summaries.headlines import headline, short_list, summary_line
from tests.unit.summaries.changes.making import a_difference, changes_of


def site(number: int, kind: str = "site.added") -> Difference:
    value = {
        "facility": f"Clinic {number}",
        "city": f"Town {number}",
        "state": "Texas",
        "country": "United States",
    }
    before, after = (None, value) if kind == "site.added" else (value, None)
    return a_difference(kind, f"Clinic {number}, Town {number}", before, after)


def rules(*directions: str) -> list[Difference]:
    return [
        a_difference(
            "eligibility.changed",
            f"inclusion {number}",
            "a",
            "b",
            section="inclusion",
            direction=direction,
        )
        for number, direction in enumerate(directions)
    ]


def test_status_leads_the_subject() -> None:
    opened = a_difference(
        "status", "overall_status", "NOT_YET_RECRUITING", "RECRUITING", Severity.CRITICAL
    )

    assert headline(changes_of(opened)) == "Now open"
    assert headline(changes_of(*rules("easier"), opened)) == "Now open, and more"


def test_reason_told_along_with_the_status_is_no_more_news() -> None:
    status, reason = changes_of(
        a_difference("status", "overall_status", "RECRUITING", "SUSPENDED", Severity.CRITICAL),
        a_difference("why_stopped", "why_stopped", None, "Supply", Severity.MAJOR),
    )

    assert headline([status, replace(reason, sentence="")]) == "Stopped for now"
    assert headline([status, replace(reason, sentence="Why.")]) == "Stopped for now, and more"


def test_each_kind_has_a_short_headline() -> None:
    for kind in KINDS:
        words = headline(changes_of(a_difference(kind, "x", None, None)))
        assert 0 < len(words) <= 40
        assert words != "Record changed"


def test_silent_changes_do_not_make_the_subject() -> None:
    quiet = a_difference("link", "a", None, {"label": "x"}, Severity.SILENT)

    assert headline(changes_of(*rules("easier"), quiet)) == "Who can join changed"
    assert headline(changes_of(quiet)) == "Papers or files changed"
    assert headline(()) == ""


def test_rules_are_counted_by_direction() -> None:
    line = summary_line(changes_of(*rules("easier", "unclear", "easier", "harder", "unclear")))

    assert line == "5 rules changed: 2 are less strict, 1 is more strict, 2 we cannot tell."


def test_one_rule_is_counted_in_the_singular() -> None:
    assert summary_line(changes_of(*rules("easier"))) == "1 rule changed: it is less strict."


def test_many_places_become_one_short_sentence() -> None:
    line = summary_line(changes_of(*(site(number) for number in range(43))))

    assert line == "43 places were added: Town 0, Texas; Town 1, Texas; and 41 more."


def test_two_places_are_both_named() -> None:
    line = summary_line(changes_of(site(1), site(2), site(3, "site.removed")))

    assert line == (
        "2 places were added: Town 1, Texas, and Town 2, Texas. "
        "1 place was taken off the list: Town 3, Texas."
    )


def test_places_are_counted_by_how_they_stand() -> None:
    moved = [
        a_difference("site.status", f"Clinic {number}", "RECRUITING", after)
        for number, after in enumerate(["COMPLETED", "SUSPENDED", "COMPLETED"])
    ]

    assert summary_line(changes_of(*moved)) == (
        "2 places are now done with this study. 1 place is now on hold."
    )


def test_what_is_not_counted_by_name_is_counted_as_more() -> None:
    sponsor = a_difference("sponsor", "lead_sponsor", "A", "B")

    assert summary_line(changes_of(sponsor)) == ""
    assert summary_line(changes_of(*rules("easier"), sponsor)).endswith("1 more thing changed.")


def test_short_list_leaves_no_kind_of_change_out() -> None:
    differences = [site(number) for number in range(50)]
    differences += [a_difference("sponsor", "lead_sponsor", "A", "B"), *rules("easier", "harder")]

    lines = short_list(changes_of(*differences))

    assert len(lines) == 4
    assert any("50 places were added" in line for line in lines)


def test_order_of_detection_does_not_matter() -> None:
    differences = [*rules("easier"), site(1), a_difference("sponsor", "lead_sponsor", "A", "B")]

    said = {headline(changes_of(*order)) for order in itertools.permutations(differences)}

    assert said == {"Who can join changed, and more"}


def test_countries_are_counted_before_places() -> None:
    countries = [a_difference("country.removed", name, name, None) for name in ("Greece", "Peru")]

    assert summary_line(changes_of(site(1), *countries)) == (
        "2 countries were taken off the list: Greece and Peru. 1 place was added: Town 1, Texas."
    )


def test_reason_to_stop_is_not_told_twice() -> None:
    stopped = a_difference("status", "s", "RECRUITING", "TERMINATED", why_stopped="No funds")
    reason = a_difference("why_stopped", "why_stopped", None, "No funds")

    assert len(short_list(changes_of(stopped, reason))) == 1
    assert len(short_list(changes_of(reason))) == 1


def test_long_list_of_minor_changes_ends_in_a_count() -> None:
    minor = [
        a_difference("outcome.secondary.added", f"Score {number}", None, {"measure": f"S{number}"})
        for number in range(5)
    ]

    lines = short_list(changes_of(*minor))

    assert len(lines) == 4
    assert lines[-1] == "There are 2 more changes like these."


def test_rules_are_never_cut_from_the_short_list() -> None:
    assert len(short_list(changes_of(*rules(*["easier"] * 9)))) == 9

"""What stands in a message, and how much of it."""

from dataclasses import replace

from monitor.domain.alerts import Alert
from monitor.domain.summaries import SummarySection
from notifiers.table import Row
from notifiers.view import ROOMS, View, view_of
from tests.servers.made import a_change, a_rule, a_site, a_summary, an_alert


def view(alert: Alert, room: int = 0) -> View:
    return view_of(alert, web_url="https://watch.example.org", room=ROOMS[room])


def rows(alert: Alert) -> list[Row]:
    return [row for group in view(alert).groups for fact in group.facts for row in fact.rows]


def test_changes_under_one_heading_stand_together() -> None:
    alert = an_alert(
        a_change("eligibility.added", before=None, after="one"),
        a_site(1),
        a_change("eligibility.removed", before="two", after=None),
    )

    assert [group.heading for group in view(alert).groups] == ["Who can join", "Study places"]


def test_items_added_one_after_another_share_a_row() -> None:
    assert rows(an_alert(a_site(1), a_site(2), a_site(3, added=False))) == [
        Row(
            label="Added",
            text="Hillside Clinic 1, Rivertown, Ohio, 00000, United States (recruiting)\n"
            "Hillside Clinic 2, Rivertown, Ohio, 00000, United States (recruiting)",
        ),
        Row(
            label="Removed",
            text="Hillside Clinic 3, Rivertown, Ohio, 00000, United States (recruiting)",
        ),
    ]


def test_value_that_came_or_went_is_not_given_on_the_other_side() -> None:
    stop = a_change("why_stopped", before=None, after="Money")

    assert rows(an_alert(stop)) == [
        Row(label="Before", text="not given"),
        Row(label="Now", text="Money"),
    ]


def test_change_without_values_has_no_row() -> None:
    assert rows(an_alert(a_change("results.updated", before=None, after=None))) == []


def test_piece_is_named_where_its_value_does_not_say() -> None:
    masking = a_change("design", subject="who_masked", before=None, after=["PARTICIPANT"])

    [group] = view(an_alert(masking)).groups

    assert group.facts[0].about == "Who masked"


def test_many_changes_alike_are_told_in_one_sentence() -> None:
    first, second = view(an_alert(*(a_site(n) for n in range(20)), a_change())).sentences

    assert first == "The study is now open. It is looking for people to join."
    assert second.startswith("20 places were added: ")


def test_several_rules_begin_with_their_count() -> None:
    rules = (
        a_change("eligibility.changed", subject=f"inclusion {n}", notes={"direction": "easier"})
        for n in range(3)
    )

    assert view(an_alert(*rules)).sentences[0] == "3 rules changed: 3 are less strict."


def test_meaning_shared_by_several_changes_is_said_once() -> None:
    assert len(view(an_alert(a_change(), a_change(subject="x"))).meanings) == 1


def test_part_about_the_source_is_left_to_the_closing_lines() -> None:
    summary = a_summary()
    source = SummarySection(id="source", title="Where this comes from", sentences=("x",))
    alert = replace(an_alert(), summary=replace(summary, sections=(*summary.sections, source)))

    assert [part.title for part in view(alert).parts] == ["What it is about", "Where it is"]


def test_long_part_is_a_list_and_a_short_one_a_paragraph() -> None:
    places = SummarySection(
        id="places", title="Places", sentences=tuple(f"Place {n}: open." for n in range(9))
    )
    alert = replace(an_alert(), summary=replace(a_summary(), sections=(places,)))

    assert view(alert).parts[0].is_list
    assert not view(an_alert()).parts[0].is_list


def test_rules_are_grouped_and_own_words_marked() -> None:
    grouped = replace(a_rule(9, section="exclusion"), group="Heart:")
    alert = replace(
        an_alert(), summary=replace(a_summary(), eligibility=(a_rule(1, own_words=True), grouped))
    )

    first, second = view(alert).rules

    assert first.heading == "What a person needs to join"
    assert first.rules[0].is_own_words
    assert second.heading == "What keeps a person out: Heart"
    assert not second.rules[0].is_own_words


def test_stop_is_marked_and_an_opening_is_not() -> None:
    assert view(an_alert(a_change(after="SUSPENDED"))).is_stop
    assert not view(an_alert()).is_stop


def test_smallest_room_still_tells_the_change() -> None:
    long = "word " * 5000
    told = view(an_alert(a_change("description", before=long, after=long)), room=-1)

    assert told.sentences
    assert len(told.groups[0].facts[0].rows[0].text) <= 200
    assert told.more_rules == 4


def test_rules_that_came_or_changed_are_marked_and_others_are_not() -> None:
    came = a_change("eligibility.added", before=None, notes={"new_path": "I.1"})
    moved = a_change("eligibility.changed", notes={"old_path": "E.1", "new_path": "E.2"})
    gone = a_change("eligibility.removed", after=None, notes={"old_path": "E.1", "new_path": None})

    [including, excluding] = view(an_alert(came, moved, gone)).rules

    assert [rule.mark for rule in including.rules] == ["NEW", ""]
    assert [rule.mark for rule in excluding.rules] == ["", "CHANGED"]

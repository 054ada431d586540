"""Subjects of mails, counts and short lists, kind by kind, in whole sentences."""

from typing import Any

import pytest

from monitor.domain.changes import Change, Difference, Severity
from monitor.summaries.headlines import headline, short_list, summary_line
from tests.unit.summaries.changes.making import a_difference, changes_of

SUBJECTS = [
    ("record.gone", "No longer on the registry"),
    ("eligibility.age", "Who can join changed"),
    ("eligibility.added", "Who can join changed"),
    ("results.posted", "Results posted"),
    ("results.updated", "News on results"),
    ("results.submitted", "News on results"),
    ("country.added", "Places added"),
    ("site.added", "Places added"),
    ("country.removed", "Places no longer listed"),
    ("site.removed", "Places no longer listed"),
    ("site.status", "Places changed"),
    ("site.renamed", "Places changed"),
    ("site.contact", "Places changed"),
    ("arm.added", "Treatments changed"),
    ("intervention.changed", "Treatments changed"),
    ("outcome.primary.added", "Main measure changed"),
    ("outcome.secondary.added", "Measures changed"),
    ("outcome.other.removed", "Measures changed"),
    ("phase", "Stage changed"),
    ("sponsor", "New group runs the study"),
    ("why_stopped", "Reason for stopping changed"),
    ("date.start", "Dates changed"),
    ("enrollment", "Number of people changed"),
    ("record.merged", "New number on the registry"),
    ("record.back", "Back on the registry"),
    ("record.stale", "Not checked for long"),
    ("record.damaged", "Record looks damaged"),
    ("record.reverified", "Record checked"),
    ("expanded_access", "Expanded access changed"),
    ("study_type", "How it is done changed"),
    ("design", "How it is done changed"),
    ("contact", "People to ask changed"),
    ("official", "People to ask changed"),
    ("title", "Words about the study changed"),
    ("description", "Words about the study changed"),
    ("conditions", "Words about the study changed"),
    ("keywords", "Words about the study changed"),
    ("collaborators", "People behind the study changed"),
    ("responsible_party", "People behind the study changed"),
    ("reference", "Papers or files changed"),
    ("document", "Papers or files changed"),
    ("link", "Papers or files changed"),
    ("ipd", "Rules on data or safety changed"),
    ("oversight", "Rules on data or safety changed"),
    ("moon.phase", "Record changed"),
]


def of(kind: str, severity: Severity = Severity.MAJOR) -> Difference:
    return a_difference(kind, kind, None, None, severity)


def rule(direction: str | None, event: str = "changed") -> Difference:
    return a_difference(f"eligibility.{event}", "inclusion 1", "a", "b", direction=direction)


def site(kind: str, value: Any, subject: str = "A") -> Difference:
    before, after = (value, None) if kind.endswith("removed") else (None, value)
    return a_difference(kind, subject, before, after)


def line_of(*differences: Difference) -> str:
    return summary_line(changes_of(*differences))


def sentences(changes: tuple[Change, ...]) -> tuple[str, ...]:
    return tuple(change.sentence for change in changes)


@pytest.mark.parametrize(("kind", "words"), SUBJECTS)
def test_each_kind_has_its_subject(kind: str, words: str) -> None:
    assert headline(changes_of(of(kind))) == words
    assert headline(changes_of(of(kind), of(kind))) == words


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("site.added", "country.added"), "Places added"),
        (("site.removed", "country.removed"), "Places no longer listed"),
        (("site.added", "site.removed"), "Places changed"),
        (("country.added", "country.removed"), "Places changed"),
        (("site.added", "site.status"), "Places changed"),
        (("site.added", "phase"), "Places added, and more"),
        (("phase", "site.removed"), "Places no longer listed, and more"),
        (("phase", "sponsor", "enrollment"), "Stage changed, and more"),
        (("outcome.other.added", "outcome.primary.added"), "Main measure changed, and more"),
    ],
)
def test_the_subject_names_what_matters_most(kinds: tuple[str, ...], words: str) -> None:
    assert headline(changes_of(*map(of, kinds))) == words


def test_weight_comes_before_the_order_of_kinds() -> None:
    heavy, light = of("link", Severity.CRITICAL), of("eligibility.added", Severity.MINOR)

    assert headline(changes_of(light, heavy)) == "Papers or files changed, and more"


def test_silent_places_have_no_part_in_the_subject() -> None:
    assert headline(changes_of(of("site.added"), of("site.contact", Severity.SILENT))) == (
        "Places added"
    )


@pytest.mark.parametrize(
    ("differences", "line"),
    [
        ([rule("harder")], "1 rule changed: it is more strict."),
        ([rule("same", "reworded")], "1 rule changed: it only has new words."),
        (
            [rule(None, "moved")],
            "1 rule changed: we cannot tell if it is less or more strict.",
        ),
        (
            [rule("sideways", "split"), rule("unclear", "merged")],
            "2 rules changed: we cannot tell if they are less or more strict.",
        ),
        (
            [rule("easier", "removed"), rule("harder", "added"), rule("same", "reworded")],
            "3 rules changed: 1 is less strict, 1 is more strict, 1 only has new words.",
        ),
        (
            [rule("same"), rule("same"), rule("harder"), rule("harder"), rule("unclear")],
            "5 rules changed: 2 are more strict, 2 only have new words, 1 we cannot tell.",
        ),
    ],
)
def test_rules_are_counted_by_what_became_of_them(differences: list[Difference], line: str) -> None:
    assert line_of(*differences) == line


def test_age_is_no_rule_of_the_list() -> None:
    age = a_difference("eligibility.age", "minimum_age", "18 Years", "16 Years")

    assert line_of(age) == ""
    assert line_of(age, rule("easier")) == (
        "1 rule changed: it is less strict. 1 more thing changed."
    )


@pytest.mark.parametrize(
    ("differences", "line"),
    [
        ([site("country.added", "Peru")], "1 country was added: Peru."),
        ([site("country.removed", "Peru")], "1 country was taken off the list: Peru."),
        (
            [site("country.added", name) for name in ("Peru", "Chile", "Cuba")],
            "3 countries were added: Peru, Chile, and 1 more.",
        ),
        ([site("country.added", None, "Peru")], "1 country was added: Peru."),
        ([site("site.added", {}, "Hill  Clinic")], "1 place was added: Hill Clinic."),
        (
            [site("site.added", {"city": "Ghent", "state": "Flanders", "country": "Belgium"})],
            "1 place was added: Ghent, Belgium.",
        ),
        (
            [site("site.removed", {"city": "Austin", "country": "United States"})],
            "1 place was taken off the list: Austin, United States.",
        ),
        ([site("site.added", {}, "x" * 120)], f"1 place was added: {'x' * 120}."),
    ],
)
def test_places_are_counted_and_named(differences: list[Difference], line: str) -> None:
    assert line_of(*differences) == line


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (["RECRUITING"], "1 place is now open."),
        (["RECRUITING", "RECRUITING"], "2 places are now open."),
        ([None], "1 place no longer says how it stands."),
        ([None, None], "2 places no longer say how they stand."),
        (["ON_FIRE"], '1 place is now listed as "ON_FIRE".'),
    ],
)
def test_places_are_counted_by_how_they_stand_now(after: list[str | None], line: str) -> None:
    moved = [a_difference("site.status", "A", "COMPLETED", status) for status in after]

    assert line_of(*moved) == line


def test_silent_changes_are_not_counted() -> None:
    assert line_of(rule("easier"), of("link", Severity.SILENT)) == (
        "1 rule changed: it is less strict."
    )


def test_several_more_things_are_counted_together() -> None:
    assert line_of(rule("easier"), *(of("link") for _ in range(1200))) == (
        "1 rule changed: it is less strict. 1,200 more things changed."
    )


def test_things_that_stand_for_themselves_are_not_counted() -> None:
    assert line_of(of("phase"), of("sponsor")) == ""


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("site.renamed", "4 places changed in name or address."),
        ("site.contact", "4 places changed in contact."),
        ("site.added", "4 places were added: A, A, and 2 more."),
        ("site.removed", "4 places were taken off the list: A, A, and 2 more."),
        ("site.status", "4 places no longer say how they stand."),
        ("country.added", "4 countries were added: A, A, and 2 more."),
    ],
)
def test_four_places_of_one_kind_are_one_line_and_three_are_three(kind: str, told: str) -> None:
    four = changes_of(*(a_difference(kind, "A") for _ in range(4)))

    assert short_list(four) == (told,)
    assert short_list(four[:3]) == sentences(four[:3])


def test_of_many_changes_of_one_kind_three_are_told_and_the_rest_counted() -> None:
    four = changes_of(*(a_difference("link", f"a{number}") for number in range(4)))
    many = four * 300

    assert short_list(four) == (*sentences(four[:3]), "There is 1 more change like these.")
    assert short_list(many) == (*sentences(many[:3]), "There are 1,197 more changes like these.")


@pytest.mark.parametrize(
    "kind", ["status", "why_stopped", "date.start", "eligibility.age", "outcome.primary.added"]
)
def test_what_a_reader_needs_in_full_is_never_counted(kind: str) -> None:
    four = changes_of(*(a_difference(kind, "a") for _ in range(4)))

    assert short_list(four) == sentences(four)


def test_groups_are_never_counted_and_treatments_are() -> None:
    groups = changes_of(*(a_difference("arm.added", "a") for _ in range(4)))
    treatments = changes_of(*(a_difference("intervention.added", "a") for _ in range(4)))

    assert short_list(groups) == sentences(groups)
    assert short_list(treatments)[-1] == "There is 1 more change like these."


def test_short_list_begins_with_what_weighs_most() -> None:
    link, phase = of("link", Severity.CRITICAL), of("phase", Severity.MINOR)
    status = a_difference("status", "s", "RECRUITING", "COMPLETED", Severity.CRITICAL)
    changes = {change.kind: change.sentence for change in changes_of(phase, link, status)}

    assert short_list(changes_of(phase, link, status)) == (
        changes["status"],
        changes["link"],
        changes["phase"],
    )

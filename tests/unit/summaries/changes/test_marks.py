"""New and changed rules carry their mark as a word."""

from monitor.summaries.marks import rule_marks
from tests.unit.summaries.changes.making import a_difference, changes_of


def test_rules_of_the_new_list_are_marked_by_their_path() -> None:
    changes = changes_of(
        a_difference("eligibility.added", "inclusion 2", None, "b", old_path=None, new_path="I.2"),
        a_difference(
            "eligibility.changed", "exclusion 1", "a", "b", old_path="E.2", new_path="E.1"
        ),
        a_difference(
            "eligibility.removed", "exclusion 1", "a", None, old_path="E.1", new_path=None
        ),
        a_difference("eligibility.age", "minimum_age", None, "18 Years"),
        a_difference("sponsor", "lead_sponsor", "A", "B"),
    )

    assert rule_marks(changes) == {"I.2": "NEW", "E.1": "CHANGED"}

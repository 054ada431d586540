"""Rows of what was before and what is now."""

from notifiers.table import fact_groups
from tests.servers.made import a_change


def test_group_that_changed_in_part_is_named_and_shown_in_that_part() -> None:
    change = a_change(
        "arm.changed",
        before={"label": "Arm A", "type": "EXPERIMENTAL", "description": "Once a day"},
        after={"label": "Arm A", "type": "EXPERIMENTAL", "description": "Twice a day"},
        notes={"fields": ["description"]},
    )

    [group] = fact_groups([change], most_text=1000)

    texts = [row.text for fact in group.facts for row in fact.rows]
    assert texts == ["Arm A\nOnce a day", "Arm A\nTwice a day"]

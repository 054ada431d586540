"""Whatever JSON a difference carries, its sentence is clean and never missing."""

import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.domain.changes import KINDS
from monitor.summaries.changes import describe
from monitor.summaries.headlines import headline, short_list, summary_line
from tests.unit.summaries.changes.making import a_difference, a_study, changes_of

MEMBERS = (
    *("date", "type", "count", "label", "name", "measure", "time_frame", "description", "status"),
    *("text", "section", "facility", "city", "country", "available", "nct_id", "interventions"),
    *("first_posted", "reason", "months", "verified", "completion", "role", "citation", "contacts"),
    *("direction", "minimum", "maximum", "total", "open", "fields", "was", "became", "zip"),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10_000),
    st.text(max_size=30),
    st.sampled_from(["RECRUITING", "2026-03", "18 Years", "ESTIMATED", "exclusion", "easier"]),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5),
    ),
    max_leaves=8,
)
NOTES = st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=5)


@settings(max_examples=200, deadline=None)
@example("country.added", "\\", None, None, {})
@given(st.sampled_from(KINDS), st.text(max_size=20), JSON, JSON, NOTES)
def test_any_json_gives_a_clean_sentence(
    kind: str, subject: str, before: Any, after: Any, notes: dict[str, Any]
) -> None:
    difference = a_difference(kind, subject or "x", before, after, **notes)

    sentence, meaning = describe(difference, a_study(), a_study())

    assert re.search(r"\w", sentence)
    for text in (sentence, meaning):
        assert not re.search(r"  |\\|[\n\r\t]|https?://", text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), JSON, JSON, NOTES), max_size=8))
def test_any_set_of_changes_has_a_subject_and_a_list(
    drawn: list[tuple[str, Any, Any, dict[str, Any]]],
) -> None:
    changes = changes_of(
        *(
            a_difference(kind, f"x{number}", before, after, **notes)
            for number, (kind, before, after, notes) in enumerate(drawn)
        )
    )

    assert bool(headline(changes)) == bool(drawn)
    assert bool(short_list(changes)) == bool(drawn)
    assert "  " not in summary_line(changes)

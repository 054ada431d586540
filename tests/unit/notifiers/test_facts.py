"""Values before and now, as a reader sees them."""

import pytest

from monitor.domain.changes import KINDS, Json
from notifiers.facts import HEADINGS, day, heading, shown
from tests.servers.made import a_change


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("status", "ACTIVE_NOT_RECRUITING", "Active, not recruiting"),
        ("status", "RECRUITING", "Recruiting"),
        ("phase", ["PHASE1", "PHASE2"], "Phase 1, Phase 2"),
        ("date.start", {"date": "2026-03-09", "type": "ACTUAL"}, "March 9, 2026 (actual)"),
        ("date.completion", {"date": "2026-03", "type": "ESTIMATED"}, "March 2026 (planned)"),
        ("date.completion", {"date": None, "type": None}, "not given"),
        ("enrollment", {"count": 1240, "type": "ESTIMATED"}, "1,240 people (planned)"),
        ("enrollment", {"count": 1, "type": "ACTUAL"}, "1 person (actual)"),
        ("eligibility.age", "18 Years", "18 years"),
        ("eligibility.healthy_volunteers", True, "Yes"),
        ("eligibility.split", ["one", "two"], "one\ntwo"),
        ("eligibility.added", "HIV", "HIV"),
        (
            "eligibility.moved",
            {"section": "exclusion", "text": "HIV"},
            "Among what keeps a person out: HIV",
        ),
        ("conditions", "COPD", "COPD"),
        ("contact", 2, "2 contacts"),
        (
            "site.added",
            {"facility": "Hillside", "city": "Oslo", "zip": None, "status": "NOT_YET_RECRUITING"},
            "Hillside, Oslo (not yet recruiting)",
        ),
        (
            "outcome.primary.added",
            {"measure": "Pain", "time_frame": "12 weeks", "description": None},
            "Pain\n12 weeks",
        ),
        (
            "arm.added",
            {"label": "A", "type": "EXPERIMENTAL", "interventions": ["x", "y"]},
            "A\nExperimental\nx, y",
        ),
        ("expanded_access", {"available": True, "nct_id": None}, "available: Yes"),
        (
            "expanded_access",
            {"people_asked": 12400, "share": 0.25},
            "people asked: 12,400; share: 0.25",
        ),
        (
            "intervention.added",
            {"name": "Placebo", "type": "DRUG", "other_names": ["Sugar pill"]},
            "Placebo\nDrug\nSugar pill",
        ),
        ("status", None, ""),
    ],
)
def test_value_is_shown_in_words(kind: str, value: Json, text: str) -> None:
    assert shown(kind, value) == text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_heading(kind: str) -> None:
    assert heading(a_change(kind)) in HEADINGS.values()


@pytest.mark.parametrize("kind", KINDS)
def test_value_of_an_unknown_shape_is_still_shown(kind: str) -> None:
    assert "marvel" in shown(kind, {"some_new_key": ["a marvel"]}) or kind.startswith(
        ("date.", "enrollment", "site.", "eligibility.moved")
    )


@pytest.mark.parametrize("text", ["", "soon", "2026-13", "2026-00-01"])
def test_date_that_is_none_is_left_alone(text: str) -> None:
    assert day(text) == text

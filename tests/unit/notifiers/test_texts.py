"""Values of a change as words, and texts folded to lines that can be read."""

from typing import Any

import pytest

from monitor.domain.changes import Json
from notifiers.facts import heading, shown, word
from notifiers.render import inliner, templates
from notifiers.table import Fact, FactGroup, Row, fact_groups
from tests.servers.made import a_change


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("contact", 1, "1 contact"),
        ("contact", 0, "0 contacts"),
        ("eligibility.age", "18 Years", "18 years"),
        ("eligibility.sex", "FEMALE", "Female"),
        ("eligibility.sex", "ALL", "All"),
        ("eligibility.split", [1200, "two"], "1,200\ntwo"),
        ("eligibility.added", "One, Two", "One, Two"),
        (
            "eligibility.moved",
            {"section": "inclusion", "text": "HIV"},
            "Among what a person needs to join: HIV",
        ),
        ("eligibility.moved", {"section": "rules", "text": "HIV"}, "rules: HIV"),
        ("eligibility.moved", {"section": "OTHER_RULES", "text": "HIV"}, "Other rules: HIV"),
        ("eligibility.moved", {"section": None, "text": None}, ": "),
        ("enrollment", {"count": 0, "type": "ACTUAL"}, "0 people (actual)"),
        ("enrollment", {"count": 2}, "2 people"),
        ("enrollment", {"count": None, "type": "ACTUAL"}, "not given"),
        ("enrollment", {"count": "12"}, "not given"),
        ("date.start", {"date": "2026", "type": "OTHER"}, "2026"),
        ("date.start", {"type": "ACTUAL"}, "not given"),
        ("phase", "NA", "Not applicable"),
        ("phase", ["EARLY_PHASE1", "PHASE3", "PHASE4"], "Early Phase 1, Phase 3, Phase 4"),
        ("phase", ["PHASE2", None, ""], "Phase 2"),
        ("conditions", "NOT_A_WORD", "NOT_A_WORD"),
        ("study_type", "EXPANDED_ACCESS", "Expanded access"),
        (
            "design",
            {"type": "SINGLE_GROUP", "note": "SINGLE_GROUP"},
            "type: Single group; note: SINGLE_GROUP",
        ),
        (
            "results",
            {"modules": ["adverseEventsModule", "moreInfoModule"]},
            "parts: adverse events, more info",
        ),
        ("results", {"modules": "adverseEventsModule"}, "modules: adverseEventsModule"),
        ("other", {"first_posted": "2026-03"}, "first posted: March 2026"),
        ("other", {"first_posted": "2026-03-09T12:00"}, "first posted: March 9, 2026"),
        ("other", {"a": None, "b": "", "c": False}, "c: No"),
        ("other", {"share": 0.123456789}, "share: 0.123457"),
        ("other", [["a", "b"], {"c": 1}], "a, b, c: 1"),
        (
            "site.added",
            {"facility": "Hill", "city": "Oslo", "state": "S", "zip": "1", "country": "Norway"},
            "Hill, Oslo, S, 1, Norway",
        ),
        ("site.added", {"city": "Oslo", "status": ""}, "Oslo"),
        ("intervention.added", {"name": "A", "type": "DRUG", "more": "x"}, "A\nDrug\nmore: x"),
        (
            "outcome.other.added",
            {"time_frame": "1 y", "measure": "Pain", "description": "D", "x": "y"},
            "Pain\n1 y\nD\nx: y",
        ),
        (
            "arm.changed",
            {
                "label": "L",
                "name": "N",
                "type": "NO_INTERVENTION",
                "description": "D",
                "interventions": ["I"],
                "other_names": ["O"],
            },
            "L\nN\nNo intervention\nD\nI\nO",
        ),
    ],
)
def test_value_is_said_in_words(kind: str, value: Json, text: str) -> None:
    assert shown(kind, value) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("PHASE1", "Phase 1"),
        ("ACTIVE_NOT_RECRUITING", "Active, not recruiting"),
        ("NOT_YET_RECRUITING", "Not yet recruiting"),
        ("SOME_NEW_WORD", "Some new word"),
        ("X", "X"),
        ("Plain words", "Plain words"),
        ("_ODD", "_ODD"),
        ("", ""),
    ],
)
def test_word_of_a_list_is_put_plainly(value: str, words: str) -> None:
    assert word(value) == words


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("site.added", "Study places"),
        ("eligibility.age", "Age limits"),
        ("eligibility.added.more", "Who can join"),
        ("new.kind", "new.kind"),
    ],
)
def test_heading_is_that_of_the_kind_or_of_what_it_belongs_to(kind: str, said: str) -> None:
    assert heading(a_change(kind)) == said


def groups(*changes: Any, most: int = 1000) -> list[FactGroup]:
    return list(fact_groups(changes, most_text=most))


@pytest.mark.parametrize(
    ("kind", "before", "after", "rows"),
    [
        ("keywords", None, "rose", (Row(label="Added", text="rose"),)),
        ("keywords", "rose", None, (Row(label="Removed", text="rose"),)),
        ("keywords", "a", "b", (Row(label="Before", text="a"), Row(label="Now", text="b"))),
        (
            "phase",
            None,
            "PHASE1",
            (Row(label="Before", text="not given"), Row(label="Now", text="Phase 1")),
        ),
        (
            "phase",
            "PHASE1",
            None,
            (Row(label="Before", text="Phase 1"), Row(label="Now", text="not given")),
        ),
        ("reference.added", None, "R", (Row(label="Added", text="R"),)),
        ("reference.removed", "R", None, (Row(label="Removed", text="R"),)),
    ],
)
def test_row_is_called_by_what_happened(
    kind: str, before: Json, after: Json, rows: tuple[Row, ...]
) -> None:
    [group] = groups(a_change(kind, before=before, after=after))

    assert group.facts == (Fact(about="", rows=rows),)


def test_value_is_cut_to_its_room() -> None:
    [group] = groups(
        a_change("title", subject="brief_title", before="x" * 20, after="x" * 21), most=20
    )

    assert group.facts == (
        Fact(
            about="Brief title",
            rows=(Row(label="Before", text="x" * 20), Row(label="Now", text="x" * 19 + "…")),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "contacts", "said"),
    [
        ("contact", [{"name": "Ada", "phone": None}], "Ada"),
        ("contact", [], "2 contacts"),
        ("contact", None, "2 contacts"),
        ("status", [{"name": "Ada"}], "2"),
    ],
)
def test_contacts_are_named_in_a_change_of_contacts_alone(
    kind: str, contacts: Json, said: str
) -> None:
    [group] = groups(a_change(kind, before=None, after=2, notes={"contacts": contacts}))

    assert group.facts[0].rows[-1] == Row(label="Now", text=said)


def test_item_of_several_lines_stands_by_itself() -> None:
    one, two = (
        a_change("arm.added", before=None, after={"label": n, "type": "DRUG"}) for n in "AB"
    )

    [group] = groups(one, two)

    assert [fact.rows for fact in group.facts] == [
        (Row(label="Added", text="A\nDrug"),),
        (Row(label="Added", text="B\nDrug"),),
    ]


@pytest.mark.parametrize(
    ("text", "first", "rest", "folded"),
    [
        ("one two", "- ", None, "- one two"),
        ("a" * 37 + " " + "b" * 38, "", None, "a" * 37 + " " + "b" * 38),
        ("a" * 37 + " " + "b" * 39, "", None, "a" * 37 + "\n" + "b" * 39),
        ("a" * 40 + " " + "b" * 40, "- ", None, "- " + "a" * 40 + "\n  " + "b" * 40),
        ("a" * 40 + " " + "b" * 40, "  ", "* ", "  " + "a" * 40 + "\n* " + "b" * 40),
        ("one\ntwo", "- ", None, "- one\n  two"),
        ("https://x.example/" + "y" * 90, "", None, "https://x.example/" + "y" * 90),
        ("a" * 70 + " well-known", "", None, "a" * 70 + "\nwell-known"),
    ],
)
def test_text_is_folded_at_words_and_nowhere_else(
    text: str, first: str, rest: str | None, folded: str
) -> None:
    arguments = [repr(first), *([repr(rest)] if rest is not None else [])]
    template = templates().from_string(f"{{{{ text | wrapped({', '.join(arguments)}) }}}}")

    assert template.render(text=text) == folded


def test_styles_of_a_page_are_written_into_it_and_nothing_is_fetched() -> None:
    page = (
        '<html><head><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
        "<style>p { color: red }</style></head><body><p>Hello</p></body></html>"
    )

    inlined = inliner().inline(page)

    assert '<p style="color: red;">Hello</p>' in inlined
    assert "<style>p { color: red }</style>" in inlined

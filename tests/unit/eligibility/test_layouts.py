"""What line ends, indents, blank lines and brackets mean for the tree, and what is said of pairs."""

import pytest

from monitor.eligibility.align import align
from monitor.eligibility.lineage import first_lineage
from monitor.eligibility.tree import parse

_IN = "Inclusion Criteria:\n\n"


def _rules(body: str) -> list[tuple[str, str]]:
    return [(rule.path, rule.text) for rule in parse(_IN + body).walk()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_blank_line_parts_rules_whatever_ends_a_line(end: str) -> None:
    text = f"Inclusion Criteria:{end}{end}Adults of both sexes{end}{end}able to walk alone{end}"

    assert [rule.text for rule in parse(text).criteria] == [
        "Adults of both sexes",
        "able to walk alone",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_single_line_end_before_a_small_letter_parts_nothing(end: str) -> None:
    text = f"Inclusion Criteria:{end}{end}Adults of both sexes{end}able to walk alone{end}"

    assert [rule.text for rule in parse(text).criteria] == [
        "Adults of both sexes able to walk alone"
    ]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (
            "   * Adults with asthma who\n     can walk\n   * Another rule of it\n",
            [("I.1", "Adults with asthma who can walk"), ("I.2", "Another rule of it")],
        ),
        (
            "* Adults with asthma\n\n  confirmed by a physician\n* Others\n",
            [("I.1", "Adults with asthma confirmed by a physician"), ("I.2", "Others")],
        ),
        (
            "* Adults\n\n  * with asthma\n    * seen at a visit\n* Others\n",
            [
                ("I.1", "Adults"),
                ("I.1.1", "with asthma"),
                ("I.1.1.1", "seen at a visit"),
                ("I.2", "Others"),
            ],
        ),
        (
            "1. Adults; 2. Able to walk (see 5. below); 3. Willing to come\n",
            [
                ("I.1", "Adults;"),
                ("I.2", "Able to walk (see 5. below);"),
                ("I.3", "Willing to come"),
            ],
        ),
        (
            "1. Adults; 2. Able ((or not) to walk; 3. far) in May; 3. Willing to come\n",
            [
                ("I.1", "Adults;"),
                ("I.2", "Able ((or not) to walk; 3. far) in May;"),
                ("I.3", "Willing to come"),
            ],
        ),
        (
            "1. Adults with asthma 2. Able to walk 3. Willing to come\n",
            [("I.1", "Adults with asthma 2. Able to walk 3. Willing to come")],
        ),
        ("1. Adults; 2. Able to walk\n", [("I.1", "Adults; 2. Able to walk")]),
        ("1) Adults; 2) Able to walk\n", [("I.1", "Adults;"), ("I.2", "Able to walk")]),
        ("1. Adults; 3. Able to walk; 4. Alone\n", [("I.1", "Adults; 3. Able to walk; 4. Alone")]),
        (
            "- Asthma - Hay fever - Hives - Eczema\n",
            [("I.1", "Asthma"), ("I.2", "Hay fever"), ("I.3", "Hives"), ("I.4", "Eczema")],
        ),
        ("- Asthma - Hay fever - Hives\n", [("I.1", "Asthma - Hay fever - Hives")]),
    ],
)
def test_where_rules_begin(body: str, rules: list[tuple[str, str]]) -> None:
    assert _rules(body) == rules


def test_titles_over_lists_are_groups_of_the_side_above() -> None:
    doc = parse(
        f"{_IN}Part 1\n\n* Adults without asthma\n\nPart 2\n\n* Adults with asthma\n\n"
        "Exclusion Criteria:\n\n* Smokers\n"
    )

    assert [(rule.path, rule.group) for rule in doc.criteria] == [
        ("I.1", "Part 1"),
        ("I.2", "Part 2"),
        ("E.1", None),
    ]


def test_a_label_inside_a_group_names_both() -> None:
    doc = parse(
        "Inclusion criteria for donors:\n\nAt home:\n\n* Adults\n\nAt the clinic:\n\n* Children\n"
    )

    assert [rule.group for rule in doc.criteria] == ["donors, At home", "donors, At the clinic"]


def _said(old: str, new: str) -> list[tuple[str, list[str], float, tuple[str, ...]]]:
    return [
        (
            delta.op.value,
            [rule.path for rule in (*delta.old, *delta.new)],
            delta.similarity,
            delta.reasons,
        )
        for delta in align(parse(_IN + old), parse(_IN + new))
    ]


def test_who_a_rule_is_for_now_and_before_is_said() -> None:
    old = "Patients:\n\n* Adults with confirmed asthma\n* Able to walk far\n"
    new = "* Adults with confirmed asthma\n\nPatients:\n\n* Able to walk far\n"
    kept = ["I.1", "I.1"]

    assert _said(old, new) == [
        ("changed", kept, 1.0, ("now listed for everybody, before for Patients",))
    ]


def test_a_label_gained_or_lost_over_the_same_rules_is_said_once() -> None:
    plain = "* Adults with confirmed asthma\n* Able to walk\n"
    reason = ("the heading over these rules changed",)

    assert _said(plain, f"Patients:\n\n{plain}") == [("added", ["I:2"], 0.0, reason)]
    assert _said(f"Patients:\n\n{plain}", plain) == [("removed", ["I:2"], 0.0, reason)]


def test_a_moved_rule_says_from_where_and_whether_its_words_changed() -> None:
    old = "* Able to walk for two hours\n\nExclusion Criteria:\n\n* Smokers at screening\n"
    new = "* Smokers at screening\n\nExclusion Criteria:\n\n* Able to walk for three hours\n"

    assert _said(old, new) == [
        ("moved", ["E.1", "I.1"], 1.0, ("from exclusion to inclusion",)),
        (
            "moved",
            ["I.1", "E.1"],
            0.8889,
            ("from inclusion to exclusion", "its words changed as well"),
        ),
    ]


def test_equal_rules_get_ids_of_their_own() -> None:
    ids = first_lineage(parse(f"{_IN}* Adults\n* Adults\n* Adults\n"))

    assert len(ids) == len(set(ids.values())) == 3

import pytest

from monitor.eligibility.align import align
from monitor.eligibility.deltas import CriterionDelta
from monitor.eligibility.lineage import carry_lineage, first_lineage
from monitor.eligibility.tree import parse

RULES = (
    "Aged 18 years or older",
    "Signed consent form",
    "Lives within an hour of the clinic",
    "No antibiotics within 4 weeks prior to the first visit",
    "Kidney function is normal",
    "Has had asthma since childhood",
)
BARS = (
    "Pregnant women",
    "History of stroke within 6 months",
    "Smokes more than 10 cigarettes per day",
)


def text(inclusion: tuple[str, ...] = RULES, exclusion: tuple[str, ...] = BARS) -> str:
    ins = "\n".join(f"* {rule}" for rule in inclusion)
    outs = "\n".join(f"* {rule}" for rule in exclusion)
    return f"Inclusion Criteria:\n\n{ins}\n\nExclusion Criteria:\n\n{outs}\n"


def deltas(old: str, new: str) -> tuple[CriterionDelta, ...]:
    return align(parse(old), parse(new))


def told(old: str, new: str) -> list[tuple[str, list[str], list[str]]]:
    return [
        (delta.op.value, [rule.text for rule in delta.old], [rule.text for rule in delta.new])
        for delta in deltas(old, new)
    ]


def changed(rule: str, by: str) -> str:
    return text(
        tuple(by if one == rule else one for one in RULES),
        tuple(by if one == rule else one for one in BARS),
    )


# --- nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "new",
    [
        text().replace("* ", "- "),
        text().replace("\n", "\r\n"),
        text().replace("Criteria:", "criteria"),
        text(tuple(reversed(RULES)), tuple(reversed(BARS))),
        text(tuple(f"{rule}." for rule in RULES)),
        text(tuple(rule.replace(" ", "  ") for rule in RULES)),
        text().replace("\n* ", "\n\n* "),
        text().replace("* Pregnant", "*    Pregnant"),
    ],
)
def test_form_alone_is_no_change(new: str) -> None:
    assert deltas(text(), new) == ()


def test_numbering_anew_is_no_change() -> None:
    numbered = "Inclusion Criteria:\n\n" + "\n".join(
        f"{place}. {rule}" for place, rule in enumerate(RULES, 1)
    )

    assert deltas(numbered, numbered.replace("1. ", "* ").replace("2. ", "5. ")) == ()


def test_nesting_alone_is_no_change() -> None:
    flat = "Inclusion Criteria:\n\n* Has pets:\n* Has a dog\n* Has a cat\n"

    assert deltas(flat, flat.replace("* Has a", "  * Has a")) == ()


def test_a_list_that_ran_on_and_now_stands_in_lines_is_no_change() -> None:
    old = "Inclusion Criteria:\n\n* Has pets such as: 1) dogs; 2) cats; 3) birds\n* Signs\n"
    new = "Inclusion Criteria:\n\n* Has pets such as:\n  * dogs\n  * cats\n  * birds\n* Signs\n"

    assert deltas(old, new) == ()


def test_equal_rules_in_two_lists_stay_with_theirs() -> None:
    old = text((*RULES, "Has a dog"), (*BARS, "Has a dog"))

    assert deltas(old, text(("Has a dog", *RULES), ("Has a dog", *BARS))) == ()


# --- one thing each -----------------------------------------------------------------------------


def test_a_rule_more_and_a_rule_less() -> None:
    assert told(text(), text((*RULES, "Owns a bicycle"))) == [("added", [], ["Owns a bicycle"])]
    assert told(text((*RULES, "Owns a bicycle")), text()) == [("removed", ["Owns a bicycle"], [])]


def test_one_of_two_equal_rules_lost_is_one_removal() -> None:
    assert told(text((*RULES, RULES[0])), text()) == [("removed", [RULES[0]], [])]


def test_a_rule_that_changes_sides_is_moved() -> None:
    new = text((*RULES, "Pregnant women"), BARS[1:])

    (delta,) = deltas(text(), new)

    assert delta.op == "moved"
    assert (delta.old[0].path, delta.new[0].path) == ("E.1", "I.7")
    assert delta.direction == "unclear"


def test_a_moved_rule_may_be_edited_too() -> None:
    new = text((*RULES, "Pregnant or nursing women"), BARS[1:])

    (delta,) = deltas(text(), new)

    assert delta.op == "moved"
    assert "its words changed as well" in delta.reasons


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Pregnant women", "Pregnant woman's sisters"),
        ("Kidney function is normal", "Kidney function is not normal"),
        ("Kidney function is normal", "Liver function is normal"),
        ("Has had asthma since childhood", "Has asthma since childhood"),
        ("Lives within an hour of the clinic", "Lives within two hours of the clinic"),
        ("Signed consent form", "Signed consent form or assent form"),
    ],
)
def test_other_content_is_changed(old: str, new: str) -> None:
    assert [delta.op.value for delta in deltas(text(), changed(old, new))] == ["changed"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Signed consent form", "Signed consent forms"),
        ("Kidney function is normal", "The kidney function is normal"),
        ("Kidney function is normal", "Kidney function (is normal)"),
        ("History of stroke within 6 months", "History of strokes within 6 months"),
        ("Aged 18 years or older", "aged 18 years or older"),
        ("Has had asthma since childhood", "Has had asthma since chilhdood"),
    ],
)
def test_other_words_for_the_same_are_reworded(old: str, new: str) -> None:
    (delta,) = deltas(text(), changed(old, new))

    assert (delta.op.value, delta.direction.value) == ("reworded", "same")


def test_children_are_told_by_themselves() -> None:
    old = "Exclusion Criteria:\n\n* Blood counts:\n  * Iron < 3\n  * Zinc < 4\n* Smokes\n"
    new = old.replace("Zinc < 4", "Zinc < 5")

    assert told(old, new) == [("changed", ["Zinc < 4"], ["Zinc < 5"])]


def test_a_rule_taken_apart_is_split() -> None:
    old = text(
        (*RULES, "Adequate heart function measured by ultrasound and able to climb two stairs")
    )
    new = text(
        (*RULES, "Adequate heart function measured by ultrasound", "Able to climb two stairs")
    )

    assert told(old, new) == [
        (
            "split",
            ["Adequate heart function measured by ultrasound and able to climb two stairs"],
            ["Adequate heart function measured by ultrasound", "Able to climb two stairs"],
        )
    ]


def test_rules_put_together_are_merged() -> None:
    old = text(
        (*RULES, "Adequate heart function measured by ultrasound", "Able to climb two stairs")
    )
    new = text((*RULES, "Adequate heart function measured by ultrasound, able to climb two stairs"))

    (delta,) = deltas(old, new)

    assert (delta.op.value, len(delta.old), len(delta.new)) == ("merged", 2, 1)
    assert delta.direction == "same"


def test_several_edits_at_once_come_in_the_order_of_the_text() -> None:
    new = text(("Aged 21 years or older", *RULES[2:]), (*BARS, "Owns a bicycle"))

    assert [delta.op.value for delta in deltas(text(), new)] == ["changed", "removed", "added"]


# --- groups -------------------------------------------------------------------------------------


def test_a_heading_that_names_other_people_is_changed() -> None:
    old = "Inclusion Criteria for Groups 1-3:\n\n* Has a dog\n* Has a cat\n"

    (delta,) = deltas(old, old.replace("1-3", "1-4"))

    assert delta.op == "changed"
    assert (delta.old[0].text, delta.new[0].text) == ("Groups 1-3", "Groups 1-4")


def test_a_rule_listed_for_other_people_is_changed() -> None:
    old = "Inclusion Criteria:\n\nCohort 1:\n\n* Dog\n* Cat\n* Cow\n\nCohort 2:\n\n* Bird\n* Fish\n"
    new = "Inclusion Criteria:\n\nCohort 1:\n\n* Dog\n* Cat\n\nCohort 2:\n\n* Bird\n* Fish\n* Cow\n"

    (delta,) = deltas(old, new)

    assert (delta.op.value, delta.new[0].text) == ("changed", "Cow")
    assert delta.reasons == ("now listed for Cohort 2, before for Cohort 1",)


def test_an_introduction_that_loosens_the_list_is_changed() -> None:
    old = "Inclusion Criteria:\n\nPatients must meet all of the following:\n\n* Dog\n* Cat\n"

    (delta,) = deltas(old, old.replace("all of", "any of"))

    assert delta.op == "changed"


# --- direction ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "by", "direction"),
    [
        ("Aged 18 years or older", "Aged 21 years or older", "harder"),
        ("Aged 18 years or older", "Aged 16 years or older", "easier"),
        (
            "Smokes more than 10 cigarettes per day",
            "Smokes more than 20 cigarettes per day",
            "easier",
        ),
        ("History of stroke within 6 months", "History of stroke within 3 months", "easier"),
        ("History of stroke within 6 months", "History of stroke within 12 months", "harder"),
        (
            "No antibiotics within 4 weeks prior to the first visit",
            "No antibiotics within 2 weeks prior to the first visit",
            "easier",
        ),
        ("Aged 18 years or older", "Aged 18 years or older, unless 16", "unclear"),
        ("Aged 18 years or older", "People aged 21 years or older", "unclear"),
        ("History of stroke within 6 months", "History of stroke within 6 weeks", "unclear"),
        ("Signed consent form", "Signed consent form for all parts", "unclear"),
    ],
)
def test_direction_is_said_when_one_number_moved(rule: str, by: str, direction: str) -> None:
    (delta,) = deltas(text(), changed(rule, by))

    assert delta.direction.value == direction


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("Score is 0-1", "Score is 0-2", "easier"),
        ("Score is 1-3", "Score is 2-3", "harder"),
        ("Score is 1-3", "Score is 0-4", "unclear"),
        ("Score > 3", "Score >= 3", "easier"),
        ("Score < 3", "Score <= 3", "easier"),
        ("Score > 3", "Score < 3", "unclear"),
        ("Score > 3 or weight > 50 kg", "Score > 4 or weight > 50 kg", "unclear"),
        ("Score > 3 and weight > 50 kg", "Score > 4 and weight > 60 kg", "unclear"),
        ("No cough and no cold for 3 weeks", "No cough and no cold for 4 weeks", "unclear"),
        ("Reads chapter 3", "Reads chapter 4", "unclear"),
    ],
)
def test_direction_of_bounds_and_ranges(old: str, new: str, direction: str) -> None:
    (delta,) = deltas(text((*RULES, old)), text((*RULES, new)))

    assert delta.direction.value == direction


def test_without_a_side_there_is_no_direction() -> None:
    (delta,) = deltas("* Aged over 18 years\n* Signs\n", "* Aged over 21 years\n* Signs\n")

    assert delta.direction == "unclear"


# --- lineage ------------------------------------------------------------------------------------


def test_a_rule_keeps_its_lineage_wherever_it_goes() -> None:
    old, new = (
        parse(text()),
        parse(
            text(
                ("Owns a bicycle", *RULES[1:], "Pregnant women", "Aged 21 years or older"), BARS[1:]
            )
        ),
    )
    before = first_lineage(old)

    after = carry_lineage(before, old, new)

    assert after["I.7"] == before["E.1"]
    assert after["I.8"] == before["I.1"]
    assert after["I.1"] not in before.values()
    assert len(set(after.values())) == len(after)


def test_lineage_is_the_same_every_time() -> None:
    doc = parse(text((*RULES, *RULES)))

    assert first_lineage(doc) == first_lineage(doc)
    assert len(set(first_lineage(doc).values())) == len(doc.criteria)

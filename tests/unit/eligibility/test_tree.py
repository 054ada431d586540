import pytest

from monitor.eligibility.model import EligibilityDoc, Flag, ListLogic, SectionKind
from monitor.eligibility.tree import parse


def outline(doc: EligibilityDoc) -> list[tuple[str, str]]:
    return [(node.path, node.text) for node in doc.walk()]


def sections(doc: EligibilityDoc) -> list[tuple[str, str | None]]:
    return [(section.kind.value, section.group) for section in doc.sections]


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_gives_an_empty_tree(text: str | None) -> None:
    assert parse(text).sections == ()


def test_spans_are_offsets_into_the_registry_text() -> None:
    raw = "Inclusion Criteria:\r\n\r\n* Age \\>= 18\r\n  * Kidney &lt; 2\r\n"

    doc = parse(raw)

    assert [node.raw for node in doc.walk()] == ["* Age \\>= 18\r\n", "  * Kidney &lt; 2\r\n"]
    assert all(raw[node.span.start : node.span.end] == node.raw for node in doc.walk())
    assert [node.text for node in doc.walk()] == ["Age >= 18", "Kidney < 2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("* ", "* "),
        ("- ", "- "),
        ("\\- ", "\\- "),
        ("-", "-"),
        ("• ", "• "),
        ("1. ", "2. "),
        ("1\\. ", "2\\. "),
        ("1) ", "2) "),
        ("(1) ", "(2) "),
        ("(1). ", "(2). "),
        ("a. ", "b. "),
        ("(a) ", "(b) "),
        ("A. ", "B. "),
        ("i. ", "ii. "),
        ("o ", "o "),
        ("SI01: ", "SI02: "),
        ("1.1. ", "1.2. "),
        ("3. -", "4. -"),
        ("* 1\\. ", "* 2\\. "),
        ("* (11) ", "* (12) "),
    ],
)
def test_every_kind_of_marker_begins_a_rule(first: str, second: str) -> None:
    doc = parse(f"Inclusion Criteria:\n\n{first}Can walk unaided\n{second}Lives in town\n")

    assert outline(doc) == [("I.1", "Can walk unaided"), ("I.2", "Lives in town")]


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_indentation_nests(indent: str) -> None:
    doc = parse(
        f"Exclusion Criteria:\n\n* Heart trouble:\n{indent}* Angina\n{indent}* Failure\n* Asthma\n"
    )

    assert outline(doc) == [
        ("E.1", "Heart trouble:"),
        ("E.1.1", "Angina"),
        ("E.1.2", "Failure"),
        ("E.2", "Asthma"),
    ]


def test_letters_under_numbers_nest_without_indentation() -> None:
    doc = parse("Inclusion Criteria:\n\n1. Blood:\na. Platelets\nb. Iron\n2. Signs a form\n")

    assert [path for path, _ in outline(doc)] == ["I.1", "I.1.1", "I.1.2", "I.2"]


def test_roman_numerals_nest_under_letters() -> None:
    doc = parse(
        "Inclusion Criteria:\n\n1. Any:\na. First:\ni. x-ray\nii. scan\nb. Second\n2. End\n"
    )

    assert [path for path, _ in outline(doc)] == [
        "I.1",
        "I.1.1",
        "I.1.1.1",
        "I.1.1.2",
        "I.1.2",
        "I.2",
    ]


def test_wrapped_lines_of_the_old_rendering_are_one_rule() -> None:
    doc = parse(
        "        Inclusion Criteria:\n\n"
        "          -  Has had a cough for\n             three weeks\n\n"
        "               -  dry cough\n\n"
        "          -  Signs a form\n"
    )

    assert outline(doc) == [
        ("I.1", "Has had a cough for three weeks"),
        ("I.1.1", "dry cough"),
        ("I.2", "Signs a form"),
    ]


def test_an_indented_paragraph_belongs_to_its_item() -> None:
    doc = parse("Inclusion Criteria:\n\n* Takes a stable dose\n\n  of one drug\n* Signs a form\n")

    assert outline(doc)[0] == ("I.1", "Takes a stable dose of one drug")


def test_rules_without_markers_are_read_line_by_line() -> None:
    doc = parse("Inclusion Criteria:\n\nAged over 20 years\n\nHas a dog.\n\nHas a garden.\n")

    assert [text for _, text in outline(doc)] == [
        "Aged over 20 years",
        "Has a dog.",
        "Has a garden.",
    ]


# --- lists in one paragraph ---------------------------------------------------------------------


def test_run_on_numbers_become_rules() -> None:
    doc = parse("Inclusion Criteria: 1. Has a dog. 2. Has a cat. 3. Has a bird.")

    assert outline(doc) == [("I.1", "Has a dog."), ("I.2", "Has a cat."), ("I.3", "Has a bird.")]


def test_run_on_dashes_with_both_headings_become_rules() -> None:
    doc = parse(
        "Inclusion Criteria: - Dogs - Cats - Birds - Fish Exclusion Criteria: - Has no garden"
    )

    assert outline(doc) == [
        ("I.1", "Dogs"),
        ("I.2", "Cats"),
        ("I.3", "Birds"),
        ("I.4", "Fish"),
        ("E.1", "Has no garden"),
    ]


def test_an_inner_list_becomes_children() -> None:
    doc = parse(
        "Inclusion Criteria:\n\n1. May join if: 1) has a dog; 2) has a cat\n2. Signs a form\n"
    )

    assert outline(doc) == [
        ("I.1", "May join if:"),
        ("I.1.1", "has a dog;"),
        ("I.1.2", "has a cat"),
        ("I.2", "Signs a form"),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "Score of 1. Then 2. Later",
        "Grade (1) or higher",
        "Had 1) only one visit",
        "Seen in cohort (see part 1) and in part (see part 2) as well",
        "Steps 2) first 3) second",
        "Small - Medium - Large",
    ],
)
def test_numbers_in_a_sentence_do_not_split_it(rule: str) -> None:
    doc = parse(f"Inclusion Criteria:\n\n* {rule}\n* Signs a form\n")

    assert outline(doc)[0] == ("I.1", rule)
    assert len(doc.criteria) == 2


def test_a_name_is_no_lettered_item() -> None:
    doc = parse("Exclusion Criteria:\n\n* Colonised with\nE. coli in the gut\n")

    assert outline(doc) == [("E.1", "Colonised with E. coli in the gut")]


# --- headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Inclusion Criteria:", "inclusion"),
        ("INCLUSION CRITERIA", "inclusion"),
        ("Key Inclusion Criteria:", "inclusion"),
        ("Inclusion_Criteria:", "inclusion"),
        ("**Exclusion Criteria:**", "exclusion"),
        ("* EXCLUSION CRITERIA:", "exclusion"),
        ("Exclusion criteria.", "exclusion"),
        ("Exclusion Critieria:", "exclusion"),
        ("Non-Inclusion Criteria:", "exclusion"),
        ("Excluded:", "exclusion"),
        ("Patients must meet all of the following criteria to be included:", "inclusion"),
        ("Subjects are excluded if any of the following apply:", "exclusion"),
        ("Participants who meet any of these criteria are not eligible:", "exclusion"),
        ("People who meet any of these criteria will be disqualified:", "exclusion"),
        ("The presence of any of the following excludes a person:", "exclusion"),
        ("Inclusion/Exclusion Criteria:", "rules"),
        ("No inclusion / Exclusion Criteria:", "rules"),
        ("Post-visit eligibility and exclusion criteria", "rules"),
        ("Eligibility Criteria:", "rules"),
        ("Eligibility Criteria：", "rules"),  # noqa: RUF001 - full-width colon is the case
        ("Criteria:", "rules"),
    ],
)
def test_a_heading_says_its_side_or_none(heading: str, kind: str) -> None:
    doc = parse(f"{heading}\n\n* Has a dog\n* Has a cat\n")

    assert [section.kind for section in doc.sections] == [SectionKind(kind)]
    assert len(doc.criteria) == 2


def test_without_headings_no_side_is_guessed() -> None:
    doc = parse("* Must not smoke\n* Must be pregnant\n")

    assert {node.section for node in doc.walk()} == {SectionKind.RULES}
    assert all(Flag.NO_POLARITY in node.flags for node in doc.walk())
    assert doc.criteria[0].path == "R.1"


def test_a_heading_and_its_sentence_that_disagree_take_no_side() -> None:
    doc = parse("INCLUSION CRITERIA:\n\nParticipants are ineligible if they:\n\n* Smoke\n")

    assert doc.sections[0].kind is SectionKind.RULES


@pytest.mark.parametrize(
    "line",
    [
        "* Does not fulfil the inclusion criteria",
        "* Meets all inclusion criteria of study two",
        "* Pregnancy is not a criterion for exclusion.",
        "* Exclusion criteria in accordance with the label of the drug",
    ],
)
def test_a_rule_that_speaks_of_criteria_is_no_heading(line: str) -> None:
    doc = parse(f"Exclusion Criteria:\n\n* Smokes\n{line}\n")

    assert len(doc.sections) == 1
    assert len(doc.criteria) == 2


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        ("Inclusion Criteria- All Cohorts", "All Cohorts"),
        ("Part A Inclusion:", "Part A"),
        ("Donor Inclusion Criteria:", "Donor"),
        ("Inclusion Criteria (Healthy Volunteers):", "Healthy Volunteers"),
        ("Additional Inclusion Criteria For Arm B", "Arm B"),
        ("Inclusion Criteria for Groups 1-3:", "Groups 1-3"),
        ("Main Inclusion Criteria:", None),
    ],
)
def test_a_heading_names_its_group(heading: str, group: str | None) -> None:
    doc = parse(f"{heading}\n\n* Has a dog\n")

    assert sections(doc) == [("inclusion", group)]
    assert doc.criteria[0].group == group


def test_labels_inside_a_section_are_groups_of_its_side() -> None:
    doc = parse("Exclusion Criteria:\n\nCohort 1:\n\n* Smokes\n\nCohort 2:\n\n* Drinks\n")

    assert [(node.path, node.group) for node in doc.walk()] == [
        ("E.1", "Cohort 1"),
        ("E.2", "Cohort 2"),
    ]


def test_old_topic_headings_take_no_side() -> None:
    doc = parse(
        "DISEASE CHARACTERISTICS:\n\n* Has a cough\n\nPATIENT CHARACTERISTICS:\n\nAge:\n\n* Not specified\n"
    )

    assert sections(doc) == [
        ("rules", "DISEASE CHARACTERISTICS"),
        ("rules", "PATIENT CHARACTERISTICS"),
        ("rules", "Age"),
    ]


def test_a_heading_stuck_to_the_rule_above_still_counts() -> None:
    doc = parse("Inclusion Criteria:\n\n* Weighs 20 to 150 kg Exclusion Criteria\n* Smokes\n")

    assert outline(doc) == [("I.1", "Weighs 20 to 150 kg"), ("E.1", "Smokes")]


def test_a_heading_may_say_that_there_is_nothing() -> None:
    doc = parse("Inclusion Criteria:\n\n* Has a dog\n\nExclusion Criteria: none\n")

    assert outline(doc)[-1] == ("E.1", "none")


def test_words_under_a_heading_introduce_the_list() -> None:
    doc = parse("Inclusion Criteria:\n\nPatients must meet one of the following:\n\n* Dog\n* Cat\n")

    assert doc.sections[0].intro == "Patients must meet one of the following"
    assert doc.sections[0].list_logic is ListLogic.ONE_OF
    assert len(doc.criteria) == 2


def test_words_before_the_first_heading_are_a_preamble() -> None:
    doc = parse("This study looks at gardens.\n\nInclusion Criteria:\n\n* Has a garden\n")

    assert [section.kind.value for section in doc.sections] == ["preamble", "inclusion"]


def test_a_note_between_lists_interrupts_no_numbering() -> None:
    doc = parse(
        "Inclusion Criteria:\n\n* Dog\n\n"
        "Note: Other protocol-defined inclusion/exclusion criteria may apply.\n\n* Cat\n"
    )

    assert [node.path for node in doc.walk()] == ["I.1", "N.1", "I.2"]
    assert Flag.LIST_NOT_COMPLETE in doc.notes[0].criteria[0].flags


@pytest.mark.parametrize(
    ("words", "logic"),
    [
        ("all of the following:", ListLogic.ALL),
        ("any of the following:", ListLogic.ANY),
        ("at least one of:", ListLogic.ANY),
        ("one of the following:", ListLogic.ONE_OF),
        ("none of the following:", ListLogic.NONE),
        ("the following:", ListLogic.UNKNOWN),
        ("any severe disease, such as:", ListLogic.UNKNOWN),
    ],
)
def test_list_logic_is_what_the_words_say(words: str, logic: ListLogic) -> None:
    doc = parse(f"Inclusion Criteria:\n\n* Has {words}\n  * Dog\n  * Cat\n")

    assert doc.criteria[0].list_logic is logic


# --- flags --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "flag"),
    [
        ("Those who meet the following may join: 1) Viral loa", Flag.TRUNCATED),
        ("Is allergic to any part of the", Flag.TRUNCATED),
        ("Smokes Protocol Number: X12 v5.0 Page 8 of 52", Flag.PAGE_ARTIFACT),
        ("Performance score ¿ 2", Flag.SYMBOL_DAMAGED),
        ("Platelets ? 100", Flag.SYMBOL_DAMAGED),
        ("Platelets below 50.000 /mmc", Flag.SYMBOL_DAMAGED),
        ("Cancer, except of the skin", Flag.EXCEPTION),
        ("Dogs or cats", Flag.EITHER_OR),
        ("Pets including but not limited to cats", Flag.LIST_NOT_COMPLETE),
        (" ".join(["word"] * 90), Flag.LONG),
    ],
)
def test_doubt_is_flagged_and_nothing_mended(rule: str, flag: Flag) -> None:
    doc = parse(f"Exclusion Criteria:\n\n* {rule}\n* Smokes\n")

    assert flag in doc.criteria[0].flags
    assert doc.criteria[0].text == rule
    assert doc.criteria[1].flags == frozenset()


# --- hostile texts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1.",
        "* \n" * 500,
        "\x00" * 50_000,
        "\\" * 50_000,
        "&amp;" * 10_000,
        "(" * 50_000,
        "1) " * 16_000,
        "1. 2. 3. " * 5_500,
        " - A" * 12_500,
        "\t" * 50_000,
        "Inclusion Criteria: " * 2_500,
        "not meet inclusion criteria " * 1_800,
        "\n".join(" " * depth + "* x" for depth in range(310)),
        "\n".join(f"{chr(65 + n % 26)}{chr(65 + n // 26 % 26)}1: x:" for n in range(6_000)),
        "patients who meet any of the following " * 1_300,
        "a" * 50_000,
        "* Age: \n" * 6_000,
        "Note: " * 8_000,
    ],
)
@pytest.mark.timeout(10)
def test_hostile_text_is_read_without_loss(text: str) -> None:
    doc = parse(text)

    assert "".join(span.of(text) for span in doc.spans()) == text

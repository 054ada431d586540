"""Lists in a rule: items under a line with a colon, and only where nothing behind them is torn off."""

import pytest

from monitor.domain.summaries import Block, in_blocks
from monitor.summaries.criteria import RULES, plain_text
from monitor.summaries.fidelity import check


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("History of unstable angina, congestive heart failure, untreated coronary artery disease, heart valve disease, or serious heart arrhythmias",
         ["You have a history of:", "• unstable angina;", "• congestive heart failure;", "• untreated coronary artery disease;",
          "• heart valve disease;", "• or serious heart arrhythmias."]),
        ("Any condition that would compromise the visit to the green room of the ward or interfere with the assessments of the ward",
         ["You have any condition that would:", "• harm the visit to the green room of the ward;",
          "• or get in the way of the checks of the ward."]),
        # short enough to be read in one go
        ("History of unstable angina, congestive heart failure, or serious arrhythmias of the heart",
         ["You have a history of unstable angina, congestive heart failure, or serious arrhythmias of the heart."]),
    ],
)  # fmt: skip
def test_items_stand_under_what_they_share(source: str, lines: list[str]) -> None:
    written = plain_text(source, section="exclusion")

    assert (list(written.sentences), written.method) == (lines, RULES)


def test_what_a_rule_opens_with_stands_over_it() -> None:
    source = (
        "If the wheeze test is positive, a second wheeze test of the made-up kind will be done in "
        "the green room by the nurse of the ward on the day before the first visit"
    )

    assert plain_text(source, section="inclusion").sentences == (
        "If the wheeze test is positive:",
        (
            "A second wheeze test of the made-up kind will be done in the green room by the nurse of "
            "the ward on the day before the first visit."
        ),
    )


@pytest.mark.parametrize(
    "source",
    [
        "Use of red salts, blue salts, green salts or any other salts within 4 weeks before the visit",
        "Known illness, health condition, finding, or test result that could affect the made-up visit",
        "Surgery, radiation, or other treatments needing a stay of more than 3 days in the ward",
        "Uncontrolled diabetes, asthma, eczema, heart failure, stroke, angina, or epilepsy in the past",
        "Serious heart, lung, liver, kidney, bowel, muscle, nerve, stomach, or blood vessel disease",
        "Positive skin tests or allergy to blue salts, red salts, green salts, or other salts of the ward",
        "Abnormal veins of the arm, intolerance of needles, history of needle or blood phobia in the ward",
        "Prior treatment with an anti-AB-1, anti-AB-2, anti-AB-3, anti-AB-4, or anti-AB-5 agent of any kind",
        "The inability of the parents to follow instructions, recognize wheezes, or administer blue salts",
        "Known conditions that could have significantly altered the absorption, distribution, or loss of drugs",
        "No history of angina, stroke, asthma, eczema, hives, or epilepsy in the year of the visit",
    ],
)
def test_a_list_with_something_behind_or_before_it_for_all_stays_whole(source: str) -> None:
    written = plain_text(source, section="exclusion")

    assert not any(line.startswith("•") for line in written.sentences)
    assert "The list goes on" not in " ".join(written.sentences)


def test_two_clauses_behind_that_are_a_list() -> None:
    source = "Salts are allowed provided that the salts are blue ones of the kind in the box, and that the ward has seen them"

    assert plain_text(source, section="inclusion").sentences == (
        "Salts are allowed provided that:",
        "• the salts are blue ones of the kind in the box;",
        "• and that the ward has seen them.",
    )


def test_other_things_with_a_that_of_their_own_stand_apart() -> None:
    source = "Any disease of the made-up sort that weakens the ear a lot, or other conditions that weaken the nose a lot"

    assert plain_text(source, section="exclusion").sentences == (
        "You have any disease of the made-up sort that weakens the ear a lot.",
        "Or you have other conditions that weaken the nose a lot.",
    )


def test_evidence_at_the_end_is_told_as_a_test() -> None:
    source = "Cancer of the ear with histological or cytological evidence"

    assert plain_text(source, section="inclusion").sentences == (
        "Cancer of the ear.",
        "This is proven by a tissue or cell test.",
    )
    assert check(source, ["Cancer of the ear."], section="inclusion")


def test_no_list_where_none_can_be_shown() -> None:
    source = (
        "History of unstable angina, congestive heart failure, or serious arrhythmias of the heart"
    )
    written = plain_text(source, section="exclusion", lists=False)

    assert not any(line.startswith("•") for line in written.sentences)


def test_a_list_hides_no_fault() -> None:
    source = "History of angina, heart failure, or a stroke"

    assert not check(
        source,
        ["You have a history of:", "• angina.", "• heart failure.", "• or a stroke."],
        section="exclusion",
    )
    assert check(
        source,
        ["You have a history of:", "• angina.", "• heart failure.", "• and a stroke."],
        section="exclusion",
    )
    assert check(source, ["Any of these:", "• angina.", "• or a stroke."], section="exclusion")


def test_lines_come_in_blocks() -> None:
    lines = ("You had:", "• a cold.", "• or a cough.", "When: within 2 weeks.", "Cold: a cough.")

    assert in_blocks(lines) == (
        Block(text="You had:", listed=("a cold.", "or a cough.")),
        Block(text="When: within 2 weeks. Cold: a cough."),
    )
    assert in_blocks(("• a cold.",)) == (Block(text="", listed=("a cold.",)),)


# --- what a reader found wrong in meaning ----------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "source", "lines"),
    [
        ("exclusion", "Has a known additional malignancy that is progressing or has required treatment",
         ["You have a known further cancer that is progressing or has needed treatment."]),
        ("exclusion", "Participation in any study for the treatment of wheeze in the past 12 months",
         ["You took part in any study for the treatment of wheeze in the past 12 months."]),
        ("exclusion", "Severe skin wounds requiring treatment with blue salts or red skin within 1 week",
         ["You have severe skin wounds needing treatment with blue salts or red skin within 1 week."]),
        ("exclusion", "History of benign or malignant tumors of the ear",
         ["You have a history of benign or malignant tumors of the ear."]),
        ("exclusion", "Is at the study place or is a member of their immediate family who works there",
         ["You are at the study place.", "Or you are a member of their immediate family who works there."]),
        ("exclusion", "Currently taking or plan to take medications prohibited by the study protocol",
         ["You are now taking or plan to take medicines banned by the study plan."]),
        ("exclusion",
         "Patients with heart failure (New York Heart Association class III), kidney failure, or stroke",
         ["You have heart failure (NYHA class III), kidney failure, or stroke."]),
        ("inclusion", "Measurable disease by the rules of the ward, with the exception of ear cancer",
         ["You have disease that can be measured by the rules of the ward, except ear cancer."]),
        ("exclusion", "Use of blue salts within 2 weeks or use of red salts within 4 weeks before the visit",
         ["Use of blue salts within 2 weeks or use of red salts within 4 weeks before the visit."]),
        ("exclusion", "A WOCBP who has a fever", ["A woman who can get pregnant who has a fever."]),
        ("exclusion", "According to the investigator, the visit is not safe",
         ["In the study doctor's view, the visit is not safe."]),
    ],
)  # fmt: skip
def test_what_a_reader_found_wrong_is_said_rightly(
    section: str, source: str, lines: list[str]
) -> None:
    assert list(plain_text(source, section=section).sentences) == lines


def test_examples_do_not_take_in_what_follows_them() -> None:
    source = "Slow healing from illnesses such as angina and stroke, the use of medications, and radiation"

    assert not any(
        line.startswith("For example:")
        for line in plain_text(source, section="exclusion").sentences
    )


@pytest.mark.parametrize(
    ("section", "source", "lines"),
    [
        # what stands behind a colon
        ("exclusion",
         ("Use of the following made-up powders in the four weeks before the visit to the green room: blue salts, red beads, "
         "salted tea (cold or warm), green tea powder of the ward, or yellow wax"),
         ("You used the following made-up powders in the four weeks before the visit to the green room:",
          "• blue salts;", "• red beads;", "• salted tea (cold or warm);", "• green tea powder of the ward;", "• or yellow wax.")),
        # times side by side
        ("inclusion",
         ("People must agree to use a made-up method of wrist care during the whole study with all of its visits, "
         "and for at least 30 days after the last dose of the blue salts"),
         ("You agree to use a made-up method of wrist care:",
          "• during the whole study with all of its visits;",
          "• and for at least 30 days after the last dose of the blue salts.")),
        # a heading
        ("inclusion",
         ("Green cohort: people with a wrist that hurts each time they lift the blue box of the ward from the table "
         "to the shelf above the door"),
         ("Green cohort:",
          "You have a wrist that hurts each time you lift the blue box of the ward from the table to the shelf above the door.")),
        # an exception behind a list
        ("exclusion",
         ("Wheeze, hives, or a sore wrist in the last five years or at the time of the visit, except hives of the left hand, "
         "hives of the right hand, and a wheeze that was cured"),
         ("Wheeze, hives, or a sore wrist in the last five years or at the time of the visit.",
          "This does not count: hives of the left hand, hives of the right hand, and a wheeze that was cured.")),
    ],
)  # fmt: skip
def test_long_sentence_is_set_out_in_lines(
    section: str, source: str, lines: tuple[str, ...]
) -> None:
    assert plain_text(source, section=section).sentences == lines


@pytest.mark.parametrize(
    "source",
    [
        # the noun behind the last item is meant for all
        (
            "One of the following made-up illnesses that could change the way to the green room: heart, lung, liver, kidney, "
            "stomach, or skin diseases of any kind"
        ),
        # so may be a time or a condition behind the last one
        (
            "Use of one of the following made-up powders that are sold in the ward: blue salts, red beads, salted tea, yellow wax, "
            "or green tea powder within four weeks before the visit"
        ),
        # a time of its own stands before
        (
            "Two or more courses of the blue salts in the past year or one course of the red beads within 3 months before the visit, "
            "or during the screening period of the ward"
        ),
        # another duty behind the last time
        (
            "Men must agree to use a made-up method of wrist care during the whole study and for 30 days after the last dose and "
            "avoid giving blue salts to other people of the ward"
        ),
    ],
)
def test_long_sentence_stays_where_a_line_would_say_more(source: str) -> None:
    assert len(plain_text(source, section="exclusion").sentences) == 1


def test_short_second_part_behind_or_stays_with_the_first() -> None:
    source = "Blue wheeze of the left ear; or a green cold of the right one"

    assert plain_text(source, section="exclusion").sentences == (
        "Blue wheeze of the left ear; or a green cold of the right one.",
    )


@pytest.mark.parametrize(
    ("source", "last"),
    [
        ("INR ≤ 1.5; PT ≤ 2", "Your PT is at most 2."),
        ("Donor INR ≤ 1.5; PT ≤ 2", "PT of at most 2."),
    ],
)
def test_later_limits_are_said_as_the_first_is(source: str, last: str) -> None:
    assert plain_text(source, section="inclusion").sentences[-1] == last

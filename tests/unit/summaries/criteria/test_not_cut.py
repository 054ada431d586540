"""Sentences that are left whole, for a part of them may be meant for what stands before the cut.

Each form was found by readers of every real rule that had been cut; the rules here are made up.
"""

import pytest

from monitor.summaries.criteria import RULES, plain_text

_UNCUT = [
    # What opens the first thing of a list opens all: pollen, a history, a result of the reaction.
    ("inclusion", "History of at least 1 season of moderate to severe green rash due to a made-up allergy to pollen from birch, hazel, and alder"),
    ("exclusion", "History (current and past) of wheeze of the chest, cough of the made-up kind, hoarse voice, sore throat, or itch"),
    ("exclusion", "Have a history of severe shock resulting in hypotension, neurological compromise, or mechanical ventilation"),
    # What closes the last thing closes all.
    ("exclusion", "Clinical history of allergy, hypersensitivity or intolerance to the excipients of the study medication"),
    # Two things that make each other's "or" or "and".
    ("inclusion", "A positive test of the green powder OR a history of the green rash AND a blue powder level of more than 7 kU/L"),
    ("inclusion", "A skin test positive to green powder (wheal of 3 mm) OR a green powder level in blood within the previous 12 months"),
    ("exclusion", "Platelet count less than 100,000/mL, hemoglobin less than 9 g/dL, or investigator-suspected immunocompromise"),
    ("inclusion", "Skin test readings at least 3 mm and green powder levels more than 5 kU/l for whole milk or one of its parts"),
    # A list of alternatives with what is meant for all of them at the end.
    ("exclusion", "Known green powder (GPD) deficiency or history of severe and unexpected reactions to blue powder therapy in participants selected to receive yellow powder"),
    ("exclusion", "Chronic wheeze or cough, particularly with a made-up value less than 70 % or use of green powder outside of the season for weeks"),
    ("exclusion", "A current diagnosis of wheeze or history of wheeze according to the made-up guidelines of the year or other guidelines"),
    # A time that may be the last part's alone.
    ("exclusion", "Concurrent participation in any other green trial or participation in any other blue clinical trial during the previous 30 days"),
    ("inclusion", "Improvement of at least 12% in the made-up value with two separate measurements obtained within a 4-week period around a cough"),
    ("inclusion", "Shown growth of the green rash as defined by the made-up scale within 18 weeks from the last dose of blue powder"),
    # Whose view it is, where the last alternative alone is viewed.
    ("exclusion", "Any health condition or patient history, in the opinion of the investigator, could interfere with the evaluation of the study's objectives."),
    # Taking part in what?
    ("exclusion", "Currently participating or having participated in another clinical study of green powder within 4 weeks prior to enrollment"),
    # An "only if" that lets nobody in before it is said.
    ("inclusion", "The children are included only if parents and children are strongly motivated to try a dietary intervention with green powder for six weeks"),
    # Whose bracket it is.
    ("exclusion", "Failure of the heart, failure of the liver, failure of the kidney or of the gut (a made-up rate of less than 60 mL/min)"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "source"), _UNCUT)
def test_what_may_be_meant_for_all_is_not_cut_off(section: str, source: str) -> None:
    written = plain_text(source, section=section)

    assert written.method == RULES
    assert len(written.sentences) == 1, written.sentences


def test_what_follows_a_semicolon_stays_under_its_denial() -> None:
    source = "No serious illness of the made-up sort, including wheeze of the chest; unstable cough or hoarse voice of grade 2; or a sore throat"

    said = plain_text(source, section="inclusion").sentences

    assert len(said) == 1


def test_list_parted_by_semicolons_is_set_as_a_list_under_its_head() -> None:
    source = (
        "Laboratory values that meet the following criteria: green count ≥ 9 g/dL; blue count ≥ 75 x 10^9/L;"
        " yellow level ≤ 2 x ULN (for people of the ward, ≤ 3 x ULN); red time ≤ 1.5 x ULN"
    )

    said = plain_text(source, section="inclusion").sentences

    assert said == (
        "Lab values that meet these rules:",
        "• green count of at least 9 g/dL;",
        "• blue count of at least 75 x 10^9/L;",
        "• yellow level of at most 2 times ULN (for people of the ward, at most 3 times ULN);",
        "• red time of at most 1.5 times ULN.",
    )


@pytest.mark.parametrize(
    "source",
    [
        "Unable or unwilling to comply with the procedures of the green ward in this study, including completion of the diary",
        "Absence of previously known chronic disease of the made-up kind or rash (including those with a history of long treatment with green powder or blue powder)",
        "History of hypersensitivity of the made-up kind to any ingredients, including green salts of the study powder or drugs like it",
    ],
)
def test_including_is_not_told_apart_where_it_would_turn_the_sense(source: str) -> None:
    said = plain_text(source, section="exclusion").sentences

    assert not any(line.startswith("This includes:") for line in said)


def test_unless_in_a_rule_for_joining_says_that_the_rule_does_not_apply() -> None:
    source = "Made-up clotting time of at most 1.5 times the usual unless the subject is receiving a blood thinner of the green kind"

    joining = plain_text(source, section="inclusion").sentences
    barring = plain_text(source, section="exclusion").sentences

    assert joining[-1].startswith("This rule does not apply if ")
    assert barring[-1].startswith("This does not count if ")


def test_view_stays_with_the_alternative_that_is_viewed() -> None:
    source = "Significant impairment of major organ function (lung, heart, liver, kidney) or any condition that, in the opinion of the investigator, would harm the safety of the ward"

    said = plain_text(source, section="exclusion").sentences

    assert not any(line.startswith("The study doctor decides this") for line in said)
    assert "in the study doctor's view" in said[-1]


def test_both_of_two_things_said_of_one_person_are_asked_together() -> None:
    source = "Patients with rhinitis of the made-up sort of the north who have previously shown an inability to tolerate drops of green powder in the nose"

    said = plain_text(source, section="exclusion").sentences

    assert said[1].startswith("With it, you have previously shown")


def test_what_belongs_to_a_drug_is_not_the_readers() -> None:
    source = "Known hypersensitivity to the green powder, or to their excipients"

    assert "your" not in " ".join(plain_text(source, section="exclusion").sentences)


@pytest.mark.parametrize(
    "source",
    [
        "Patients who have breast cancer with histological confirmation",
        "Lung cancer for which no standard therapy exists, with histological evidence",
        "Tumor, not resectable, in adults who progressed, with cytological confirmation",
    ],
)
def test_proof_of_what_cannot_be_told_apart_stays_in_its_sentence(source: str) -> None:
    written = plain_text(source, section="inclusion")

    assert written.method == RULES
    assert not any(line.startswith("This is proven") for line in written.sentences)

"""What the fidelity check refuses and what it lets through. All texts are made up."""

import pytest

from monitor.summaries.fidelity import check

SOURCE = (
    "Hemoglobin ≥ 9 g/dL within 7 days prior to the first dose, without transfusion, and no prior "
    "treatment with sampletinib unless stopped 3 months before screening"
)
GOOD = (
    "Hemoglobin of at least 9 g/dL within 7 days before the first dose, without transfusion, and no "
    "past treatment with sampletinib unless stopped 3 months before screening."
)


@pytest.mark.parametrize("section", ["inclusion", "exclusion", "rules"])
def test_faithful_sentence_passes(section: str) -> None:
    assert check(SOURCE, [GOOD], section=section) == ()


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ("9 g/dL", "8 g/dL", "F1"),
        ("9 g/dL", "g/dL", "F1"),
        ("7 days", "7 weeks", "F2"),
        ("at least 9", "at most 9", "F3"),
        ("at least 9", "more than 9", "F3"),
        ("without transfusion", "with transfusion", "F4"),
        ("no past", "past", "F4"),
        ("unless stopped", "if stopped", "F5"),
        (", and no", ", or no", "F6"),
        ("sampletinib", "otheramab", "F10"),
        ("sampletinib", "otheramab", "F9"),
        ("before the first dose", "after the first dose", "F8"),
        ("before screening", "before surgery", "F8"),
        ("past treatment", "past harmful treatment", "F9"),
        (", without transfusion", "", "F4"),
        ("past treatment with", "treatment with", "F10"),
        ("Hemoglobin", "You cannot join: hemoglobin", "F11"),
        ("unless stopped", "unless it must be stopped", "F12"),
        ("9 g/dL", r"9 g/dL \>", "F13"),
        ("first dose", "first dose https://example.org", "F13"),
    ],
)
def test_changed_sentence_is_refused(old: str, new: str, failing: str) -> None:
    assert old in GOOD

    failures = check(SOURCE, [GOOD.replace(old, new)], section="inclusion")

    assert failing in {failure.check for failure in failures}


def test_numbers_that_changed_places_are_refused() -> None:
    source = "AST ≤ 3 times and bilirubin ≤ 5 times the limit"

    failures = check(
        source, ["AST at most 5 times and bilirubin at most 3 times the limit."], section="rules"
    )

    assert failures


def test_number_in_a_name_is_no_number() -> None:
    assert check("CD20 positive", ["CD20 positive."], section="inclusion") == ()


def test_explanations_say_nothing_about_the_rule() -> None:
    gloss = "Platelets: blood cells that help you stop bleeding."

    passed = check(
        "Platelets ≥ 50", ["Platelets of at least 50.", gloss], glosses=[gloss], section="rules"
    )

    assert passed == ()


def test_invented_explanation_is_refused() -> None:
    failures = check(
        "Platelets ≥ 50", ["Platelets of at least 50.", "Blood is red."], section="rules"
    )

    assert {failure.check for failure in failures} == {"F9"}


def test_verdict_of_an_exclusion_may_go_only_at_the_end_of_the_rule() -> None:
    whole = "Patients with gout are excluded from the study"
    followed = "Patients with gout are excluded. Patients with mild gout may enter."

    assert check(whole, ["You have gout."], section="exclusion") == ()
    assert check(whole, ["You have gout."], section="inclusion")
    assert check(
        followed, ["You have gout.", "Patients with mild gout may enter."], section="exclusion"
    )


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("You are a smoker with asthma", ["If you are a smoker with asthma."]),
        (
            "Ex-smokers. They are let in if they are well",
            ["If you are an ex-smoker. They are let in if they are well."],
        ),
        (
            "Men must not donate sperm during the study",
            ["Men must not donate sperm.", "This is done during the study."],
        ),
        (
            "Steroids (creams on the skin each day) are allowed",
            ["Steroids are allowed.", "On tablets, the study adds: creams on the skin each day."],
        ),
        (
            "Steroids (except creams on the skin) are barred",
            ["Steroids are barred.", "This does not count as tablets: creams on the skin."],
        ),
    ],
)
def test_words_of_our_frames_that_would_change_the_rule_are_refused(
    source: str, plain: list[str]
) -> None:
    failed = {failure.check for failure in check(source, plain, section="exclusion")}

    assert "F9" in failed


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("Women who smoke must stop", ["If you are a woman who smokes, you must stop."]),
        (
            "Men must use condoms during the study",
            ["Men must use condoms.", "This is done during the study."],
        ),
        (
            "Steroids (creams on the skin each day) are allowed",
            ["Steroids are allowed.", "On steroids, the study adds: creams on the skin each day."],
        ),
    ],
)
def test_words_of_our_frames_that_keep_the_rule_pass(source: str, plain: list[str]) -> None:
    assert check(source, plain, section="inclusion") == ()

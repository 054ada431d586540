"""A sentence about people, wherever it stands in a rule, said to the reader; and what may not be made of it."""

import pytest

from monitor.summaries.criteria import plain_text
from monitor.summaries.fidelity import check, without_verdict


def _said(source: str, section: str = "exclusion") -> str:
    return " ".join(plain_text(source, section=section).sentences)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "Patients with a history of wheeze may be enrolled if their pulse is stable",
            "If you have a history of wheeze, you may join if your pulse is stable.",
        ),
        (
            "Active infection of the ear. Patients requiring blue salts must be on a stable dose.",
            "You have an active infection of the ear. If you need blue salts, you must be on a stable dose.",
        ),
        (
            "Participants must not have a fever of the ear",
            "You must not have a fever of the ear.",
        ),
        (
            "Patients who need a wing can join",
            "If you need a wing, you can join.",
        ),
        (
            "Subject and/or legal representative unwilling to provide consent",
            "You and/or your legal representative are unwilling to give consent.",
        ),
        (
            "Pregnancy, lactation, or breastfeeding",
            "You are pregnant or breastfeeding.",
        ),
        (
            "For salts: Patients requiring blue salts are excluded, except for those receiving low doses of them",
            "For salts: You need blue salts, except for those getting low doses of them.",
        ),
    ],
)
def test_people_are_the_reader(source: str, plain: str) -> None:
    assert _said(source) == plain


@pytest.mark.parametrize(
    "source",
    [
        "Patients whose mother has wheeze may join",
        "Patients with wheeze may join if she agrees",
        "Patients in cohorts must fly and each must land",
        "Wheeze of the ear. Subject was born at 35 weeks of gestation",
    ],
)
def test_people_who_may_be_others_stay(source: str) -> None:
    assert "you" not in _said(source).lower().split()


def test_condition_stands_only_where_the_source_speaks_of_some_people() -> None:
    assert not check(
        "Patients with wheeze may join", ["If you have wheeze, you may join."], section="exclusion"
    )


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("The patient has wheeze and must fly", "If you have wheeze, you must fly."),
        ("Wheeze that must be mild", "If you have wheeze, you must be mild."),
        (
            "Patients with wheeze may join. Patients must fly",
            "If you have wheeze, you may join. If you are here, you must fly.",
        ),
        ("Patients with wheeze", "If you have wheeze."),
        ("Patients with cancer, able to walk", "If you have cancer, you are able to walk."),
    ],
)
def test_made_up_condition_is_refused(source: str, plain: str) -> None:
    assert check(source, [plain], section="inclusion")


def test_any_is_still_a_fact_elsewhere() -> None:
    assert check("Use of any salts", ["You use salts."], section="exclusion")
    assert check(
        "Participation in any other study", ["You took part in other study."], section="exclusion"
    )


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "Histologically or cytologically documented wheeze",
            "You have wheeze. This is proven by a tissue or cell test.",
        ),
        (
            "Recurrent tumor diagnosed histologically",
            "You have a recurrent tumor. This is proven by a tissue test.",
        ),
        ("Adequate kidney function", "You have good enough kidney function."),
    ],
)
def test_what_is_shown_or_works_is_had(source: str, plain: str) -> None:
    assert _said(source, "inclusion") == plain


def test_suspicion_is_no_proof() -> None:
    plain = ["You have wheeze.", "This is proven by a tissue test."]
    assert check("Histologically suspected wheeze", plain, section="inclusion")
    assert check("Suspected wheeze", plain, section="inclusion")


def test_verdict_is_left_out_before_an_exception_and_nowhere_a_denial() -> None:
    assert not check(
        "Patients with wheeze are excluded, except for salts",
        ["You have wheeze, except for salts."],
        section="exclusion",
    )
    assert check(
        "Patients with wheeze are not excluded, except for salts",
        ["You have wheeze, except for salts."],
        section="exclusion",
    )


def test_verdict_on_nobody_stays_before_its_exception() -> None:
    rule = "No patients with wheeze are excluded, except smokers"

    assert without_verdict(rule) == rule


@pytest.mark.parametrize(
    "rule",
    [
        "Patients with a tumor the surgeon cannot remove must have had salts",
        "Patients with a disease no drug can treat may join",
    ],
)
def test_verb_of_a_clause_without_that_is_not_the_readers(rule: str) -> None:
    assert "you can" not in _said(rule, "inclusion")

"""Treatments, groups and who knows what is given, in whole sentences."""

from typing import Any

import pytest

from tests.unit.summaries.trial.making import a_record, said


def design(**info: Any) -> dict[str, Any]:
    return {"designInfo": info}


@pytest.mark.parametrize(
    ("drug", "lines"),
    [
        ({"type": "OTHER", "name": "Walk"}, ('"Walk".',)),
        ({"name": "Walk", "otherNames": [" ", "Stroll"]}, ('"Walk". It is also called "Stroll".',)),
        ({"type": "DRUG", "name": "Placebo"}, ('"Placebo".',)),
        ({"type": "MOON", "name": "Dust"}, ('"Dust" ("MOON").',)),
        (
            {"type": "DEVICE", "name": "Belt", "description": "Worn by day"},
            ('"Belt" (a device).', 'The study\'s own words: "Worn by day".'),
        ),
        (
            {"type": "DRUG", "name": "A", "otherNames": list("bcdef")},
            ('"A" (a drug). It is also called "b", "c", "d", "e", and 1 more.',),
        ),
    ],
)
def test_treatment_is_told_in_full(drug: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert said(a_record(armsInterventionsModule={"interventions": [drug]}), "treatments") == lines


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (12, '"T12".'),
        (13, "The record lists 1 more treatment."),
        (14, "The record lists 2 more treatments."),
    ],
)
def test_twelve_treatments_are_told(count: int, end: str) -> None:
    drugs = [{"name": f"T{number}"} for number in range(1, count + 1)]

    assert said(a_record(armsInterventionsModule={"interventions": drugs}), "treatments")[-1] == end


@pytest.mark.parametrize(
    ("group", "line"),
    [
        ({"label": "A", "type": "OTHER"}, 'Group 1: "A".'),
        ({"label": "A"}, 'Group 1: "A".'),
        (
            {"label": "A", "type": "ACTIVE_COMPARATOR"},
            'Group 1: "A". This group gets a treatment that others are compared with.',
        ),
        (
            {"label": "A", "type": "SHAM_COMPARATOR"},
            'Group 1: "A". This group gets a fake treatment, to compare.',
        ),
        (
            {"label": "A", "type": "NO_INTERVENTION", "interventionNames": ["Drug: A", "Walk: B"]},
            'Group 1: "A". This group gets no study treatment. It gets: A and Walk: B.',
        ),
    ],
)
def test_group_is_told_in_full(group: dict[str, Any], line: str) -> None:
    assert said(a_record(armsInterventionsModule={"armGroups": [group]}), "groups") == (
        "The study has 1 group.",
        line,
    )


@pytest.mark.parametrize(
    ("info", "lines"),
    [
        (
            {"allocation": "NON_RANDOMIZED", "interventionModel": "SINGLE_GROUP"},
            (
                "People are not put into groups by chance.",
                "All people are in one group and get the same treatment.",
            ),
        ),
        (
            {"allocation": "NA", "interventionModel": "CROSSOVER"},
            ("People get one treatment first and then another.",),
        ),
        (
            {"allocation": "BY_MOON", "interventionModel": "BY_SUN"},
            (
                'The record says that people are put into groups as "BY_MOON".',
                'The record says that people are set up as "BY_SUN".',
            ),
        ),
    ],
)
def test_ways_into_groups_are_told_in_full(info: dict[str, Any], lines: tuple[str, ...]) -> None:
    study = a_record(
        designModule=design(**info), armsInterventionsModule={"armGroups": [{"label": "A"}]}
    )

    assert said(study, "groups") == ("The study has 1 group.", *lines, 'Group 1: "A".')


@pytest.mark.parametrize(
    ("masking", "line"),
    [
        ({"masking": "NONE"}, "Everyone knows which treatment is given."),
        (
            {"masking": "SINGLE"},
            (
                "One party in the study does not know which treatment is given. The record does not"
                " say who."
            ),
        ),
        (
            {"masking": "QUADRUPLE"},
            (
                "Four parties in the study do not know which treatment is given. The record does"
                " not say who."
            ),
        ),
        ({"masking": "MOON"}, 'The record lists who knows the treatment as "MOON".'),
        (
            {"masking": "SINGLE", "whoMasked": ["OUTCOMES_ASSESSOR"]},
            (
                "Some do not know which treatment is given. They are: the people who check the"
                " results."
            ),
        ),
    ],
)
def test_who_knows_the_treatment_is_told_in_full(masking: dict[str, Any], line: str) -> None:
    assert said(a_record(designModule=design(maskingInfo=masking)), "who-knows") == (line,)


def test_who_knows_is_left_out_where_the_record_does_not_say() -> None:
    assert said(a_record(designModule=design(allocation="NA")), "who-knows") == ()
    assert said(a_record(designModule=design(maskingInfo={})), "who-knows") == ()

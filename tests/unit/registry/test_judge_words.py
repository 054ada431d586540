"""Why a record is not believed, in the words that are kept with it."""

from typing import Any

import msgspec
import pytest

from monitor.registry.judge import implausible, unreadable
from monitor.registry.parse import decode_study
from tests.fakes.registry import a_study

NUMBER = "NCT99000001"
HELD = a_study(NUMBER)
MODULES = {
    "statusModule": "its status",
    "sponsorCollaboratorsModule": "its sponsor",
    "descriptionModule": "its summary",
    "conditionsModule": "its conditions",
    "designModule": "its design",
    "eligibilityModule": "who may join",
    "armsInterventionsModule": "its arms and interventions",
    "outcomesModule": "its outcomes",
    "contactsLocationsModule": "its contacts and places",
}


def verdict(new: bytes, old: bytes = HELD) -> str | None:
    return implausible(decode_study(old), decode_study(new), old_bytes=100, new_bytes=100)


def without(raw: bytes, *modules: str) -> bytes:
    study = msgspec.json.decode(raw)
    for module in modules:
        study["protocolSection"].pop(module)
    return msgspec.json.encode(study)


def criteria(text: str) -> dict[str, Any]:
    return {"eligibilityCriteria": text, "sex": "ALL"}


@pytest.mark.parametrize("module", list(MODULES)[:6])
def test_module_that_every_record_has_is_missed_by_its_name(module: str) -> None:
    assert verdict(without(HELD, module)) == f"lacks {MODULES[module]}, which it had"


@pytest.mark.parametrize("module", list(MODULES)[:6])
def test_module_that_most_have_is_named_beside_one_that_all_have(module: str) -> None:
    assert verdict(without(HELD, module, "outcomesModule")) == (
        f"lacks {MODULES[module]}, its outcomes, which it had"
    )


def test_any_two_modules_that_most_have_are_missed_together() -> None:
    assert verdict(without(HELD, "armsInterventionsModule", "contactsLocationsModule")) == (
        "lacks its arms and interventions, its contacts and places, which it had"
    )


def test_record_without_number_is_of_no_trial() -> None:
    nameless = a_study(NUMBER, identificationModule={"briefTitle": "Lanterin"})

    assert verdict(nameless) == "is the record of no trial, not of NCT99000001"


def test_number_that_makes_no_sense_is_shown_on_one_short_line() -> None:
    odd = a_study(NUMBER, identificationModule={"nctId": "a\n b" + "c" * 300})

    assert verdict(odd) == f"is the record of a b{'c' * 197}, not of NCT99000001"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("x" * 250, "has 250 of 1,000 characters of its criteria left"),
        ("", "has 0 of 1,000 characters of its criteria left"),
        ("x" * 251, None),
    ],
)
def test_criteria_that_were_lost_are_counted(text: str, left: str | None) -> None:
    old = a_study(NUMBER, eligibilityModule=criteria("x" * 1000))

    assert verdict(a_study(NUMBER, eligibilityModule=criteria(text)), old) == left


@pytest.mark.parametrize(
    ("lines", "length", "refused"),
    [(2, 100, True), (2, 101, False), (3, 100, False), (1, 100, True)],
)
def test_quarter_of_the_lines_and_half_of_the_text_is_the_bound(
    lines: int, length: int, *, refused: bool
) -> None:
    old = a_study(NUMBER, eligibilityModule=criteria(of_lines(8, 200)))
    new = a_study(NUMBER, eligibilityModule=criteria(of_lines(lines, length)))

    assert verdict(new, old) == (
        f"has {length} of 200 characters of its criteria left" if refused else None
    )


def of_lines(lines: int, length: int) -> str:
    return "x\n" * (lines - 1) + "x" * (length - 2 * (lines - 1))


def test_criteria_of_a_hundred_characters_are_long_enough_to_be_missed() -> None:
    old = a_study(NUMBER, eligibilityModule=criteria("x" * 100))

    assert verdict(a_study(NUMBER, eligibilityModule=criteria("")), old) == (
        "has 0 of 100 characters of its criteria left"
    )


def test_record_that_never_had_criteria_can_get_and_lack_them() -> None:
    bare = a_study(NUMBER, eligibilityModule={"sex": "ALL"})

    assert verdict(HELD, bare) is None
    assert verdict(bare, bare) is None


def test_bytes_that_are_left_are_counted() -> None:
    study = decode_study(HELD)

    assert implausible(study, study, old_bytes=80_000, new_bytes=10_000) == (
        "has 10,000 of 80,000 bytes left"
    )


def test_withheld_record_is_believed_whatever_it_lacks() -> None:
    withheld = a_study(NUMBER, statusModule={"overallStatus": "WITHHELD"}, descriptionModule={})

    assert verdict(without(withheld, "designModule", "eligibilityModule")) is None


def test_withheld_record_of_another_trial_is_not() -> None:
    withheld = a_study("NCT99000002", statusModule={"overallStatus": "WITHHELD"})

    assert verdict(withheld) == "is the record of NCT99000002, not of NCT99000001"


def test_posting_dates_do_not_count_beside_later_releases() -> None:
    earlier = {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": "2026-02-01"}}
    later = a_study(NUMBER, statusModule=earlier).replace(b'"2026-03-02"', b'"2026-03-03"')

    assert verdict(later) is None


@pytest.mark.parametrize(
    "dates", [{}, {"lastUpdatePostDateStruct": {"type": "ACTUAL"}}], ids=["no struct", "no date"]
)
def test_record_without_posting_date_is_not_older(dates: dict[str, Any]) -> None:
    undated = a_study(NUMBER, statusModule={"overallStatus": "RECRUITING", **dates})

    assert verdict(undated) is None
    assert verdict(HELD, undated) is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON: Input data was truncated"),
        (b"{}", "carries no NCT number"),
        (a_study("NCT990000011"), "carries no NCT number"),
        (without(HELD, "statusModule"), "carries no status"),
        (without(HELD, *list(MODULES)[2:6]), None),
        (
            without(HELD, *list(MODULES)[1:6]),
            "lacks its sponsor, its summary, its conditions, its design, who may join",
        ),
        (
            a_study(NUMBER, identificationModule={"nctId": NUMBER, "officialTitle": "Lanterin"}),
            None,
        ),
    ],
)
def test_what_is_no_record_is_told_why(raw: bytes, reason: str | None) -> None:
    assert unreadable(raw) == reason


def test_withheld_record_may_lack_everything_else() -> None:
    withheld = a_study(NUMBER, statusModule={"overallStatus": "WITHHELD"})

    assert unreadable(without(withheld, *list(MODULES)[1:])) is None

from typing import Any

import msgspec
import pytest

from monitor.registry.judge import implausible, unreadable
from monitor.registry.parse import decode_study
from tests.fakes.registry import a_study

NUMBER = "NCT99000001"
HELD = a_study(NUMBER)


def verdict(new: bytes, old: bytes = HELD) -> str | None:
    return implausible(decode_study(old), decode_study(new), old_bytes=len(old), new_bytes=len(new))


def without(raw: bytes, *modules: str) -> bytes:
    study = msgspec.json.decode(raw)
    for module in modules:
        study["protocolSection"].pop(module)
    return msgspec.json.encode(study)


def with_top(raw: bytes, **parts: Any) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(raw) | parts)


def places(count: int) -> dict[str, Any]:
    return {"locations": [{"facility": f"Hall {one}", "city": "Nowhere"} for one in range(count)]}


def criteria(text: str) -> dict[str, str]:
    return {"eligibilityCriteria": text}


def status(overall: str, posted: str = "2026-02-20") -> dict[str, Any]:
    return {"overallStatus": overall, "lastUpdatePostDateStruct": {"date": posted}}


def stamped(raw: bytes, day: str) -> bytes:
    return with_top(raw, derivedSection={"miscInfoModule": {"versionHolder": day}})


def test_same_record_is_plausible() -> None:
    assert verdict(HELD) is None
    assert unreadable(HELD) is None


def test_other_number_is_another_trial() -> None:
    assert verdict(a_study("NCT99000002")) == ("is the record of NCT99000002, not of NCT99000001")


def test_record_that_took_over_the_number_is_plausible() -> None:
    assert verdict(a_study("NCT99000002", aliases=(NUMBER,))) is None


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("identificationModule", "is the record of no trial"),
        ("statusModule", "lacks its status, which it had"),
        ("sponsorCollaboratorsModule", "lacks its sponsor"),
        ("descriptionModule", "lacks its summary"),
        ("conditionsModule", "lacks its conditions"),
        ("designModule", "lacks its design"),
        ("eligibilityModule", "lacks who may join"),
    ],
)
def test_module_that_every_record_has_must_stay(module: str, words: str) -> None:
    assert words in (verdict(without(HELD, module)) or "")


@pytest.mark.parametrize("module", ["armsInterventionsModule", "outcomesModule"])
def test_module_that_most_records_have_may_go_alone(module: str) -> None:
    assert verdict(without(HELD, module)) is None


def test_two_modules_that_most_records_have_do_not_go_at_once() -> None:
    shadow = without(HELD, "armsInterventionsModule", "outcomesModule")

    assert verdict(shadow) == "lacks its arms and interventions, its outcomes, which it had"


def test_module_that_was_never_there_is_not_missed() -> None:
    bare = without(HELD, "armsInterventionsModule", "outcomesModule", "descriptionModule")

    assert verdict(bare, old=bare) is None


def test_title_alone_must_stay() -> None:
    untitled = a_study(NUMBER, identificationModule={"nctId": NUMBER, "acronym": "LAMP"})

    assert verdict(untitled) == "lacks its titles, which it had"


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (8, 2, True),
        (8, 3, False),
        (92, 56, False),
        (100, 25, True),
        (100, 26, False),
        (4, 1, True),
        (4, 0, True),
        (3, 0, False),
        (1, 0, False),
        (2, 90, False),
    ],
)
def test_places_may_shrink_but_not_to_a_quarter(before: int, after: int, *, refused: bool) -> None:
    old = a_study(NUMBER, contactsLocationsModule=places(before))
    new = a_study(NUMBER, contactsLocationsModule=places(after))

    reason = verdict(new, old)

    assert reason == (
        f"lists {after} of {before} places, and no status that explains it" if refused else None
    )


@pytest.mark.parametrize(
    ("overall", "explained"),
    [
        ("WITHDRAWN", True),
        ("WITHHELD", True),
        ("NO_LONGER_AVAILABLE", True),
        ("COMPLETED", False),
        ("TERMINATED", False),
        ("SUSPENDED", False),
        ("RECRUITING", False),
    ],
)
def test_only_some_statuses_explain_lost_places(overall: str, *, explained: bool) -> None:
    new = a_study(NUMBER, statusModule=status(overall), contactsLocationsModule=places(1))

    assert (verdict(new) is None) is explained


LONG = "Inclusion Criteria:\n\n" + "* A robot that has been awake for more than nine days\n" * 20


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (LONG[: len(LONG) // 4], True),
        (LONG[: len(LONG) // 2], False),
        ("Inclusion Criteria:", True),
        ("", True),
        (LONG.replace("\n* ", " "), False),
        (LONG[: len(LONG) // 3].replace("\n", " "), True),
    ],
)
def test_criteria_may_shrink_but_not_to_a_quarter(text: str, *, refused: bool) -> None:
    old = a_study(NUMBER, eligibilityModule={**criteria(LONG), "sex": "ALL"})
    new = a_study(NUMBER, eligibilityModule={**criteria(text), "sex": "ALL"})

    reason = verdict(new, old)

    assert ("of its criteria left" in (reason or "")) is refused


def test_short_criteria_may_become_anything() -> None:
    old = a_study(NUMBER, eligibilityModule={**criteria("x" * 99), "sex": "ALL"})
    new = a_study(NUMBER, eligibilityModule={"sex": "ALL"})

    assert verdict(new, old) is None


def test_no_status_explains_lost_criteria_but_withheld() -> None:
    for overall, refused in (("WITHDRAWN", True), ("COMPLETED", True), ("WITHHELD", False)):
        new = a_study(NUMBER, statusModule=status(overall), eligibilityModule={"sex": "ALL"})
        assert bool(verdict(new)) is refused


def test_withheld_placeholder_explains_everything() -> None:
    placeholder = msgspec.json.encode(
        {
            "protocolSection": {
                "identificationModule": {"nctId": NUMBER, "briefTitle": "[withheld]"},
                "statusModule": {"overallStatus": "WITHHELD"},
            }
        }
    )

    assert verdict(placeholder) is None
    assert unreadable(placeholder) is None


def test_withheld_placeholder_of_another_trial_is_refused() -> None:
    other = a_study("NCT99000002", statusModule={"overallStatus": "WITHHELD"})

    assert verdict(other) is not None


def test_earlier_update_is_older() -> None:
    older = a_study(NUMBER, statusModule=status("RECRUITING", "2026-02-19"))

    assert verdict(older) == (
        "is older than the one held: its last posted update is of 2026-02-19, not 2026-02-20"
    )


def test_earlier_release_is_older() -> None:
    assert verdict(stamped(HELD, "2026-02-27")) == (
        "is older than the one held: its release is of 2026-02-27, not 2026-03-02"
    )


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03", "", "2026", "02/03/2020"])
def test_same_later_or_unreadable_release_is_not_older(day: str) -> None:
    assert verdict(stamped(HELD, day)) is None


RESULTS = {"adverseEventsModule": {"description": "x" * 90_000}}


def test_results_taken_back_are_plausible() -> None:
    assert verdict(HELD, old=with_top(HELD, resultsSection=RESULTS, hasResults=True)) is None


def test_results_announced_and_not_there_are_refused() -> None:
    old = with_top(HELD, resultsSection=RESULTS, hasResults=True)

    assert verdict(with_top(HELD, hasResults=True), old) == (
        "says that it has results, and lacks those it had"
    )


def test_whole_record_shrunk_to_an_eighth_is_refused() -> None:
    old = with_top(HELD, resultsSection=RESULTS, hasResults=True)
    new = with_top(HELD, resultsSection={"adverseEventsModule": {}}, hasResults=True)

    assert "bytes left" in (verdict(new, old) or "")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (HELD[:-40], "not JSON"),
        (b"{}", "no NCT number"),
        (b"[]", "not a study"),
        (b'{"protocolSection":7}', "not a study"),
        (b'{"hasResults":"no"', "not JSON"),
        (b"[" * 100_000, "not a study"),
        (a_study("NCT1"), "no NCT number"),
        (without(HELD, "statusModule"), "no status"),
        (
            without(
                HELD,
                "sponsorCollaboratorsModule",
                "descriptionModule",
                "conditionsModule",
                "designModule",
                "eligibilityModule",
            ),
            "lacks its sponsor, its summary, its conditions, its design, who may join",
        ),
    ],
)
def test_what_is_no_record_is_unreadable(raw: bytes, words: str) -> None:
    assert words in (unreadable(raw) or "")


def test_status_alone_must_stay() -> None:
    dated = {"lastUpdatePostDateStruct": {"date": "2026-02-21"}}

    assert verdict(a_study(NUMBER, statusModule=dated)) == "lacks its status, which it had"


def test_brief_title_alone_must_stay() -> None:
    formal = {"nctId": NUMBER, "officialTitle": "A Study of Lanterin in Robots"}

    reason = verdict(a_study(NUMBER, identificationModule=formal))

    assert reason == "lacks its title, which it had"


def test_first_record_may_lack_some_modules() -> None:
    sparse = without(
        HELD, "descriptionModule", "conditionsModule", "designModule", "eligibilityModule"
    )

    assert unreadable(sparse) is None


@pytest.mark.parametrize(("kept", "refused"), [(50, True), (51, False)])
def test_quarter_of_criteria_is_the_bound(kept: int, *, refused: bool) -> None:
    old = a_study(NUMBER, eligibilityModule=criteria("x" * 200))
    new = a_study(NUMBER, eligibilityModule=criteria("x" * kept))

    assert bool(verdict(new, old)) is refused


@pytest.mark.parametrize(("new_bytes", "refused"), [(1000, True), (1001, False)])
def test_eighth_of_a_record_is_the_bound(new_bytes: int, *, refused: bool) -> None:
    study = decode_study(HELD)

    reason = implausible(study, study, old_bytes=8000, new_bytes=new_bytes)

    assert bool(reason) is refused

"""What the made stories tell, release by release."""

import json
from typing import Any

import pytest

from simulator.made import Story, open_stories, stories
from simulator.patch import PatchError, patched

STORIES = {story.nct_id: story for story in stories()}


def record(nct_id: str, release: int) -> dict[str, Any]:
    study = open_stories().find(nct_id, release)
    assert study is not None
    whole: dict[str, Any] = json.loads(study.body())
    return whole


def protocol(nct_id: str, release: int) -> dict[str, Any]:
    section: dict[str, Any] = record(nct_id, release)["protocolSection"]
    return section


def status(nct_id: str, release: int) -> dict[str, Any]:
    module: dict[str, Any] = protocol(nct_id, release)["statusModule"]
    return module


def facilities(nct_id: str, release: int) -> list[str]:
    sites = protocol(nct_id, release)["contactsLocationsModule"]["locations"]
    return [site["facility"] for site in sites]


def criteria(nct_id: str, release: int) -> set[str]:
    text: str = protocol(nct_id, release)["eligibilityModule"]["eligibilityCriteria"]
    return set(text.split("\n"))


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.title)
def test_every_story_is_full_bodied(story: Story) -> None:
    study = story.versions[0].study
    assert study is not None
    modules = json.loads(study.body())["protocolSection"]

    assert {"eligibilityModule", "outcomesModule", "armsInterventionsModule"} <= set(modules)
    assert len(study.body()) > 4000


def test_one_trial_opens() -> None:
    before, after = status("NCT99000001", 0), status("NCT99000001", 1)

    assert (before["overallStatus"], after["overallStatus"]) == ("NOT_YET_RECRUITING", "RECRUITING")
    assert after["startDateStruct"] == {"date": "2026-02-27", "type": "ACTUAL"}
    assert after["lastUpdatePostDateStruct"]["date"] == "2026-03-03"


def test_contacts_show_only_while_a_trial_recruits() -> None:
    closed = protocol("NCT99000001", 0)["contactsLocationsModule"]
    opened = protocol("NCT99000001", 1)["contactsLocationsModule"]

    assert "centralContacts" not in closed
    assert not any({"status", "contacts"} & set(site) for site in closed["locations"])
    assert all(site["status"] == "RECRUITING" for site in opened["locations"])
    assert opened["centralContacts"]


def test_one_trial_suspends_resumes_and_suspends_again() -> None:
    statuses = [status("NCT99000002", release)["overallStatus"] for release in range(7)]

    assert statuses == [
        *("RECRUITING", "SUSPENDED", "SUSPENDED", "RECRUITING"),
        *("RECRUITING", "SUSPENDED", "SUSPENDED"),
    ]
    assert status("NCT99000002", 1)["whyStopped"] == status("NCT99000002", 5)["whyStopped"]
    assert "whyStopped" not in status("NCT99000002", 3)


def test_one_trials_criteria_loosen() -> None:
    before, after = criteria("NCT99000003", 1), criteria("NCT99000003", 2)

    assert sorted(before - after) == [
        "* Lipoprotein(a) of at least 150 nmol/L at screening",
        "* Treatment with lipoprotein apheresis",
    ]
    assert len(after - before) == 2
    assert "* Lipoprotein(a) of at least 125 nmol/L at screening" in after


def test_one_trial_gains_loses_and_renames_sites() -> None:
    at = [set(facilities("NCT99000004", release)) for release in range(7)]

    assert len(at[1] - at[0]) == 2
    assert at[3] - at[1] == {"Hôpital Saint-Évrard"}
    assert at[1] - at[3] == {"Hopital Saint-Evrard", "Abernatha Dermatology Group"}
    assert len(at[4] - at[5]) == 2
    misc = record("NCT99000004", 5)["derivedSection"]["miscInfoModule"]
    assert misc["removedCountries"] == ["Argentina"]


def test_one_trial_goes_unknown_without_an_update() -> None:
    before, after = status("NCT99000005", 1), status("NCT99000005", 2)

    assert after["overallStatus"] == "UNKNOWN"
    assert after["lastKnownStatus"] == "RECRUITING"
    assert after["lastUpdateSubmitDate"] == before["lastUpdateSubmitDate"]
    assert after["lastUpdatePostDateStruct"] == before["lastUpdatePostDateStruct"]


def test_one_trial_posts_results_after_review() -> None:
    review, posted = record("NCT99000006", 1), record("NCT99000006", 4)

    assert "annotationSection" in review
    assert review["hasResults"] is False
    assert posted["hasResults"] is True
    assert "annotationSection" not in posted
    assert len(posted["resultsSection"]) == 5


def test_one_trial_vanishes_and_comes_back() -> None:
    source = open_stories()

    there = [source.find("NCT99000007", release) is not None for release in range(7)]

    assert there == [True, True, False, False, False, True, True]


def test_two_registrations_become_one() -> None:
    source = open_stories()

    assert source.find("NCT99000009", 2)
    assert source.canonical("NCT99000009", 2) is None
    assert source.find("NCT99000009", 3) is None
    assert source.canonical("NCT99000009", 3) == "NCT99000008"


def test_on_one_trial_only_bookkeeping_moves() -> None:
    submitted = {status("NCT99000010", release)["lastUpdateSubmitDate"] for release in range(7)}
    sites = [facilities("NCT99000010", release) for release in range(7)]

    assert len(submitted) == 1
    assert sites[1] != sites[2]
    assert len({tuple(sorted(order)) for order in sites}) == 1


def test_one_trials_completion_slips_and_its_participants_are_counted() -> None:
    before, slipped = status("NCT99000011", 0), status("NCT99000011", 1)

    assert before["primaryCompletionDateStruct"]["date"] == "2026-06-30"
    assert slipped["primaryCompletionDateStruct"]["date"] == "2026-12-31"
    counted = protocol("NCT99000011", 3)["designModule"]["enrollmentInfo"]
    assert counted == {"count": 57, "type": "ACTUAL"}


def test_all_numbers_are_made_up() -> None:
    assert sorted(STORIES) == [f"NCT990000{number:02d}" for number in range(1, 12)]


@pytest.mark.parametrize(
    "step",
    [
        {"op": "test", "path": "/a", "value": 1},
        {"op": "remove", "path": "/b"},
        {"op": "add", "path": "/list/5", "value": 1},
        {"op": "replace", "path": "/list/-1", "value": 1},
    ],
)
def test_a_step_that_does_not_fit_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(PatchError, match="does not fit"):
        patched({"a": 1, "list": [1, 2]}, [step])


def test_steps_change_a_copy() -> None:
    before = {"a": 1, "list": [1, 2]}

    after = patched(
        before,
        [
            {"op": "add", "path": "/list/-", "value": 3},
            {"op": "move", "from": "/list/0", "path": "/list/2"},
            {"op": "remove", "path": "/a"},
        ],
    )

    assert after == {"list": [2, 3, 1]}
    assert before == {"a": 1, "list": [1, 2]}

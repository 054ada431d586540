"""A generated registry: reproducible, truthful, and small whatever its size."""

import json
import tracemalloc
from collections import Counter
from typing import Any

import httpx
import pytest

from simulator.evolve import REAL, EditKind
from simulator.generated import Edit, GeneratedStudies
from simulator.records import unstamped
from simulator.serve import running

_STUDIES = 4000


def record(source: GeneratedStudies, nct_id: str, release: int) -> dict[str, Any]:
    study = source.find(nct_id, release)
    assert study is not None
    whole: dict[str, Any] = json.loads(study.body())
    return whole


def bodies(source: GeneratedStudies, release: int) -> dict[str, bytes]:
    return {study.nct_id: unstamped(study.body()) for _, study in source.scan(release, 0)}


def places(record: dict[str, Any]) -> set[str]:
    return {
        one["facility"] for one in record["protocolSection"]["contactsLocationsModule"]["locations"]
    }


def difference(kind: EditKind, record: dict[str, Any]) -> Any:
    """Return the part of a record that an edit of that kind changes."""
    protocol = record["protocolSection"]
    contacts = protocol["contactsLocationsModule"]
    return {
        EditKind.STATUS: protocol["statusModule"]["overallStatus"],
        EditKind.COMPLETION: protocol["statusModule"]["completionDateStruct"]["date"],
        EditKind.ENROLLMENT: str(protocol["designModule"]["enrollmentInfo"]["count"]),
        EditKind.CONTACT: contacts.get("centralContacts", [{}])[0].get("name", ""),
    }[kind]


def test_the_same_seed_gives_the_same_studies() -> None:
    one, same, other = (GeneratedStudies(300, seed=seed) for seed in (5, 5, 6))

    assert bodies(one, 9) == bodies(same, 9)
    assert bodies(one, 9) != bodies(other, 9)


def test_a_study_does_not_depend_on_how_many_there_are() -> None:
    small, large = GeneratedStudies(10, seed=5), GeneratedStudies(600_000, seed=5)

    assert record(small, "NCT99000010", 40) == record(large, "NCT99000010", 40)


def test_one_study_in_a_hundred_carries_a_real_edit() -> None:
    source = GeneratedStudies(100_000, seed=1)

    for release in (1, 2, 77):
        real = sum(edit.real for edit in source.truth(release))
        assert 900 < real < 1100


def test_all_kinds_of_edits_occur() -> None:
    kinds = Counter(edit.kind for edit in GeneratedStudies(50_000, seed=1).truth(4))

    assert set(kinds) == set(EditKind)
    assert min(kinds.values()) > 5


@pytest.mark.parametrize("release", [1, 2, 60, 201])
def test_truth_names_exactly_the_studies_whose_bytes_move(release: int) -> None:
    source = GeneratedStudies(_STUDIES, seed=2)
    before, after = bodies(source, release - 1), bodies(source, release)

    moved = {nct_id for nct_id in after if after[nct_id] != before[nct_id]}

    assert moved == {edit.nct_id for edit in source.truth(release)}
    assert moved


def check(source: GeneratedStudies, edit: Edit) -> None:
    before = record(source, edit.nct_id, edit.release - 1)
    after = record(source, edit.nct_id, edit.release)
    if edit.kind is EditKind.SITE_ADDED:
        assert places(after) - places(before) == {edit.after}
    elif edit.kind is EditKind.SITE_REMOVED:
        assert places(before) - places(after) == {edit.before}
    elif edit.kind is EditKind.ELIGIBILITY:
        texts = [
            one["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
            for one in (before, after)
        ]
        assert f"* {edit.before}\n" in texts[0]
        assert texts[1] == texts[0].replace(edit.before, edit.after)
    else:
        assert (difference(edit.kind, before), difference(edit.kind, after)) == (
            edit.before,
            edit.after,
        )
        assert edit.before != edit.after


@pytest.mark.parametrize("release", [1, 60, 201])
def test_truth_tells_what_the_records_say(release: int) -> None:
    source = GeneratedStudies(_STUDIES * 3, seed=2)
    edits = [edit for edit in source.truth(release) if edit.real]

    for edit in edits:
        check(source, edit)

    assert len(edits) > 50


def changed_parts(before: Any, after: Any, path: str = "") -> set[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        names = set(before) | set(after)
        return {
            part
            for name in names
            for part in changed_parts(before.get(name), after.get(name), f"{path}/{name}")
        }
    return set() if before == after else {path}


def test_an_edit_changes_nothing_beside_itself() -> None:
    source = GeneratedStudies(_STUDIES * 3, seed=2)
    dates = {"statusVerifiedDate", "lastUpdateSubmitDate", "date"}
    own = {
        EditKind.STATUS: {"overallStatus", "whyStopped", "locations", "centralContacts"},
        EditKind.COMPLETION: {"date"},
        EditKind.ENROLLMENT: {"count"},
        EditKind.ELIGIBILITY: {"eligibilityCriteria"},
        EditKind.CONTACT: {"centralContacts"},
        EditKind.SITE_ADDED: {"locations"},
        EditKind.SITE_REMOVED: {"locations"},
        EditKind.REVERIFIED: set(),
    }

    for edit in source.truth(3):
        before, after = (record(source, edit.nct_id, release) for release in (2, 3))
        parts = {part.rsplit("/", 1)[1] for part in changed_parts(before, after)}
        assert parts <= (own[edit.kind] | dates if edit.kind in own else {"locations"})


def test_bookkeeping_is_marked_as_such() -> None:
    edits = list(GeneratedStudies(_STUDIES * 3, seed=2).truth(3))

    assert {edit.kind for edit in edits if not edit.real} == set(EditKind) - set(REAL)


async def test_pages_of_a_thousand_follow_each_other() -> None:
    async with (
        running(GeneratedStudies(2500, seed=1)) as registry,
        httpx.AsyncClient(base_url=registry.url) as client,
    ):
        sizes = []
        asked = {"pageSize": "1000"}
        for _ in range(3):
            page = (await client.get("/studies", params=asked)).json()
            sizes.append(len(page["studies"]))
            asked = {"pageSize": "1000", "pageToken": page.get("nextPageToken", "")}

    assert sizes == [1000, 1000, 500]
    assert asked["pageToken"] == ""


async def _peak_bytes(studies: int) -> int:
    """Return the most memory held while pages from all over a registry are served."""
    async with (
        running(GeneratedStudies(studies, seed=1)) as registry,
        httpx.AsyncClient(base_url=registry.url) as client,
    ):
        await client.get("/studies", params={"pageSize": "100"})
        tracemalloc.start()
        try:
            for page in range(8):
                last = 99_000_001 + (studies - 1) * page // 7
                ids = ",".join(f"NCT{number}" for number in range(last - 100, last))
                await client.get("/studies", params={"filter.ids": ids, "pageSize": "1000"})
                await client.get("/studies", params={"pageSize": "300"})
            await client.get("/studies", params={"countTotal": "true"})
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def test_memory_does_not_grow_with_the_number_of_studies() -> None:
    small = await _peak_bytes(1_000)
    large = await _peak_bytes(200_000)

    assert large < small * 1.3
    assert large < 40 * 1024 * 1024

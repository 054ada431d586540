"""GET /studies/{nctId}, /version and the site's own history pages."""

import httpx
import pytest

from simulator.made import open_stories
from simulator.serve import Running, running
from simulator.settings import Settings


async def test_a_known_number_brings_the_whole_record(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies/NCT99000001")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["derivedSection"]["miscInfoModule"]["versionHolder"] == "2026-03-02"


async def test_an_alias_redirects_and_drops_the_query(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies/NCT99000090", params={"fields": "NCTId"})

    assert answer.status_code == 301
    assert answer.headers["location"] == "/api/v2/studies/NCT99000008"


async def test_following_an_alias_brings_the_full_record(client: httpx.AsyncClient) -> None:
    asked = {"fields": "NCTId"}

    answer = await client.get("/studies/NCT99000090", params=asked, follow_redirects=True)

    assert answer.json()["protocolSection"]["identificationModule"]["nctId"] == "NCT99000008"
    assert "eligibilityModule" in answer.json()["protocolSection"]


async def test_an_unknown_number_is_not_found_in_so_many_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies/NCT12345678")

    assert answer.status_code == 404
    assert answer.text == "NCT number NCT12345678 not found"
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("wrong", ["NCT00000000", "NCT123456789", "12345678", "nct"])
async def test_a_malformed_number_is_a_bad_request(client: httpx.AsyncClient, wrong: str) -> None:
    answer = await client.get(f"/studies/{wrong}")

    assert answer.status_code == 400
    assert answer.text == "Parameter `nctId` has incorrect format"


async def test_a_wrong_address_is_not_found_without_the_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/study/NCT99000001")

    assert answer.status_code == 404
    assert "NCT number" not in answer.text


async def test_version_tells_api_and_data_stamp(client: httpx.AsyncClient) -> None:
    answer = await client.get("/version")

    assert answer.json() == {"apiVersion": "2.0.5", "dataTimestamp": "2026-03-02T09:00:05"}


async def test_history_lists_submitted_versions_only(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.publish(6)

    suspended = await client.get(f"{registry.root}/api/int/studies/NCT99000002/history")
    silent = await client.get(f"{registry.root}/api/int/studies/NCT99000005/history")

    versions = suspended.json()["changes"]
    assert [one["status"] for one in versions] == ["RECRUITING", "SUSPENDED"] * 2
    assert [one["version"] for one in versions] == [0, 1, 2, 3]
    assert "Study Status" in versions[1]["moduleLabels"]
    assert "Eligibility" not in versions[1]["moduleLabels"]
    assert len(silent.json()["changes"]) == 1


async def test_history_escapes_its_text_for_html(
    client: httpx.AsyncClient, registry: Running
) -> None:
    answer = await client.get(f"{registry.root}/api/int/studies/NCT99000001/history/0")

    criteria = answer.json()["study"]["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    assert "\\&lt;80%" in criteria
    assert "<" not in criteria


async def test_unknown_history_version_is_not_found(
    client: httpx.AsyncClient, registry: Running
) -> None:
    for page in ("NCT99000001/history/7", "NCT99000001/history/x", "NCT12345678/history"):
        answer = await client.get(f"{registry.root}/api/int/studies/{page}")
        assert answer.status_code == 404


async def test_history_pages_can_be_switched_off() -> None:
    settings = Settings(internal_api=False)
    async with (
        running(open_stories(), settings=settings) as registry,
        httpx.AsyncClient() as client,
    ):
        answer = await client.get(f"{registry.root}/api/int/studies/NCT99000001/history")

    assert answer.status_code == 404

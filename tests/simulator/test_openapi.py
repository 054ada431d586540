"""The stand-in held against the registry's own OpenAPI document."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from simulator.enums import enumerations
from simulator.fields import every_field
from simulator.folder import open_folder
from simulator.generated import GeneratedStudies
from simulator.made import stories
from simulator.parameters import DECLARED
from simulator.serve import Running, running
from simulator.source import Study

#: A value for each parameter, of the right form.
VALUES = {
    "filter.ids": "NCT99000001",
    "filter.overallStatus": "RECRUITING",
    "filter.advanced": "AREA[LastUpdatePostDate]RANGE[MIN,MAX]",
    "filter.geo": "distance(39.0,-77.1,50mi)",
    "filter.synonyms": "ConditionSearch:1651367",
    "aggFilters": "results:with",
    "geoDecay": "func:exp,scale:300mi,offset:0mi,decay:0.5",
    "sort": "@relevance",
    "countTotal": "true",
    "pageSize": "2",
    "pageToken": "cDA",
    "fields": "NCTId",
    "format": "json",
    "markupFormat": "markdown",
    "types": "ENUM",
    "includeIndexedOnly": "true",
    "includeHistoricOnly": "true",
}


def validator(openapi: dict[str, Any], schema: str) -> jsonschema.Draft4Validator:
    """Return a validator of one schema that also refuses members the document lacks."""
    components = {
        "schemas": {
            name: {"additionalProperties": False, **one} if "properties" in one else one
            for name, one in openapi["components"]["schemas"].items()
        }
    }
    return jsonschema.Draft4Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components},
        format_checker=jsonschema.FormatChecker(["date"]),
    )


@pytest.fixture
async def generated() -> AsyncIterator[Running]:
    async with running(GeneratedStudies(600_000, seed=3)) as registry:
        yield registry


def test_declared_parameters_are_those_of_the_document(openapi: dict[str, Any]) -> None:
    document = {
        path: {one["name"] for one in methods["get"]["parameters"] if one["in"] == "query"}
        for path, methods in openapi["paths"].items()
    }

    assert {path: set(names) for path, names in DECLARED.items()} == document


async def test_no_declared_parameter_is_called_unknown(
    client: httpx.AsyncClient, openapi: dict[str, Any]
) -> None:
    for path, methods in openapi["paths"].items():
        address = path.replace("{nctId}", "NCT99000001")
        names = [one["name"] for one in methods["get"]["parameters"] if one["in"] == "query"]
        for name in names:
            value = VALUES.get(name.replace("postFilter", "filter"), "asthma")
            answer = await client.get(address, params={name: value})
            assert answer.status_code in {200, 400, 404}, name
            assert "unknown parameter" not in answer.text


async def test_an_undeclared_parameter_is_refused_everywhere(
    client: httpx.AsyncClient, openapi: dict[str, Any]
) -> None:
    for path in openapi["paths"]:
        answer = await client.get(path.replace("{nctId}", "NCT99000001"), params={"bogus": "1"})
        assert (answer.status_code, answer.text) == (400, "`bogus` is unknown parameter")


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/version", "Version"),
        ("/studies/enums", "EnumInfoList"),
        ("/studies/metadata", "FieldNodeList"),
        ("/studies/search-areas", "SearchDocumentList"),
        ("/stats/size", "GzipStats"),
        ("/studies", "PagedStudies"),
        ("/studies?pageSize=2&countTotal=true", "PagedStudies"),
        ("/studies?fields=NCTId,LocationFacility,StatusModule", "PagedStudies"),
    ],
)
async def test_bodies_have_the_documents_shape(
    client: httpx.AsyncClient, openapi: dict[str, Any], path: str, schema: str
) -> None:
    validator(openapi, schema).validate((await client.get(path)).json())


async def test_every_story_has_the_documents_shape_in_every_release(
    client: httpx.AsyncClient, registry: Running, openapi: dict[str, Any]
) -> None:
    page = validator(openapi, "PagedStudies")
    single = validator(openapi, "Study")

    for release in range(registry.registry.known_releases):
        registry.publish(release)
        page.validate((await client.get("/studies?pageSize=1000")).json())
        for story in stories():
            answer = await client.get(f"/studies/{story.nct_id}")
            if answer.is_success:
                single.validate(answer.json())


@pytest.mark.parametrize("release", [0, 150])
async def test_generated_studies_have_the_documents_shape(
    generated: Running, openapi: dict[str, Any], release: int
) -> None:
    generated.publish(release)
    async with httpx.AsyncClient(base_url=generated.url) as client:
        answer = await client.get("/studies?pageSize=300")

    validator(openapi, "PagedStudies").validate(answer.json())


@pytest.mark.real_records
async def test_real_records_of_this_version_have_the_documents_shape(
    real_folder: Path, openapi: dict[str, Any]
) -> None:
    source = open_folder(real_folder / "records")
    study = validator(openapi, "Study")
    async with (
        running(source) as registry,
        httpx.AsyncClient(base_url=registry.url) as client,
    ):
        for nct_id in [one.nct_id for _, one in source.scan(0, 0) if updated_in_2026(one)][:60]:
            study.validate((await client.get(f"/studies/{nct_id}")).json())


def updated_in_2026(study: Study) -> bool:
    """Tell whether a record is fresh: older files came through other people's tools."""
    return study.last_update_posted >= "2026"


def test_enumerations_are_the_documents(openapi: dict[str, Any]) -> None:
    document = {
        name: tuple(schema["enum"])
        for name, schema in openapi["components"]["schemas"].items()
        if "enum" in schema and name != "FieldStatsType"
    }

    assert enumerations() == document


def test_fields_are_the_documents(openapi: dict[str, Any]) -> None:
    schemas = openapi["components"]["schemas"]

    for node in every_field():
        schema: dict[str, Any] = schemas["Study"]
        for name in node.path:
            while "$ref" in schema or "items" in schema:
                schema = (
                    schema["items"] if "items" in schema else schemas[schema["$ref"].split("/")[-1]]
                )
            assert name in schema["properties"], node.path
            schema = schema["properties"][name]

"""The one table of fields: complete, true, and what the documentation is made of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.detection.fields import FIELDS, Way, unknown_fields
from monitor.detection.flat import attributes_of
from monitor.detection.table import filled
from monitor.domain.changes import KINDS
from tests.conftest import unavailable
from tests.unit.detection.made import RECORD, edited

_REFERENCE = Path(__file__).parents[4] / "shared" / "registry" / "reference" / "ctg-oas-v2.0.5.yaml"
#: In the table although the document does not have it: older records do.
_OLDER = {"derivedSection.miscInfoModule.modelPredictions.*"}


@pytest.fixture(scope="module")
def documented() -> set[str]:
    """Every field the registry's OpenAPI document gives a study."""
    if not _REFERENCE.is_file():
        unavailable(f"no OpenAPI document at {_REFERENCE}")
    schemas = yaml.safe_load(_REFERENCE.read_text(encoding="utf-8"))["components"]["schemas"]
    return set(_leaves(schemas["Study"], "", schemas))


def _leaves(schema: dict[str, Any], path: str, schemas: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        yield from _leaves(schema["items"], f"{path}[]", schemas)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from _leaves(inner, f"{path}.{name}" if path else name, schemas)
    else:
        yield path


def _covers(row: str, path: str) -> bool:
    return path.startswith(row[:-1]) if row.endswith("*") else row == path


def test_every_field_of_the_registry_is_in_the_table_once(documented: set[str]) -> None:
    rows = [row.path for row in FIELDS]

    assert len(rows) == len(set(rows))
    for path in documented:
        assert sum(_covers(row, path) for row in rows) == 1, path


def test_the_table_has_no_field_the_registry_has_not(documented: set[str]) -> None:
    made_up = {
        row.path for row in FIELDS if not any(_covers(row.path, path) for path in documented)
    }

    assert made_up == _OLDER


def test_every_compared_field_can_be_read_off_the_typed_record() -> None:
    for row in FIELDS:
        if row.how not in (Way.DIGEST, Way.IGNORED):
            assert attributes_of(row.path), row.path


def test_every_row_says_its_kind_or_its_reason() -> None:
    families = {kind.rpartition(".")[0] + ".*" for kind in KINDS}
    for row in FIELDS:
        assert row.meaning, row.path
        kinds = set() if row.how is Way.IGNORED else set(row.kind.split(", "))
        assert kinds <= {*KINDS, *families}, row.path


def test_unknown_fields_are_named_once_and_known_ones_never() -> None:
    places = [{"facility": "A", "rating": 5}, {"facility": "B", "rating": 4}]
    record = edited(
        RECORD,
        {
            "protocolSection.contactsLocationsModule.locations": places,
            "protocolSection.statusModule.mood": "fine",
            "resultsSection": {"newModule": {}, "moreInfoModule": {"any": {"thing": 1}}},
            "newSection": {"a": 1},
        },
    )

    unknown = unknown_fields(json.dumps(record).encode())

    assert unknown == (
        "newSection",
        "protocolSection.contactsLocationsModule.locations.rating",
        "protocolSection.statusModule.mood",
        "resultsSection.newModule",
    )
    assert unknown_fields(json.dumps(RECORD).encode()) == ()


def test_documentation_holds_the_tables_as_they_are() -> None:
    document = (Path(__file__).parents[3] / "docs" / "detection.md").read_text(encoding="utf-8")

    assert filled(document) == document, "run: python -m monitor.detection.table docs/detection.md"
    assert document.count("\n| `") > len(FIELDS) + len(KINDS)

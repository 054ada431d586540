"""A stand-in registry on loopback, asked over real HTTP."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from simulator.made import open_stories
from simulator.serve import Running, running

_REPOSITORY = Path(__file__).parents[2]
_OPENAPI = _REPOSITORY.parent / "shared/registry/reference/ctg-oas-v2.0.5.yaml"
_REAL = Path(os.environ.get("TRIALWATCH_REAL_RECORDS", _REPOSITORY.parent / "shared/registry/real"))


def _missing(what: str, path: Path) -> None:
    reason = f"{what} not found at {path}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """Return the registry's own OpenAPI document."""
    if not _OPENAPI.is_file():
        _missing("the OpenAPI document", _OPENAPI)
    document: dict[str, Any] = yaml.safe_load(_OPENAPI.read_text("utf-8"))
    return document


@pytest.fixture(scope="session")
def real_folder() -> Path:
    """Return the folder of real records."""
    if not _REAL.is_dir():
        _missing("the folder of real records", _REAL)
    return _REAL


@pytest.fixture
async def registry() -> AsyncIterator[Running]:
    """Serve the made stories."""
    async with running(open_stories()) as registry:
        yield registry


@pytest.fixture
async def client(registry: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Ask the registry as httpx asks by default."""
    async with httpx.AsyncClient(base_url=registry.url) as client:
        yield client

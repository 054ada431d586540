"""The bill of materials lists every locked package, with licence and hashes, and is made offline."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.lock import RUN_LOCK, pinned
from supply.sbom import bill, licence_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The bill as the command writes it, in a process that may open no connection."""
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    offline = (
        "import runpy, socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "sys.argv = ['supply.sbom', sys.argv[1]]\n"
        "runpy.run_module('supply.sbom', run_name='__main__')\n"
    )
    subprocess.run([sys.executable, "-c", offline, str(path)], check=True)
    return path.read_text(encoding="utf-8")


def test_bill_is_what_cyclonedx_asks_for(written: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None


def test_every_locked_package_is_listed_with_licence_and_every_hash(written: str) -> None:
    components = {one["name"]: one for one in json.loads(written)["components"]}
    text = RUN_LOCK.read_text(encoding="utf-8")
    heads = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)

    assert {(name, one["version"]) for name, one in components.items()} == set(heads)
    assert len(components) > 40
    listed = [
        digest["content"]
        for one in components.values()
        for digest in one["externalReferences"][0]["hashes"]
    ]
    assert sorted(listed) == sorted(re.findall(r"sha256:([0-9a-f]{64})", text))
    assert [name for name, one in components.items() if not one["licenses"]] == []


def test_who_needs_whom_is_told(written: str) -> None:
    needs = {one["ref"]: one["dependsOn"] for one in json.loads(written)["dependencies"]}

    assert any(ref.startswith("pkg:pypi/cryptography@") for ref in needs["trialwatch"])
    reached: set[str] = set()
    ahead = {"trialwatch"}
    while ahead:
        reached |= ahead
        ahead = {ref for one in ahead for ref in needs[one]} - reached
    assert reached == set(needs), "nothing is in the lock that nobody asks for"


def test_same_lock_gives_the_same_bytes(written: str) -> None:
    again = json.dumps(
        bill(pinned(), version=json.loads(written)["metadata"]["component"]["version"]), indent=1
    )

    assert again + "\n" == written


def test_package_without_a_licence_or_a_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no-such-package is not installed"):
        licence_of("no-such-package")
    lock = tmp_path / "lock"
    lock.write_text("left-pad==1.0 \\\n    # via trialwatch\n")
    with pytest.raises(ValueError, match="left-pad is pinned without a hash"):
        pinned(lock)
    lock.write_text("# nothing\n")
    with pytest.raises(ValueError, match="pins nothing"):
        pinned(lock)

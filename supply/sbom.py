"""The bill of materials of the service, after CycloneDX 1.6: ``python -m supply.sbom [FILE]``.

Made offline from the lock file and from what installed packages say of their licences. The same
lock gives the same bytes: no time and no number of its own stand in it.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

from supply.lock import Pinned, pinned

#: What is pinned for other systems than this one, and so not installed to be asked.
ELSEWHERE: Final[Mapping[str, str]] = {"colorama": "BSD-3-Clause"}
#: How packages without an SPDX expression name their licence.
_CLASSIFIED: Final[Mapping[str, str]] = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_LONGEST_EXPRESSION: Final = 40
_OURS: Final = "trialwatch"


def bill(packages: Sequence[Pinned], *, version: str) -> dict[str, Any]:
    """Return the bill of materials.

    Raises:
        ValueError: A package's licence is not known.
    """
    ours = {
        "type": "application",
        "bom-ref": _OURS,
        "name": _OURS,
        "version": version,
        "licenses": [{"expression": "Apache-2.0"}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours},
        "components": [_component(package) for package in packages],
        "dependencies": _dependencies(packages),
    }


def _component(package: Pinned) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "licenses": [{"expression": licence_of(package.name)}],
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.hashes],
            }
        ],
    }


def _dependencies(packages: Sequence[Pinned]) -> list[dict[str, Any]]:
    refs = {_OURS: _OURS, **{package.name: package.purl for package in packages}}
    needs: dict[str, list[str]] = {ref: [] for ref in refs.values()}
    for package in packages:
        for name in package.wanted_by:
            if name in refs:
                needs[refs[name]].append(package.purl)
    return [{"ref": ref, "dependsOn": sorted(wanted)} for ref, wanted in sorted(needs.items())]


def licence_of(name: str) -> str:
    """Return a package's licence as an SPDX expression.

    Raises:
        ValueError: It says none that we can read.
    """
    try:
        said = metadata(name)
    except PackageNotFoundError:
        if name in ELSEWHERE:
            return ELSEWHERE[name]
        raise ValueError(f"{name} is not installed, and its licence stands nowhere") from None
    if "License-Expression" in said:
        return said["License-Expression"]
    for classifier in said.get_all("Classifier") or []:
        known = _CLASSIFIED.get(classifier.rpartition(" :: ")[2])
        if known and classifier.startswith("License ::"):
            return known
    text = said["License"].strip() if "License" in said else ""
    if text and len(text) <= _LONGEST_EXPRESSION and "\n" not in text:
        return text
    raise ValueError(f"{name} says no licence that can be read; look at it")


def main(arguments: Sequence[str]) -> None:
    """Write the bill to a file, or to standard output."""
    text = json.dumps(bill(pinned(), version=metadata(_OURS)["Version"]), indent=1) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])

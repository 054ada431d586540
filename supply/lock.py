"""The packages that a lock file pins, as uv writes it. Nothing is asked of anybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUN_LOCK: Final = Path(__file__).parents[1] / "requirements-run.lock"
_ENTRY: Final = re.compile(r"^(?=[a-z0-9])", re.MULTILINE | re.IGNORECASE)
_HEAD: Final = re.compile(
    r"(?P<name>[a-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.IGNORECASE
)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA: Final = re.compile(r"^ +#(?: via)? +([a-z0-9][a-z0-9._-]*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One package."""

    #: Normalised: lower case, dashes.
    name: str
    version: str
    #: SHA-256 of each file that may be installed.
    hashes: tuple[str, ...]
    #: Names of those that ask for it.
    wanted_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its address as bills of materials write it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def normalised(name: str) -> str:
    """Return a package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(path: Path = RUN_LOCK) -> tuple[Pinned, ...]:
    """Return what a lock file pins, in its order.

    Raises:
        ValueError: It pins nothing, or something without a hash.
    """
    found = tuple(_read(path.read_text(encoding="utf-8")))
    if not found:
        raise ValueError(f"{path} pins nothing")
    return found


def _read(text: str) -> Iterator[Pinned]:
    for entry in _ENTRY.split(text):
        head = _HEAD.match(entry)
        if head is None:
            continue
        hashes = tuple(_HASH.findall(entry))
        if not hashes:
            raise ValueError(f"{head['name']} is pinned without a hash")
        wanted_by = sorted({normalised(name) for name in _VIA.findall(entry)} - {"via"})
        yield Pinned(
            name=normalised(head["name"]),
            version=head["version"],
            hashes=hashes,
            wanted_by=tuple(wanted_by),
        )

"""Studies that come back less than they were: shadows, shrunk ones, missing ones.

Plain functions on a study's bytes. When they apply is in ``simulator.faults``.
"""

import json
from collections.abc import Callable
from typing import Any

from simulator.faults import Fault, FaultKind
from simulator.records import dumps
from simulator.registry import Registry, View

#: What a fault makes of one study: other bytes, or ``None`` to leave it out.
Spoil = Callable[[str, bytes], bytes | None]
_SHADOW_KEEPS = ("identificationModule", "statusModule")
_SHRUNK_TO = 4


def spoiler(fault: Fault | None, registry: Registry) -> Spoil:
    """Return what ``fault`` does to each study's bytes; the identity when it spares them."""
    if fault and fault.kind is FaultKind.OLDER and fault.nct_ids:
        return _stale(fault.nct_ids, registry.view(older_by=fault.back))
    change = _CHANGES.get(fault.kind) if fault else None
    if fault is None or change is None:
        return _untouched

    def spoil(nct_id: str, raw: bytes) -> bytes | None:
        return raw if fault.nct_ids and nct_id not in fault.nct_ids else change(raw)

    return spoil


def _stale(nct_ids: tuple[str, ...], older: View) -> Spoil:
    def spoil(nct_id: str, raw: bytes) -> bytes | None:
        study = older.find(nct_id) if nct_id in nct_ids else None
        return older.raw(study) if study else raw

    return spoil


def _untouched(_nct_id: str, raw: bytes) -> bytes:
    return raw


def _shadow(raw: bytes) -> bytes:
    study = json.loads(raw)
    protocol = study.get("protocolSection", {})
    study["protocolSection"] = {key: protocol[key] for key in _SHADOW_KEEPS if key in protocol}
    study.pop("resultsSection", None)
    return dumps(study)


def _shrunk(raw: bytes) -> bytes:
    study = json.loads(raw)
    protocol: dict[str, Any] = study.get("protocolSection", {})
    places = protocol.get("contactsLocationsModule", {})
    if sites := places.get("locations"):
        places["locations"] = sites[: max(1, len(sites) // _SHRUNK_TO)]
    eligibility = protocol.get("eligibilityModule", {})
    if text := eligibility.get("eligibilityCriteria"):
        lines = text.split("\n")
        eligibility["eligibilityCriteria"] = "\n".join(lines[: max(1, len(lines) // _SHRUNK_TO)])
    return dumps(study)


def _missing(_raw: bytes) -> None:
    return None


_CHANGES: dict[FaultKind, Callable[[bytes], bytes | None]] = {
    FaultKind.SHADOW: _shadow,
    FaultKind.SHRINK: _shrunk,
    FaultKind.MISSING: _missing,
}

"""A made-up record, part by part, and what its summary says."""

import json
from typing import Any

from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.trial import write_summary


def a_record(**modules: dict[str, Any]) -> Study:
    """Return a made record with ``modules`` (``statusModule={...}``)."""
    protocol: dict[str, Any] = {
        "identificationModule": {"nctId": "NCT99000001", "briefTitle": "A Study of Drug A"},
        "statusModule": {"overallStatus": "RECRUITING"},
        **modules,
    }
    return decode_study(json.dumps({"protocolSection": protocol}).encode())


def said(study: Study, section: str, version: int = 0) -> tuple[str, ...]:
    """Return the sentences of one section, none when it is left out."""
    found = {part.id: part.sentences for part in write_summary(study, version=version).sections}
    return found.get(section, ())

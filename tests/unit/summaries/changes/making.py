"""Made-up differences and studies for the tests of change sentences."""

from typing import Any

from monitor.domain.changes import Change, Difference, Json, Severity
from monitor.domain.trial import NctId
from monitor.registry.record import Study
from monitor.registry.record.administrative import StatusModule
from monitor.registry.record.scientific import ArmGroup, ArmsInterventionsModule
from monitor.registry.record.study import ProtocolSection
from monitor.summaries.changes import tell


def a_difference(
    kind: str,
    subject: str = "",
    before: Json = None,
    after: Json = None,
    severity: Severity = Severity.MAJOR,
    **notes: Any,
) -> Difference:
    """Return a difference as the detection gives it."""
    return Difference(
        kind=kind,
        subject=subject or kind,
        before=before,
        after=after,
        severity=severity,
        notes=notes or None,
    )


def a_study(status: str = "RECRUITING", groups: int = 3) -> Study:
    """Return a small record of a study with ``groups`` groups."""
    return Study(
        protocol_section=ProtocolSection(
            status_module=StatusModule(overall_status=status),
            arms_interventions_module=ArmsInterventionsModule(
                arm_groups=tuple(ArmGroup(label=f"Group {number}") for number in range(groups))
            ),
        )
    )


def changes_of(*differences: Difference, status: str = "RECRUITING") -> tuple[Change, ...]:
    """Return the differences as told changes of a made-up trial."""
    return tell(
        differences,
        a_study(status),
        a_study(status),
        nct_id=NctId("NCT99000001"),
        from_version=1,
        to_version=2,
    )

"""What a stage (phase) of a study means, in one fact sentence.

No typical sizes and no approvals: the record does not hold them.
"""

from collections.abc import Sequence

from monitor.summaries.labels import phase_names
from monitor.summaries.prose import speak

_LOOKS_AT = {
    ("EARLY_PHASE1",): "Early Phase 1 is a very early stage.",
    ("PHASE1",): "Phase 1 is an early stage. It looks at safety and the right dose.",
    ("PHASE2",): "Phase 2 looks at whether the treatment works and at its side effects.",
    ("PHASE1", "PHASE2"): (
        "Phase 1 looks at safety and the right dose. "
        "Phase 2 also looks at whether the treatment works."
    ),
    ("PHASE3",): "Phase 3 is a late stage. It looks at how well the treatment works.",
    ("PHASE2", "PHASE3"): (
        "Phase 2 looks at whether the treatment works and at its side effects. "
        "Phase 3 looks at how well it works."
    ),
    ("PHASE4",): "Phase 4 is a late stage. It is there to learn more about the treatment.",
}


def stage_meaning(phases: Sequence[str]) -> str:
    """Return what studies of these phases look at, ``""`` when it is not known here."""
    return _LOOKS_AT.get(tuple(phases), "")


def stage_sentences(phases: Sequence[str], study_type: str | None) -> str:
    """Return the stage of a study, and that it has none where the record says so."""
    if tuple(phases) == ("NA",):
        return "Stages (phases) do not apply to this study."
    if phases:
        return speak(f"This is a {phase_names(phases)} study.", stage_meaning(phases)).replace(
            "a Early", "an Early"
        )
    if study_type == "OBSERVATIONAL":
        return "This study watches people. It does not assign a treatment."
    if study_type == "EXPANDED_ACCESS":
        return "This is a way to get a treatment outside of a study (expanded access)."
    return ""

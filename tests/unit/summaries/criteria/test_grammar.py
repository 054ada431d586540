"""Signs of broken English, and sentences that have none."""

import pytest

from monitor.summaries.grammar import lint
from monitor.summaries.tokens import normal


@pytest.mark.parametrize(
    "broken",
    [
        "You has asthma.",
        "You's ill.",
        "You with a ever had allergy.",
        "You have a infection.",
        "You have an disease.",
        "You have have asthma.",
        "You have asthma?.",
        "many myeloma",
        "You have asthma (mild.",
        "you have asthma.",
        "Score \\> 3.",
        "You must has asthma.",
        "You are told by his doctor.",
        "See https://example.org for more.",
        "You have asthma , and gout.",
        "A infection of the lungs.",
    ],
)
def test_broken_sentence_is_found(broken: str) -> None:
    assert lint(broken)


@pytest.mark.parametrize(
    "fine",
    [
        "You have a unilateral tumor.",
        "You have an HIV infection.",
        "You are able to use a European form.",
        "PD-L1 of at least 1%.",
        "You had asthma (mild) once.",
        "Not counted: hair loss.",
        "You had a test at Visit A and other visits.",
    ],
)
def test_good_sentence_passes(fine: str) -> None:
    assert lint(fine) == ()


@pytest.mark.parametrize(
    ("slip", "mended"),
    [
        ("renal , liver", "renal, liver"),
        ("renal, , liver,, heart", "renal, liver, heart"),
        ("Not suitable. -", "Not suitable."),
        ("collapse . Or shock .", "collapse. Or shock."),
        ("ECOG 0 or 1。", "ECOG 0 or 1."),
        ("dose of .5 mg - or 3-5", "dose of .5 mg - or 3 to 5"),
    ],
)
def test_stray_stops_are_mended_on_the_way(slip: str, mended: str) -> None:
    assert normal(slip) == mended
    assert normal(mended) == mended

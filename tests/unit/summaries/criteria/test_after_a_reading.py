"""What readers from outside found wrong or stumbled over, each on a made-up rule of that form."""

import pytest

from monitor.summaries.criteria import RULES, plain_text


@pytest.mark.parametrize(
    ("section", "source", "expected"),
    [
        # A time behind a second deed is meant for both.
        ("exclusion", "Has participated in another clinical study or received treatment with any investigational powder within 30 days of enrollment",
         ["You have taken part in another study or received treatment with any experimental powder within 30 days of joining."]),
        # A second deed behind a reason is not part of the reason.
        ("exclusion", "Any other medical condition that may present additional risks as a result of their participation in the study and/or interfere with the visits and checks of the ward",
         ["You have any other health problem.", "This means one that may present further risks because of your taking part in the study and/or get in the way of the visits and checks of the ward."]),
        # A limit stays with what it is a limit of.
        ("inclusion", "We will use clinical criteria, including the expert opinion of the investigators, as well as a score greater than 40 by the made-up scoring system of the ward next door",
         ["We will use clinical rules, including the expert opinion of the study doctors, as well as a score more than 40 by the made-up scoring system of the ward next door."]),
        # "Before inclusion" is a time and no verdict.
        ("exclusion", "Has received green powder during the 6 months prior to inclusion",
         ["You have received green powder during the 6 months before joining."]),
        ("exclusion", "Patients who met the inclusion criteria", ["Patients who met the rules for joining."]),
        # What has lasted up to now.
        ("inclusion", "Asthma for at least 6 months", ["You have had asthma for at least 6 months."]),
        ("inclusion", "Documented diagnosis of eczema for more than 2 years", ["You have had a recorded diagnosis of eczema for more than 2 years."]),
        ("inclusion", "History of daily powder use for more than 1 month", ["You have a history of daily powder use for more than 1 month."]),
        # Forms, diagnoses and ages.
        ("inclusion", "Signed and dated Informed Consent Form", ["You give a signed and dated consent form."]),
        ("inclusion", "Written informed consent", ["You give written consent."]),
        ("inclusion", "Histologically confirmed diagnosis of lung cancer", ["You have a diagnosis of lung cancer.", "This is proven by a tissue test."]),
        ("inclusion", "Be >=18 years of age on day of signing informed consent", ["You are at least 18 years old on day of signing consent."]),
        # Where a deed is not named, nothing is put in its place.
        ("exclusion", "Use of and/or changing dose of green powder", ["Use of and/or changing dose of green powder."]),
        ("exclusion", "Any condition that would jeopardize the safety of the subject", ["You have any condition that would threaten your safety."]),
    ],
)  # fmt: skip
def test_rule_is_said_as_its_readers_asked(section: str, source: str, expected: list[str]) -> None:
    written = plain_text(source, section=section)

    assert (list(written.sentences), written.method) == (expected, RULES)

"""Long sentences of a rule are cut only where nothing changes what belongs to what."""

import pytest

from monitor.summaries.criteria import RULES, plain_text
from monitor.summaries.fidelity import check
from monitor.summaries.joints import short_sentences


@pytest.mark.parametrize(
    ("section", "source", "expected"),
    [
        # a time that can only belong to the whole
        ("exclusion", "Treatment with any investigational blue powder of the made-up kind that hangs in the ward within 4 weeks prior to the first dose of study drug",
         ["You had treatment with any experimental blue powder of the made-up kind that hangs in the ward within 4 weeks before the first dose of study drug."]),
        ("exclusion", "Treatment with any investigational blue powder of the made-up ward next door within 4 weeks prior to the first dose of study drug",
         ["You had treatment with any experimental blue powder of the made-up ward next door.", "This counts within 4 weeks before the first dose of study drug."]),
        # how long something must go on
        ("inclusion", "Women must agree to use highly effective contraception during the study and for at least 3 months after the last dose of the powder",
         ["If you are a woman, you must agree to use highly effective birth control.",
          "This is done during the study and for at least 3 months after the last dose of the powder."]),
        # whose view it is, and which disease
        ("exclusion", "Any other newly found painful skin disease that, in the opinion of the investigator, could affect the safety of a participant who takes the green tea powder each morning and each evening",
         ["You have any other newly found painful skin disease.", "This means one that could affect the safety of a person who takes the green tea powder each morning and each evening.", "The study doctor decides this."]),
        # a second verb said of the reader
        ("exclusion", "Patients who have a cochlear implant on the left side or are planning to move to another country",
         ["You have a cochlear implant on the left side.", "Or you are planning to move to another country."]),
        # whom the rule is about
        ("inclusion", "Men with a partner who is pregnant must use a condom of the made-up kind during all of the study visits and treatments",
         ["If you are a man with a partner who is pregnant, you must use a condom of the made-up kind during all of the study visits and treatments."]),
        # lab tests with a limit each
        ("inclusion", "Hemoglobin ≥ 9 g/dL, platelets ≥ 75 x 10^9/L, and albumin ≥ 3 g/dL",
         ["Your hemoglobin is at least 9 g/dL.", "Your platelets are at least 75 x 10^9/L.", "And your albumin is at least 3 g/dL."]),
        # what is allowed, and on what condition
        ("inclusion", "A stable dose of green tea powder is allowed if it was started more than 3 months ago and did not change since the day of the first visit",
         ["A stable dose of green tea powder is allowed.", "This is so if it was started more than 3 months ago and did not change since the day of the first visit."]),
        # an exception
        ("exclusion", "You have a known fracture of the left or right wrist unless it was treated in the green room of the ward more than a year ago",
         ["You have a known fracture of the left or right wrist.", "This does not count if it was treated in the green room of the ward more than a year ago."]),
        # a bracket in the middle, with its noun
        ("exclusion", "Use of oral laxatives of the ward or of oral laxatives (e.g., blue salts, castor beads) within 2 weeks before the first visit to the clinic",
         ["You used oral laxatives of the ward or of oral laxatives.", "This counts within 2 weeks before the first visit to the clinic.", "Examples of oral laxatives: blue salts, castor beads."]),
    ],
)  # fmt: skip
def test_rule_is_told_in_short_sentences(section: str, source: str, expected: list[str]) -> None:
    written = plain_text(source, section=section)

    assert (list(written.sentences), written.method) == (expected, RULES)
    assert not check(source, written.sentences, section=section)


@pytest.mark.parametrize(
    "sentence",
    [
        # the time may belong to the last of a list alone
        "You have a history of stroke, heart attack, or a broken hip within 6 months before joining",
        "Known wrist fracture or use of a walking stick within 6 months before the first visit",
        # a denial reaches over both parts
        "You have no wound that needs a bandage or is still open on the day of the visit",
        "You have not had any rash or itch of the hands within 4 weeks before the visit",
        # "use" behind "to" is no second clause
        "You are willing to keep a diary of all meals or use the phone at home",
        # the first noun waits for what follows the second
        "You have a known history or presence of wrist pain that could affect the diary of meals",
        # one day is meant for both times
        "Use of blue powder within 1 month or green powder within 3 months before the first visit",
        # an item of a list that waits for its noun
        "Examples of illnesses: kidney, liver, heart, lung, or bowel disease and other things like it",
        # a verb behind the time: what stands before is no sentence
        "Women with wrist pain within 6 months before the first visit can still take part here",
        # short enough to be read in one go
        "You have a skin disease that could affect the safety of the green tea powder",
        "Women who can get pregnant must have a negative blood test during the first visit",
        "Men over 75 years old can join if they took no green tea powder this year",
        "You are 18 to 75 years old (based on the date of the form)",
        "A wrist that healed well (measured with the set of questions of the ward)",
        # a rule of its own stands behind the condition
        "Green tea powder is allowed for all if it was started at least 90 days before the visit, and the dose must be stable for a month",
        # all of them, not some
        "You stop all drugs that may change how the blood clots before the first visit",
    ],
)
def test_sentence_stays_whole_where_a_part_could_belong_elsewhere(sentence: str) -> None:
    assert short_sentences(f"{sentence}.") == [f"{sentence}."]


def test_what_stood_before_a_time_is_not_cut_again() -> None:
    pieces = short_sentences(
        "Use of any test drug, or of any device, of the green room of the ward within 3 months before Visit 1."
    )

    assert pieces == [
        "Use of any test drug, or of any device, of the green room of the ward.",
        "This counts within 3 months before Visit 1.",
    ]


@pytest.mark.parametrize(
    ("source", "spoilt"),
    [
        ("Use of oral laxatives within 2 weeks before the visit",
         ["Use of oral laxatives.", "This counts within 3 weeks before the visit."]),
        ("Use of oral laxatives within 2 weeks before the visit",
         ["Use of oral laxatives.", "This counts within 2 weeks after the visit."]),
        ("Use of oral laxatives (blue salts) before the visit",
         ["Use of oral laxatives before the visit.", "Examples of steroids: blue salts."]),
        ("A wrist fracture unless it was treated", ["A wrist fracture.", "This counts if it was treated."]),
        ("A disease that could affect the visit, in the investigator's opinion",
         ["A disease that could affect the visit."]),
    ],
)  # fmt: skip
def test_labels_hide_no_fault(source: str, spoilt: list[str]) -> None:
    assert check(source, spoilt, section="exclusion")


def test_not_limited_to_is_told_as_an_example() -> None:
    source = "Any lung disease, including, but not limited to, made-up wheeze"
    written = plain_text(source, section="exclusion")

    assert list(written.sentences) == ["You have any lung disease, such as made-up wheeze."]
    assert check(source, ["Any lung disease but made-up wheeze."], section="exclusion")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Presence of active infection", "You have an active infection."),
        ("Presence or history of asthma", "Presence or history of asthma."),
        ("Presence of a pacemaker is not allowed", "Presence of a pacemaker is not allowed."),
    ],
)
def test_presence_is_said_of_the_reader_only_where_it_is_the_whole_rule(
    source: str, expected: str
) -> None:
    assert plain_text(source, section="exclusion").sentences == (expected,)


@pytest.mark.parametrize(
    "bracket",
    [
        "the acute toxic effect of the green powder (eg, cough and signs of a runny nose)",
        "a mild illness of the skin (eg, a rash)",
        "a blue new wheeze (including one of at least 9 days or of more than 12 days)",
    ],
)
def test_bracket_stays_where_it_may_be_of_another_word_or_is_short(bracket: str) -> None:
    source = f"Participants must have gotten over {bracket} or a treatment of the left ear before the first visit to the ward"
    said = plain_text(source, section="inclusion").sentences

    assert not any(line.startswith(("Examples", "On ", "For example")) for line in said)
    assert " (such as " in said[0] or "(including" in said[0]

"""Each code of doses, schedules and ways in, alone and in the company it is written in."""

import pytest

from monitor.summaries.doses import LIMIT, dose_sentences


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("5 mg q1w", "5 mg every week."),
        ("5 mg q1d", "5 mg every day."),
        ("5 mg Q8H", "5 mg every 8 hours."),
        ("5 mg Q3M", "5 mg every 3 months."),
        ("5 mg QW", "5 mg once a week."),
        ("5 mg QHS", "5 mg at bedtime."),
        ("5 mg BIW", "5 mg twice a week."),
        ("5 mg TIW", "5 mg three times a week."),
        ("5 mg QID", "5 mg four times a day."),
        ("5 mg q.d.", "5 mg once a day."),
        ("5 mg t.i.d.", "5 mg three times a day."),
        ("q 10 days", "Every 10 days."),
        ("q. 3 weeks", "Every 3 weeks."),
        ("A, D1, and D8", "A, days 1 and 8."),
        ("A, D1 - D5", "A, days 1 to 5."),
        ("A, d1~14", "A, days 1 to 14."),
        ("D1,8,15", "Days 1, 8, and 15."),
    ],
)
def test_each_schedule_is_put_into_words(written: str, plain: str) -> None:
    assert dose_sentences(written) == (plain,)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("A, p.o.", "A, by mouth."),
        ("A, SQ", "A, under the skin."),
        ("A, SL", "A, under the tongue."),
        ("A, i.v.", "A, into a vein."),
        ("A (IV), daily", "A (into a vein), daily."),
        ("50 mg (PO)", "50 mg (by mouth)."),
        ("A 5 mg, IM on day 1", "A 5 mg, into a muscle on day 1."),
        ("A 5 mg PO twice", "A 5 mg by mouth twice."),
        ("A intravenously", "A into a vein."),
        ("A intramuscularly", "A into a muscle."),
        ("A subcutaneously", "A under the skin."),
        ("given by PO", "Given by mouth."),
        ("IV (intravenous), daily", "Into a vein, daily."),
    ],
)
def test_each_way_in_is_put_into_words(written: str, plain: str) -> None:
    assert dose_sentences(written) == (plain,)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("by IV infusion", "By a drip into a vein."),
        ("via an IV infusion", "By a drip into a vein."),
        ("as a SC injection", "As a shot under the skin."),
        ("for IV infusions", "For drips into a vein."),
        ("an IV drip of A", "A drip into a vein of A."),
        ("a IM injection", "A shot into a muscle."),
        ("IV infusions of A", "Drips into a vein of A."),
        ("IV infusion", "By a drip into a vein."),
        ("A, IV infusion, daily", "A, by a drip into a vein, daily."),
        ("administered IV infusion", "Administered by a drip into a vein."),
        ("given IM injection of A", "Given by a shot into a muscle of A."),
    ],
)
def test_drips_and_shots_keep_the_words_that_join_them(written: str, plain: str) -> None:
    assert dose_sentences(written) == (plain,)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("A orally (PO)", "A by mouth."),
        ("A subcutaneous (SC) injection", "A shot under the skin."),
        ("twice a day (BID)", "Twice a day."),
        ("every 3 weeks (q3w)", "Every 3 weeks."),
        ("once a week (qw)", "Once a week."),
    ],
)
def test_code_after_the_words_it_stands_for_is_left_out(written: str, plain: str) -> None:
    assert dose_sentences(written) == (plain,)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("10mg/m2, IV", ("10 mg for each square meter of body size, into a vein.",)),
        ("10 mg/kg of body weight, IV", ("10 mg for each kg of body weight, into a vein.",)),
        ("10 mg/kg bodyweight PO", ("10 mg for each kg of body weight by mouth.",)),
        ("A 5mcg, QD", ("A 5 mcg, once a day.",)),
        ("A 5IU, QD", ("A 5 IU, once a day.",)),
        ("A , QD ; B , QD", ("A, once a day.", "B, once a day.")),
        ("Device: A QD, Procedure: B", ("A once a day.", "B.")),
        ("mAb, 5 mg, QD", ("mAb, 5 mg, once a day.",)),
        ("insulin, 5 mg QD", ("Insulin, 5 mg once a day.",)),
        ("*- 5 mg QD ;", ("5 mg once a day.",)),
    ],
)
def test_text_around_a_dose_is_kept_and_tidied(written: str, plain: tuple[str, ...]) -> None:
    assert dose_sentences(written) == plain


@pytest.mark.parametrize(
    "written",
    [
        "A intravenously administered",
        "10 mg/m^2/day",
        "q 1 week",
        "PO dose of A",
        "IV A",
    ],
)
def test_code_that_may_be_something_else_stays_as_it_is(written: str) -> None:
    assert dose_sentences(written) == ()


def test_text_is_put_into_words_up_to_a_length() -> None:
    longest = "x" * (LIMIT - len(" QD")) + " QD"

    assert dose_sentences(longest) == (f"X{longest[1:-3]} once a day.",)
    assert dose_sentences(f"x{longest}") == ()

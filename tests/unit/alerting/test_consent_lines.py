"""What is agreed to, word for word, and when asking once more is too often."""

from datetime import timedelta
from functools import partial

import pytest

from monitor.alerting.consent import (
    LEAST_GAP,
    MOST_TO_ADDRESS,
    WINDOW,
    Asking,
    ask_consent,
    consent_lines,
    consent_text,
    may_ask,
    question,
    take_word,
)
from monitor.domain.consents import Consent, ConsentHow, Wanted
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState
from tests.builders import NOON, TRIAL, a_target
from tests.fakes.work import FakeDatabase

MOMENT = timedelta(microseconds=1)
NUMBERS = tuple(NctId(f"NCT{99000001 + place}") for place in range(22))
TWENTY = ", ".join(NUMBERS[:20])


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (
            Wanted(list_name="robots", nct_ids=NUMBERS[:2], whole=False),
            "From the list \u201crobots\u201d the trials NCT99000001, NCT99000002.",
        ),
        (
            Wanted(list_name="robots", nct_ids=(TRIAL,), whole=True, hours="daily at 07:00 (UTC)"),
            (
                "From the list \u201crobots\u201d all trials, now and later; at present NCT99000001."
                " Mail comes daily at 07:00 (UTC)."
            ),
        ),
        (
            Wanted(list_name="robots", nct_ids=(), whole=True),
            "From the list \u201crobots\u201d all trials, now and later; at present none yet.",
        ),
        (
            Wanted(list_name="all", nct_ids=NUMBERS[:20], whole=False),
            f"From the list \u201call\u201d the trials {TWENTY}.",
        ),
        (
            Wanted(list_name="all", nct_ids=NUMBERS[:21], whole=False),
            f"From the list \u201call\u201d the trials {TWENTY}, 1 more.",
        ),
        (
            Wanted(list_name="all", nct_ids=NUMBERS, whole=False),
            f"From the list \u201call\u201d the trials {TWENTY}, 2 more.",
        ),
    ],
)
def test_what_is_agreed_to_is_said_list_by_list(wanted: Wanted, line: str) -> None:
    lines = consent_lines([wanted], a_target())

    assert lines == (
        "Mail to a...@example.org when one of these clinical trials changes.",
        line,
        "Every mail has a link that ends it.",
    )
    assert consent_text([wanted], a_target()) == "\n".join(lines)


@pytest.mark.parametrize(
    ("ago", "may"),
    [
        ([], True),
        ([timedelta(0)], False),
        ([LEAST_GAP - MOMENT], False),
        ([LEAST_GAP], True),
        ([LEAST_GAP * (place + 1) for place in range(MOST_TO_ADDRESS - 1)], True),
        ([LEAST_GAP * (place + 1) for place in range(MOST_TO_ADDRESS)], False),
        ([LEAST_GAP, LEAST_GAP * 2, WINDOW], True),
        ([LEAST_GAP, LEAST_GAP * 2, WINDOW - MOMENT], False),
    ],
)
def test_address_is_asked_an_hour_apart_and_three_times_a_week(
    ago: list[timedelta], *, may: bool
) -> None:
    assert may_ask([NOON - each for each in ago], NOON) is may


@pytest.mark.parametrize("state", [TargetState.SUPPRESSED, TargetState.DISABLED])
def test_address_that_nothing_is_sent_to_is_not_asked_either(state: TargetState) -> None:
    with FakeDatabase().open_work() as work:
        came = ask_consent(work, a_target(state=state), origin="", now=NOON, new_token=str)

    assert came is Asking.NOT_SENT_TO


def test_operators_word_is_taken_for_mail_alone_and_the_first_agreement_stays() -> None:
    database = FakeDatabase()
    with database.open_work() as work:
        take_word(work, a_target(channel=Channel.SLACK), now=NOON)
        target = work.watches.target(Channel.EMAIL, "ada@example.org", secret="", now=NOON)
        take_word(work, target, now=NOON)
        take_word(work, target, now=NOON + timedelta(days=1))
        work.commit()

    assert list(database.rows.consents.values()) == [
        Consent(
            text="Mail to a...@example.org when one of these clinical trials changes.\n"
            "Every mail has a link that ends it.",
            at=NOON,
            how=ConsentHow.OPERATOR,
        )
    ]


def test_mark_of_what_was_seen_is_short_and_its_own() -> None:
    database = FakeDatabase()
    seen = []
    with database.open_work() as work:
        for name in ("ada", "ben"):
            address = f"{name}@example.org"
            target = work.watches.target(Channel.EMAIL, address, secret="", now=NOON)
            ask_consent(work, target, origin="", now=NOON, new_token=partial(str, name))
            found = question(work, name, now=NOON)
            assert found is not None
            seen.append(found.seen)

    assert [len(mark) for mark in seen] == [32, 32]
    assert seen[0] != seen[1]

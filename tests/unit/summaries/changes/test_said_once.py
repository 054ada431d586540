"""Change sentences say what changed, and say it once."""

from typing import Any

from monitor.registry.record import Study
from monitor.registry.record.administrative import StatusModule
from monitor.registry.record.study import ProtocolSection
from monitor.summaries.changes import describe
from monitor.summaries.prose import quote_parts
from tests.unit.summaries.changes.making import a_difference, a_study

_LONG = " ".join(f"word{number}" for number in range(60))


def _person(**ways: Any) -> dict[str, Any]:
    return {"contacts": [{"name": "Jo Doe", "phone": "555-0100", "email": None, **ways}]}


def _told(kind: str, before: Any, after: Any, **notes: Any) -> str:
    return describe(a_difference(kind, kind, before, after, **notes), a_study(), a_study())[0]


def test_new_phone_of_the_same_person_is_no_new_person() -> None:
    said = _told("contact", _person(), _person(phone="555-0199"))

    assert said == ("How to reach the person to call has changed. Call Jo Doe at 555-0199.")


def test_new_person_is_told_as_one() -> None:
    said = _told("contact", _person(), _person(name="Al Roe"))

    assert said.startswith("The person to call has changed.")


def test_long_texts_are_quoted_where_they_differ() -> None:
    was, now = quote_parts(_LONG, _LONG.replace("word30", "twice a day"))

    assert was == (
        '"... word24 word25 word26 word27 word28 word29 word30 '
        'word31 word32 word33 word34 word35 word36 ..."'
    )
    assert "twice a day" in now
    assert "word20" not in now


def test_words_added_at_the_end_are_shown_with_what_stands_before_them() -> None:
    was, now = quote_parts(_LONG, f"{_LONG} by mouth")

    assert was == '"... word54 word55 word56 word57 word58 word59".'
    assert now == '"... word54 word55 word56 word57 word58 word59 by mouth".'


def test_short_texts_are_quoted_whole() -> None:
    assert quote_parts("10 mg", "20 mg") == ('"10 mg".', '"20 mg".')


def test_group_with_a_long_description_shows_the_part_that_changed() -> None:
    old, new = ({"label": "A", "description": f"{dose} mg {_LONG}"} for dose in (5, 10))

    said = _told("arm.changed", old, new)

    assert '"10 mg word0' in said
    assert "word40" not in said


def test_reason_that_came_with_the_stop_is_quoted_once() -> None:
    status = StatusModule(overall_status="TERMINATED", why_stopped="Slow accrual.")
    before, after = a_study(), Study(protocol_section=ProtocolSection(status_module=status))
    moved = a_difference(
        "status", "overall_status", "RECRUITING", "TERMINATED", why_stopped="Slow accrual."
    )
    why = a_difference("why_stopped", "why_stopped", None, "Slow accrual.")

    told = [describe(one, before, after)[0] for one in (moved, why)]

    assert sum(said.count("Slow accrual") for said in told) == 1
    assert told[1] == (
        "The study team now gives a reason for stopping. It stands with the new status."
    )


def test_placebo_is_not_called_by_the_kind_it_is_filed_under() -> None:
    said = _told("intervention.added", None, {"type": "BIOLOGICAL", "name": "Placebo"})

    assert said.startswith('A treatment was added: "Placebo". ')


def test_placebo_given_with_a_drug_keeps_its_kind() -> None:
    said = _told("intervention.added", None, {"type": "DRUG", "name": "Placebo + Drug B"})

    assert said.startswith('A treatment was added: "Placebo + Drug B" (a drug). ')

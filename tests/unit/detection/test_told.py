"""Everything that is told of pairs of records, to the last note; the table is ``told.json``."""

from typing import Any

import pytest

from monitor.domain.changes import KINDS
from tests.unit.detection.told import against_itself, differences, told_cases

_CASES = told_cases()


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_pair_gives_what_was_told(case: dict[str, Any]) -> None:
    assert differences(case["before"], case["after"]) == case["told"]


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_pair_against_itself_gives_nothing(case: dict[str, Any]) -> None:
    assert against_itself(case["before"], case["after"]) == []


def test_the_table_has_every_kind_that_two_records_can_give() -> None:
    told = {difference["kind"] for case in _CASES for difference in case["told"]}

    of_a_record_alone = {"gone", "back", "merged", "damaged", "stale"}
    assert {kind for kind in KINDS if kind not in told} == {
        f"record.{word}" for word in of_a_record_alone
    }

"""A summary on the terminal."""

from dataclasses import replace
from typing import Any, cast

import pytest

from tests.servers.made import a_rule, a_summary
from trialwatch.cli.summarytext import print_summary, summary_contract


def test_list_in_a_rule_stands_under_it(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("You have a history of:", "• a cold.", "• or a cough.", "Cold: a cough.")
    rule = replace(a_rule(1, section="exclusion"), plain=lines)

    print_summary(replace(a_summary(), eligibility=(rule,)))

    out = capsys.readouterr().out
    assert (
        "  - You have a history of:\n      * a cold.\n      * or a cough.\n    Cold: a cough."
        in out
    )


def test_json_tells_where_the_words_of_every_rule_came_from() -> None:
    rule = replace(a_rule(1, section="exclusion"), source="A cold.", plain=("A cold.",))

    (told,) = cast(
        "list[dict[str, Any]]",
        summary_contract(replace(a_summary(), eligibility=(rule,)))["eligibility"],
    )

    assert told["source"] == "A cold."
    assert told["trace"]["sentences"] == ({"start": 0, "end": 6, "of": "rule"},)
    assert told["trace"]["words"][1] == {
        "start": 2,
        "end": 6,
        "by": "kept",
        "entry": "",
        "sentence": 0,
    }

"""A summary on the terminal."""

from dataclasses import replace

import pytest

from tests.servers.made import a_rule, a_summary
from trialwatch.cli.summarytext import print_summary


def test_list_in_a_rule_stands_under_it(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("You have a history of:", "• a cold.", "• or a cough.", "Cold: a cough.")
    rule = replace(a_rule(1, section="exclusion"), plain=lines)

    print_summary(replace(a_summary(), eligibility=(rule,)))

    out = capsys.readouterr().out
    assert (
        "  - You have a history of:\n      * a cold.\n      * or a cough.\n    Cold: a cough."
        in out
    )

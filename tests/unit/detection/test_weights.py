"""The table of weights, read and changed."""

import pytest

from monitor.detection import default_weights, detect, read_weights
from monitor.domain.changes import KINDS, Severity
from tests.unit.detection.made import RECORD, edited, study_of


def test_every_kind_has_a_weight_and_a_reason() -> None:
    weights = default_weights()

    assert set(weights.by_kind) == set(KINDS)
    assert all(weight.reason for weight in weights.by_kind.values())
    assert all(rule.reason for weight in weights.by_kind.values() for rule in weight.rules)


def test_own_table_changes_only_what_it_names() -> None:
    own = read_weights('[title]\nseverity = "critical"\nreason = "Ours"', over=default_weights())
    after = edited(RECORD, {"protocolSection.identificationModule.briefTitle": "Other"})

    differences = detect(study_of(RECORD), study_of(after), weights=own)

    assert [(one.severity, one.reason) for one in differences] == [(Severity.CRITICAL, "Ours")]
    assert own.by_kind["status"] == default_weights().by_kind["status"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[titel]\nseverity = "minor"', "titel"),
        ('[title]\nseverity = "huge"', "huge"),
        ('[title]\nseverity = "minor"\nrules = [{when = "moon", severity = "minor"}]', "moon"),
        ("title = 3", "title"),
        ("[title", "expected"),
    ],
)
def test_wrong_table_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)" + words):
        read_weights(text, over=default_weights())


def test_table_with_a_kind_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="has no"):
        read_weights('[title]\nseverity = "minor"')


def test_a_wrong_word_is_named_with_what_is_allowed() -> None:
    rule = '[title]\nseverity = "minor"\nrules = [{when = "moon", severity = "minor"}]'

    with pytest.raises(ValueError, match=r"^\[title\] has the rule 'moon'; the rules are \w+, \w+"):
        read_weights(rule, over=default_weights())
    with pytest.raises(
        ValueError,
        match=r"^\[title\] has the severity 'huge'; it is one of silent, minor, major, critical\.$",
    ):
        read_weights('[title]\nseverity = "huge"', over=default_weights())


def test_a_reason_left_out_is_empty() -> None:
    when = next(rule.when for one in default_weights().by_kind.values() for rule in one.rules)
    text = f'[title]\nseverity = "minor"\nrules = [{{when = "{when}", severity = "major"}}]'

    title = read_weights(text, over=default_weights()).by_kind["title"]

    assert (title.reason, [rule.reason for rule in title.rules]) == ("", [""])


def test_a_reason_of_a_rule_is_kept() -> None:
    when = next(rule.when for one in default_weights().by_kind.values() for rule in one.rules)
    rule = f'{{when = "{when}", severity = "major", reason = "Ours"}}'

    title = read_weights(
        f'[title]\nseverity = "minor"\nrules = [{rule}]', over=default_weights()
    ).by_kind["title"]

    assert [one.reason for one in title.rules] == ["Ours"]

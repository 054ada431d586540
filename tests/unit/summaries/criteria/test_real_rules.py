"""The writer over real records: nothing lost, nothing added, no broken English known to us."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.summaries import PlainCriterion
from monitor.eligibility.tree import parse
from monitor.summaries.criteria import OWN_WORDS, RULES, plain_criteria
from monitor.summaries.explaining import is_gloss
from monitor.summaries.fidelity import check
from monitor.summaries.grammar import lint

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
#: Every such record is read; the benchmark reads them all.
_STEP = 8


def _rules(folder: Path) -> Iterator[PlainCriterion]:
    for path in sorted((folder / "records").glob("*.json"))[::_STEP]:
        study = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]
        doc = parse(study.get("eligibilityModule", {}).get("eligibilityCriteria"))
        plain = plain_criteria(doc)
        assert [rule.path for rule in plain] == [node.path for node in doc.walk()]
        yield from plain


def _said(rule: PlainCriterion) -> list[str]:
    return [line for line in rule.plain if not is_gloss(line)]


@pytest.mark.real_records
def test_real_rules_keep_their_figures_and_read_cleanly(real_records: Path) -> None:
    rules = list(_rules(real_records))

    for rule in rules:
        said = _said(rule)
        assert Counter(_FIGURE.findall(" ".join(said))) == Counter(_FIGURE.findall(rule.source))
        if rule.method == RULES:
            assert not any(map(lint, rule.plain)), rule
            assert check(rule.source, said, section=rule.section) == (), rule
        else:
            assert rule.plain == (rule.source,)


@pytest.mark.real_records
def test_few_real_rules_stay_in_the_words_of_the_study(real_records: Path) -> None:
    rules = list(_rules(real_records))

    quoted = sum(rule.method == OWN_WORDS for rule in rules)

    assert quoted <= 0.05 * len(rules)

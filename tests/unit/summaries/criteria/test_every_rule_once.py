"""From the tree of a text to the list of plain rules. All texts are made up."""

import os
import subprocess
import sys

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import OWN_WORDS, RULES, plain_criteria
from monitor.summaries.explaining import is_gloss

TEXT = """Inclusion Criteria:

* Age ≥ 18 years
* Platelets ≥ 100,000/mcL
* Platelets stable for 2 weeks
* One of the following:

  * prior chemotherapy
  * prior radiotherapy

Exclusion Criteria:

* Pregnant or breastfeeding women
* HBV viral load of more than
"""


def test_every_criterion_stands_once_in_order() -> None:
    doc = parse(TEXT)

    plain = plain_criteria(doc)

    assert [rule.path for rule in plain] == [node.path for node in doc.walk()]
    assert [rule.source for rule in plain] == [node.text for node in doc.walk()]
    assert all(rule.plain for rule in plain)


def test_term_is_explained_once_where_it_first_stands() -> None:
    plain = plain_criteria(parse(TEXT))

    explained = [line for rule in plain for line in rule.plain if is_gloss(line)]

    assert explained.count("Platelets: blood cells that help you stop bleeding.") == 1
    assert explained[0] in plain[1].plain


def test_each_list_explains_its_own_terms() -> None:
    plain = plain_criteria(
        parse(
            "Inclusion Criteria:\n\n* Known asthma or sepsis\n* Healed sepsis\n\n"
            "Exclusion Criteria:\n\n* Sepsis"
        )
    )

    explained = [any(map(is_gloss, rule.plain)) for rule in plain]

    assert explained == [True, False, True]


def test_text_that_breaks_off_is_quoted_as_it_is() -> None:
    broken = plain_criteria(parse(TEXT))[-1]

    assert broken.method == OWN_WORDS
    assert broken.plain == (broken.source,)
    assert "truncated" in broken.flags


def test_rules_of_ours_are_labelled() -> None:
    assert plain_criteria(parse(TEXT))[0].method == RULES


def test_empty_text_gives_no_rules() -> None:
    assert plain_criteria(parse("")) == ()


def test_same_text_gives_same_sentences_in_every_process() -> None:
    program = (
        "import sys\n"
        "from monitor.eligibility.tree import parse\n"
        "from monitor.summaries.criteria import plain_criteria\n"
        "print(plain_criteria(parse(sys.argv[1]), names=frozenset({'asthma', 'hives', 'Zol'})))"
    )

    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, TEXT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }

    assert len(outputs) == 1

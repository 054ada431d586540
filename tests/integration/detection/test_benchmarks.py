"""Small versions of what ``benchmarks`` proves at length."""

import gc
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.detection import read_records
from benchmarks.fuzz import criteria_of, made_records, records_work, run, texts_work
from benchmarks.growth import Curve, misses, plot
from benchmarks.polarity import DRAWN, NOTHING_ABOVE, draw, placed
from monitor.eligibility.model import SectionKind


@pytest.fixture(autouse=True)
def own_rubbish_alone() -> Iterator[None]:
    """Keep what the tests before left out of the rubbish a case is charged for.

    The collector would go through all of it now and then, which took a second of one case.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_damaged_records_break_nothing() -> None:
    findings = run(records_work(made_records()), cases=150, seed=7)

    assert findings.faults() == []
    assert findings.outcomes["changed"] > 30
    assert findings.outcomes["unreadable"] > 3


def test_noise_breaks_nothing() -> None:
    findings = run(texts_work(criteria_of(made_records())), cases=150, seed=7, name="noise")

    assert findings.faults() == []
    assert findings.outcomes["changed"] > 100


@pytest.mark.real_records
def test_damaged_real_records_break_nothing(real_records: Path) -> None:
    records = random.Random(7).sample(read_records(real_records), 60)

    findings = run(records_work(records), cases=100, seed=8)

    assert findings.faults() == []


@pytest.mark.real_records
def test_a_side_is_given_only_under_words_that_name_it(real_records: Path) -> None:
    rules = list(placed(real_records))

    drawn = draw(rules, seed=1)

    assert len(drawn) == DRAWN
    assert draw(rules, seed=1) == drawn
    assert [rule for rule in rules if rule.words.startswith(NOTHING_ABOVE)] == []
    assert {rule.side for rule in drawn} == {
        SectionKind.INCLUSION,
        SectionKind.EXCLUSION,
        SectionKind.RULES,
    }


def _curve(power: float) -> Curve:
    sizes = (10, 20, 40, 80)
    return Curve(name=f"power {power}", sizes=sizes, times=[0.1 * size**power for size in sizes])


def test_growth_beyond_n_log_n_is_named() -> None:
    assert misses([_curve(1)]) == []
    assert misses([_curve(2)]) == ["power 2: a doubling costs 1.65 times what n log n foretells"]


def test_growth_is_drawn_with_its_n_log_n() -> None:
    drawn = plot([_curve(1), _curve(1.1), _curve(1.2), _curve(1.3)])

    assert drawn.count("<polyline") == 8
    assert drawn.count("4 4") == 4
    assert "nan" not in drawn

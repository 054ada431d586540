"""A model's words for a rule stay through sweeps for as long as the rule stays."""

from dataclasses import replace
from datetime import timedelta

from monitor.alerting.poll import sweep
from monitor.domain.summaries import PlainCriterion, Summary
from monitor.domain.trial import NctId
from monitor.summaries.rewording import reworded, signed
from tests.builders import NOON, agreed_target
from tests.fakes.registry import FIRST_STAMP, FakeRegistry, a_study
from tests.fakes.work import FakeDatabase

ONE = NctId("NCT99000001")
WORDS = ("You have had asthma at some time.",)
ASTHMA = "Patients with a history of asthma."


def record(*rules: str, status: str = "RECRUITING") -> bytes:
    text = "Exclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules)
    return a_study(
        ONE,
        statusModule={"overallStatus": status, "statusVerifiedDate": "2026-02"},
        eligibilityModule={"eligibilityCriteria": text},
    )


async def after(*rules: str, lexicon: str | None = None, status: str = "SUSPENDED") -> Summary:
    """Return the summary after a release, a model having worded ASTHMA before it."""
    registry = FakeRegistry({ONE: record(ASTHMA)})
    database = FakeDatabase()
    with database.open_work() as work:
        agreed_target(work, "reader@clinic.example")
        work.watches.add(ONE, list_name="a", now=NOON)
        work.commit()
    await sweep(database.open_work, registry, clock=lambda: NOON)
    with database.open_work() as work:
        stored = work.summaries.newest(ONE)
        assert stored is not None
        told = signed(stored, [reworded(stored.eligibility[0], WORDS)], model="tiny-1")
        work.summaries.save(replace(told, lexicon_version=lexicon or told.lexicon_version))
        work.commit()
    registry.publish("2026-03-03T09:00:05", NCT99000001=record(*rules, status=status))
    await sweep(database.open_work, registry, clock=lambda: NOON + timedelta(days=1))
    with database.open_work() as work:
        newest = work.summaries.newest(ONE)
    assert newest is not None
    assert newest.version == 2
    return newest


def rule(summary: Summary, source: str) -> PlainCriterion:
    (found,) = (one for one in summary.eligibility if one.source == source)
    return found


async def test_words_stay_while_the_rule_stays() -> None:
    told = await after(ASTHMA, "Pregnant women.")

    assert rule(told, ASTHMA).plain[:1] == WORDS
    assert rule(told, ASTHMA).method == "model-checked"
    assert rule(told, "Pregnant women.").method == "rules"
    assert told.facts["model"] == {"name": "tiny-1", "instructions": 1}


async def test_changed_rule_is_told_by_our_own_writer() -> None:
    told = await after("Patients with a history of severe asthma.")

    assert [one.method for one in told.eligibility] == ["rules"]
    assert "model" not in told.facts


async def test_words_made_with_another_word_list_are_not_kept() -> None:
    told = await after(ASTHMA, lexicon="0" * 12)

    assert rule(told, ASTHMA).method == "rules"


def test_first_stamp_is_before_ours() -> None:
    assert FIRST_STAMP < "2026-03-03T09:00:05"

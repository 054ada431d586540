"""Names of rules as sweeps keep them."""

from monitor.domain.trial import NctId
from tests.fakes.registry import FakeRegistry, a_study
from tests.unit.alerting.test_sweep import DAYS, ONE, Scene

RULES = ("Robot of at least 5 years", "Signed form of consent", "Battery above 20 percent")


def with_rules(nct_id: NctId, *rules: str) -> bytes:
    text = "Inclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules)
    return a_study(nct_id, eligibilityModule={"eligibilityCriteria": text})


async def test_sweep_names_rules_and_carries_the_names_on() -> None:
    scene = Scene(FakeRegistry({ONE: with_rules(ONE, *RULES)}))
    scene.watch(ONE)
    await scene.sweep()
    scene.registry.publish(DAYS[0], NCT99000001=with_rules(ONE, *RULES[1:]))
    await scene.sweep()

    first, second = (scene.database.rows.lineages[ONE, number].ids for number in (1, 2))

    assert sorted(first) == ["I.1", "I.2", "I.3"]
    assert second == {"I.1": first["I.2"], "I.2": first["I.3"]}


async def test_version_without_names_gets_them_with_the_next() -> None:
    scene = Scene(FakeRegistry({ONE: with_rules(ONE, *RULES)}))
    scene.watch(ONE)
    await scene.sweep()
    scene.database.rows.lineages.clear()
    scene.registry.publish(DAYS[0], NCT99000001=with_rules(ONE, *RULES[:2]))
    await scene.sweep()

    assert sorted(scene.database.rows.lineages[ONE, 2].ids) == ["I.1", "I.2"]

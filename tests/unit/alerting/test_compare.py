"""Two records in, what changed out: only where both are of one trial."""

import msgspec
import pytest

from monitor.alerting.compare import changes_between
from monitor.domain.errors import DamagedRecordError
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from tests.builders import OTHER_TRIAL, TRIAL
from tests.fakes.registry import a_study

NAMELESS = decode_study(msgspec.json.encode({"protocolSection": {}}))


def study(status: str = "RECRUITING", *, nct_id: str = TRIAL, has_results: bool = False) -> Study:
    raw = a_study(nct_id, statusModule={"overallStatus": status})
    results = f'"hasResults":{"true" if has_results else "false"}'.encode()
    return decode_study(raw.replace(b'"hasResults":false', results))


@pytest.mark.parametrize(
    ("before", "after", "which"),
    [
        (study(), study(nct_id=OTHER_TRIAL), "NCT99000001 and NCT99000002"),
        (NAMELESS, study(), "no number and NCT99000001"),
        (study(), NAMELESS, "NCT99000001 and no number"),
        (NAMELESS, NAMELESS, "no number and no number"),
    ],
)
def test_records_of_two_trials_are_refused_by_their_numbers(
    before: Study, after: Study, which: str
) -> None:
    with pytest.raises(DamagedRecordError) as refused:
        changes_between(before, after, from_version=1, to_version=2)

    assert str(refused.value) == (
        f"These are two different trials ({which}); compare two records of one trial."
    )


def test_change_is_told_from_one_version_to_the_other() -> None:
    (change,) = changes_between(study(), study("SUSPENDED"), from_version=3, to_version=5)

    assert (change.nct_id, change.from_version, change.to_version) == (TRIAL, 3, 5)
    assert (change.kind, change.before, change.after) == ("status", "RECRUITING", "SUSPENDED")
    assert change.sentence


@pytest.mark.parametrize(
    ("versions", "told"),
    [((1, 2), ["results.posted"]), ((2, 1), ["results.posted"]), ((0, 1), []), ((1, 0), [])],
)
def test_beside_a_version_from_before_the_watch_results_are_not_compared(
    versions: tuple[int, int], told: list[str]
) -> None:
    one, other = versions

    changes = changes_between(study(), study(has_results=True), from_version=one, to_version=other)

    assert [change.kind for change in changes] == told

"""What a past version means, and which of them are to be fetched."""

import msgspec
import pytest

from monitor.alerting.past import MOST_VERSIONS, Fetched, Past, judge_past, still_to_fetch
from monitor.domain.ports import PastVersion
from monitor.domain.trial import HISTORY_DONE
from monitor.registry.parse import decode_study
from tests.builders import NOON, TRIAL, a_state, a_version
from tests.fakes.registry import a_study

DAY = "2026-02-17"
LISTED = tuple(
    PastVersion(number=number, date=day)
    for number, day in enumerate(("2024-01-10", "2025-06-01", DAY, "2026-02-18"))
)


def record(status: str = "RECRUITING", *, day: str | None = DAY, **said: object) -> bytes:
    upkeep = {"overallStatus": status, "lastUpdateSubmitDate": day, **said}
    raw = a_study(TRIAL, statusModule={key: one for key, one in upkeep.items() if one})
    return msgspec.json.encode({"protocolSection": msgspec.json.decode(raw)["protocolSection"]})


def judged(raw: bytes, *, number: int = 1, day: str = "2025-06-01", later: int = 1) -> Past:
    """Judge a past version beside a later one that recruits."""
    entry = PastVersion(number=number, date=day)
    fetched = Fetched(entry=entry, raw=raw, now=NOON, weights=None)
    return judge_past(a_state(), a_version(later, raw=record()), fetched, None)


@pytest.mark.parametrize(
    ("left", "numbers"), [(None, [2, 1, 0]), (2, [2, 1, 0]), (1, [1, 0]), (HISTORY_DONE, [])]
)
def test_versions_up_to_the_baselines_day_are_fetched_newest_first(
    left: int | None, numbers: list[int]
) -> None:
    state, baseline = a_state(history_left=left), decode_study(record())

    found = still_to_fetch(state, LISTED, baseline)

    assert [entry.number for entry in found] == numbers


def test_baseline_without_a_day_has_no_past() -> None:
    assert still_to_fetch(a_state(), LISTED, decode_study(record(day=None))) == ()


def test_past_version_stands_before_the_one_it_is_compared_with() -> None:
    past = judged(record("NOT_YET_RECRUITING"))

    assert past.version is not None
    assert (past.version.number, past.version.release) == (0, "2025-06-01")
    assert past.version.fetched_at == NOON
    assert past.lineage is not None
    assert past.lineage.version == 0
    assert past.state.history_left == 0
    assert past.alert is not None
    assert (past.alert.from_version, past.alert.to_version) == (0, 1)
    assert (past.alert.release, past.alert.created_at) == ("2026-03-09", NOON)
    assert past.alert.title == "Lanterin for Tired Robots"
    assert past.alert.summary.version == 1
    assert past.alert.before_watch


def test_past_version_that_is_the_baseline_itself_is_not_kept() -> None:
    past = judged(record(), number=2, day=DAY)

    assert past == Past(state=a_state(history_left=1))


@pytest.mark.parametrize(("day", "is_baseline"), [(DAY, True), ("2026-02-16", False)])
def test_date_that_history_leaves_out_makes_no_other_version_of_the_same_day(
    day: str, *, is_baseline: bool
) -> None:
    verified = record(statusVerifiedDate="2026-01")

    past = judged(verified, day=day)

    assert (past.version is None) is is_baseline


def test_older_version_in_which_nothing_changed_is_kept_and_told_to_nobody() -> None:
    past = judged(record(), later=0)

    assert past.version is not None
    assert past.version.number == -1
    assert past.alert is None


@pytest.mark.parametrize(
    ("number", "later", "left"),
    [
        (0, 1, HISTORY_DONE),
        (1, 1, 0),
        (7, 0, 6),
        (900, 3 - MOST_VERSIONS, 899),
        (900, 2 - MOST_VERSIONS, HISTORY_DONE),
    ],
)
def test_past_ends_with_the_first_version_or_after_five_hundred(
    number: int, later: int, left: int
) -> None:
    past = judged(record("SUSPENDED"), number=number, later=later)

    assert MOST_VERSIONS == 500
    assert past.state.history_left == left


def test_steps_of_one_day_sort_in_their_order() -> None:
    ids = []
    for number in (3, 4, 11):
        alert = judged(record("SUSPENDED"), number=number).alert
        assert alert is not None
        ids.append(alert.id)

    assert ids == sorted(ids)
    assert len({each[:10] for each in ids}) == 3

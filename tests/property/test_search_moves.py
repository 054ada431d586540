"""Whoever replays what was told of a search has the trials it finds."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.at import At
from monitor.alerting.matching import judge
from monitor.domain.searches import BACK, ENTERED, LEFT, Found, Hit, Member, Query, Search
from monitor.domain.trial import NctId
from tests.builders import NOON

NUMBERS = [NctId(f"NCT9900000{number}") for number in range(1, 8)]
SETS = st.lists(st.sets(st.sampled_from(NUMBERS)), min_size=1, max_size=8)


def found(numbers: set[NctId]) -> Found:
    hits = tuple(Hit(nct_id=one, title=f"Study {one}") for one in sorted(numbers))
    return Found(total=len(hits), hits=hits)


@given(SETS)
def test_entering_and_leaving_replays_to_the_last_set(sets: list[set[NctId]]) -> None:
    search = Search(
        id=1,
        list_name="watched",
        name="Robots",
        query=Query(parameters=(("query.cond", "robots"),), words="robots"),
        created_at=NOON,
    )
    members: dict[NctId, Member] = {}
    replayed: set[NctId] = set()
    told: set[tuple[int, str, str]] = set()
    for number, numbers in enumerate(sets):
        # Every trial can be seen, in another status, so that nothing is doubted.
        seen = {one: Hit(nct_id=one, status=f"S{number}") for one in NUMBERS}
        at = At(release=f"2026-03-{number + 1:02d}T09:00:05", now=NOON)
        judged = judge(search, members, found(numbers), seen, at)
        search = judged.search
        members |= {one.hit.nct_id: one for one in judged.members}
        changes = judged.alert.changes if judged.alert else ()
        if number == 0:
            assert not changes, "first sight is no news"
            replayed = set(numbers)
        for change in changes:
            moved = {NctId(change.subject)}
            assert change.kind in {ENTERED, BACK, LEFT}
            replayed = replayed - moved if change.kind == LEFT else replayed | moved
            identity = (change.to_version, change.kind, change.subject)
            assert identity not in told, "nothing is told twice under one identity"
            told.add(identity)
        assert {one for one, member in members.items() if member.left is None} == numbers
        assert replayed == numbers
    assert search.trials == len(sets[-1])

"""How far a going-through of all studies has come, and how it is begun anew."""

from datetime import timedelta

import pytest

from monitor.domain.whole import Pass
from tests.builders import NOON

FIRST, SECOND = "2026-03-02T09:00:05", "2026-03-03T09:00:05"


@pytest.mark.parametrize(
    ("pages", "token", "paged"), [(0, None, False), (1, None, True), (1, "next", False)]
)
def test_last_page_was_seen_when_there_was_one_and_none_follows(
    pages: int, token: str | None, *, paged: bool
) -> None:
    here = Pass(release=FIRST, begun_at=NOON, pages=pages, token=token)

    assert here.paged is paged


def test_pass_begun_anew_keeps_its_release_and_counts_its_starts() -> None:
    here = Pass(
        release=SECOND,
        begun_at=NOON,
        token="next",
        holder="2026-03-03",
        pages=3,
        studies=6,
        total=9,
        starts=1,
        ended_at=NOON + timedelta(hours=1),
    )

    assert here.anew() == Pass(
        release=SECOND, begun_at=NOON, starts=2, ended_at=NOON + timedelta(hours=1)
    )

"""A small version of what ``benchmarks.torn_writes`` tries at length."""

import random
from pathlib import Path

import pytest

from benchmarks.torn_writes import COMMITS, KINDS, Wreck, damaged, wreck, wrong_with

_TRIES = 8


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Wreck:
    """What a killed process left."""
    return wreck(tmp_path_factory.mktemp("wreck"))


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_copy_opens_at_its_last_whole_commit_and_goes_on(
    left: Wreck, kind: str, tmp_path: Path
) -> None:
    chance = random.Random(kind)

    assert [wrong_with(left, kind, tmp_path, chance) for _ in range(_TRIES)] == [""] * _TRIES


def test_every_commit_is_in_the_log_and_none_in_the_database(left: Wreck) -> None:
    assert left.commits_before(len(left.log)) == COMMITS
    assert left.written != left.database


def test_damage_takes_commits_away(left: Wreck) -> None:
    kept = {damaged(left, "cut", random.Random(seed))[2] for seed in range(40)}

    assert len(kept) > COMMITS / 2

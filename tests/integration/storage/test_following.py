"""Whether a replica is asked, by how the last tries with it went."""

from dataclasses import replace

from storage.following import (
    LEFT_ALONE,
    Following,
    Place,
    after_trouble,
    begins_try,
    differs,
    is_ahead,
    lag,
)

PRIMARY = Place(system=7, reached=1000)
REPLICA = Place(system=7, reached=990, is_replica=True)
ALONE = LEFT_ALONE.total_seconds()


def test_replica_without_trouble_is_always_asked() -> None:
    assert begins_try(Following(), 5.0) == Following()


def test_replica_in_trouble_is_left_alone_for_a_while() -> None:
    troubled = after_trouble(Following(), "gone", 10.0)

    assert begins_try(troubled, 10.0 + ALONE / 2) is None
    assert begins_try(troubled, 10.0 + ALONE) is not None


def test_one_read_tries_it_again_and_others_do_not_wait() -> None:
    troubled = after_trouble(Following(), "gone", 10.0)

    trying = begins_try(troubled, 10.0 + ALONE)

    assert trying is not None
    assert begins_try(trying, 10.0 + ALONE) is None


def test_operator_is_told_at_the_second_try_in_a_row() -> None:
    once = after_trouble(Following(), "gone", 10.0)

    assert not once.is_told
    assert after_trouble(once, "gone", 20.0).is_told


def test_lag_is_what_has_not_been_replayed() -> None:
    assert lag(PRIMARY, REPLICA) == 10
    assert lag(PRIMARY, replace(REPLICA, reached=2000)) == 0


def test_only_a_replica_of_this_primary_may_stand_for_it() -> None:
    assert differs(PRIMARY, REPLICA) == ""
    assert "no replica" in differs(PRIMARY, PRIMARY)
    assert "another server" in differs(PRIMARY, replace(REPLICA, system=8))
    assert "GRANT SELECT" in differs(PRIMARY, replace(REPLICA, may_read=False))


def test_what_a_primary_never_wrote_is_ahead_of_it() -> None:
    assert is_ahead(PRIMARY, replace(REPLICA, reached=1001))
    assert not is_ahead(PRIMARY, replace(REPLICA, reached=1000))

"""Contract of ``Versions``."""

import random
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.errors import StorageError, VersionNotFoundError
from monitor.domain.ports import OpenWork
from monitor.domain.trial import NctId
from storage.codec import WHOLE_EVERY, pack, unpack
from tests.builders import OTHER_TRIAL, TRIAL, a_state, a_version


def _store(open_work: OpenWork, *raws: bytes) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        for number, raw in enumerate(raws, start=1):
            work.versions.add(a_version(number, raw=raw))
        work.commit()


def test_versions_come_back_byte_for_byte(open_work: OpenWork) -> None:
    chance = random.Random(7)
    raw = bytearray(chance.randbytes(4000))
    raws = []
    for _ in range(2 * WHOLE_EVERY + 3):
        raw[chance.randrange(len(raw))] ^= 0xFF
        raws.append(bytes(raw))
    _store(open_work, *raws)

    with open_work() as work:
        read = [work.versions.read(TRIAL, number).raw for number in range(1, len(raws) + 1)]
    assert read == raws


def test_version_comes_back_whole(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        work.versions.add(a_version(1))
        work.versions.add(a_version(2))
        work.commit()

    with open_work() as work:
        assert work.versions.read(TRIAL, 1) == a_version(1)
        assert work.versions.read(TRIAL, 2) == a_version(2)


@pytest.mark.parametrize("number", [1, 3, 0])
def test_number_that_is_not_the_next_is_refused(open_work: OpenWork, number: int) -> None:
    _store(open_work, b"first")

    with open_work() as work, pytest.raises(StorageError, match=f"ersion {number}"):
        work.versions.add(a_version(number))


def test_first_version_must_be_number_one(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        with pytest.raises(StorageError):
            work.versions.add(a_version(2))


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_absent_version_is_said_to_be_absent(open_work: OpenWork, number: int) -> None:
    _store(open_work, b"first")

    with open_work() as work, pytest.raises(VersionNotFoundError, match=TRIAL):
        work.versions.read(TRIAL, number)


def test_trial_without_versions_says_so(open_work: OpenWork) -> None:
    with open_work() as work:
        assert work.versions.of_trial(TRIAL) == ()
        with pytest.raises(VersionNotFoundError, match=TRIAL):
            work.versions.read(TRIAL, 1)


def test_versions_are_listed_oldest_first_without_bytes(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state(), a_state(nct_id=OTHER_TRIAL)])
        work.versions.add(a_version(1))
        work.versions.add(a_version(1, nct_id=OTHER_TRIAL))
        work.versions.add(a_version(2, release="2026-03-10"))
        work.commit()

    with open_work() as work:
        listed = work.versions.of_trial(TRIAL)
    assert [(info.number, info.release) for info in listed] == [
        (1, "2026-03-09"),
        (2, "2026-03-10"),
    ]
    assert [info.raw_bytes for info in listed] == [len(a_version(n).raw) for n in (1, 2)]
    assert all(info.stored_bytes > 0 for info in listed)


@pytest.mark.parametrize("raw", [b"", b"\x00", b"{}", b"\xff\xfe" * 70_000])
def test_any_bytes_are_kept(open_work: OpenWork, raw: bytes) -> None:
    _store(open_work, raw, b"between", raw)

    with open_work() as work:
        assert work.versions.read(TRIAL, 1).raw == raw
        assert work.versions.read(TRIAL, 3).raw == raw


def test_past_versions_go_down_from_the_baseline(open_work: OpenWork) -> None:
    _store(open_work, b"first", b"second")
    past = [a_version(-number) for number in range(2 * WHOLE_EVERY + 3)]
    with open_work() as work:
        assert work.versions.oldest(TRIAL) == 1
        for version in past:
            work.versions.add_before(version)
        work.commit()

    with open_work() as work:
        assert [work.versions.read(TRIAL, version.number) for version in past] == past
        assert work.versions.oldest(TRIAL) == past[-1].number
        work.versions.add(a_version(3))
        numbers = [info.number for info in work.versions.of_trial(TRIAL)]
    assert numbers == list(range(past[-1].number, 4))


@pytest.mark.parametrize("number", [1, -1, 2])
def test_past_number_that_is_not_the_next_is_refused(open_work: OpenWork, number: int) -> None:
    _store(open_work, b"first")

    with open_work() as work, pytest.raises(StorageError, match=f"ersion {number}"):
        work.versions.add_before(a_version(number))


def test_past_version_needs_a_baseline(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        assert work.versions.oldest(TRIAL) is None
        with pytest.raises(StorageError, match="ersion 0"):
            work.versions.add_before(a_version(0))


def test_versions_say_whether_they_are_from_before_the_watch(open_work: OpenWork) -> None:
    _store(open_work, b"first")
    with open_work() as work:
        work.versions.add_before(a_version(0))
        found = [info.before_watch for info in work.versions.of_trial(TRIAL)]

    assert found == [True, False]
    assert (a_version(0).before_watch, a_version(1).before_watch) == (True, False)


@given(raw=st.binary(max_size=3000), prefix=st.binary(max_size=3000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_packed_bytes_unpack_to_themselves(raw: bytes, prefix: bytes) -> None:
    assert unpack(pack(raw, prefix=prefix), prefix=prefix, of="it") == raw


def test_small_edit_costs_little() -> None:
    chance = random.Random(3)
    before = chance.randbytes(100_000)
    after = before[:50_000] + b"one more site" + before[50_000:]

    assert len(pack(after, prefix=before)) < 100


@pytest.mark.real_records
def test_real_histories_come_back_and_cost_little(open_work: OpenWork, real_records: Path) -> None:
    folders = sorted((real_records / "history").iterdir())
    histories = {
        NctId(folder.name): [path.read_bytes() for path in sorted(folder.iterdir())]
        for folder in folders
    }
    with open_work() as work:
        for nct_id, raws in histories.items():
            work.trials.save([a_state(nct_id=nct_id)])
            for number, raw in enumerate(raws, start=1):
                work.versions.add(a_version(number, nct_id=nct_id, raw=raw))
        work.commit()

    with open_work() as work:
        for nct_id, raws in histories.items():
            read = [work.versions.read(nct_id, number + 1).raw for number in range(len(raws))]
            assert read == raws
    later = [
        len(pack(after, prefix=before))
        for raws in histories.values()
        for before, after in pairwise(raws)
    ]
    assert median(later) <= 300


def test_damaged_bytes_are_noticed() -> None:
    body = bytearray(pack(b"the record as it was " * 20, prefix=b"the record"))
    body[-1] ^= 0xFF

    with pytest.raises(StorageError, match=r"version 3 of NCT99000001 is damaged.*restore"):
        unpack(bytes(body), prefix=b"the record", of="version 3 of NCT99000001")

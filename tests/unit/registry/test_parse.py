import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import DamagedRecordError
from monitor.registry.parse import decode_study, release_of, without_stamp
from tests.fakes.registry import a_study

NUMBER = "NCT99000001"
WHOLE = a_study(NUMBER)
MODULES = list(json.loads(WHOLE)["protocolSection"])
SHAPES: list[object] = [None, 7, "text", [], [[]], True]


def test_lone_object_reads_as_a_list_of_one() -> None:
    lone = a_study(NUMBER, contactsLocationsModule={"locations": {"city": "Nowhere"}})

    (place,) = decode_study(lone).contacts.locations
    assert place.city == "Nowhere"


def test_lone_object_beside_a_damaged_end_is_damaged() -> None:
    lone = a_study(NUMBER, contactsLocationsModule={"locations": {"city": "Nowhere"}})

    with pytest.raises(DamagedRecordError, match="not JSON"):
        decode_study(lone[:-1])


@pytest.mark.parametrize("text", [b"\x80", b"\xff\xfe", b"\\ud800", b"\xed\xa0\x80"])
def test_text_that_is_not_unicode_is_damaged(text: bytes) -> None:
    with pytest.raises(DamagedRecordError, match="not JSON"):
        decode_study(WHOLE.replace(b"Lanterin for", text))


@given(st.binary(max_size=300))
def test_noise_is_damaged_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(DamagedRecordError):
        decode_study(b"!" + noise)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_mutated_record_is_read_or_damaged(position: int, patch: bytes) -> None:
    mutated = WHOLE[:position] + patch + WHOLE[position + len(patch) :]

    assert outcome(mutated) in {"read", "not JSON", "not a study"}


@given(st.sampled_from(MODULES), st.sampled_from(SHAPES))
def test_module_of_another_shape_is_damaged(module: str, shape: object) -> None:
    study = json.loads(WHOLE)
    study["protocolSection"][module] = shape

    assert outcome(json.dumps(study).encode()) == "not a study"


def outcome(raw: bytes) -> str:
    try:
        decode_study(raw)
    except DamagedRecordError as error:
        return str(error).partition(" as the API")[0].partition(":")[0]
    return "read"


def test_nesting_beyond_measure_is_damaged() -> None:
    deep = b'{"protocolSection":{"statusModule":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"

    with pytest.raises(DamagedRecordError):
        decode_study(deep)


def test_stamp_alone_makes_no_difference() -> None:
    later = WHOLE.replace(b'"versionHolder":"2026-03-02"', b'"versionHolder": "2026-03-03"')

    assert later != WHOLE
    assert without_stamp(later) == without_stamp(WHOLE)
    assert release_of(decode_study(later)) == "2026-03-03"


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        (
            b'{"a":"x","derivedSection":{"miscInfoModule":{"versionHolder" : "2026-03-02"}}}',
            b'{"a":"x","derivedSection":{"miscInfoModule":{"versionHolder":""}}}',
        ),
        (b'{"versionHolder":"2026-03-02","a":1}', b'{"versionHolder":"","a":1}'),
        (
            b'{"a":"says \\"versionHolder\\":\\"2026\\""}',
            b'{"a":"says \\"versionHolder\\":\\"2026\\""}',
        ),
        (b'{"versionHolder":7}', b'{"versionHolder":7}'),
        (b"", b""),
    ],
)
def test_only_the_release_stamp_is_taken_out(raw: bytes, left: bytes) -> None:
    assert without_stamp(raw) == left

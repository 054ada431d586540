import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import DamagedRecordError
from monitor.registry.parse import decode_study, release_of, stamp_of, without_stamp
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


@pytest.mark.parametrize(
    ("raw", "stamp"),
    [
        (WHOLE, "2026-03-02"),
        (b'{"versionHolder" : "2026-03-02","a":1}', "2026-03-02"),
        (b'{"versionHolder":"","a":1}', ""),
        (b'{"versionHolder":"2026","b":{"versionHolder":"2027"}}', "2027"),
        (b'{"versionHolder":"\xff"}', "\ufffd"),
        (b'{"versionHolder":7}', ""),
        (b'{"a":"says \\"versionHolder\\":\\"2026\\""}', ""),
        (b"{}", ""),
        (b"", ""),
    ],
)
def test_release_stamp_is_read_without_reading_the_record(raw: bytes, stamp: str) -> None:
    assert stamp_of(raw) == stamp


def test_record_without_a_stamp_is_of_no_release() -> None:
    assert release_of(decode_study(b"{}")) == ""


def test_empty_object_reads_as_an_empty_list() -> None:
    nowhere = a_study(NUMBER, contactsLocationsModule={"locations": {}})

    assert decode_study(nowhere).contacts.locations == ()


def test_lone_items_are_read_as_lists_all_the_way_down() -> None:
    lone = {
        "locations": {"city": "Nowhere", "contacts": {"name": "Ada", "email": "ada@example.org"}}
    }
    study = json.loads(a_study(NUMBER, contactsLocationsModule=lone, notOfTheSchema={"a": 1}))
    study["protocolSection"]["conditionsModule"] = {"conditions": "Robot Fatigue"}

    read = decode_study(json.dumps(study).encode())

    (place,) = read.contacts.locations
    (contact,) = place.contacts
    assert (contact.name, contact.email) == ("Ada", "ada@example.org")
    assert read.protocol_section.conditions_module.conditions == ("Robot Fatigue",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON: Input data was truncated"),
        (b"<html>", "not JSON: JSON is malformed: invalid character (byte 0)"),
        (
            b'{"a":"\xff"}',
            "not JSON: 'utf-8' codec can't decode byte 0xff in position 6: invalid start byte",
        ),
        (
            a_study(NUMBER, statusModule={"overallStatus": {"open": True}}),
            (
                "not a study as the API describes it: Expected `str | null`, got `object` - at"
                " `$.protocolSection.statusModule.overallStatus`"
            ),
        ),
        (
            b'{"protocolSection":7}',
            (
                "not a study as the API describes it: Expected `object`, got `int` - at"
                " `$.protocolSection`"
            ),
        ),
        (
            b'{"protocolSection":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            "not a study: JSON nested beyond all measure",
        ),
    ],
)
def test_reason_says_what_cannot_be_read(raw: bytes, reason: str) -> None:
    with pytest.raises(DamagedRecordError) as damaged:
        decode_study(raw)

    assert str(damaged.value) == reason

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.trial import NctId
from monitor.registry.batches import joined, sort_out, strangers
from tests.fakes.registry import a_study

ONE, TWO, THREE, OLD = (NctId(f"NCT9900000{number}") for number in (1, 2, 3, 9))
NUMBERS = st.sampled_from([NctId(f"NCT990000{number:02d}") for number in range(8)])
STUDIES = st.one_of(
    st.builds(
        lambda number, aliases, title: a_study(
            number, aliases=tuple(aliases), descriptionModule={"briefSummary": title}
        ),
        NUMBERS,
        st.lists(NUMBERS, max_size=2),
        st.sampled_from(["one text", "another"]),
    ),
    st.sampled_from([b"{}", b'"noise"', b"7"]),
)


@given(st.lists(NUMBERS, unique=True), st.lists(STUDIES, max_size=12))
def test_every_number_asked_for_ends_in_one_place(asked: list[NctId], studies: list[bytes]) -> None:
    batch = sort_out(asked, studies)

    places = Counter(
        [
            *(study.requested for study in batch.studies),
            *batch.missing,
            *(aside.nct_id for aside in batch.kept_aside),
        ]
    )
    assert places == Counter(asked)


def test_missing_is_told_in_the_order_asked() -> None:
    batch = sort_out([THREE, ONE, TWO], [a_study(ONE)])

    assert batch.missing == (THREE, TWO)
    assert batch.kept_aside == ()


def test_alias_and_canonical_number_share_a_study() -> None:
    raw = a_study(ONE, aliases=(OLD,))

    batch = sort_out([OLD, ONE], [raw])

    assert [(study.requested, study.nct_id) for study in batch.studies] == [(OLD, ONE), (ONE, ONE)]
    assert {study.raw for study in batch.studies} == {raw}
    assert batch.kept_aside == ()


def test_own_number_goes_before_an_alias() -> None:
    mine, merged = a_study(OLD), a_study(ONE, aliases=(OLD,))

    batch = sort_out([OLD], [merged, mine])

    assert [study.nct_id for study in batch.studies] == [OLD]
    assert strangers(batch, [merged, mine]) == (ONE,)


def test_study_given_twice_alike_counts_once() -> None:
    batch = sort_out([ONE], [a_study(ONE), a_study(ONE)])

    assert len(batch.studies) == 1
    assert batch.kept_aside == ()


def test_study_given_twice_with_another_stamp_counts_once() -> None:
    later = a_study(ONE).replace(b'"versionHolder":"2026-03-02"', b'"versionHolder":"2026-03-03"')

    batch = sort_out([ONE], [a_study(ONE), later])

    assert [study.raw for study in batch.studies] == [later]


def test_study_given_twice_unalike_is_kept_aside() -> None:
    other = a_study(ONE, statusModule={"overallStatus": "TERMINATED"})

    for studies in ([a_study(ONE), other], [a_study(ONE), other, a_study(ONE)]):
        batch = sort_out([ONE, TWO], [*studies, a_study(TWO)])

        assert [study.nct_id for study in batch.studies] == [TWO]
        assert [(aside.nct_id, aside.reason) for aside in batch.kept_aside] == [
            (ONE, "came twice in one answer, with different contents")
        ]


def test_record_without_number_casts_doubt_on_who_is_missing() -> None:
    batch = sort_out([ONE, TWO], [a_study(ONE), b'{"protocolSection":{}}'])

    assert batch.missing == ()
    assert [(aside.nct_id, aside.raw) for aside in batch.kept_aside] == [
        (TWO, b'{"protocolSection":{}}')
    ]
    assert [aside.reason for aside in batch.kept_aside] == [
        "not in the answer under its number, but a record without any number was"
    ]


def test_of_a_record_without_number_the_first_64_kibibytes_are_kept() -> None:
    nameless = b'{"protocolSection":{}}' + b" " * 70_000

    (aside,) = sort_out([ONE], [nameless, b"{}"]).kept_aside

    assert aside.raw == nameless[: 64 * 1024]


def test_torn_study_is_kept_as_it_first_came() -> None:
    first = a_study(ONE)
    other = a_study(ONE, statusModule={"overallStatus": "TERMINATED"})

    (aside,) = sort_out([ONE], [first, other]).kept_aside

    assert aside.raw == first


def test_torn_study_answers_for_its_aliases_too() -> None:
    first = a_study(ONE, aliases=(OLD,))
    other = a_study(ONE, aliases=(OLD,), statusModule={"overallStatus": "TERMINATED"})

    batch = sort_out([OLD], [first, other])

    assert (batch.studies, batch.missing) == ((), ())
    assert [(aside.nct_id, aside.raw) for aside in batch.kept_aside] == [(OLD, first)]


def test_first_of_two_studies_answers_for_the_alias_of_both() -> None:
    both = [a_study(ONE, aliases=(OLD,)), a_study(TWO, aliases=(OLD,))]

    assert [study.nct_id for study in sort_out([OLD], both).studies] == [ONE]


def test_several_batches_are_one_in_order() -> None:
    doubtful = [a_study(THREE), b"{}"]

    batch = joined([sort_out([ONE, TWO], [a_study(ONE)]), sort_out([THREE, OLD], doubtful)])

    assert [study.nct_id for study in batch.studies] == [ONE, THREE]
    assert batch.missing == (TWO,)
    assert [aside.nct_id for aside in batch.kept_aside] == [OLD]


def test_strangers_are_dropped_and_named_once() -> None:
    studies = [a_study(ONE), a_study(THREE), a_study(THREE), b"{}"]

    batch = sort_out([ONE], studies)

    assert [study.nct_id for study in batch.studies] == [ONE]
    assert batch.kept_aside == ()
    assert strangers(batch, studies) == (THREE,)


def test_torn_study_and_aliased_study_are_no_strangers() -> None:
    torn = [a_study(ONE), a_study(ONE, statusModule={"overallStatus": "TERMINATED"})]
    studies = [*torn, a_study(TWO, aliases=(OLD,))]

    assert strangers(sort_out([ONE, OLD], studies), studies) == ()

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.pages import NotAPageError, aliases_of, number_of, split_page
from tests.fakes.registry import a_study

NUMBER = "NCT99000001"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(), JSON), max_size=5), st.sampled_from([None, 1, 3]))
def test_each_study_keeps_its_bytes(studies: list[dict[str, object]], indent: int | None) -> None:
    texts = [json.dumps(study, indent=indent).encode() for study in studies]

    page = split_page(b' {"studies" : [ ' + b" ,\n".join(texts) + b' ], "x": {"studies": []} } ')

    assert page.studies == tuple(texts)
    assert page.token is None


def test_token_of_the_next_page_is_read() -> None:
    assert split_page(b'{"nextPageToken":"NF0g5JCPlA","studies":[]}').token == "NF0g5JCPlA"
    assert split_page(b'{"nextPageToken":"","studies":[]}').token is None


def test_count_of_all_is_read_where_it_was_asked_for() -> None:
    assert split_page(b'{"totalCount":0,"studies":[]}').total == 0
    assert split_page(b'{"totalCount":7,"studies":[]}').total == 7
    assert split_page(b'{"studies":[]}').total is None


def test_token_has_a_longest_length() -> None:
    assert split_page(a_page_with("x" * 2000)).token == "x" * 2000

    with pytest.raises(NotAPageError) as refused:
        split_page(a_page_with("x" * 2001))
    assert str(refused.value) == "the token of the next page is endless"


def a_page_with(token: str) -> bytes:
    return b'{"studies":[],"nextPageToken":"' + token.encode() + b'"}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"<html></html>",
        b'{"studies":{}}',
        b'{"studies":null}',
        b'{"studies":[{}',
        b'{"studies":[]} trailing',
        b'{"studies":[],"nextPageToken":7}',
        b'{"studies":[],"nextPageToken":"\xff"}',
        b'{"studies":[],"nextPageToken":"' + b"x" * 3000 + b'"}',
        b'{"studies":[' + b"[" * 200_000 + b"]" * 200_000 + b"]}",
    ],
)
def test_anything_else_is_no_page(body: bytes) -> None:
    with pytest.raises(NotAPageError):
        split_page(body)


def test_number_is_found_without_reading_the_study() -> None:
    assert number_of(a_study(NUMBER)) == NUMBER


@pytest.mark.parametrize(
    "raw",
    [
        b'{"hasResults":false,"protocolSection":{"identificationModule":{"nctId":"NCT99000001"}}}',
        b'{"protocolSection":{"x":{"nctId":"NCT99000009"},"identificationModule":{"nctId":"NCT99000001"}}}',
        b'{\n  "protocolSection" : {\n "identificationModule": {\n "nctId": "NCT99000001"}}}',
    ],
)
def test_number_is_found_in_any_order_of_keys(raw: bytes) -> None:
    assert number_of(raw) == NUMBER


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"1",
        b"null",
        b'"NCT99000001"',
        b'{"protocolSection":7}',
        b'{"protocolSection":{"identificationModule":{"nctId":7}}}',
        b'{"protocolSection":{"identificationModule":{"nctId":"NCT1"}}}',
        b'{"protocolSection":{"identificationModule":{"nctId":"NCT99000001; DROP"}}}',
        b'{"protocolSection":{"statusModule":{"nctId":"NCT99000001"}}}',
        b'{"protocolSection":{"identificationModule":{"nctId":"\xff"}}}',
        b'{"protocolSection":{"identificationModule":{"nctId":"\\ud800"}}}',
    ],
)
def test_study_without_number_has_none(raw: bytes) -> None:
    assert number_of(raw) == ""


def test_aliases_are_read_as_list_or_lone_text() -> None:
    many = a_study(NUMBER, aliases=("NCT99000007", "NCT99000008"))
    lone = many.replace(b'["NCT99000007","NCT99000008"]', b'"NCT99000007"')

    assert aliases_of(many) == ("NCT99000007", "NCT99000008")
    assert aliases_of(lone) == ("NCT99000007",)
    assert aliases_of(a_study(NUMBER)) == ()
    assert aliases_of(b"{") == ()


@given(st.binary(max_size=200))
def test_noise_never_breaks_the_reader(noise: bytes) -> None:
    assert number_of(noise) == ""
    assert aliases_of(noise) == ()

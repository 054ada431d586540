"""Numbers in what somebody pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.pastednumbers import read_pasted
from monitor.domain.trial import NctId

ONE, TWO = NctId("NCT99000001"), NctId("NCT99000002")


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE} {TWO}",
        f"{ONE},{TWO},{ONE}",
        f"nct99000001\nhttps://clinicaltrials.gov/study/{TWO}?cond=x",
        f"Number,Title\n{ONE},Robots\n{TWO},More robots",
        f"NCT 99000001; nct-99000002 {ONE}",
    ],
)
def test_numbers_are_found_once_each_in_their_order(text: str) -> None:
    pasted = read_pasted(text)

    assert pasted.numbers == (ONE, TWO)
    assert pasted.not_understood == ()


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("NCT9900000", ("NCT9900000",)),
        ("NCT990000011", ("NCT990000011",)),
        (f"{ONE}\nTired Robots", ("Tired Robots",)),
        ("Tired Robots", ("Tired Robots",)),
        (f"xNCT99000001\n{TWO}\nNCT99000001x", ("NCT99000001x",)),
        ("", ()),
    ],
)
def test_what_is_no_number_is_listed_back_and_never_mended(text: str, odd: tuple[str, ...]) -> None:
    pasted = read_pasted(text)

    assert pasted.not_understood == odd
    assert ONE not in pasted.numbers or "Tired" in text


def test_what_is_listed_back_is_bounded() -> None:
    pasted = read_pasted("\n".join([str(ONE), *(f"{n} {'x' * 500}" for n in range(200))]))

    assert len(pasted.not_understood) == 50
    assert max(map(len, pasted.not_understood)) == 80


@given(st.lists(st.integers(0, 99_999_999), unique=True, min_size=1), st.sampled_from(",;\n\t |"))
def test_every_number_pasted_is_found(numbers: list[int], joint: str) -> None:
    written = [NctId(f"NCT{number:08}") for number in numbers]

    assert read_pasted(joint.join(written)).numbers == tuple(written)

"""A number is taken as it was typed, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.domain.errors import InvalidNctIdError
from trialwatch.cli.context import typed_number


@given(number=some.integers(min_value=1, max_value=99_999_999), lower=some.booleans())
def test_every_whole_number_is_itself(*, number: int, lower: bool) -> None:
    written = f"NCT{number:08d}"

    assert typed_number(f" {written.lower() if lower else written} ") == written


@pytest.mark.parametrize("digits", [1, 4, 7, 9, 12])
def test_lost_or_doubled_digit_is_never_filled_up_or_cut(digits: int) -> None:
    with pytest.raises(InvalidNctIdError, match="NCT and 8 digits"):
        typed_number(f"NCT{'1' * digits}")


def test_leading_zeros_beyond_eight_are_refused() -> None:
    with pytest.raises(InvalidNctIdError, match="write that"):
        typed_number("NCT001234567")

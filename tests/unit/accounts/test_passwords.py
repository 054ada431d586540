"""Passwords: what is kept, what fits, what is too weak."""

import pytest

from monitor.accounts.passwords import hashed, matches, rejected
from monitor.domain.errors import WeakPasswordError


def test_what_is_kept_is_salted_and_fits_the_password_alone() -> None:
    first, second = hashed("four made up words"), hashed("four made up words")

    assert first != second
    assert first.startswith("$argon2id$")
    assert matches(first, "four made up words")
    assert not matches(first, "four made up word")


def test_same_characters_fit_however_they_are_put_together() -> None:
    assert matches(hashed("caf\u00e9 au lait tiède"), "cafe\u0301 au lait tie\u0300de")


@pytest.mark.parametrize("weak", ["", "short", "a" * 50, "ababababab", "x" * 201])
def test_weak_is_refused_with_what_to_do(weak: str) -> None:
    with pytest.raises(WeakPasswordError, match=r"A password has|easy to guess"):
        hashed(weak)


def test_nobodys_password_is_looked_at_too() -> None:
    rejected("anything")


@pytest.mark.parametrize(
    ("weak", "words"),
    [
        ("x2y" * 3, "A password has at least 10 characters; take a few words"),
        ("x2y4z" * 40 + "x", "A password has at most 200 characters"),
        ("ab" * 5, "This password is too easy to guess; take a few words"),
    ],
)
def test_weak_is_refused_in_these_words(weak: str, words: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        hashed(weak)

    assert str(refused.value) == words


@pytest.mark.parametrize("just_right", ["x2y" * 3 + "x", "x2y4z" * 40, "abcabcabca"])
def test_shortest_longest_and_plainest_are_taken(just_right: str) -> None:
    assert matches(hashed(just_right), just_right)

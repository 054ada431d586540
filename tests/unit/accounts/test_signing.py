"""Tokens: shown by who holds them, kept as digests, and in no log."""

import pytest

from monitor.domain.signing import LONGEST_TOKEN, Token, new_token, shown_token


def test_token_is_in_no_log() -> None:
    assert f"{Token('s3cret')!r} {[Token('s3cret')]}" == "Token(...) [Token(...)]"


def test_no_two_tokens_are_the_same_and_each_has_its_beginning() -> None:
    one, other = new_token("tw_"), new_token("tw_")

    assert one != other
    assert one.text.startswith("tw_")
    # 32 bytes of chance in base64.
    assert len(new_token().text) == 43


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("", None),
        ("x", Token("x")),
        ("x" * LONGEST_TOKEN, Token("x" * LONGEST_TOKEN)),
        ("x" * (LONGEST_TOKEN + 1), None),
    ],
)
def test_what_is_too_long_is_nobodys_token(text: str, token: Token | None) -> None:
    assert LONGEST_TOKEN == 100
    assert shown_token(text) == token


def test_digest_is_made_of_any_text() -> None:
    assert Token("a").digest.hex() == (
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    )
    assert Token("\ud800").digest == Token("?").digest

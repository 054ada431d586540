"""What an ID token has to say, to the second and to the letter, and what is said of one refused."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jws import JWSRegistry

from monitor.accounts.idtoken import Claims, Expected, check_id_token, read_keys, verified_email
from monitor.domain.errors import ProofRefusedError, UnknownKeyError
from monitor.domain.signing import Token
from tests.builders import NOON
from tests.servers.issuer import ec_key

ISSUER, US = "https://login.example.org", "trialwatch"
KEY = ec_key("first")
EXPECTED = Expected(issuer=ISSUER, client=US, nonce=Token("nonce-1").digest, algorithms=("ES256",))
AT = int(NOON.timestamp())
USUAL: dict[str, Any] = {
    "iss": ISSUER,
    "aud": US,
    "sub": "ada-17",
    "iat": AT,
    "exp": AT + 300,
    "nonce": "nonce-1",
}


def a_token(**claims: Any) -> str:
    """Return a signed token; claims given as None are left out."""
    said = {name: value for name, value in (USUAL | claims).items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "first"}, said, KEY, ["ES256"])


def checked(text: object, expected: Expected = EXPECTED) -> Claims:
    keys = read_keys({"keys": [KEY.as_dict(private=False)]})
    return check_id_token(text, keys, expected, now=NOON)


def refusal(text: object, expected: Expected = EXPECTED) -> str:
    with pytest.raises(ProofRefusedError) as refused:
        checked(text, expected)
    return str(refused.value)


def test_token_that_is_right_says_who_it_is_about() -> None:
    said = a_token(email="ada@example.org", email_verified=True)

    assert checked(said) == Claims(subject="ada-17", verified_email="ada@example.org")
    assert checked(a_token()) == Claims(subject="ada-17", verified_email="")


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "ada@example.org", "email_verified": True}, "ada@example.org"),
        ({"email": "ada@example.org", "email_verified": "true"}, ""),
        ({"email": "ada@example.org", "email_verified": 1}, ""),
        ({"email": "ada@example.org", "email_verified": False}, ""),
        ({"email": "ada@example.org"}, ""),
        ({"email": ["ada@example.org"], "email_verified": True}, ""),
        ({"email_verified": True}, ""),
    ],
)
def test_address_counts_only_where_it_is_called_verified(
    claims: dict[str, object], email: str
) -> None:
    assert verified_email(claims) == email


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"iss": f"{ISSUER}/"}, "the token is of another issuer"),
        ({"iss": None}, "the token is of another issuer"),
        ({"aud": "another"}, "the token is for somebody else"),
        ({"aud": ["another"]}, "the token is for somebody else"),
        ({"aud": {US: 1}}, "the token is for somebody else"),
        ({"aud": None}, "the token is for somebody else"),
        ({"aud": [US, "another"]}, "the token was made for somebody else"),
        ({"aud": [US, "another"], "azp": "another"}, "the token was made for somebody else"),
        ({"azp": "another"}, "the token was made for somebody else"),
        ({"nonce": "nonce-2"}, "the token is of another sign-in"),
        ({"nonce": 1}, "the token is of another sign-in"),
        ({"nonce": None}, "the token is of another sign-in"),
        ({"exp": None}, "the token does not say its exp"),
        ({"exp": True}, "the token does not say its exp"),
        ({"iat": "now"}, "the token does not say its iat"),
        ({"nbf": "soon"}, "the token does not say its nbf"),
        ({"exp": 10**400}, "the token's exp is no time"),
        ({"exp": float("nan")}, "the token is past its time"),
        ({"iat": float("nan")}, "the token was not made just now"),
        ({"nbf": float("nan")}, "the token is before its time"),
        ({"sub": None}, "the token does not say who it is about"),
        ({"sub": ""}, "the token does not say who it is about"),
        ({"sub": 17}, "the token does not say who it is about"),
        ({"sub": "a" * 256}, "the token does not say who it is about"),
        ({"sub": "ad\u00e0"}, "the token does not say who it is about"),
        ({"sub": "ada\n"}, "the token does not say who it is about"),
    ],
)
def test_claim_that_is_not_right_is_refused_with_the_reason(
    claims: dict[str, object], words: str
) -> None:
    assert refusal(a_token(**claims)) == words


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [US]},
        {"aud": [US], "azp": US},
        {"aud": US, "azp": US},
        {"aud": ["another", US], "azp": US},
        {"sub": "a"},
        {"sub": "a" * 255},
        {"exp": AT + 0.5},
    ],
)
def test_claims_that_are_just_right_are_taken(claims: dict[str, object]) -> None:
    assert checked(a_token(**claims)).subject == claims.get("sub", "ada-17")


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": AT - 59}, ""),
        ({"exp": AT - 60}, "the token is past its time"),
        ({"iat": AT - 600}, ""),
        ({"iat": AT - 601}, "the token was not made just now"),
        ({"iat": AT + 60}, ""),
        ({"iat": AT + 61}, "the token was not made just now"),
        ({"nbf": AT + 60}, ""),
        ({"nbf": AT + 61}, "the token is before its time"),
    ],
)
def test_clocks_may_be_a_minute_apart_and_a_token_ten_minutes_old(
    claims: dict[str, object], words: str
) -> None:
    token = a_token(**claims)

    if words:
        assert refusal(token) == words
    else:
        assert checked(token).subject == "ada-17"


@pytest.mark.parametrize("text", [None, 7, b"a.b.c", "x" * (32 * 1024 + 1)])
def test_what_is_no_text_or_far_too_long_is_no_token(text: object) -> None:
    assert refusal(text) == "there is no token in the answer"


def test_longest_text_is_read_still() -> None:
    words = refusal("x" * (32 * 1024))

    assert words == "the token is not signed as it should be (DecodeError)"


def test_token_that_somebody_else_signed_is_refused_with_the_kind_of_fault() -> None:
    own = ec_key("own")
    forged = jwt.encode({"alg": "ES256", "kid": "first"}, USUAL, own, ["ES256"])

    assert refusal(forged) == "the token is not signed as it should be (BadSignatureError)"


def test_way_of_signing_that_is_not_allowed_is_refused() -> None:
    rsa_alone = Expected(issuer=ISSUER, client=US, nonce=EXPECTED.nonce, algorithms=("RS256",))

    words = refusal(a_token(), rsa_alone)

    assert words == "the token is not signed as it should be (UnsupportedAlgorithmError)"


def test_key_that_is_not_known_is_told_apart_for_the_keys_may_have_changed() -> None:
    other = ec_key("second")
    token = jwt.encode({"alg": "ES256", "kid": "second"}, USUAL, other, ["ES256"])

    with pytest.raises(UnknownKeyError) as refused:
        checked(token)

    assert str(refused.value) == "the token is signed with a key that is not known"


def test_word_in_the_header_that_nobody_knows_is_let_be() -> None:
    head = {"alg": "ES256", "kid": "first", "made-up": "word"}
    token = jwt.encode(
        head, USUAL, KEY, registry=JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    )

    assert checked(token).subject == "ada-17"


def test_token_of_the_last_sign_in_is_refused_before_it_names_anybody() -> None:
    later = NOON + timedelta(minutes=10, seconds=1)
    keys = read_keys({"keys": [KEY.as_dict(private=False)]})

    with pytest.raises(ProofRefusedError) as refused:
        check_id_token(a_token(exp=AT + 7200), keys, EXPECTED, now=later)

    assert str(refused.value) == "the token was not made just now"

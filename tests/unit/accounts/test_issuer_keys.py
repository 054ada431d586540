"""Which keys of an issuer tokens may be signed with."""

from typing import Any

import pytest

from monitor.accounts.idtoken import Expected, check_id_token, read_keys
from monitor.domain.errors import InstitutionDownError, ProofRefusedError
from tests.builders import NOON
from tests.fakes.authenticator import base64
from tests.servers.issuer import ec_key, rsa_key

GOOD: dict[str, Any] = dict(ec_key("good").as_dict(private=False))
RSA: dict[str, Any] = dict(rsa_key("first").as_dict(private=False))


@pytest.mark.parametrize(
    "other",
    [
        *(7, None, [], {}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "AKP", "alg": "ML-DSA-44"}),
        *({**GOOD, "use": "enc"}, {**GOOD, "crv": "P-999"}, {**GOOD, "x": "AA"}, {"kty": "EC"}),
        *(
            {**RSA, "n": "AQAB"},
            {**RSA, "n": RSA["n"] * 5},
            {**RSA, "n": 7},
            {**RSA, "n": "\u00e9"},
        ),
        *({**RSA, "e": RSA["n"]}, {**RSA, "e": 3}, dict(rsa_key("first").as_dict(private=True))),
    ],
)
def test_key_that_is_not_fit_is_left_out_and_spoils_no_other(other: object) -> None:
    kept = [key.kid for key in read_keys({"keys": [other, GOOD]})]

    assert kept == ["good"]
    with pytest.raises(InstitutionDownError, match="no key"):
        read_keys({"keys": [other]})


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {}}, {"keys": []}])
def test_document_without_keys_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InstitutionDownError, match="no key"):
        read_keys(document)


def test_only_so_many_keys_are_read() -> None:
    assert len(list(read_keys({"keys": [GOOD] * 1000}))) == 50


def test_no_way_of_signing_is_not_the_librarys_choice() -> None:
    expected = Expected(issuer="i", client="c", nonce=b"", algorithms=())

    with pytest.raises(ProofRefusedError, match="no way of signing is allowed"):
        check_id_token("a.b.c", read_keys({"keys": [GOOD]}), expected, now=NOON)


def a_number(size: int, *, before: bytes = b"") -> str:
    """Return an odd number of so many bytes in base64url."""
    return base64(before + b"\xff" * (size - 1) + b"\xfd")


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ({**RSA, "n": a_number(255)}, False),
        ({**RSA, "n": a_number(255, before=b"\0\0")}, False),
        ({**RSA, "n": a_number(256)}, True),
        ({**RSA, "n": a_number(257)}, True),
        ({**RSA, "n": a_number(262)}, True),
        ({**RSA, "n": a_number(1023)}, True),
        ({**RSA, "n": a_number(1024)}, True),
        ({**RSA, "n": a_number(1025)}, False),
        ({**RSA, "e": base64(b"\x01" * 6)}, True),
        ({**RSA, "e": base64(b"\x01" * 7)}, False),
        ({name: value for name, value in RSA.items() if name != "use"}, True),
    ],
)
def test_rsa_key_is_read_where_it_is_neither_weak_nor_slow(
    key: dict[str, Any], *, read: bool
) -> None:
    kids = [one.kid for one in read_keys({"keys": [key, GOOD]})]

    assert kids == (["first", "good"] if read else ["good"])


def test_fifty_keys_are_read_and_those_that_are_not_fit_do_not_count() -> None:
    keys = [{"kty": "oct"}] * 10 + [{**GOOD, "kid": f"{number}"} for number in range(51)]

    read = [key.kid for key in read_keys({"keys": keys})]

    assert read == [f"{number}" for number in range(50)]


def test_issuer_without_a_key_is_said_so() -> None:
    with pytest.raises(InstitutionDownError) as refused:
        read_keys({"keys": []})

    assert str(refused.value) == "it names no key that tokens could be signed with"

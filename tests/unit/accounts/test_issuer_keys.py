"""Which keys of an issuer tokens may be signed with."""

from typing import Any

import pytest

from monitor.accounts.idtoken import Expected, check_id_token, read_keys
from monitor.domain.errors import InstitutionDownError, ProofRefusedError
from tests.builders import NOON
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
